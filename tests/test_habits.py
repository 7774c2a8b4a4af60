"""What the first minibatch has shown changes neither values nor gradients of the next ones, whatever they do."""

import copy
import io
import math
import weakref

import from_scratch
import numpy as np
import pytest
import torch
from test_products import STYLES, Products, case

from course_utils.batches import to_onehot
from course_utils.habits import Habits
from course_utils.learners import FromScratch
from course_utils.products import QuickProducts

T, B, V, H = 5, 3, 7, 4


def minibatch(rnn, X, state, params, weights, habits=None):
    """Joined outputs, state and all gradients; dense without habits."""
    for param in params:
        param.grad = None
    inputs = [matrix.to(weights.dtype) for matrix in to_onehot(X, weights.shape[-1])]
    if habits is None:
        outputs, after = rnn(inputs, state, params)
        scores = torch.cat(list(outputs))
    else:
        with QuickProducts(inputs, X.T, habits) as products:
            outputs, after = rnn(inputs, state, params)
        scores = products.joined(outputs)
    ((scores * weights.flatten(0, 1)).sum() + sum(part.sum() for part in after)).backward()
    gradients = [torch.full_like(p, math.nan) if p.grad is None else p.grad for p in params]
    return [scores, *outputs, *after, *gradients]


def assert_same_for_three_minibatches(rnn, params, num_states=1, seed=0):
    """Each after the other, with parameters that go on changing, as in training."""
    ours = [param.detach().clone().requires_grad_() for param in params]
    theirs = [param.detach().clone().requires_grad_() for param in params]
    habits = Habits(ours)
    for number in range(3):
        X, H_0, _, weights = case(T, B, V, H, torch.float64, seed + number)
        state = (H_0,) * num_states
        quick = minibatch(rnn, X, state, ours, weights, habits)
        dense = minibatch(rnn, X, state, theirs, weights)
        for left, right in zip(quick + ours, dense + theirs, strict=True):
            torch.testing.assert_close(left, right, rtol=1e-9, atol=1e-9, equal_nan=True)
        with torch.no_grad():
            for param in (*ours, *theirs):
                param.mul_(0.9)
    return habits


@pytest.mark.parametrize("rnn", STYLES.values(), ids=STYLES.keys())
def test_values_and_gradients_are_those_of_dense_matrices_in_the_minibatches_that_follow(rnn):
    assert_same_for_three_minibatches(rnn, case(T, B, V, H, torch.float64, 0)[2])


def positions(habits):
    return habits.snapshot()["gates"], habits.snapshot()["output_layer"]


GATED = [
    pytest.param("gru", 1, [[1, 4]], [9, 10], id="gru"),
    pytest.param("lstm", 2, [[1, 4, 7, 10]], [12, 13], id="lstm"),
]


def gated(name):
    params = getattr(from_scratch, f"{name}_params")(V, H, None)
    return getattr(from_scratch, name), [(100 * param).detach().double() for param in params]


@pytest.mark.parametrize("name, num_states, gates, layer", GATED)
def test_gates_and_output_layer_are_seen_in_the_first_minibatch(name, num_states, gates, layer):
    habits = assert_same_for_three_minibatches(*gated(name), num_states)
    assert positions(habits) == (gates, layer)


@pytest.mark.parametrize("name, num_states, _, layer", GATED)
def test_a_step_has_one_product_for_all_gates_of_one_state_and_none_for_the_scores(name, num_states, _, layer):
    rnn, params = gated(name)
    params = [param.requires_grad_() for param in params]
    habits = Habits(params)
    X, H_0, _, weights = case(T, B, V, H, torch.float64, 0)
    minibatch(rnn, X, (H_0,) * num_states, params, weights, habits)
    with Products() as products:
        minibatch(rnn, X, (H_0,) * num_states, params, weights, habits)
    at_each_step = 2 if name == "gru" else 1  # with the candidate, whose state is reset
    to_the_first_state = 1  # does not require a gradient
    forward, for_lefts, for_weights = at_each_step * T, at_each_step * T - to_the_first_state, at_each_step
    assert len(products.made) == forward + for_lefts + for_weights + 3  # and the scores, forward and twice backward


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
    habits = Habits(copies[0])
    for number in range(2):
        X, H_0, _, _ = case(T, B, V, H, torch.float64, number)
        inputs = [matrix.double() for matrix in to_onehot(X, V)]
        with QuickProducts(inputs, X.T, habits) as products:
            outputs, _ = rnn(inputs, (H_0,), copies[0])
        dense, _ = rnn(inputs, (H_0,), copies[1])
        torch.testing.assert_close(products.joined(outputs), torch.cat(dense))
    assert positions(habits)[1] == ([3, 4] if change is changed_weight_data else None)


@pytest.mark.parametrize("name, num_states, _, __", GATED)
def test_gates_are_of_the_weights_at_their_step_and_of_the_last_in_the_backward_pass(name, num_states, _, __):
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


def test_a_state_changed_in_place_leaves_the_score_and_its_error_as_they_are():
    calls = []

    def rnn(inputs, state, params):
        W_xh, W_hh, b_h, W_hq, b_q = params
        (H,), outputs = state, []
        calls.append(None)
        for X in inputs:
            H = X @ W_xh + H @ W_hh + b_h
            outputs.append(H @ W_hq + b_q)
        if len(calls) > 1:
            H.mul_(2)
        return outputs, (H,)

    params = [param.detach().clone().requires_grad_() for param in case(T, B, V, H, torch.float64, 0)[2]]
    habits = Habits(params)
    X, H_0, _, weights = case(T, B, V, H, torch.float64, 0)
    before = minibatch(rnn, X, (H_0,), params, weights, habits)
    assert positions(habits)[1] == [3, 4]
    with QuickProducts([matrix.double() for matrix in to_onehot(X, V)], X.T, habits) as products:
        outputs, _ = rnn([matrix.double() for matrix in to_onehot(X, V)], (H_0,), params)
    scores = products.joined(outputs)
    torch.testing.assert_close(scores, before[0])
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        scores.sum().backward()


