"""The matrix product of two plain matrices, by the faster of the two libraries that torch has for it on the CPU.

`torch.mm` calls MKL, which on a CPU that is not Intel's takes half the speed of oneDNN (docs/performance.md). oneDNN is
reached by the operator that torch's own compiler uses for it; where there is none, `torch.mm` it is.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function

WORTH_WHILE = 2**22  # multiplications: up to here MKL is as fast (32 rows, 256 by 512)


def matmul(left: Tensor, right: Tensor, bias: Tensor | None = None) -> Tensor:
    """`(M, K) @ (K, N) -> (M, N)`, plus a bias `(N,)`. Differentiable, but only quick where no graph is built."""
    if _onednn_takes(left, right):
        return _by_onednn(left, right, bias)
    return left.mm(right) if bias is None else torch.addmm(bias, left, right)


def mm(left: Tensor, right: Tensor, out: Tensor) -> None:
    """`torch.mm` with a place for its result. No graph."""
    if _onednn_takes(left, right):
        out.copy_(_by_onednn(left, right))
    else:
        torch.mm(left, right, out=out)


def addmm(summand: Tensor, left: Tensor, right: Tensor, out: Tensor) -> None:
    """`torch.addmm` of a matrix, with a place for its result. No graph."""
    if _onednn_takes(left, right):
        torch.add(summand, _by_onednn(left, right), out=out)
    else:
        torch.addmm(summand, left, right, out=out)


def linear(X: Tensor, W: Tensor, bias: Tensor | None) -> Tensor:
    """`F.linear(X, W, bias)` for plain tensors: `X` `(M, K)`, `W` `(N, K)`, `bias` `(N,)`."""
    return _Linear.apply(X, W, bias)


class _Linear(Function):
    @staticmethod
    def forward(ctx: Any, X: Tensor, W: Tensor, bias: Tensor | None) -> Tensor:
        ctx.save_for_backward(X, W)
        return matmul(X, W.t(), bias)

    @staticmethod
    def backward(ctx: Any, G: Tensor) -> tuple[Tensor | None, ...]:
        X, W = ctx.saved_tensors
        for_X, for_W, for_bias = ctx.needs_input_grad
        return (
            matmul(G, W) if for_X else None,
            matmul(G.t(), X) if for_W else None,
            G.sum(0) if for_bias else None,
        )


def _by_onednn(left: Tensor, right: Tensor, bias: Tensor | None = None) -> Tensor:
    return torch.ops.mkldnn._linear_pointwise(left, right.t(), bias, "none", [], "")


def _onednn_takes(left: Tensor, right: Tensor) -> bool:
    return (
        left.numel() * right.shape[1] > WORTH_WHILE
        and left.dtype is torch.float32
        and (right.is_contiguous() or right.t().is_contiguous())  # for others its plain loop takes seconds
        and left.device.type == "cpu"
        and not torch.is_grad_enabled()  # the operator has no derivative
        and has_onednn()
    )


def has_onednn() -> bool:
    """Whether this torch has it, and it is not switched off by `torch.backends.mkldnn`."""
    return _BUILT_IN and torch._C._get_mkldnn_enabled()


_BUILT_IN = torch.backends.mkldnn.is_available() and hasattr(torch.ops.mkldnn, "_linear_pointwise")
