"""The trees compute what torch's own layers and a transcription by hand compute, values and gradients."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from course_utils.equations import BIRNN, GRU, LSTM, NETWORKS, RNN, Network, deep_rnn, evaluate, reset_after
from course_utils.equations import expressions as e
from course_utils.equations.evaluate import CyclicEquation, Evaluation, withheld

from .trees import with_equation

T, B, V, H = 3, 2, 5, 4
SIZES = st.tuples(st.integers(1, 5), st.integers(1, 4), st.integers(1, 6), st.integers(1, 5))  # T, B, V, H
SEEDS = st.integers(0, 2**16)
RESET_AFTER = reset_after(GRU)


def draw(network: Network, sizes: tuple[int, int, int, int] = (T, B, V, H), seed: int = 0):
    """Inputs, states and parameters (the last two as float64 leaves) of the given sizes."""
    steps, batch_size, vocab_size, num_hiddens = sizes
    generator = torch.Generator().manual_seed(seed)

    def normal(*shape: int) -> Tensor:
        return torch.randn(shape, dtype=torch.float64, generator=generator)

    inputs = [normal(batch_size, vocab_size) for _ in range(steps)]
    state = [normal(batch_size, num_hiddens).requires_grad_() for _ in network.states]
    parameters = [normal(*shape).requires_grad_() for shape in network.shapes(vocab_size, num_hiddens).values()]
    return inputs, state, parameters


def backward(results: list[Tensor]) -> None:
    """Gradients of one weighted sum of everything that was returned."""
    generator = torch.Generator().manual_seed(1)
    total = torch.zeros((), dtype=torch.float64)
    for result in results:
        total = total + (torch.randn(result.shape, dtype=torch.float64, generator=generator) * result).sum()
    total.backward()


def assert_same(got: Tensor, expected: Tensor) -> None:
    torch.testing.assert_close(got, expected, rtol=1e-9, atol=1e-9)


def copy_weights(layer: nn.RNNBase, suffix: str, names: list[str], named: dict[str, Tensor]) -> None:
    """Gives one layer and direction of torch the course's weights.

    names: the gates in torch's order, with {} where `W_x`, `W_h` or `b_` stands.
    """
    with torch.no_grad():
        for kind, weight in own_weights(names, named).items():
            getattr(layer, kind + suffix).copy_(weight)
        getattr(layer, "bias_hh" + suffix).zero_()


def own_weights(names: list[str], named: dict[str, Tensor]) -> dict[str, Tensor]:
    """torch's stacked and transposed weights, from the course's: (gates*H, …)."""
    return {
        "weight_ih": torch.cat([named[name.format("W_x")].T for name in names]),
        "weight_hh": torch.cat([named[name.format("W_h")].T for name in names]),
        "bias_ih": torch.cat([named[name.format("b_")] for name in names]),
    }


@dataclass(frozen=True)
class Twin:
    """A network of the course and torch's layer that it equals. groups: torch's suffix -> names of its gates."""

    network: Network
    layer: Callable[..., nn.RNNBase]
    groups: dict[str, list[str]]


def gates(letters: str) -> dict[str, list[str]]:
    return {"_l0": [f"{{}}{letter}" for letter in letters]}


TWINS = {
    "rnn": Twin(RNN, nn.RNN, gates("h")),
    "gru, reset after": Twin(RESET_AFTER, nn.GRU, gates("rzh")),
    "lstm": Twin(LSTM, nn.LSTM, gates("ifco")),
    "stack of 1": Twin(deep_rnn(1), nn.RNN, {"_l0": ["{}h1"]}),
    "stack of 3": Twin(deep_rnn(3), partial(nn.RNN, num_layers=3), {f"_l{k}": [f"{{}}h{k + 1}"] for k in range(3)}),
    "birnn": Twin(BIRNN, partial(nn.RNN, bidirectional=True), {"_l0": ["{}h_f"], "_l0_reverse": ["{}h_b"]}),
}
every_twin = pytest.mark.parametrize("twin", TWINS.values(), ids=TWINS)


def run_both(twin: Twin, sizes: tuple[int, int, int, int], seed: int):
    """Ours: (results, leaves by name); torch's: (results, layer, incoming states)."""
    inputs, state, parameters = draw(twin.network, sizes, seed)
    outputs, final = evaluate(twin.network, inputs, state, parameters)
    named = dict(zip(twin.network.parameters, parameters, strict=True))
    layer = twin.layer(sizes[2], sizes[3], dtype=torch.float64)
    for suffix, names in twin.groups.items():
        copy_weights(layer, suffix, names, named)
    theirs = [part.detach().clone().requires_grad_() for part in state]
    is_lstm = isinstance(layer, nn.LSTM)
    incoming = tuple(part[None] for part in theirs) if is_lstm else torch.stack(theirs)
    hidden, last = layer(torch.stack(inputs), incoming)  # (T, B, H or 2H)
    scores = hidden @ named["W_hq"].detach() + named["b_q"].detach()
    return ([*outputs, *final], named, state), ([*scores, *(torch.cat(last) if is_lstm else last)], layer, theirs)