@torch.jit.script
def doubled(x):
    return x * 2


def test_what_scripted_code_reads_in_the_first_minibatch_is_not_put_off():
    seen = []
    rnn = showing(lambda product, score: seen.append(doubled(score).sum()))
    habits = assert_same_for_three_minibatches(rnn, case(T, B, V, H, torch.float64, 0)[2])
    assert positions(habits)[1] is None
    assert not torch.stack(seen).isnan().any()


def test_shapes_may_be_asked_for_while_scores_are_blank():
    def change(output, H, W, b, seen):
        assert output.shape == (B, V) and output.dtype is torch.float64 and output.requires_grad and len(output) == B
        return output

    rnn, _ = sometimes(1, change)
    habits = assert_same_for_three_minibatches(rnn, case(T, B, V, H, torch.float64, 0)[2])
    assert positions(habits)[1] == [3, 4]


def test_scores_that_a_student_keeps_have_their_values_afterwards():
    kept = []
    rnn = showing(lambda product, score: kept.append((product, score)))
    habits = assert_same_for_three_minibatches(rnn, case(T, B, V, H, torch.float64, 0)[2])
    assert positions(habits)[1] == [3, 4]
    for number in range(3):
        ours, theirs = kept[2 * number * T :][:T], kept[(2 * number + 1) * T :][:T]
        for left, right in zip(ours, theirs, strict=True):
            torch.testing.assert_close(left, right)


def test_a_score_that_is_the_state_too_is_carried_on():
    def rnn(inputs, state, params):
        (score,), (W_xh, W_hh, W_hq, W_qh), outputs = state, params, []
        H = score @ W_qh
        for X in inputs:
            H = torch.tanh(X @ W_xh + H @ W_hh)
            outputs.append(H @ W_hq)
        return outputs, (outputs[-1],)

    def learner(params):
        return FromScratch(
            rnn, params, lambda rows, *_: (torch.ones(rows, V),), V, None, [], {}, V, False, 0.1, 1.0
        )  # fmt: skip

    params = [torch.randn(shape).requires_grad_() for shape in ((V, H), (H, H), (H, V), (V, H))]
    ours = learner(params)
    theirs = learner([param.detach().clone().requires_grad_() for param in params])
    for number in range(3):
        theirs.habits = Habits()  # of no parameter: learns nothing
        X = case(T, B, V, H, torch.float32, number)[0]
        torch.testing.assert_close(ours.step(X, X), theirs.step(X, X))
        torch.testing.assert_close(ours.state, theirs.state)
    assert positions(ours.habits)[1] == [2, None]


def test_an_error_leaves_no_blank_score_behind():
    kept = []

    def change(output, H, W, b, seen):
        kept.append(output)
        raise KeyError

    rnn, _ = sometimes(2, change)
    params = [param.detach().clone().requires_grad_() for param in case(T, B, V, H, torch.float64, 0)[2]]
    habits = Habits(params)
    X, H_0, _, weights = case(T, B, V, H, torch.float64, 0)
    for _ in range(2):
        minibatch(rnn, X, (H_0,), params, weights, habits)
    assert positions(habits)[1] == [3, 4]
    with pytest.raises(KeyError):
        minibatch(rnn, X, (H_0,), params, weights, habits)
    assert not kept[0].isnan().any()


def test_outputs_in_another_order_or_of_fewer_steps_are_joined_as_they_are():
    calls = []

    def rnn(inputs, state, params):
        outputs, state = STYLES["functions"](inputs, state, params)
        calls.append(None)
        return (list(reversed(outputs)) if len(calls) > 2 else outputs), state

    habits = assert_same_for_three_minibatches(rnn, case(T, B, V, H, torch.float64, 0)[2])
    assert positions(habits)[1] is None


def test_habits_survive_a_checkpoint():
    _, params = gated("gru")
    habits = assert_same_for_three_minibatches(*gated("gru"))
    again = Habits(params)
    again.restore(habits.snapshot())
    assert again.snapshot() == habits.snapshot()
    assert again.gates[0][1] is params[4] and again.output_layer == (params[9], params[10]) and again.are_known


def test_habits_keep_nothing_of_a_minibatch_alive():
    rnn, params = STYLES["functions"], case(T, B, V, H, torch.float64, 0)[2]
    habits = Habits(params)
    for number in range(2):
        X, H_0, _, weights = case(T, B, V, H, torch.float64, number)
        kept = [weakref.ref(value) for value in minibatch(rnn, X, (H_0,), params, weights, habits)[: T + 1]]
        assert [reference() for reference in kept] == [None] * (T + 1)


def test_no_bias_is_an_output_layer_too():
    def rnn(inputs, state, params):
        W_xh, W_hh, b_h, W_hq, _ = params
        (H,), outputs = state, []
        for X in inputs:
            H = torch.tanh(X @ W_xh + H @ W_hh + b_h)
            outputs.append(H @ W_hq)
        return outputs, (H,)

    habits = assert_same_for_three_minibatches(rnn, case(T, B, V, H, torch.float64, 0)[2])
    assert positions(habits)[1] == [3, None]
