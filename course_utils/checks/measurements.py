"""Two graded functions of a few lines: the forget gate's bias, and the size of the signal in each layer of a stack.

Sources: the forget bias: Jozefowicz et al. 2015, "An empirical exploration of recurrent network architectures". The
signal's size from layer to layer: Glorot and Bengio 2010, "Understanding the difficulty of training deep feedforward
neural networks".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Generator, Tensor

from course_utils.checks.cases import draw_case, draw_cases
from course_utils.checks.probe import ProbeError, call
from course_utils.checks.short_function import Arguments, ShortFunction, Wrong, converted, results_as_they_are
from course_utils.checks.verdict import Criterion
from course_utils.equations.evaluate import Evaluation
from course_utils.equations.network import Network
from course_utils.equations.networks import LSTM, deep_rnn
from course_utils.translation import say, to_say

NAMES = tuple(LSTM.parameters)
READY = to_say("leaf tensors that require gradients")


def set_forget_bias(params: Sequence[Tensor], value: float) -> list[Tensor]:
    """The 14 parameters with b_f filled with the value."""
    return _filled(params, value, "b_f")


def _filled(params: Sequence[Tensor], value: float, *names: str) -> list[Tensor]:
    pairs = zip(NAMES, params, strict=True)
    return [torch.full_like(tensor, value) if name in names else tensor for name, tensor in pairs]


def _lstm_parameters(generator: Generator) -> list[Arguments]:
    drawn = [draw_case(LSTM, 1, 1, *sizes, generator).parameters for sizes in ((5, 3), (7, 4))]
    lists = [[parameter.requires_grad_() for parameter in parameters] for parameters in drawn]
    return [(lists[0], 1.0), (lists[1], 3.0)]


def _each(change: Callable[[str, Tensor, float], Tensor]) -> Callable[..., list[Tensor]]:
    return lambda params, value: [change(name, p, value) for name, p in zip(NAMES, params, strict=True)]


FORGET_BIAS = ShortFunction(
    "lstm.forget_bias",
    set_forget_bias,
    _lstm_parameters,
    (
        Wrong("the parameters come back as they were: b_f is not changed", lambda params, value: list(params)),
        Wrong(
            "the value is added to b_f: fill b_f with it",
            _each(lambda name, p, value: p + value if name == "b_f" else p),
        ),
        *(
            Wrong(
                to_say("{name} is filled: b_f belongs to the forget gate", name=name),
                lambda p, v, name=name: _filled(p, v, name),
            )
            for name in NAMES
            if name != "b_f"
        ),
        Wrong("all biases are filled: only b_f", lambda p, v: _filled(p, v, *(n for n in NAMES if n[0] == "b"))),
        Wrong(
            "the biases of all gates are filled: only b_f",
            lambda p, v: _filled(p, v, "b_i", "b_f", "b_o"),
        ),
        Wrong(
            "all four biases of the cell are filled: only b_f",
            lambda p, v: _filled(p, v, "b_i", "b_f", "b_o", "b_c"),
        ),
        Wrong("b_f is filled with 1, whatever the value is", lambda p, v: _filled(p, 1.0, "b_f")),
        Wrong("b_f is filled with the value's negative: that shuts the gate", lambda p, v: _filled(p, -v, "b_f")),
        Wrong(
            "the weights of the forget gate are filled too: only its bias b_f",
            lambda p, v: _filled(p, v, "W_xf", "W_hf", "b_f"),
        ),
        Wrong(
            "the value is added to all biases: fill b_f alone with it",
            _each(lambda name, p, value: p + value if name[0] == "b" else p),
        ),
        Wrong(
            "the other biases are set to zero: they must stay as they are",
            _each(lambda n, p, v: torch.full_like(p, v) if n == "b_f" else torch.zeros_like(p) if n[0] == "b" else p),
        ),
    ),
)


def examine_forget_bias(
    function: Callable[..., Any], networks: Sequence[Network], seed: int
) -> tuple[list[Criterion], tuple[()]]:
    """The criteria of the values and of the arguments, and whether the result can be trained."""
    criteria, explanations = FORGET_BIAS.examine_graded(function, networks, seed)
    message = "" if criteria[0].passed else criteria[0].message
    return [*criteria, _ready(function, seed, message)], explanations


def _ready(function: Callable[..., Any], seed: int, message: str) -> Criterion:
    """Whether every tensor of the list can be trained; asked once the values are right."""
    arguments = converted(FORGET_BIAS.cases(torch.Generator().manual_seed(seed))[0], torch.float32)
    try:
        if not message:
            with results_as_they_are(function):
                made = call(function, *arguments)
            message = next(filter(None, map(_not_ready, NAMES, made)), "")
    except ProbeError as error:
        message = str(error)
    return Criterion(READY, 1, not message, message)


def _not_ready(name: str, tensor: Any) -> str:
    if not getattr(tensor, "requires_grad", False):
        return say("{name} does not require gradients: it could not be learnt. Use requires_grad_()", name=name)
    computed = to_say("{name} is the result of a computation: detach it, then requires_grad_()")
    return "" if tensor.is_leaf else say(computed, name=name)


def signal_sizes(inputs: Sequence[Tensor], state: Sequence[Tensor], params: Sequence[Tensor]) -> list[Tensor]:
    """The root mean square of each layer's state over all steps, rows and units, from the bottom."""
    return [(layer**2).mean() ** 0.5 for layer in layer_states(inputs, state, params)]


