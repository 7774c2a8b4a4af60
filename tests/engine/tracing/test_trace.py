"""A network that is written down and computed at the end has the values and gradients of one run step by step."""

import copy
import io
import math
import weakref
from itertools import count

import from_scratch
import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from torch.fx.experimental.proxy_tensor import make_fx
from torch.utils._python_dispatch import TorchDispatchMode

from course_utils.data.batches import to_onehot
from course_utils.engine.intercept import TraceFailed, TracingMode
from course_utils.engine.running.buffers import Memory
from course_utils.engine.tracing.trace import Trace
from course_utils.training.learners import FromScratch
from tests.engine.test_intercept import STYLES, Products, case

T, B, V, H = 5, 3, 7, 4


def run(rnn, X, state, params, V, trace):
    """Joined scores, outputs and state; and whether the trace was used to the end."""
    inputs = [matrix.to(params[0].dtype) for matrix in to_onehot(X, V)]
    try:
        with TracingMode(inputs, X.T, trace, state) as mode:
            outputs, after = rnn(inputs, state, params)
        return mode.scores(outputs, after), outputs, after, mode.is_tracing
    except TraceFailed:
        return run(rnn, X, state, params, V, None)


def minibatch(rnn, X, state, params, weights, trace=None):
    """Joined outputs, state and all gradients, dense without a trace; and whether the trace was used."""
    for param in params:
        param.grad = None
    if trace is None:
        inputs = [matrix.to(weights.dtype) for matrix in to_onehot(X, weights.shape[-1])]
        outputs, after = rnn(inputs, state, params)
        scores, is_traced = torch.cat(list(outputs)), False
    else:
        scores, outputs, after, is_traced = run(rnn, X, state, params, weights.shape[-1], trace)
    (scores * weights.flatten(0, 1)).sum().backward()  # the trainer carries the state on without its graph
    gradients = [torch.full_like(p, math.nan) if p.grad is None else p.grad for p in params]
    return [scores, *outputs, *after, *gradients], is_traced


def assert_same_for_three_minibatches(rnn, params, num_states=1, seed=0, begin=lambda number: None):
    """Each after the other, with parameters that go on changing, as in training. Returns which were written down."""
    ours = [param.detach().clone().requires_grad_() for param in params]
    theirs = [param.detach().clone().requires_grad_() for param in params]
    trace, traced = Trace(), []
    for number in range(3):
        X, H_0, _, weights = case(T, B, V, H, torch.float64, seed + number)
        state = (H_0,) * num_states
        begin(number)
        quick, is_traced = minibatch(rnn, X, state, ours, weights, trace)
        dense, _ = minibatch(rnn, X, state, theirs, weights)
        for left, right in zip(quick + ours, dense + theirs, strict=True):
            torch.testing.assert_close(left, right, rtol=1e-9, atol=1e-9, equal_nan=True)
        with torch.no_grad():
            for param in (*ours, *theirs):
                param.mul_(0.9)
        traced.append(is_traced)
    return traced


@pytest.mark.parametrize("rnn", STYLES.values(), ids=STYLES.keys())
def test_values_and_gradients_are_those_of_dense_matrices_in_the_minibatches_that_follow(rnn):
    assert_same_for_three_minibatches(rnn, case(T, B, V, H, torch.float64, 0)[2])


ALL, ONLY_THE_FIRST = [True, True, True], [True, False, False]

GATED = [
    pytest.param("gru", 1, 2, id="gru"),
    pytest.param("gru_reset_after", 1, 1, id="gru, reset after"),
    pytest.param("lstm", 2, 1, id="lstm"),
]


def gated(name):
    params = getattr(from_scratch, f"{name.split('_')[0]}_params")(V, H, None)
    return getattr(from_scratch, name), [(100 * param).detach().double() for param in params]


@pytest.mark.parametrize("name, num_states, _", GATED)
def test_a_gated_network_is_traced(name, num_states, _):
    assert assert_same_for_three_minibatches(*gated(name), num_states) == ALL