@every_twin
@given(sizes=SIZES, seed=SEEDS)
@settings(max_examples=20, deadline=None)
def test_the_values_equal_those_of_torchs_layer(twin, sizes, seed):
    (ours, *_), (theirs, *_) = run_both(twin, sizes, seed)
    for got, expected in zip(ours, theirs, strict=True):
        assert_same(got, expected)


@every_twin
@given(sizes=SIZES, seed=SEEDS)
@settings(max_examples=20, deadline=None)
def test_the_gradients_equal_those_of_torchs_layer(twin, sizes, seed):
    (ours, named, state), (theirs, layer, incoming) = run_both(twin, sizes, seed)
    backward(ours)
    backward(theirs)
    for own, other in zip(state, incoming, strict=True):
        assert_same(own.grad, other.grad)
    gradients = {name: leaf.grad for name, leaf in named.items()}
    for suffix, names in twin.groups.items():
        for kind, gradient in own_weights(names, gradients).items():
            assert_same(gradient, getattr(layer, kind + suffix).grad)


def gru_by_hand(inputs, H, W_xz, W_hz, b_z, W_xr, W_hr, b_r, W_xh, W_hh, b_h, W_hq, b_q):
    """The course's GRU in NumPy, one step after the other."""

    def sigmoid(x):
        return 1 / (1 + np.exp(-x))

    outputs = []
    for X in inputs:
        Z = sigmoid(X @ W_xz + H @ W_hz + b_z)  # (B, H)
        R = sigmoid(X @ W_xr + H @ W_hr + b_r)
        H_tilde = np.tanh(X @ W_xh + (R * H) @ W_hh + b_h)
        H = Z * H + (1 - Z) * H_tilde
        outputs.append(H @ W_hq + b_q)  # (B, V)
    return outputs, H


@given(sizes=SIZES, seed=SEEDS)
@settings(max_examples=25, deadline=None)
def test_the_gru_equals_a_transcription_by_hand(sizes, seed):
    inputs, state, parameters = draw(GRU, sizes, seed)
    outputs, final = evaluate(GRU, inputs, state, parameters)
    arrays = [tensor.detach().numpy() for tensor in (*state, *parameters)]
    expected, last = gru_by_hand([X.numpy() for X in inputs], *arrays)
    np.testing.assert_allclose(torch.stack(outputs).detach(), expected, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(final[0].detach(), last, rtol=1e-9, atol=1e-9)


def test_the_gru_and_its_reset_after_form_are_different_models():
    arguments = draw(GRU)
    ours, after = evaluate(GRU, *arguments)[0], evaluate(RESET_AFTER, *arguments)[0]
    assert (torch.stack(ours) - torch.stack(after)).abs().max() > 1e-3


every_network = pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)


@every_network
def test_gradients_reach_every_parameter_and_the_incoming_state(network):
    inputs, state, parameters = draw(network)
    outputs, final = evaluate(network, inputs, state, parameters)
    backward([*outputs, *final])
    assert all(leaf.grad is not None and bool(leaf.grad.any()) for leaf in (*state, *parameters))


@every_network
def test_there_is_one_output_a_step_and_one_final_value_a_state(network):
    outputs, final = evaluate(network, *draw(network))
    assert [tuple(output.shape) for output in outputs] == [(B, V)] * T
    assert [tuple(value.shape) for value in final] == [(B, H)] * len(network.states)


@every_network
@pytest.mark.parametrize("extra", [-1, 1], ids=["one too few", "one too many"])
def test_a_wrong_number_of_parameters_is_a_clear_error(network, extra):
    inputs, state, parameters = draw(network)
    given_parameters = parameters[:-1] if extra < 0 else [*parameters, parameters[0]]
    names = ", ".join(network.parameters)
    expected = rf"{network.name} has {len(parameters)} parameters \({names}\), got {len(parameters) + extra}"
    with pytest.raises(ValueError, match=expected):
        evaluate(network, inputs, state, given_parameters)


