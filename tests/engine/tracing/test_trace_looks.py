"""A placeholder that is looked at, changed or kept has its value."""

import copy
import io
import weakref

import numpy as np
import pytest
import torch

from course_utils.data.batches import to_onehot
from course_utils.engine.tracing.trace import Trace
from course_utils.training.failures import TrainingFailed
from course_utils.training.learners import FromScratch
from tests.engine.test_intercept import case
from tests.engine.tracing.minibatches import (
    ALL,
    ONLY_THE_FIRST,
    B,
    H,
    T,
    V,
    assert_same_for_three_minibatches,
    minibatch,
    run,
    showing,
)


class Reversed(torch.autograd.Function):
    @staticmethod
    def forward(ctx, scores):
        return scores.flip(1)

    @staticmethod
    def backward(ctx, G):
        return G.flip(1) * 2


class Pair(tuple):
    pass


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


def test_shapes_may_be_asked_for_while_scores_are_placeholders():
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


def test_an_error_leaves_no_placeholder_behind():
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
    with pytest.raises(TrainingFailed, match="mine") as caught:
        learner.step(X, X)
    assert isinstance(caught.value.__cause__, KeyError) and caught.value.__cause__.__context__ is None