@pytest.mark.parametrize("name, num_states, at_each_step", GATED)
def test_a_step_has_one_product_for_all_gates_of_one_operand_and_none_for_the_scores(name, num_states, at_each_step):
    rnn, params = gated(name)
    params = [param.requires_grad_() for param in params]
    X, H_0, _, weights = case(T, B, V, H, torch.float64, 0)
    with Products() as products:
        minibatch(rnn, X, (H_0,) * num_states, params, weights, Trace())
    forward, backward, for_weights, scores = at_each_step * T, at_each_step * T, at_each_step, 3
    assert len(products.made) == forward + backward + for_weights + scores


class Reversed(torch.autograd.Function):
    @staticmethod
    def forward(ctx, scores):
        return scores.flip(1)

    @staticmethod
    def backward(ctx, G):
        return G.flip(1) * 2


class Pair(tuple):
    pass


def showing(look):
    """A network that shows the product and the score of each step to `look`."""

    def rnn(inputs, state, params):
        W_xh, W_hh, b_h, W_hq, b_q = params
        (H,), outputs = state, []
        for X in inputs:
            H = torch.tanh(X @ W_xh + H @ W_hh + b_h)
            product = H @ W_hq
            outputs.append(product + b_q)
            look(product, outputs[-1])
        return outputs, (H,)

    return rnn


LOOKS = {
    "as text": repr,
    "NumPy": lambda o, H, W, b: o.detach().numpy().copy(),
    "an array": lambda o, H, W, b: np.asarray(o.detach()),
    "a number": lambda o, H, W, b: o[0, 1].item(),
    "a list": lambda o, H, W, b: o.tolist(),
    "likeliest": lambda o, H, W, b: o.argmax(1),
    "without gradient": lambda o, H, W, b: torch.no_grad()(torch.softmax)(o, 1),
    "in a list": lambda o, H, W, b: torch.cat([o, o]),
    "in a tuple of its own kind": lambda o, H, W, b: torch.stack(Pair([o, o])),
    "by keyword": lambda o, H, W, b: torch.softmax(input=o, dim=1),
    "in lists by keyword": lambda o, H, W, b: torch.cat(tensors=[o, o]),
    "in einsum": lambda o, H, W, b: torch.einsum("bv,bv->b", o, o),
    "multiplied again": lambda o, H, W, b: o @ W.T,
    "with the bias again": lambda o, H, W, b: o + b,
    "added to itself": lambda o, H, W, b: o + o,
    "mapped": lambda o, H, W, b: torch.vmap(torch.sin)(o),
    "copied": lambda o, H, W, b: copy.deepcopy(o.detach()),
    "saved": lambda o, H, W, b: torch.save(o, io.BytesIO()),
    "transposed": lambda o, H, W, b: o.T.contiguous(),
    "a function of one's own": lambda o, H, W, b: Reversed.apply(o),
    "compiled": lambda o, H, W, b: torch.compile(torch.sin, backend="eager")(o),
    "data": lambda o, H, W, b: o.data.clone(),
    "memory": lambda o, H, W, b: o.data_ptr() and o.clone(),
}


def sometimes(at_step, change):
    """A network that does something with one step's score in the second minibatch, and not in the first."""
    seen, calls = [], []

    def rnn(inputs, state, params):
        W_xh, W_hh, b_h, W_hq, b_q = params
        (H,), outputs = state, []
        calls.append(None)
        for t, X in enumerate(inputs):
            H = torch.tanh(X @ W_xh + H @ W_hh + b_h)
            output = H @ W_hq + b_q
            if len(calls) > 2 and t == at_step:  # the network runs twice a minibatch: quickly and densely
                output = change(output, H, W_hq, b_q, seen)
            outputs.append(output)
        return outputs, (H,)

    return rnn, seen


@pytest.mark.parametrize("at_step", [0, T - 1])
@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS.keys())
def test_a_score_that_is_looked_at_has_its_value(look, at_step):
    def change(output, H, W, b, seen):
        seen.append(look(output) if look is repr else look(output, H, W, b))
        return output

    rnn, seen = sometimes(at_step, change)
    assert_same_for_three_minibatches(rnn, case(T, B, V, H, torch.float64, 0)[2])
    for ours, theirs in zip(seen[::2], seen[1::2], strict=True):
        if look is repr:
            assert ours.splitlines()[0] == theirs.splitlines()[0] and "nan" not in ours
        elif isinstance(theirs, torch.Tensor):
            torch.testing.assert_close(ours, theirs)
        elif theirs is not None:
            np.testing.assert_allclose(ours, theirs)


