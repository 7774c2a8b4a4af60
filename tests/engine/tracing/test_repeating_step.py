"""Any cell has the values and gradients that it has step by step."""

import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from torch.fx.experimental.proxy_tensor import make_fx
from torch.utils._python_dispatch import TorchDispatchMode

from tests.engine.test_intercept import case
from tests.engine.tracing.minibatches import ALL, B, H, T, V, assert_same_for_three_minibatches, network_of, with_hooks


def test_no_bias_is_an_output_layer_too():
    def rnn(inputs, state, params):
        W_xh, W_hh, b_h, W_hq, _ = params
        (H,), outputs = state, []
        for X in inputs:
            H = torch.tanh(X @ W_xh + H @ W_hh + b_h)
            outputs.append(H @ W_hq)
        return outputs, (H,)

    assert assert_same_for_three_minibatches(rnn, case(T, B, V, H, torch.float64, 0)[2]) == ALL


OPERATIONS = {
    "+": torch.add, "-": torch.sub, "*": torch.mul, "sigmoid": torch.sigmoid, "tanh": torch.tanh
}  # fmt: skip


@st.composite
def cells(draw):
    """Operations of a step, each with the numbers of its operands among all values so far, and the new states."""
    num_states, known = draw(st.integers(1, 2)), 6
    steps, number = [], num_states + known
    for _ in range(draw(st.integers(1, 12))):
        kind = draw(st.sampled_from([*OPERATIONS, "product", "product"]))
        steps.append(
            (kind, draw(st.integers(0, number - 1)), draw(st.integers(0, number - 1)), draw(st.integers(0, 2)))
        )
        number += 1
    recent = st.integers(max(0, number - 4), number - 1)
    return num_states, steps, [draw(recent) for _ in range(num_states)], draw(recent), draw(st.booleans())


