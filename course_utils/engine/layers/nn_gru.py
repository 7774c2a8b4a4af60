"""One direction of an `nn.GRU` layer over all steps, on inputs that are already projected.

torch has no fused kernel for it on the CPU: it builds a graph of some ten small nodes per step, and adds a gradient of
the recurrent weights at every step. Here a step is a handful of calls without a graph, each with memory for its result,
and each weight gradient is one product.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function
from torch.autograd.function import once_differentiable

from course_utils.engine.kernels import ACTIVATIONS, of_packed, packed, weights_gradient


def gru_direction(gates: Tensor, H_0: Tensor, W_hh: Tensor, b_hh: Tensor, reverse: bool) -> tuple[Tensor, Tensor]:
    """`gates`, `X W_ih + b_ih` for reset, update and candidate `(T, B, 3H)`, to all states `(T, B, H)` and the last.

    `R = σ(X_r + H W_r + b_r)`, `Z = σ(X_z + H W_z + b_z)`, `N = tanh(X_n + R (H W_n + b_n))`, `H ← N + Z (H - N)`, as
    `nn.GRU` defines it. With `reverse` time runs from the last step to the first. Can be differentiated once.
    """
    return _Direction.apply(gates, H_0, W_hh, b_hh, reverse)


class _Direction(Function):
    @staticmethod
    def forward(
        ctx: Any, gates: Tensor, H_0: Tensor, W_hh: Tensor, b_hh: Tensor, reverse: bool
    ) -> tuple[Tensor, Tensor]:
        T, B, width = gates.shape  # width: 3H
        H = width // 3
        states = gates.new_empty(
            T + 1, B, H
        )  # (T+1, B, H): the initial one, and one per step, in the order of the text
        before, after = (states[1:], states[:-1]) if reverse else (states[:-1], states[1:])
        before[T - 1 if reverse else 0] = H_0
        RZS = gates.new_empty(T, B, 3 * H)  # (T, B, 3H) R, Z, S = H W_n + b_n; first its summands
        torch.add(gates[..., : 2 * H], b_hh[: 2 * H], out=RZS[..., : 2 * H])
        RZS[..., 2 * H :] = b_hh[2 * H :]
        N, difference = gates.new_empty(T, B, H), gates.new_empty(T, B, H)  # (T, B, H)
        W = packed(W_hh.t(), B)  # (H, 3H)
        addmm = of_packed(torch.addmm, W)
        steps = _steps(reverse, *_parts(RZS), gates[..., 2 * H :], N, difference, before, after)
        for RZS_t, RZ, R, Z, S, X_n, N_t, H_minus_N, H_before, H_after in steps:
            addmm(RZS_t, H_before, W, out=RZS_t)
            torch.sigmoid(RZ, out=RZ)
            torch.addcmul(X_n, R, S, out=N_t)
            torch.tanh(N_t, out=N_t)
            torch.sub(H_before, N_t, out=H_minus_N)
            torch.addcmul(N_t, Z, H_minus_N, out=H_after)
        ctx.save_for_backward(states, RZS, N, difference, W_hh)
        ctx.reverse = reverse
        ctx.set_materialize_grads(False)
        return after, after[0 if reverse else T - 1].clone()

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, d_after: Tensor | None, d_last: Tensor | None) -> tuple[Tensor | None, ...]:
        if d_after is None and d_last is None:
            return None, None, None, None, None
        states, RZS, N, difference, W_hh = ctx.saved_tensors
        T, B, H = N.shape
        before = states[1:] if ctx.reverse else states[:-1]
        d_RZS, d_X_n = torch.empty_like(RZS), torch.empty_like(N)  # (T, B, 3H), (T, B, H)
        d_H, d_before = N.new_empty(2, B, H).unbind()  # each (B, H), after a step and before it
        zeros = N.new_zeros(B, H)  # (B, H)
        d_after = zeros.expand_as(N) if d_after is None else d_after  # (T, B, H)
        from_outside = [G for (G,) in _steps(ctx.reverse, d_after)]
        torch.add(from_outside[-1], zeros if d_last is None else d_last, out=d_H)
        W = packed(W_hh, B)  # (3H, H)
        addmm = of_packed(torch.addmm, W)
        steps = _steps(ctx.reverse, *_parts(RZS), N, difference, *_parts(d_RZS), d_X_n)
        for of_step, outside_before in zip(reversed(steps), reversed([zeros, *from_outside[:-1]]), strict=True):
            _, RZ, R, Z, S, N_t, H_minus_N, d_RZS_t, d_RZ, d_R, d_Z, d_S, d_N = of_step
            torch.mul(d_H, H_minus_N, out=d_Z)
            torch.addcmul(outside_before, d_H, Z, out=d_before)
            torch.addcmul(d_H, d_H, Z, value=-1, out=d_N)
            ACTIVATIONS["tanh"].gradient(d_N, N_t, out=d_N)
            torch.mul(d_N, S, out=d_R)
            torch.mul(d_N, R, out=d_S)
            ACTIVATIONS["sigmoid"].gradient(d_RZ, RZ, out=d_RZ)
            addmm(d_before, d_RZS_t, W, out=d_before)
            d_H, d_before = d_before, d_H
        flat = d_RZS.view(T * B, 3 * H)  # (T*B, 3H)
        d_W_hh = weights_gradient(flat, before.reshape(T * B, H))  # (3H, H)
        d_b_hh = flat.sum(0)  # (3H,)
        d_RZS[..., 2 * H :] = d_X_n  # the inputs' share differs in the candidate only
        return d_RZS, d_H, d_W_hh, d_b_hh, None


def _parts(RZS: Tensor) -> tuple[Tensor, ...]:
    """All of it, and R and Z, R, Z and S by themselves."""
    H = RZS.shape[-1] // 3
    return RZS, RZS[..., : 2 * H], *RZS.split(H, -1)


def _steps(reverse: bool, *tensors: Tensor) -> list[tuple[Tensor, ...]]:
    """The matrices of each step, in the order of time."""
    steps = list(zip(*(tensor.unbind() for tensor in tensors), strict=True))
    return steps[::-1] if reverse else steps
