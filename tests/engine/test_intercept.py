"""Whatever a student writes, recognising its products changes neither values nor gradients nor errors."""

import copy
import io
import math

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.checkpoint import checkpoint

from course_utils.data.batches import to_onehot
from course_utils.engine.intercept import TracingMode

STYLES = {}


def style(function):
    STYLES[function.__name__] = function
    return function


def unrolled(step):
    """A network of one step, `step(X, H, params) -> (H, output)`."""

    def rnn(inputs, state, params):
        (H,), outputs = state, []
        for X in inputs:
            H, output = step(X, H, params)
            outputs.append(output)
        return outputs, (H,)

    rnn.__name__ = step.__name__
    return style(rnn)


@unrolled
def functions(X, H, params):
    W_xh, W_hh, b_h, W_hq, b_q = params
    H = torch.tanh(torch.matmul(X, W_xh) + torch.matmul(H, W_hh) + b_h)
    return H, torch.matmul(H, W_hq) + b_q


@unrolled
def methods(X, H, params):
    W_xh, W_hh, b_h, W_hq, b_q = params
    H = (X.mm(W_xh) + H.matmul(W_hh) + b_h).tanh()
    return H, torch.mm(H, W_hq).add(b_q)


@unrolled
def linear_with_transposes(X, H, params):
    W_xh, W_hh, b_h, W_hq, b_q = params
    H = torch.tanh(F.linear(X, W_xh.T) + F.linear(H, W_hh.t(), b_h))
    return H, F.linear(H, W_hq.T, bias=b_q)


@unrolled
def einsum(X, H, params):
    W_xh, W_hh, b_h, W_hq, b_q = params
    H = torch.tanh(torch.einsum("bv,vh->bh", X, W_xh) + torch.einsum("ij, jk -> ik", H, W_hh) + b_h)
    return H, torch.einsum("bh,hq->bq", H, W_hq) + b_q


@unrolled
def other_einsums(X, H, params):
    W_xh, W_hh, b_h, W_hq, b_q = params
    H = torch.tanh(torch.einsum("bv,vh->hb", X, W_xh).T + torch.einsum("bh,kh->bk", H, W_hh) + b_h)
    return H, torch.einsum("bh,hq", H, W_hq) + b_q


@unrolled
def addmm(X, H, params):
    W_xh, W_hh, b_h, W_hq, b_q = params
    H = torch.tanh(torch.addmm(b_h, X, W_xh) + torch.addmm(b_h, H, W_hh, beta=0.5, alpha=2))
    return H, b_q.addmm(H, W_hq)


@unrolled
def keywords(X, H, params):
    W_xh, W_hh, b_h, W_hq, b_q = params
    H = torch.tanh(torch.matmul(input=X, other=W_xh) + torch.mm(H, mat2=W_hh) + b_h)
    return H, torch.addmm(b_q, mat1=H, mat2=W_hq)


@unrolled
def results_changed_in_place(X, H, params):
    W_xh, W_hh, b_h, W_hq, b_q = params
    A = X @ W_xh
    A += H @ W_hh
    A.add_(b_h)
    again = X @ W_xh
    again.mul_(2)
    H = torch.tanh(A + 0.1 * again)
    output = H @ W_hq
    output += b_q
    return H, output


@unrolled
def columns_of_ones(X, H, params):
    """The input and the state side by side, and one weight matrix, made at every step."""
    W_xh, W_hh, b_h, W_hq, b_q = params
    H = torch.tanh(torch.cat([X, H], 1) @ torch.cat([W_xh, W_hh]) + b_h)
    return H, H @ W_hq + b_q


@unrolled
def joined_weights_at_every_step(X, H, params):
    W_xh, W_hh, b_h, W_hq, b_q = params
    a, b = (X @ torch.cat([W_xh, W_xh], 1)).chunk(2, 1)
    H = torch.tanh(a * torch.sigmoid(b) + H @ (W_hh * 2) + b_h)
    return H, H @ W_hq + b_q