@torch.no_grad()
def changed_weight(output, H, W, b, seen):
    W.mul_(2)
    return output


def changed_weight_data(output, H, W, b, seen):
    W.data.mul_(2)
    return output


@torch.no_grad()
def changed_bias(output, H, W, b, seen):
    b.add_(1)
    return output


def in_place(output, H, W, b, seen):
    return output.mul_(2).add_(b)


def a_view_in_place(output, H, W, b, seen):
    output[0].zero_()
    return output


def hooked(output, H, W, b, seen):
    output.register_hook(lambda G: G * 3)
    return output


def hooked_by_its_node(output, H, W, b, seen):
    output.grad_fn.register_hook(lambda into, out: seen.append(out))
    return output


def cut_off(output, H, W, b, seen):
    return output.detach_()


def replaced(output, H, W, b, seen):
    return output * 1


def scaled_by_a_function(output, H, W, b, seen):
    return Reversed.apply(output)


def without_bias(output, H, W, b, seen):
    return H @ W


def another_bias(output, H, W, b, seen):
    return H @ W + b * 2


def both_with_and_without(output, H, W, b, seen):
    product = H @ W
    total = product + b
    return total + product


def bias_without_gradient(output, H, W, b, seen):
    with torch.no_grad():
        total = H @ W + b
    product = H @ W
    with torch.no_grad():
        again = product + b
    return output + total + again


def a_gradient_at_once(output, H, W, b, seen):
    seen.append(torch.autograd.grad((output**2).sum(), W, retain_graph=True))
    return output


@pytest.mark.parametrize("at_step", [0, T - 1])
@pytest.mark.parametrize(
    "change",
    [in_place, a_view_in_place, hooked, hooked_by_its_node, cut_off, replaced, scaled_by_a_function, without_bias,
     another_bias, both_with_and_without, bias_without_gradient, a_gradient_at_once],
    ids=lambda change: change.__name__,
)  # fmt: skip
def test_a_score_that_is_changed_is_changed_as_it_is_written(change, at_step):
    rnn, _ = sometimes(at_step, change)
    assert_same_for_three_minibatches(rnn, case(T, B, V, H, torch.float64, 0)[2])


@pytest.mark.parametrize("change", [changed_weight, changed_weight_data, changed_bias], ids=lambda c: c.__name__)
def test_a_score_is_of_the_weights_at_its_step(change):
    rnn, _ = sometimes(2, change)
    params = case(T, B, V, H, torch.float64, 0)[2]
    copies = [[param.detach().clone().requires_grad_() for param in params] for _ in range(2)]
    trace = Trace()
    for number in range(2):
        X, H_0, _, _ = case(T, B, V, H, torch.float64, number)
        scores, *_ = run(rnn, X, (H_0,), copies[0], V, trace)
        dense, _ = rnn([matrix.double() for matrix in to_onehot(X, V)], (H_0,), copies[1])
        torch.testing.assert_close(scores, torch.cat(dense))


@pytest.mark.parametrize("name, num_states, _", GATED)
def test_gates_are_of_the_weights_at_their_step_and_of_the_last_in_the_backward_pass(name, num_states, _):
    """As the dense ones are, whose weights are not copied either."""
    plain, params = gated(name)
    calls = []

    def rnn(inputs, state, params):
        calls.append(None)
        if len(calls) <= 2:
            return plain(inputs, state, params)
        first, state = plain(inputs[:2], state, params)
        params[4].data.mul_(2)
        last, state = plain(inputs[2:], state, params)
        return first + last, state

    assert_same_for_three_minibatches(rnn, params, num_states)


def test_a_state_changed_in_place_is_an_error_as_it_is_without_a_trace():
    def rnn(inputs, state, params):
        W_xh, W_hh, b_h, W_hq, b_q = params
        (H,), outputs = state, []
        for X in inputs:
            H = X @ W_xh + H @ W_hh + b_h
            outputs.append(H @ W_hq + b_q)
        H.mul_(2)
        return outputs, (H,)

    params = [param.detach().clone().requires_grad_() for param in case(T, B, V, H, torch.float64, 0)[2]]
    X, H_0, _, weights = case(T, B, V, H, torch.float64, 0)
    for trace in (Trace(), None):
        with pytest.raises(RuntimeError, match="modified by an inplace operation"):
            minibatch(rnn, X, (H_0,), params, weights, trace)


