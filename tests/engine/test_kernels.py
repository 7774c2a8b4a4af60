"""Both libraries' products are the same products."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.utils._python_dispatch import TorchDispatchMode

from course_utils.engine import kernels


@pytest.fixture(params=[1, math.inf], ids=["oneDNN", "MKL"], scope="module", autouse=True)
def library(request):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernels, "WORTH_WHILE", request.param)
        patch.setattr(kernels, "_ON_INTEL", False)
        if request.param == 1 and not kernels.prefers_onednn():
            pytest.skip("this torch has no oneDNN")
        yield


def laid_out(matrix, layout):
    """The same values in another order in memory."""
    if layout == "transposed":
        return matrix.t().contiguous().t()
    if layout == "slice":
        return torch.cat([matrix, matrix], 1)[:, : matrix.shape[1]]
    return matrix


@settings(max_examples=60, deadline=None)
@given(
    st.tuples(st.integers(0, 40), st.integers(1, 40), st.integers(0, 40)),
    st.tuples(*[st.sampled_from(["rows", "transposed", "slice"])] * 2),
    st.sampled_from([torch.float32, torch.float64]),
    st.booleans(),
)
def test_a_product_is_the_definitions(sizes, layouts, dtype, biased):
    M, K, N = sizes
    left, right = torch.randn(M, K, dtype=dtype), torch.randn(K, N, dtype=dtype)
    bias = torch.randn(N, dtype=dtype) if biased else None
    with torch.no_grad():
        product = kernels.matmul(laid_out(left, layouts[0]), laid_out(right, layouts[1]), bias)
    exact = left.double() @ right.double() + (bias.double() if biased else 0)
    assert product.dtype is dtype and product.shape == (M, N)
    torch.testing.assert_close(product.double(), exact, rtol=1e-5, atol=1e-5)


@settings(max_examples=40, deadline=None)
@given(
    st.tuples(st.integers(0, 40), st.integers(1, 40), st.integers(1, 40)),
    st.tuples(*[st.sampled_from(["rows", "transposed", "slice"])] * 4),
)
def test_a_product_of_a_packed_matrix_is_written_to_its_place(sizes, layouts):
    M, K, N = sizes
    left, right, summand = torch.randn(M, K), torch.randn(K, N), torch.randn(M, N)
    with torch.no_grad():
        operands = laid_out(left, layouts[0]), kernels.packed(laid_out(right, layouts[1]), M)
        out = laid_out(torch.empty(M, N), layouts[2])
        kernels.of_packed(torch.mm, operands[1])(*operands, out=out)
        torch.testing.assert_close(out, left @ right, rtol=1e-5, atol=1e-5)
        out = laid_out(summand.clone(), layouts[3])
        kernels.of_packed(torch.addmm, operands[1])(out, *operands, out=out)
    torch.testing.assert_close(out, summand + left @ right, rtol=1e-5, atol=1e-5)


@settings(max_examples=40, deadline=None)
@given(
    st.tuples(st.integers(1, 40), st.integers(1, 40), st.sampled_from([1, 40, kernels.MANY_COLUMNS + 1])),
    st.tuples(*[st.sampled_from(["rows", "transposed", "slice"])] * 2),
)
def test_a_weights_gradient_is_the_definitions(sizes, layouts):
    M, K, N = sizes
    X, G = torch.randn(M, K), torch.randn(M, N)
    with torch.no_grad():
        gradient = kernels.weights_gradient(laid_out(X, layouts[0]), laid_out(G, layouts[1]))
    assert gradient.is_contiguous()
    torch.testing.assert_close(gradient.double(), X.t().double() @ G.double(), rtol=1e-5, atol=1e-5)


class Calls(TorchDispatchMode):
    """Whether each of the calls is oneDNN's product."""

    def __init__(self):
        super().__init__()
        self.are_onednns = []

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        self.are_onednns.append("linear_pointwise" in str(func))
        return func(*args, **(kwargs or {}))


def test_columns_of_a_larger_matrix_are_left_to_mkl():
    """oneDNN multiplies by them a thousand times as slowly."""
    left, right = torch.randn(3, 4), laid_out(torch.randn(4, 5), "slice")
    with Calls() as calls, torch.no_grad():
        kernels.matmul(left, right)
    assert calls.are_onednns and not any(calls.are_onednns)
    torch.testing.assert_close(kernels.matmul(left, right), left @ right)


@pytest.mark.parametrize("bias", [True, False])
def test_linear_has_torchs_values_and_derivatives(bias):
    X, W, b = (torch.randn(shape, dtype=torch.float64, requires_grad=True) for shape in [(3, 4), (5, 4), (5,)])
    b = b if bias else None
    torch.testing.assert_close(kernels.linear(X, W, b), torch.nn.functional.linear(X, W, b))
    operands = (X, W, b) if bias else (X, W)
    assert torch.autograd.gradcheck(lambda X, W, b=None: kernels.linear(X, W, b), operands)
    assert torch.autograd.gradgradcheck(lambda X, W, b=None: kernels.linear(X, W, b), operands)


def test_a_product_with_a_graph_can_be_differentiated():
    left, right = torch.randn(3, 4, requires_grad=True), torch.randn(4, 5, requires_grad=True)
    kernels.matmul(left, right).sum().backward()
    torch.testing.assert_close(left.grad, right.sum(1).expand(3, 4))


def test_intels_cpus_have_the_library_that_is_made_for_them(monkeypatch):
    found = {}
    for name in ("Intel Xeon", "AMD EPYC", ""):
        monkeypatch.setattr(torch.cpu, "get_capabilities", lambda name=name: {"cpu_name": name}, raising=False)
        monkeypatch.setattr(kernels, "_ON_INTEL", kernels._is_intels())
        with Calls() as calls, torch.no_grad():
            kernels.matmul(torch.randn(3, 4), torch.randn(4, 5))
        found[name] = any(calls.are_onednns)
    by_onednn = kernels.WORTH_WHILE == 1
    assert found == {"Intel Xeon": False, "AMD EPYC": by_onednn, "": by_onednn}