@unrolled
def tied_weights(X, H, params):
    W_xh, W_hh, b_h, _, b_q = params
    H = torch.tanh(X @ W_xh + H @ W_hh + H @ W_hh.T + b_h)
    return H, H @ W_xh.T + b_q


@unrolled
def weights_in_other_operations(X, H, params):
    W_xh, W_hh, b_h, W_hq, b_q = params
    H = torch.tanh(X @ W_xh + H @ W_hh + b_h + W_hh.sum() * W_xh[0])
    return H, H @ W_hq + b_q + (W_hq**2).mean()


@unrolled
def dense_operations_on_inputs(X, H, params):
    W_xh, W_hh, b_h, W_hq, b_q = params
    likeliest = W_xh[X.argmax(1)]
    parts = torch.cat([X[:1] @ W_xh, X[1:] @ W_xh])
    rest = (2 * X - X.float()) @ W_xh + X.detach().clone().double().to(X.dtype) @ W_xh
    H = torch.tanh(likeliest + parts + rest + X.sum(1, keepdim=True) + torch.zeros_like(X) @ W_xh + H @ W_hh + b_h)
    return H, H @ W_hq + b_q + X


@unrolled
def masked_inputs(X, H, params):
    """Changed in place: not one-hot any more, or other characters."""
    W_xh, W_hh, b_h, W_hq, b_q = params
    X[0] = 0.5
    X[1:] = X[1:].roll(1, 1)
    H = torch.tanh(X @ W_xh + H @ W_hh + b_h)
    return H, H @ W_hq + b_q


@unrolled
def inputs_changed_behind_autograd(X, H, params):
    W_xh, W_hh, b_h, W_hq, b_q = params
    X.data[0] = 0.5
    X.numpy()[-1] *= 3
    H = torch.tanh(X @ W_xh + H @ W_hh + b_h)
    return H, H @ W_hq + b_q


@unrolled
def a_part_without_gradients(X, H, params):
    W_xh, W_hh, b_h, W_hq, b_q = params
    with torch.no_grad():
        gate = torch.sigmoid(X @ W_xh + F.linear(H, W_hh))
    H = torch.tanh(X @ W_xh + gate * F.linear(H, W_hh) + b_h)
    return H, H @ W_hq.detach() + H.detach() @ W_hq + b_q


@unrolled
def recomputed(X, H, params):
    W_xh, W_hh, b_h, W_hq, b_q = params
    H = checkpoint(lambda X, H: torch.tanh(X @ W_xh + H @ W_hh + b_h), X, H, use_reentrant=False)
    return H, H @ W_hq + b_q


@unrolled
def a_gradient_of_its_own(X, H, params):
    """A penalty that is a gradient itself: second derivatives."""
    W_xh, W_hh, b_h, W_hq, b_q = params
    H = torch.tanh(X @ W_xh + H @ W_hh + b_h)
    output = H @ W_hq + b_q
    (slope,) = torch.autograd.grad(output.sum(), W_hh, create_graph=True)
    (step,) = torch.autograd.grad((output**2).sum(), H, create_graph=True)
    return H, output + (slope**2).mean() + (step**2).mean()


@unrolled
def transforms(X, H, params):
    W_xh, W_hh, b_h, W_hq, b_q = params
    A = torch.func.vmap(lambda h: torch.mm(h[None], W_hh)[0])(H)
    slope = torch.func.grad(lambda h: torch.tanh(h @ W_hh).sum())(H)
    _, tangent = torch.func.jvp(lambda h: h @ W_hh, (H,), (torch.ones_like(H),))
    H = torch.tanh(X @ W_xh + A + slope + tangent + b_h)
    return H, H @ W_hq + b_q


@unrolled
def weights_changed_between_steps(X, H, params):
    W_xh, W_hh, b_h, W_hq, b_q = params
    H = X @ W_xh + b_h + H.detach() @ W_hh
    with torch.no_grad():
        W_xh.add_(0.01)
        W_hh.data.mul_(1.1)
    return H + X @ W_xh, (H.detach() + X @ W_xh) @ W_hq + b_q