@torch.jit.script
def doubled(x):
    return x * 2


@torch.jit.script
def shrunk(x):
    return x.data.mul_(0.5)


def test_what_scripted_code_reads_is_there():
    seen = []
    rnn = showing(lambda product, score: seen.append(doubled(score).sum()))
    assert assert_same_for_three_minibatches(rnn, case(T, B, V, H, torch.float64, 0)[2]) == [False] * 3
    assert not torch.stack(seen).isnan().any()


def test_what_scripted_code_changes_is_used_as_it_was_before():
    rnn, _ = sometimes(2, lambda output, H, W, b, seen: (shrunk(W), output)[1])
    assert assert_same_for_three_minibatches(rnn, case(T, B, V, H, torch.float64, 0)[2]) == ONLY_THE_FIRST


def test_shapes_may_be_asked_for_while_scores_are_blank():
    def change(output, H, W, b, seen):
        assert output.shape == (B, V) and output.dtype is torch.float64 and len(output) == B
        return output

    rnn, _ = sometimes(1, change)
    assert assert_same_for_three_minibatches(rnn, case(T, B, V, H, torch.float64, 0)[2]) == ALL


@pytest.mark.parametrize("keep", [lambda product, score: score, lambda product, score: product])
def test_results_that_a_student_keeps_have_their_values_and_graphs(keep):
    kept = []
    rnn = showing(lambda product, score: kept.append(keep(product, score)))
    assert_same_for_three_minibatches(rnn, case(T, B, V, H, torch.float64, 0)[2])
    for number in range(3):
        ours, theirs = kept[2 * number * T :][:T], kept[(2 * number + 1) * T :][:T]
        for left, right in zip(ours, theirs, strict=True):
            torch.testing.assert_close(left, right)
            assert left.requires_grad and left.grad_fn is not None


def test_what_a_student_keeps_outlasts_the_minibatches_that_follow():
    rnn, params = gated("lstm")
    params = [param.requires_grad_() for param in params]
    trace, kept, copies = Trace(), [], []
    for number in range(3):
        X, H_0, _, weights = case(T, B, V, H, torch.float64, number)
        values, is_traced = minibatch(rnn, X, (H_0, H_0), params, weights, trace)
        assert is_traced
        kept += values
        copies += [value.detach().clone() for value in values]
        for param in params:
            param.grad = None
    assert all(torch.equal(value, copy) for value, copy in zip(kept, copies, strict=True))


def test_memory_is_not_shared_with_a_minibatch_whose_gradient_is_still_to_come():
    rnn, params = gated("gru")
    params = [param.requires_grad_() for param in params]
    trace, scores = Trace(), []
    for number in range(2):
        X, H_0, _, _ = case(T, B, V, H, torch.float64, number)
        scores.append(run(rnn, X, (H_0,), params, V, trace)[0])
    for number in range(2):
        late = torch.autograd.grad(scores[number].sum(), params)
        X, H_0, _, _ = case(T, B, V, H, torch.float64, number)
        run(rnn, X, (H_0,), params, V, trace)
        expected = torch.autograd.grad(run(rnn, X, (H_0,), params, V, None)[0].sum(), params)
        torch.testing.assert_close(late, expected)


@pytest.mark.parametrize("name, num_states, _", GATED)
def test_gradients_are_the_same_when_they_are_asked_for_again(name, num_states, _):
    rnn, params = gated(name)
    params, trace = [param.requires_grad_() for param in params], Trace()
    for number in range(3):
        X, H_0, _, weights = case(T, B, V, H, torch.float64, number)
        scores = run(rnn, X, (H_0,) * num_states, params, V, trace)[0]
        objective = (scores * weights.flatten(0, 1)).sum()
        first, second = (torch.autograd.grad(objective, params, retain_graph=keep) for keep in (True, False))
        torch.testing.assert_close(first, second, rtol=0, atol=0)