@every_network
@pytest.mark.parametrize("extra", [-1, 1], ids=["one too few", "one too many"])
def test_a_wrong_number_of_states_is_a_clear_error(network, extra):
    inputs, state, parameters = draw(network)
    given_state = state[:-1] if extra < 0 else [*state, state[0]]
    expected = rf"{network.name} has {len(state)} states \({', '.join(network.states)}\), got {len(state) + extra}"
    with pytest.raises(ValueError, match=expected):
        evaluate(network, inputs, given_state, parameters)


class WatchedInputs(list):
    """A list that remembers which steps were asked for."""

    def __init__(self, items):
        super().__init__(items)
        self.asked: set[int] = set()

    def __getitem__(self, step):
        self.asked.add(step)
        return super().__getitem__(step)


@pytest.mark.parametrize("network", [RNN, GRU], ids=lambda network: network.name)
def test_asking_for_the_first_output_computes_no_later_step(network):
    run, inputs = evaluation(network)
    run.output(0)
    assert inputs.asked == {0}


@pytest.mark.parametrize("network", [RNN, GRU], ids=lambda network: network.name)
def test_no_value_is_computed_twice(network):
    run, inputs = evaluation(network)
    first = run.outputs()
    inputs.asked.clear()
    assert all(again is before for again, before in zip(run.outputs(), first, strict=True))
    assert inputs.asked == set()


def evaluation(network: Network) -> tuple[Evaluation, WatchedInputs]:
    inputs, state, parameters = draw(network)
    watched = WatchedInputs(inputs)
    named_state = dict(zip(network.states, state, strict=True))
    return Evaluation(network, watched, named_state, dict(zip(network.parameters, parameters, strict=True))), watched


def test_an_equation_that_needs_its_own_value_is_cyclic():
    itself = with_equation(GRU, "H", e.Ref("H"))
    with pytest.raises(CyclicEquation, match="H at step 0 needs its own value"):
        evaluate(itself, *draw(GRU))


def test_a_cycle_through_several_equations_is_found_too():
    gate_reads_new_state = with_equation(GRU, "Z", e.Apply("sigmoid", e.Ref("H")))
    with pytest.raises(CyclicEquation):
        evaluate(gate_reads_new_state, *draw(GRU))


def in_place_of_y(reference: e.Ref) -> tuple[list[Tensor], Evaluation]:
    """The outputs of an RNN that shows `reference` as they are, and the run, for values to compare with."""
    run, _ = evaluation(with_equation(RNN, "Y", reference))
    return run.outputs(), run


@pytest.mark.parametrize(
    "at, steps", {"first": (0, 0, 0), "last": (2, 2, 2), "mirror": (2, 1, 0), "before last": (1, 1, 1)}.items()
)
def test_a_fixed_step_is_the_one_that_its_name_says(at, steps):
    outputs, run = in_place_of_y(e.Ref("H", at=at))
    assert all(torch.equal(output, run.value("H", step)) for output, step in zip(outputs, steps, strict=True))


def test_a_state_before_the_first_step_is_the_one_that_came_in():
    outputs, run = in_place_of_y(e.Ref("H", -2))
    expected = [run.state["H"], run.state["H"], run.value("H", 0)]
    assert all(torch.equal(*pair) for pair in zip(outputs, expected, strict=True))


def test_an_input_before_the_first_step_wraps_to_the_last():
    outputs, run = in_place_of_y(e.Ref("X", -1))
    assert all(torch.equal(output, run.inputs[step]) for output, step in zip(outputs, (2, 0, 1), strict=True))


@every_network
def test_a_network_with_another_start_ignores_the_state_that_comes_in(network):
    inputs, state, parameters = draw(network)
    from_nothing = replace(network, initial={name: e.Zeros() for name in network.states})
    ignoring = evaluate(from_nothing, inputs, state, parameters)[0]
    from_zeros = evaluate(network, inputs, [torch.zeros_like(value) for value in state], parameters)[0]
    assert torch.equal(torch.stack(ignoring), torch.stack(from_zeros))


def test_concatenation_puts_columns_side_by_side():
    outputs, run = in_place_of_y(e.concat(e.Ref("H"), e.Ref("H", -1)))
    assert torch.equal(outputs[1], torch.cat([run.value("H", 1), run.value("H", 0)], dim=1))  # (B, 2H)


def test_a_node_without_a_value_is_a_type_error():
    with pytest.raises(TypeError, match="no value is defined for Expr"):
        in_place_of_y(e.Expr())


def test_a_withheld_reference_meets_who_asks_for_it_with_the_refusal():
    inputs, state, parameters = draw(GRU)
    with pytest.raises(PermissionError, match="not now"), withheld(PermissionError("not now")):
        evaluate(GRU, inputs, state, parameters)
    assert len(evaluate(GRU, inputs, state, parameters)[0]) == len(inputs)