@style
def stacked(inputs, state, params):
    W_xh, W_hh, b_h, W_hq, b_q = params
    (H,), projected, hidden = state, torch.stack(inputs) @ W_xh, []
    for A in projected:
        H = torch.tanh(A + H @ W_hh + b_h)
        hidden.append(H)
    return list((torch.stack(hidden) @ W_hq + b_q).unbind()), (H,)


@style
def joined(inputs, state, params):
    W_xh, W_hh, b_h, W_hq, b_q = params
    (H,), projected, outputs = state, torch.cat(inputs, dim=0) @ W_xh, []
    for A in projected.chunk(len(inputs)):
        H = torch.tanh(A + H @ W_hh + b_h)
        outputs.append(H @ W_hq + b_q)
    return outputs, (H,)


@style
def restacked(inputs, state, params):
    X = torch.stack(inputs)
    first, _ = functions(list(X), state, params)
    second, _ = methods([X[t] for t in range(len(X))], state, params)
    third, _ = functions(X.unbind(0), state, params)
    last, state = methods(X.flip(0), state, params)
    return [sum(outputs) for outputs in zip(first, second, third, last, strict=True)], state


@style
def both_directions(inputs, state, params):
    forward, _ = functions(inputs, state, params)
    backward, state = functions(list(reversed(inputs)), state, params)
    return [a + b for a, b in zip(forward, reversed(backward), strict=True)], state


@style
def joined_weights(inputs, state, params):
    W_xh, W_hh, b_h, W_hq, b_q = params
    (H,), outputs, W_x, W_h, A = state, [], torch.cat([W_xh, 2 * W_xh], 1), torch.cat([W_hh, W_hh.T], 1), W_hq.T
    for X in inputs:
        R, N = (X @ W_x + H @ W_h).chunk(2, 1)
        H = torch.sigmoid(R) * torch.tanh(N + b_h)
        outputs.append(F.linear(H, A, b_q))
    return outputs, (H,)


@style
def weights_changed_in_the_graph(inputs, state, params):
    W_xh, W_hh, b_h, W_hq, b_q = params
    (H,), outputs, W = state, [], W_xh * 1
    for t, X in enumerate(inputs):
        H = X @ W + b_h + H @ W_hh
        if t == len(inputs) // 2:
            W = W.clone().mul_(2)
        outputs.append(H @ W_hq + b_q)
    return outputs, (H,)


@style
def one_output_and_unused_weights(inputs, state, params):
    W_xh, _, _, W_hq, _ = params
    return [X @ W_xh @ W_hq if t == 1 else torch.zeros_like(X) for t, X in enumerate(inputs)], state


def case(T, B, V, H, dtype, seed):
    draw = torch.Generator().manual_seed(seed)
    shapes = [(V, H), (H, H), (H,), (H, V), (V,)]
    params = [(torch.randn(shape, generator=draw, dtype=dtype) / 2).requires_grad_() for shape in shapes]
    state = torch.randn(B, H, generator=draw, dtype=dtype)
    return torch.randint(V, (B, T), generator=draw), state, params, torch.randn(T, B, V, generator=draw, dtype=dtype)


def run(rnn, quick, X, state, params, weights):
    """Outputs, state and all gradients."""
    params = [param.detach().clone().requires_grad_() for param in params]
    state = state.clone().requires_grad_()
    inputs = [matrix.to(state.dtype) for matrix in to_onehot(X, weights.shape[-1])]
    if quick:
        with TracingMode(inputs, X.T):
            outputs, (H,) = rnn(inputs, (state,), params)
    else:
        outputs, (H,) = rnn(inputs, (state,), params)
    ((torch.stack(list(outputs)) * weights).sum() + H.sum()).backward()
    zeros = [param.grad if param.grad is not None else torch.full_like(param, math.nan) for param in (state, *params)]
    return [*outputs, H, *zeros], params