def test_a_backward_pass_that_was_interrupted_gives_no_gradients_afterwards(monkeypatch):
    def interrupted(memory, program, times):
        run_all(memory, program, list(times)[:2])
        raise KeyboardInterrupt

    def rnn(inputs, state, params):
        (S,), (W, U, b), outputs = state, params, []
        for X in inputs:
            S = torch.tanh(X @ W + S @ U + b)
            outputs.append(S)
        return outputs, (S,)

    params = [torch.randn(shape, dtype=torch.float64).requires_grad_() for shape in ((V, V), (V, V), (V,))]
    X, _, _, _ = case(T, B, V, H, torch.float64, 0)
    scores = run(rnn, X, (torch.ones(B, V, dtype=torch.float64),), params, V, Trace())[0]
    run_all = Memory.run
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Memory, "run", interrupted)
        scores.sum().backward()
    with pytest.raises(RuntimeError, match="interrupted"):
        scores.sum().backward()


def test_memory_is_not_shared_with_a_minibatch_whose_gradient_may_be_asked_for_again():
    def rnn(inputs, state, params):
        (S,), (W, U, b), outputs = state, params, []
        for X in inputs:
            S = torch.tanh(X @ W + S @ U + b)
            outputs.append(S + b)  # no product after the loop, which would notice
        return outputs, (S,)

    draw = torch.Generator().manual_seed(0)
    params = [torch.randn(shape, generator=draw).double().requires_grad_() for shape in ((V, V), (V, V), (V,))]
    X, _, _, _ = case(T, B, V, H, torch.float64, 0)
    trace, state = Trace(), (torch.ones(B, V, dtype=torch.float64),)
    scores = run(rnn, X, state, params, V, trace)[0]
    first = torch.autograd.grad(scores.sum(), params, retain_graph=True)
    run(rnn, X.flip(1), state, params, V, trace)
    torch.testing.assert_close(torch.autograd.grad(scores.sum(), params), first)


def test_a_score_that_is_the_state_too_is_carried_on():
    def rnn(inputs, state, params):
        (score,), (W_xh, W_hq, W_qh), outputs = state, params, []
        for X in inputs:
            H = torch.tanh(X @ W_xh + score @ W_qh)
            score = H @ W_hq
            outputs.append(score)
        return outputs, (score,)

    def learner(params):
        return FromScratch(
            rnn, params, lambda rows, *_: (torch.ones(rows, V),), V, None, [], {}, V, False, 0.1, 1.0
        )  # fmt: skip

    draw = torch.Generator().manual_seed(0)
    params = [torch.randn(shape, generator=draw).requires_grad_() for shape in ((V, H), (H, V), (V, H))]
    ours = learner(params)
    theirs = learner([param.detach().clone().requires_grad_() for param in params])
    for number in range(3):
        theirs.network.is_tracing = False  # step by step
        X = case(T, B, V, H, torch.float32, number)[0]
        torch.testing.assert_close(ours.step(X, X), theirs.step(X, X))
        torch.testing.assert_close(ours.state, theirs.state)
    assert ours.network.is_tracing


def test_an_error_leaves_no_blank_score_behind():
    kept = []

    def change(output, H, W, b, seen):
        kept.append(output)
        raise KeyError

    rnn, _ = sometimes(2, change)
    params = [param.detach().clone().requires_grad_() for param in case(T, B, V, H, torch.float64, 0)[2]]
    X, H_0, _, weights = case(T, B, V, H, torch.float64, 0)
    trace = Trace()
    for _ in range(2):
        assert minibatch(rnn, X, (H_0,), params, weights, trace)[1]
    with pytest.raises(KeyError):
        minibatch(rnn, X, (H_0,), params, weights, trace)
    assert not kept[0].isnan().any()


def test_outputs_in_another_order_or_of_fewer_steps_are_joined_as_they_are():
    calls = []

    def rnn(inputs, state, params):
        outputs, state = STYLES["functions"](inputs, state, params)
        calls.append(None)
        return (list(reversed(outputs)) if len(calls) > 2 else outputs), state

    assert assert_same_for_three_minibatches(rnn, case(T, B, V, H, torch.float64, 0)[2])[0]