def layer_states(inputs: Sequence[Tensor], state: Sequence[Tensor], params: Sequence[Tensor]) -> list[Tensor]:
    """The states of each layer at all steps: L tensors (T, B, H)."""
    network = deep_rnn(len(state))
    named = dict(zip(network.states, state, strict=True)), dict(zip(network.parameters, params, strict=True))
    run = Evaluation(network, inputs, *named)
    return [torch.stack([run.value(name, step) for step in range(len(inputs))]) for name in network.layers]


def _stacks(generator: Generator) -> list[Arguments]:
    seed = int(torch.randint(2**31, (), generator=generator))
    cases = draw_cases((deep_rnn(2), deep_rnn(3), deep_rnn(2), deep_rnn(1)), seed)
    return [(list(case.inputs), case.state, list(case.parameters)) for case in cases]


def _of_each(size: Callable[[Tensor], Tensor]) -> Callable[..., list[Tensor]]:
    return lambda *arguments: [size(layer) for layer in layer_states(*arguments)]


SIGNAL = ShortFunction(
    "deep_rnn.signal",
    signal_sizes,
    _stacks,
    (
        Wrong("the layers are in the other order: the bottom one comes first", lambda *a: signal_sizes(*a)[::-1]),
        Wrong("the root is missing: that is the mean square", _of_each(lambda h: (h**2).mean())),
        Wrong("that is the mean size |H|: a root mean square squares first", _of_each(lambda h: h.abs().mean())),
        Wrong("the square is missing: that is the mean", _of_each(lambda h: h.mean())),
        Wrong("that is the standard deviation: the mean is not to be subtracted", _of_each(lambda h: h.std())),
        Wrong(
            "that is the standard deviation: the mean is not to be subtracted",
            _of_each(lambda h: h.std(correction=0)),
        ),
        Wrong("that is the norm: divide by the number of entries before the root", _of_each(lambda h: h.norm())),
        Wrong("only the last step is measured", _of_each(lambda h: (h[-1] ** 2).mean() ** 0.5)),
        Wrong("only the first step is measured", _of_each(lambda h: (h[0] ** 2).mean() ** 0.5)),
        Wrong("only the first row is measured", _of_each(lambda h: (h[:, 0] ** 2).mean() ** 0.5)),
        Wrong(
            "the sizes of the steps are averaged: take one root of the mean over all steps",
            _of_each(lambda h: ((h**2).mean(dim=(1, 2)) ** 0.5).mean()),
        ),
        Wrong(
            "the sizes of rows are averaged: take one root of the mean over everything",
            _of_each(lambda h: ((h**2).mean(dim=2) ** 0.5).mean()),
        ),
        Wrong(
            "the steps are summed before the root: divide by their number too",
            _of_each(lambda h: (h**2).mean(dim=(1, 2)).sum() ** 0.5),
        ),
        Wrong("the largest entry is taken, not the root mean square", _of_each(lambda h: h.abs().max())),
        Wrong(
            "the states that came in are measured, not those of the steps",
            lambda inputs, state, params: [(part**2).mean() ** 0.5 for part in state],
        ),
        Wrong(
            "the state that comes in is ignored: the stack starts from zeros",
            lambda inputs, state, params: signal_sizes(inputs, [torch.zeros_like(part) for part in state], params),
        ),
        Wrong(
            "the state that came in is measured together with those of the steps",
            lambda inputs, state, params: [
                (torch.cat((start[None], layer)) ** 2).mean() ** 0.5
                for start, layer in zip(state, layer_states(inputs, state, params), strict=True)
            ],
        ),
    ),
)