@pytest.mark.parametrize("rnn", STYLES.values(), ids=STYLES.keys())
@settings(max_examples=8, deadline=None)
@given(
    sizes=st.tuples(st.integers(2, 4), st.integers(2, 4), st.integers(2, 7), st.integers(1, 5)),
    dtype=st.sampled_from([torch.float64, torch.float32]),
    seed=st.integers(0, 1000),
)
def test_values_and_gradients_are_those_of_dense_matrices(rnn, sizes, dtype, seed):
    quick, params = run(rnn, True, *case(*sizes, dtype, seed))
    dense, expected_params = run(rnn, False, *case(*sizes, dtype, seed))
    tolerance = 1e-9 if dtype is torch.float64 else 1e-3
    for ours, theirs in zip(quick + params, dense + expected_params, strict=True):
        assert type(ours) is torch.Tensor
        torch.testing.assert_close(ours, theirs, rtol=tolerance, atol=tolerance, equal_nan=True)


def test_in_the_sizes_of_the_course_the_rounding_is_float32s():
    X, state, params, weights = case(35, 32, 200, 256, torch.float32, 0)
    params = [param.detach() / 50 for param in params]
    exact, _ = run(functions, False, X, state.double(), [param.double() for param in params], weights.double())
    quick, _ = run(functions, True, X, state, params, weights)
    for ours, right in zip(quick, exact, strict=True):
        assert (ours - right).norm() <= 1e-6 * right.norm()


class Products(TorchDispatchMode):
    """Writes down the inner dimension and the result of every product."""

    def __init__(self):
        super().__init__()
        self.made = []

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        if func.overloadpacket in (torch.ops.aten.mm, torch.ops.aten.addmm, torch.ops.aten.bmm):
            left, right = args[-2:]
            self.made.append((left.shape[-1], tuple(right.shape[-1:]), left.shape[-2]))
        return func(*args, **(kwargs or {}))


@pytest.mark.parametrize(
    "rnn", [functions, methods, einsum, stacked, joined, restacked, both_directions], ids=lambda rnn: rnn.__name__
)
def test_no_one_hot_matrix_is_multiplied(rnn):
    T, B, V, H = 5, 3, 11, 4
    X, state, params, _ = case(T, B, V, H, torch.float32, 0)
    inputs = to_onehot(X, V)
    with Products() as products:
        with TracingMode(inputs, X.T):
            outputs, _ = rnn(inputs, (state,), params)
        torch.stack(list(outputs)).sum().backward()
    times_onehot = [made for made in products.made if made[0] == V and made[1] == (H,) and made[2] in (B, T * B)]
    if rnn is restacked:
        times_onehot = times_onehot[T:]  # flipped, the one thing there that is not recognised
    backward_to_H = T * (4 if rnn is restacked else 2 if rnn is both_directions else 1)
    assert len(times_onehot) <= backward_to_H


@pytest.mark.parametrize(
    "wrong",
    [
        lambda X, H, W, U: X @ W.double(),
        lambda X, H, W, U: X @ W[1:],
        lambda X, H, W, U: H @ W,
        lambda X, H, W, U: torch.mm(torch.stack([X, X]), W),
        lambda X, H, W, U: F.linear(X, W),
        lambda X, H, W, U: X @ [1.0],
        lambda X, H, W, U: torch.matmul(X, W, U),
        lambda X, H, W, U: torch.einsum("bv,vh->bh", X[0], W),
        lambda X, H, W, U: torch.stack([X, H]),
        lambda X, H, W, U: W.add_(X @ W),
        lambda X, H, W, U: torch.autograd.backward((H @ U).sum() + U.add_(1).sum()),
    ],
)
def test_a_mistake_gets_torchs_own_error(wrong):
    X, H, params, _ = case(2, 3, 5, 4, torch.float32, 0)

    def error(quick):
        inputs = to_onehot(X, 5)
        with (
            pytest.raises((RuntimeError, TypeError, IndexError)) as caught,
            TracingMode(inputs if quick else [], X.T),
        ):
            wrong(inputs[0], H, params[0], params[1])
        return caught.type, str(caught.value)

    assert error(True) == error(False)


