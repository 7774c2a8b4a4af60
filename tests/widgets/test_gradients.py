"""What the explorer of gradients draws is what torch's autograd finds in the course's equations."""

from dataclasses import asdict

import pytest
import torch

from course_utils.widgets.gradients import STEPS, UNITS, FlowSettings, drawn, gradient_flow


@pytest.fixture(scope="module")
def flow():
    return gradient_flow(FlowSettings())


def test_every_curve_starts_at_one_and_goes_back_sixty_steps(flow):
    assert {len(curve) for curve in asdict(flow).values()} == {STEPS} == {61}
    assert {curve[0] for curve in asdict(flow).values()} == {1}


def test_the_plain_network_multiplies_by_the_slope_and_the_matrix_at_each_step(flow):
    draw = drawn()
    W_xh = torch.tensor(draw.inputs, dtype=torch.float64)[: 8 * UNITS].view(8, UNITS) / 2000
    W_hh = torch.tensor(draw.hidden, dtype=torch.float64)[: UNITS**2].view(UNITS, UNITS) / 1000 / UNITS**0.5
    states = [torch.zeros(UNITS, dtype=torch.float64)]
    for character in draw.text:
        states.append(torch.tanh(W_xh[character] + states[-1] @ W_hh))
    gradient, norms = torch.tensor(draw.error, dtype=torch.float64), []
    for H in reversed(states[1:]):
        norms.append(gradient.norm().item())
        gradient = (gradient * (1 - H**2)) @ W_hh.T
    assert flow.rnn == pytest.approx([norm / norms[0] for norm in norms], rel=1e-10)


def test_a_bias_keeps_the_gradient_of_the_gated_networks_and_leaves_the_plain_one_alone(flow):
    open_gates = gradient_flow(FlowSettings(bias=4.0))
    assert open_gates.rnn == flow.rnn
    for gated in ("gru", "lstm", "cell"):
        assert getattr(flow, gated)[60] < 1e-6 < 0.1 < getattr(open_gates, gated)[60]


def test_small_weights_let_the_gradient_vanish_and_large_ones_let_it_explode():
    assert gradient_flow(FlowSettings(scale=0.5)).rnn[60] < 1e-12
    assert gradient_flow(FlowSettings(scale=3.0)).rnn[60] > 100