A_LAYER_THAT_NO_SCORE_DEPENDS_ON = (
    2,
    [("+", 0, 0, 0), ("+", 0, 0, 0), ("+", 0, 0, 0), ("product", 2, 0, 0), ("+", 0, 0, 0), ("+", 0, 0, 0),
     ("+", 0, 11, 1), ("+", 0, 0, 0), ("+", 0, 0, 0), ("+", 1, 0, 0)],
    [14, 17], 17, False,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(cell=cells(), seed=st.integers(0, 1000))
@example(cell=A_LAYER_THAT_NO_SCORE_DEPENDS_ON, seed=0)
def test_any_cell_has_the_values_and_gradients_that_it_has_step_by_step(cell, seed):
    num_states, steps, ends, shown, late = cell

    def rnn(inputs, state, params):
        W_xa, W_xb, U, W, b, c, W_hq, b_q, mask = params
        outputs = []
        for X in inputs:
            values = [*state, X @ W_xa, X @ W_xb, b, mask, 0.5, 1]
            for kind, i, j, choice in steps:
                left, right = values[i], values[j]
                if not torch.is_tensor(left) or left.dim() < 2:
                    left = state[-1]
                if kind == "product":
                    values.append(left @ (U, W, W)[choice])
                elif kind in ("+", "-", "*"):
                    values.append(OPERATIONS[kind](*((left, right) if choice else (left, c))))
                else:
                    values.append(OPERATIONS[kind](left))
            matrices = [value if torch.is_tensor(value) and value.dim() == 2 else state[0] for value in values]
            before, state = state, tuple(torch.tanh(matrices[end]) for end in ends)
            outputs.append((before[0] if late else matrices[shown]) @ W_hq + b_q)
        return outputs, state

    draw = torch.Generator().manual_seed(seed)
    shapes = [(V, H), (V, H), (H, H), (H, H), (H,), (H,), (H, V), (V,), (B, H)]
    params = [torch.randn(shape, generator=draw, dtype=torch.float64) / 2 for shape in shapes]
    assert_same_for_three_minibatches(rnn, params, num_states, seed)


MIXTURES = {
    "as in a GRU": lambda Z, A, B: Z * A + (1 - Z) * B,
    "the other way round": lambda Z, A, B: (1 - Z) * B + Z * A,
    "factors exchanged": lambda Z, A, B: B * (1.0 - Z) + A * Z,
    "of a state and itself": lambda Z, A, B: Z * A + (1 - Z) * A,
    "of a gate and itself": lambda Z, A, B: Z * Z + (1 - Z) * B,
    "of another gate": lambda Z, A, B: Z * A + (1 - B) * A,
    "of a number": lambda Z, A, B: Z * 0.5 + (1 - Z) * B,
    "to less than one": lambda Z, A, B: Z * A + (0.5 - Z) * B,
    "with minus one": lambda Z, A, B: Z * A + (Z - 1) * B,
    "whose rest is used again": lambda Z, A, B: ((1 - Z) * B + Z * A) * (1 - Z),
    "by a difference": lambda Z, A, B: B + Z * (A - B),
    "of mixtures": lambda Z, A, B: Z * (B * A + (1 - B) * Z) + (1 - Z) * B,
}


@pytest.mark.parametrize("mixture", MIXTURES.values(), ids=MIXTURES.keys())
def test_a_mixture_is_what_it_says(mixture):
    def cell(X, H, W_xh, W_hh, b_h):
        A = H @ W_hh
        return torch.tanh(mixture(torch.sigmoid(X @ W_xh + A + b_h), H, torch.tanh(A)))

    rnn = network_of(cell)
    assert assert_same_for_three_minibatches(rnn, case(T, B, V, H, torch.float64, 0)[2]) == ALL


IN_MORE_THAN_ONE_PLACE = {
    "a state and itself": lambda X, H, W, U, b: torch.tanh((H + H) * 0.3 + X @ W + H @ U + b),
    "a lookup and itself": lambda X, H, W, U, b: (lambda x: torch.tanh(x + x + torch.sigmoid(H @ U)))(X @ W),
    "a lookup in a sum and a product": lambda X, H, W, U, b: (lambda x: torch.tanh(x + torch.sigmoid(H @ U)) + x * H)(
        X @ W
    ),
    "a gate and itself": lambda X, H, W, U, b: (lambda s: torch.tanh(s + s + X @ W))(torch.sigmoid(H @ U + b)),
    "a gate and its product": lambda X, H, W, U, b: (lambda s: torch.tanh(s @ U + X @ W) * s)(
        torch.sigmoid(X @ W + H @ U + b)
    ),
    "a product of gates": lambda X, H, W, U, b: (lambda p: torch.tanh(X @ W + p) * p)(torch.sigmoid(H @ U) * H),
    "two sums of one lookup": lambda X, H, W, U, b: (lambda x: torch.tanh(H @ U + x) * (torch.sigmoid(H) + x))(X @ W),
}


@pytest.mark.parametrize("cell", IN_MORE_THAN_ONE_PLACE.values(), ids=IN_MORE_THAN_ONE_PLACE.keys())
def test_what_is_used_in_more_than_one_place_has_the_sum_of_their_gradients(cell):
    assert assert_same_for_three_minibatches(network_of(cell), case(T, B, V, H, torch.float64, 0)[2]) == ALL


@pytest.mark.filterwarnings("error")
def test_infinities_come_and_go_without_a_word():
    """As in a training whose learning rate is too high."""

    def cell(X, H, W_xh, W_hh, b_h):
        return torch.tanh(X @ W_xh + H @ W_hh + torch.tanh(H * 1e200 * 1e200))

    assert assert_same_for_three_minibatches(network_of(cell), case(T, B, V, H, torch.float64, 0)[2]) == ALL


class Backwards(torch.autograd.Function):
    """Changes the sign of the gradient, and says that it has changed its input."""

    @staticmethod
    def forward(ctx, x):
        ctx.mark_dirty(x)
        return x

    @staticmethod
    def backward(ctx, G):
        return -G


class Halves(TorchDispatchMode):
    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        result = func(*args, **(kwargs or {}))
        return result / 2 if func is torch.ops.aten.mm.default else result


def halved(A):
    with Halves():
        return A @ torch.eye(H, dtype=A.dtype)


def looked_at(A):
    with torch.inference_mode():
        A.argmax(1)
    return A


ODD = {
    "a number more than a product": lambda X, H, W, U, b: torch.sigmoid(H @ U + 1) * H + torch.tanh(X @ W),
    "two numbers more": lambda X, H, W, U, b: torch.tanh(H @ U + 0.5 + 0.5) * (X @ W),
    "a number before": lambda X, H, W, U, b: torch.tanh(X @ W + (0.5 + H @ U)),
    "less than a number, not in the loop": lambda X, H, W, U, b: torch.tanh(H @ U) * (1 - torch.sigmoid(2 - X @ W)),
    "looked at without gradients": lambda X, H, W, U, b: torch.tanh(X @ W + looked_at(H @ U)),
    "a function that changes its input": lambda X, H, W, U, b: torch.tanh(X @ W + Backwards.apply(H @ U)),
    "a mode that changes products": lambda X, H, W, U, b: torch.tanh(X @ W + halved(H @ U)),
    "hooks that change what is saved": lambda X, H, W, U, b: with_hooks(X @ W + H @ U + b),
    "traced": lambda X, H, W, U, b: torch.jit.trace(lambda h: torch.tanh(h + 1) * h, (H.detach(),))(X @ W + H @ U),
    "traced with a weight": lambda X, H, W, U, b: make_fx(lambda h, u: torch.tanh(h @ u))(H, U)(X @ W + H, U),
    "of NumPy": lambda X, H, W, U, b: torch.tanh(X @ W + H @ U + torch.from_numpy(np.ones(b.shape))),
}


@pytest.mark.parametrize("cell", ODD.values(), ids=ODD.keys())
def test_odd_cells_are_what_they_say(cell):
    assert_same_for_three_minibatches(network_of(cell), case(T, B, V, H, torch.float64, 0)[2])
