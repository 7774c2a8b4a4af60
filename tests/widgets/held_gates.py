"""Gates that are held at a value by their biases, and the reference equations' states with such gates."""

import math

import torch
from hypothesis import strategies as st

from course_utils.equations import evaluate
from course_utils.widgets.gates import PULSE_STEP, STEPS

open_gates = st.floats(0.01, 0.99)
pulses = st.floats(0.1, 1) | st.floats(-1, -0.1)


def logit(gate):
    return math.log(gate / (1 - gate))


def number(value):
    return torch.tensor([[value]], dtype=torch.float64)  # (1, 1)


def held(gate, usual, at_pulse, pulse):
    """A gate's bias and input weight, so that it is `usual` where the input is 0 and `at_pulse` where it is `pulse`."""
    return {
        f"b_{gate}": number(logit(usual)),
        f"W_x{gate}": number((logit(at_pulse) - logit(usual)) / pulse),
        f"W_h{gate}": number(0.0),
    }


def states_of(network, weights, state, pulse):
    """The hidden states that the reference equations give, one number per step, and the last of every state."""
    zero = {name: number(0.0) for name in network.parameters}
    values = zero | {"W_hq": number(1.0)} | weights
    inputs = [number(pulse if step == PULSE_STEP else 0.0) for step in range(1, STEPS + 1)]
    outputs, last = evaluate(network, inputs, state, [values[name] for name in network.parameters])
    return [output.item() for output in outputs], [part.item() for part in last]