def test_an_operand_changed_before_the_backward_pass_is_noticed():
    X, state, params, _ = case(2, 3, 5, 4, torch.float32, 0)
    with TracingMode(to_onehot(X, 5), X.T):
        H = state.clone().requires_grad_() * 1
        loss = (H @ params[1]).sum()
        H.add_(1)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        loss.backward()


def test_backward_may_be_taken_twice_when_the_graph_is_retained_and_not_otherwise():
    X, state, params, _ = case(3, 2, 5, 4, torch.float64, 0)
    inputs = [matrix.double() for matrix in to_onehot(X, 5)]
    with TracingMode(inputs, X.T):
        outputs, _ = functions(inputs, (state,), params)
    loss = torch.stack(outputs).sum()
    once = torch.autograd.grad(loss, params, retain_graph=True)
    of_one = torch.autograd.grad(loss, params[3], retain_graph=True)
    loss.backward()
    for param, first in zip(params, once, strict=True):
        assert torch.equal(param.grad, first)
    assert torch.equal(of_one[0], once[3])
    with pytest.raises(RuntimeError, match="second time"):
        loss.backward()


def test_under_autocast_products_are_autocasts():
    X, state, params, _ = case(2, 3, 5, 4, torch.float32, 0)
    inputs = to_onehot(X, 5)
    with torch.autocast("cpu", dtype=torch.bfloat16), TracingMode(inputs, X.T):
        assert (inputs[0] @ params[0]).dtype is (state @ params[1]).dtype is torch.bfloat16


def test_a_compiled_network_is_left_to_the_compiler():
    X, state, params, _ = case(2, 3, 5, 4, torch.float32, 0)
    inputs = to_onehot(X, 5)
    with TracingMode(inputs, X.T):
        outputs, _ = torch.compile(functions, backend="eager")(inputs, (state,), params)
    expected, _ = functions(inputs, (state,), params)
    torch.testing.assert_close(outputs, expected)


def test_inputs_stay_ordinary_tensors():
    X = torch.randint(5, (3, 2))
    inputs = to_onehot(X, 5)
    with TracingMode(inputs, X.T):
        first = inputs[0]
        saved = io.BytesIO()
        torch.save(first, saved)
        saved.seek(0)
        assert type(first) is torch.Tensor and first.shape == (3, 5) and len(first) == 3 and first.dim() == 2
        assert repr(first) == repr(torch.eye(5)[X[:, 0]])
        assert torch.equal(copy.deepcopy(first), first) and torch.equal(torch.load(saved), first)


def test_params_are_the_very_tensors_that_the_student_made():
    X, state, params, _ = case(2, 3, 5, 4, torch.float32, 0)
    inputs = to_onehot(X, 5)

    def watching(inputs, state, given):
        assert all(ours is theirs and ours.is_leaf for ours, theirs in zip(given, params, strict=True))
        return functions(inputs, state, given)

    with TracingMode(inputs, X.T):
        watching(inputs, (state,), params)


def test_nothing_is_kept_alive_after_a_minibatch():
    import gc
    import weakref

    X, state, params, _ = case(2, 3, 5, 4, torch.float32, 0)
    inputs = to_onehot(X, 5)
    gc.disable()
    try:
        with TracingMode(inputs, X.T) as products:
            outputs, _ = functions(inputs, (state,), params)
        torch.stack(outputs).sum().backward()
        kept = weakref.ref(outputs[0]), weakref.ref(products), weakref.ref(inputs[0])
        del outputs, products, inputs
        assert [reference() for reference in kept] == [None, None, None]
    finally:
        gc.enable()
