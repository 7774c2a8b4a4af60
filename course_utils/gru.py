"""One direction of an `nn.GRU` layer over all steps, on inputs that are already projected.

torch has no fused kernel for it on the CPU: it builds a graph of some ten small nodes a step, and adds a gradient of
the recurrent weights at every step. Here a step is a handful of calls without a graph, what does not depend on later
steps is computed for all of them at once, and each weight gradient is one product.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function
from torch.autograd.function import once_differentiable

from .gemm import matmul, weights_gradient


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
        states = gates.new_empty(T + 1, B, H)  # the initial one, and one a step, in the order of the text
        before, after = (states[1:], states[:-1]) if reverse else (states[:-1], states[1:])
        RZ, N, recurrent_N = gates.new_empty(T, B, 2 * H), gates.new_empty(T, B, H), gates.new_empty(T, B, H)
        before[T - 1 if reverse else 0] = H_0
        for t in _times(T, reverse):
            recurrent = matmul(before[t], W_hh.t(), b_hh)  # (B, 3H)
            torch.add(gates[t, :, : 2 * H], recurrent[:, : 2 * H], out=RZ[t]).sigmoid_()
            recurrent_N[t] = recurrent[:, 2 * H :]
            torch.addcmul(gates[t, :, 2 * H :], RZ[t, :, :H], recurrent_N[t], out=N[t]).tanh_()
            torch.lerp(N[t], before[t], RZ[t, :, H:], out=after[t])  # (B, H)
        ctx.save_for_backward(states, RZ, N, recurrent_N, W_hh)
        ctx.reverse = reverse
        ctx.set_materialize_grads(False)
        return after, after[0 if reverse else T - 1].clone()

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, d_after: Tensor | None, d_last: Tensor | None) -> tuple[Tensor | None, ...]:
        if d_after is None and d_last is None:
            return None, None, None, None, None
        states, RZ, N, recurrent_N, W_hh = ctx.saved_tensors
        T, B, H = N.shape
        before = states[1:] if ctx.reverse else states[:-1]
        R, Z = RZ[..., :H], RZ[..., H:]
        d_N = (1 - Z).mul_(1 - N * N)  # (T, B, H): what one unit of dH is for the candidate before its tanh
        factors = N.new_empty(T, B, 3, H)  # likewise for H W_r + b_r, H W_z + b_z, H W_n + b_n
        torch.mul(d_N * recurrent_N, R * (1 - R), out=factors[:, :, 0])
        torch.mul(before - N, Z * (1 - Z), out=factors[:, :, 1])
        torch.mul(d_N, R, out=factors[:, :, 2])
        d_states, d_recurrent = N.new_empty(T, B, H), N.new_empty(T, B, 3, H)
        carry = N.new_zeros(B, H) if d_last is None else d_last
        for t in reversed(_times(T, ctx.reverse)):
            d_H = carry if d_after is None else torch.add(d_after[t], carry)  # (B, H)
            d_states[t] = d_H
            torch.mul(factors[t], d_H.unsqueeze(1), out=d_recurrent[t])  # (B, 3, H)
            carry = matmul(d_recurrent[t].view(B, 3 * H), W_hh).addcmul_(d_H, Z[t])  # (B, H)
        flat = d_recurrent.view(T * B, 3 * H)
        d_W_hh = weights_gradient(flat, before.reshape(T * B, H))  # (3H, H)
        d_b_hh = flat.sum(0)  # (3H,)
        torch.mul(d_states, d_N, out=d_recurrent[:, :, 2])  # the inputs' share differs in the candidate only
        return d_recurrent.view(T, B, 3 * H), carry, d_W_hh, d_b_hh, None


def _times(T: int, reverse: bool) -> range:
    return range(T - 1, -1, -1) if reverse else range(T)