def test_nothing_of_a_minibatch_is_kept_alive():
    rnn, params = STYLES["functions"], case(T, B, V, H, torch.float64, 0)[2]
    trace = Trace()
    for number in range(2):
        X, H_0, _, weights = case(T, B, V, H, torch.float64, number)
        values, is_traced = minibatch(rnn, X, (H_0,), params, weights, trace)
        assert is_traced
        kept = [weakref.ref(value) for value in values[: T + 1]]
        del values
        assert [reference() for reference in kept] == [None] * (T + 1)


def test_what_a_function_computes_of_its_weights_is_not_kept_alive():
    computed = []

    def rnn(inputs, state, params):
        shrunk = [param * 0.9 for param in params]
        computed.append(weakref.ref(shrunk[0]))
        return STYLES["functions"](inputs, state, shrunk)

    params, trace = case(T, B, V, H, torch.float64, 0)[2], Trace()
    for number in range(3):
        X, H_0, _, weights = case(T, B, V, H, torch.float64, number)
        assert minibatch(rnn, X, (H_0,), params, weights, trace)[1]
        assert computed.pop()() is None


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


def network_of(cell):
    """A network whose next state is `cell(X, H, W_xh, W_hh, b_h)`."""

    def rnn(inputs, state, params):
        W_xh, W_hh, b_h, W_hq, b_q = params
        (H,), outputs = state, []
        for X in inputs:
            H = cell(X, H, W_xh, W_hh, b_h)
            outputs.append(H @ W_hq + b_q)
        return outputs, (H,)

    return rnn


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


def with_hooks(A):
    with torch.autograd.graph.saved_tensors_hooks(lambda value: value / 2, lambda value: value):
        return torch.tanh(A)


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


class Changing:
    """A network that has another cell in its second minibatch, from its second step on."""

    def __init__(self, usual, other):
        self.usual, self.other, self.number = usual, other, 0

    def begin(self, number):
        self.number = number

    def __call__(self, inputs, state, params):
        steps = count()
        cells = lambda *operands: (self.other if self.number == 1 and next(steps) else self.usual)(*operands)  # noqa: E731
        return network_of(cells)(inputs, state, params)


def changed_in_place(X):
    X[0] = 0.5
    return X


def without_gradient(H, U):
    with torch.no_grad():
        return H @ U


OTHERS = {
    "another weight": lambda X, H, W, U, b: torch.tanh(X @ W + (H * b) @ U + b),
    "another operand": lambda X, H, W, U, b: torch.tanh(X @ W + H @ U + H),
    "another operation": lambda X, H, W, U, b: torch.tanh(X @ W + H @ U - b),
    "one call more": lambda X, H, W, U, b: torch.tanh(X @ W + H @ U + b) * 0.5,
    "one call less": lambda X, H, W, U, b: X @ W + H @ U + b,
    "operands exchanged": lambda X, H, W, U, b: torch.tanh(H @ U + X @ W + b),
    "a call that is not written down": lambda X, H, W, U, b: torch.relu(X @ W + H @ U + b),
    "an input changed in place": lambda X, H, W, U, b: torch.tanh(changed_in_place(X) @ W + H @ U + b),
    "no gradient": lambda X, H, W, U, b: torch.tanh(X @ W + without_gradient(H, U) + b),
    "hooks": lambda X, H, W, U, b: with_hooks(X @ W + H @ U + b),
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS.keys())
def test_what_is_different_in_one_minibatch_is_noticed(other):
    network = Changing(lambda X, H, W, U, b: torch.tanh(X @ W + H @ U + b), other)
    assert_same_for_three_minibatches(network, case(T, B, V, H, torch.float64, 0)[2], begin=network.begin)


@pytest.mark.parametrize("at_first", [True, False])
def test_an_input_that_is_changed_among_calls_that_come_again_is_noticed(at_first):
    """Some of the others are compared with the last minibatch's, and some are written down anew."""

    class Network(Changing):
        def __call__(self, inputs, state, params):
            def changing():
                for t, X in enumerate(inputs):
                    if self.number > 0 and t == (0 if at_first else T - 1):
                        X.mul_(0.5)
                    yield X

            return network_of(self.usual)(changing(), state, params)

    network = Network(lambda X, H, W, U, b: torch.tanh(X @ W + torch.einsum("bh,hk->bk", H, U) + b), None)
    assert_same_for_three_minibatches(network, case(T, B, V, H, torch.float64, 0)[2], begin=network.begin)


