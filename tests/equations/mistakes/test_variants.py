"""Variants are called by their names and sources; a line that is missing is the simplest story."""

from __future__ import annotations

import pytest
import torch

from course_utils.equations import BIRNN, GRU, LSTM, NETWORKS, edits, evaluate
from course_utils.equations.mistakes.variants import all_edits

T, B, V, H = 3, 2, 5, 4


def edit_of(network, sentence):
    return next(edit for edit in all_edits(network) if edit.sentence == sentence)


def values(network):
    generator = torch.Generator().manual_seed(0)
    inputs = [torch.nn.functional.one_hot(torch.randint(V, (B,), generator=generator), V).double() for _ in range(T)]
    state = [torch.randn(B, H, generator=generator).double() for _ in network.states]
    params = [torch.randn(shape, generator=generator).double() for shape in network.shapes(V, H).values()]
    return inputs, state, params


def lstm(inputs, state, params, look=lambda gate, C_old, C, W: gate):
    """The LSTM by hand; `look` adds a peephole to a gate's argument."""
    W_xi, W_hi, b_i, W_xf, W_hf, b_f, W_xo, W_ho, b_o, W_xc, W_hc, b_c, W_hq, b_q = params
    state_H, C = state
    outputs = []
    for X in inputs:
        old = C
        input_gate = torch.sigmoid(look(X @ W_xi + state_H @ W_hi + b_i, old, None, W_hi))
        forget_gate = torch.sigmoid(look(X @ W_xf + state_H @ W_hf + b_f, old, None, W_hf))
        C = forget_gate * C + input_gate * torch.tanh(X @ W_xc + state_H @ W_hc + b_c)
        output_gate = torch.sigmoid(look(X @ W_xo + state_H @ W_ho + b_o, old, C, W_ho))
        state_H = output_gate * torch.tanh(C)
        outputs.append(state_H @ W_hq + b_q)
    return [*outputs, state_H, C]


@pytest.mark.parametrize(
    "sentence, look",
    [
        (
            "every gate looks at the cell too, at C_{t−1}, the output gate at C_t: peepholes",
            lambda gate, old, C, W: gate + (old if C is None else C),
        ),
        ("every gate looks at the cell too, at C_{t−1}: peepholes", lambda gate, old, C, W: gate + old),
        (
            "every gate looks at the cell too, at C_{t−1}, the output gate at C_t, through the weights of H_{t−1}: "
            "peepholes",
            lambda gate, old, C, W: gate + (old if C is None else C) @ W,
        ),
        ("O_t looks at C_t too: a peephole", lambda gate, old, C, W: gate if C is None else gate + C),
    ],
    ids=["published", "all at the old cell", "through weights", "output gate alone"],
)
def test_peepholes_compute_what_they_say(sentence, look):
    edit, (inputs, state, params) = edit_of(LSTM, sentence), values(LSTM)
    outputs, final = evaluate(edit.network, inputs, state, params)
    for got, expected in zip([*outputs, *final], lstm(inputs, state, params, look), strict=True):
        torch.testing.assert_close(got, expected)
    assert "Gers and Schmidhuber 2000" in edit.convention


def test_the_minimal_gated_unit_is_one_gate_that_lets_the_new_in():
    edit = edit_of(
        GRU, "Z_t does the work of both gates: it resets and updates, and it lets the new in where Z_t keeps the old"
    )
    inputs, (state_H,), params = values(GRU)
    W_xz, W_hz, b_z, _, _, _, W_xh, W_hh, b_h, W_hq, b_q = params
    outputs, (final,) = evaluate(edit.network, inputs, [state_H], params)
    for X, output in zip(inputs, outputs, strict=True):
        gate = torch.sigmoid(X @ W_xz + state_H @ W_hz + b_z)
        state_H = (1 - gate) * state_H + gate * torch.tanh(X @ W_xh + (gate * state_H) @ W_hh + b_h)
        torch.testing.assert_close(output, state_H @ W_hq + b_q)
    torch.testing.assert_close(final, state_H)
    assert "Zhou et al. 2016" in edit.convention


@pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)
def test_a_missing_line_leaves_the_state_as_it_came_and_comes_first(network):
    missing = [edit for edit in all_edits(network) if edit.kind == "line missing"]
    inputs, state, params = values(network)
    final = evaluate(missing[-1].network, inputs, state, params)[1]
    assert all(torch.equal(*pair) for pair in zip(final, state, strict=True))
    assert edits(network)[0].kind == "line missing"


def test_an_average_over_the_rows_makes_them_equal():
    edit = edit_of(GRU, "H_t is averaged over the rows of the minibatch: each row is a text of its own")
    _, (final,) = evaluate(edit.network, *values(GRU))
    torch.testing.assert_close(final[0], final[1])


def test_a_clamped_cell_stays_between_its_bounds():
    edit = edit_of(LSTM, "C_t is clamped to −1 … 1, which the equation does not do")
    _, (_, cell) = evaluate(edit.network, *values(LSTM))
    assert float(cell.abs().max()) <= 1


def test_a_normalised_state_has_mean_zero():
    edit = edit_of(GRU, "H_t is layer-normalised")
    _, (final,) = evaluate(edit.network, *values(GRU))
    torch.testing.assert_close(final.mean(dim=1), torch.zeros(B, dtype=torch.float64))
    assert "Ba et al. 2016" in edit.convention


def test_a_backward_direction_adds_the_state_of_the_step_after():
    assert edit_of(BIRNN, "←H_{t+1} is added to the new ←H_t: a residual connection").changes
