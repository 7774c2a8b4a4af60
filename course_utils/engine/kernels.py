"""The matrix product of two plain matrices, by the faster of the two libraries that torch has for it on the CPU.

`torch.mm` calls MKL, which on Intel's CPUs is the faster one and on others has half the speed of oneDNN
(docs/performance.md). Where torch has no oneDNN, it is `torch.mm`. Which one it is does not depend on measuring: the
same machine gets the same rounding.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.autograd import Function

from course_utils.engine.torch_private import BUILT_IN_ONEDNN, is_onednn_enabled, onednn_linear, onednn_packed

WORTH_WHILE = 7 * 2**20  # multiplications: up to here MKL is as fast (32 rows, 256 by 768)
MANY_COLUMNS = 512  # of a product whose left operand is transposed: up to here MKL is the faster


def matmul(left: Tensor, right: Tensor, bias: Tensor | None = None) -> Tensor:
    """`(M, K) @ (K, N) -> (M, N)`, plus a bias `(N,)`. Differentiable, but quick only where no graph is built."""
    if _onednn_takes(left.shape[0], right):
        return onednn_linear(left, right.t(), bias)  # (M, N)
    product = left.mm(right)  # (M, N)
    # Not addmm, which copies the bias to all rows first.
    return product if bias is None else product.add_(bias)  # (M, N)


def weights_gradient(X: Tensor, G: Tensor) -> Tensor:
    """`X.t() @ G`, of `(M, K)` and `(M, N)`: the gradient of W, if G is that of `X @ W`."""
    return matmul(X.t(), G) if G.shape[1] > MANY_COLUMNS else X.t().mm(G)  # (K, N)


def packed(W: Tensor, num_rows: int) -> Tensor:
    """`W` `(K, N)` as it is fastest in many products with matrices `(num_rows, K)`, by `of_packed`."""
    if not _onednn_takes(num_rows, W):
        return W.contiguous()  # (K, N)
    return onednn_packed(W.t().contiguous(), num_rows)  # (N, K), in another order


def of_packed(function: Callable, right: Tensor) -> Callable:
    """The same as `torch.mm` or `torch.addmm`, with `out=`, for a right operand that is packed."""
    packed_ones: dict[Callable, Callable] = {torch.mm: _mm, torch.addmm: _addmm}
    return packed_ones.get(function, function) if right.is_mkldnn else function


def _mm(left: Tensor, right: Tensor, out: Tensor) -> None:
    out.copy_(onednn_linear(left, right))


def _addmm(summand: Tensor, left: Tensor, right: Tensor, out: Tensor) -> None:
    torch.add(summand, onednn_linear(left, right), out=out)


def linear(X: Tensor, W: Tensor, bias: Tensor | None) -> Tensor:
    """`F.linear(X, W, bias)` for plain tensors: `X` `(M, K)`, `W` `(N, K)`, `bias` `(N,)`."""
    return _Affine.apply(X, W, bias, True)


def affine(X: Tensor, W: Tensor, bias: Tensor | None) -> Tensor:
    """`X @ W + bias`: `(M, K)`, `(K, N)` and `(N,)` or `None`, to `(M, N)`."""
    return _Affine.apply(X, W, bias, False)


class _Affine(Function):
    @staticmethod
    def forward(ctx: Any, X: Tensor, W: Tensor, bias: Tensor | None, is_transposed: bool) -> Tensor:
        ctx.save_for_backward(X, W)
        ctx.is_transposed = is_transposed
        ctx.set_materialize_grads(False)  # where no score depends on it, its weight has no gradient, not zeros
        return matmul(X, W.t() if is_transposed else W, bias)  # (M, N)

    @staticmethod
    def backward(ctx: Any, G: Tensor | None) -> tuple[Tensor | None, ...]:
        if G is None:
            return None, None, None, None
        X, W = ctx.saved_tensors
        for_X, for_W, for_bias, _ = ctx.needs_input_grad
        left, right = (G, X) if ctx.is_transposed else (X, G)
        return (
            matmul(G, W if ctx.is_transposed else W.t()) if for_X else None,  # (M, K)
            weights_gradient(left, right) if for_W else None,  # (K, N), or (N, K)
            G.sum(0) if for_bias else None,  # (N,)
            None,
        )


def _onednn_takes(num_rows: int, right: Tensor) -> bool:
    return (
        num_rows * right.numel() > WORTH_WHILE
        and right.dtype is torch.float32
        and (right.is_contiguous() or right.t().is_contiguous())  # for others its plain loop takes seconds
        and right.device.type == "cpu"
        and not torch.is_grad_enabled()  # the operator has no derivative
        and prefers_onednn()
    )


def prefers_onednn() -> bool:
    """Whether it is the faster one here, this torch has it, and it is not switched off by `torch.backends.mkldnn`."""
    return BUILT_IN_ONEDNN and not _ON_INTEL and is_onednn_enabled()


def _is_intels() -> bool:
    """Whether the CPU is Intel's. Older torch does not say."""
    capabilities: dict[str, Any] = getattr(torch.cpu, "get_capabilities", dict)()
    return "Intel" in capabilities.get("cpu_name", "")


_ON_INTEL = torch.backends.mkl.is_available() and _is_intels()


class Activation(NamedTuple):
    """An elementwise function, and its gradient; each has a place for its result."""

    apply: Callable  # of a tensor, with `out=`
    gradient: Callable[..., object]  # of the result's gradient and the result, with `out=`


def _sigmoid_gradient(G: Tensor, Y: Tensor, out: Tensor) -> None:
    torch.ops.aten.sigmoid_backward.grad_input(G, Y, grad_input=out)


def _tanh_gradient(G: Tensor, Y: Tensor, out: Tensor) -> None:
    torch.ops.aten.tanh_backward.grad_input(G, Y, grad_input=out)


ACTIVATIONS = {
    "sigmoid": Activation(torch.sigmoid, _sigmoid_gradient),
    "tanh": Activation(torch.tanh, _tanh_gradient),
}