@pytest.mark.parametrize("columns", [[0, 2], [0, 1, 2, 3, 0]])
def test_weights_may_change_their_shape_between_minibatches(columns):
    """As when hidden units are taken away, or more are added."""

    def rnn(inputs, state, params):
        W, A, U, b, W_hq = params
        (S,), outputs = state, []
        for X in inputs:
            S = torch.tanh(torch.tanh(X @ W + S @ A + b) @ U)
            outputs.append(S @ W_hq)
        return outputs, (S,)

    shapes = ((V, H), (H, H), (H, H), (H,), (H, V))
    params, trace = [torch.randn(shape).double().requires_grad_() for shape in shapes], Trace()
    for number in range(4):
        if number == 2:
            W, A, U, b, _ = params
            W.data, A.data, U.data, b.data = W.data[:, columns], A.data[:, columns], U.data[columns], b.data[columns]
        X, H_0, _, weights = case(T, B, V, H, torch.float64, number)
        quick, is_traced = minibatch(rnn, X, (H_0,), params, weights, trace)
        torch.testing.assert_close(quick, minibatch(rnn, X, (H_0,), params, weights)[0])
        assert is_traced
        del quick  # torch lets no weight change its shape that a graph is there for


def test_an_error_in_one_minibatch_changes_nothing_in_the_next():
    def fail(*_):
        raise KeyError

    network, trace = Changing(lambda X, H, W, U, b: torch.tanh(X @ W + H @ U + b), fail), Trace()
    params = [param.detach().clone().requires_grad_() for param in case(T, B, V, H, torch.float64, 0)[2]]
    for number in range(4):
        X, H_0, _, weights = case(T, B, V, H, torch.float64, number)
        network.begin(number)
        if number == 1:
            with pytest.raises(KeyError):
                minibatch(network, X, (H_0,), params, weights, trace)
        else:
            quick, is_traced = minibatch(network, X, (H_0,), params, weights, trace)
            torch.testing.assert_close(quick, minibatch(network, X, (H_0,), params, weights)[0])
            assert is_traced


@pytest.mark.parametrize("sizes", [(T, B + 1), (T + 1, B), (2, 1)])
def test_minibatches_may_change_their_size(sizes):
    rnn, params = gated("lstm")
    params, trace = [param.requires_grad_() for param in params], Trace()
    for num_steps, rows in ((T, B), sizes, sizes, (T, B)):
        X, H_0, _, weights = case(num_steps, rows, V, H, torch.float64, rows)
        quick, is_traced = minibatch(rnn, X, (H_0, H_0 * 2), params, weights, trace)
        torch.testing.assert_close(quick, minibatch(rnn, X, (H_0, H_0 * 2), params, weights)[0])
        assert is_traced


def test_memory_that_numpy_changes_between_steps_is_read_at_each():
    memory = np.zeros((B, H))
    mask = torch.from_numpy(memory)

    def rnn(inputs, state, params):
        W_xh, W_hh, b_h, W_hq, b_q = params
        (H,), outputs = state, []
        for t, X in enumerate(inputs):
            memory[:] = t
            H = torch.tanh(X @ W_xh + H @ W_hh + b_h + mask)
            outputs.append(H @ W_hq + b_q)
        return outputs, (H,)

    assert_same_for_three_minibatches(rnn, case(T, B, V, H, torch.float64, 0)[2])


def test_a_weight_that_is_replaced_in_place_is_the_new_one_in_linear():
    def rnn(inputs, state, params):
        W_xh, W_hh, b_h, W_hq, b_q = params
        (H,), outputs = state, []
        for X in inputs:
            H = torch.tanh(X @ W_xh + torch.nn.functional.linear(H.detach(), W_hh, b_h))
            outputs.append(H @ W_hq + b_q)
            W_hh.data = W_hh.data * 0.5
        return outputs, (H,)

    assert_same_for_three_minibatches(rnn, case(T, B, V, H, torch.float64, 0)[2])


def test_a_state_that_is_a_gate_is_not_overwritten_in_the_next_minibatch():
    def rnn(inputs, state, params):
        W_xh, W_hh, b_h, W_hq, b_q = params
        (C, G), outputs = state, []
        first = G
        for X in inputs:
            G = torch.tanh(X @ W_xh + C @ W_hh + b_h)
            C = C * 0.5 + G * first
            outputs.append(C @ W_hq + b_q)
        return outputs, (C, G)

    def learner(trace):
        params = [param.detach().float().requires_grad_() for param in case(T, B, V, H, torch.float64, 0)[2]]
        start = lambda rows, *_: (torch.ones(rows, H), torch.ones(rows, H))  # noqa: E731
        ours = FromScratch(rnn, params, start, H, None, [], {}, V, False, 0.1, 1.0)
        ours.network.is_tracing = trace is not None
        return ours

    ours, theirs = learner(Trace()), learner(None)
    for number in range(3):
        X = case(T, B, V, H, torch.float32, number)[0]
        torch.testing.assert_close(ours.step(X, X), theirs.step(X, X))
        torch.testing.assert_close(ours.state, theirs.state)
    assert ours.network.is_tracing


def test_what_no_score_depends_on_has_no_gradient_and_spoils_none():
    def rnn(inputs, state, params):
        W_xh, W_hh, b_h, W_hq, b_q, W_xs, W_hs = params
        (H, S), outputs = state, []
        for X in inputs:
            S = (X @ W_xs + H @ W_hs + S) * 1e200
            H = torch.tanh(X @ W_xh + H @ W_hh + b_h)
            outputs.append(H @ W_hq + b_q)
        return outputs, (H, S)

    params = [*case(T, B, V, H, torch.float64, 0)[2], *(torch.randn(size, H, dtype=torch.float64) for size in (V, H))]
    assert assert_same_for_three_minibatches(rnn, params, num_states=2) == ALL


def test_kept_results_can_be_changed_in_place_and_keep_no_more_than_themselves():
    rnn, params = gated("gru")
    params = [param.requires_grad_() for param in params]
    X, H_0, _, _ = case(T, B, V, H, torch.float64, 0)
    kept = []

    def keeping(*arguments):
        outputs, state = rnn(*arguments)
        kept.extend([outputs[1], *state])
        return outputs, state

    *_, is_traced = run(keeping, X, (H_0,), params, V, Trace())
    assert is_traced
    for tensor in kept:
        tensor.mul_(2).detach_()
        assert tensor.untyped_storage().nbytes() == tensor.nbytes


def test_a_weak_reference_ends_with_the_minibatch():
    references = []
    rnn = showing(lambda product, score: references.append(weakref.ref(product)))
    assert_same_for_three_minibatches(rnn, case(T, B, V, H, torch.float64, 0)[2])
    assert all(reference() is None for reference in references)


def test_a_students_error_is_the_only_one_that_is_shown():
    def rnn(inputs, state, params):
        torch.func.vmap(torch.sin)(inputs[0] @ params[0])
        raise KeyError("mine")

    params = [param.detach().requires_grad_() for param in case(T, B, V, H, torch.float32, 0)[2]]
    learner = FromScratch(rnn, params, lambda rows, *_: (torch.ones(rows, H),), H, None, [], {}, V, False, 0.1, 1.0)
    X = case(T, B, V, H, torch.float32, 0)[0]
    with pytest.raises(KeyError, match="mine") as caught:
        learner.step(X, X)
    assert caught.value.__context__ is None


@pytest.mark.cuda
@pytest.mark.parametrize("name, num_states, _", GATED)
def test_on_a_gpu_it_learns_the_same(name, num_states, _):
    rnn, params = gated(name)
    losses = []
    for device in ("cpu", "cuda"):
        ours = [param.float().to(device).requires_grad_() for param in params]
        start = lambda rows, *_, device=device: (torch.zeros(rows, H, device=device),) * num_states  # noqa: E731
        learner = FromScratch(rnn, ours, start, H, device, [], {}, V, False, 0.1, 1.0)
        X = [case(T, B, V, H, torch.float32, number)[0].to(device) for number in range(3)]
        losses.append([learner.step(minibatch, minibatch).item() for minibatch in X])
        assert learner.network.is_tracing
    np.testing.assert_allclose(*losses, rtol=1e-4)
