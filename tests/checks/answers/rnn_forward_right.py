"""The plain recurrent network written rightly, in the styles that people write it in."""

from __future__ import annotations

import itertools

import torch
import torch.nn.functional as F
from torch import Tensor

from . import right


@right("rnn.forward")
def as_the_equations_say(inputs, state, params):
    W_xh, W_hh, b_h, W_hq, b_q = params
    (H,) = state
    outputs = []
    for X in inputs:
        H = torch.tanh(torch.matmul(X, W_xh) + torch.matmul(H, W_hh) + b_h)
        Y = torch.matmul(H, W_hq) + b_q
        outputs.append(Y)
    return outputs, (H,)


@right("rnn.forward")
def one_matrix_for_both(inputs, state, params):
    W = torch.cat(params[:2])  # (V + H, H)
    H, outputs = state[0], []
    for X in inputs:
        H = torch.addmm(params[2], torch.cat([X, H], dim=1), W).tanh()
        outputs.append(torch.addmm(params[4], H, params[3]))
    return outputs, (H,)


@right("rnn.forward")
def accumulated(inputs, state, params):
    """What nn.RNN does, as one expression."""
    W_xh, W_hh, b_h, W_hq, b_q = params
    projected = torch.einsum("tbv,vh->tbh", torch.stack(list(inputs)), W_xh) + b_h
    hidden = list(itertools.accumulate(projected, lambda H, A: (A + H @ W_hh).tanh(), initial=state[0]))
    return tuple((torch.stack(hidden[1:]) @ W_hq + b_q).unbind()), (hidden[-1],)


@right("rnn.forward")
def recursion(inputs, state, params):
    if len(inputs) == 0:
        return [], state
    X, *rest = inputs
    H = torch.tanh(F.linear(X, params[0].T, params[2]) + F.linear(state[0], params[1].T))
    outputs, last = recursion(rest, (H,), params)
    return [F.linear(H, params[3].T, params[4]), *outputs], last


@right("rnn.forward")
class WithOwnTanh:
    def __call__(self, inputs: list[Tensor], state: tuple[Tensor], params: list[Tensor]):
        self.W_xh, self.W_hh, self.b_h, self.W_hq, self.b_q = params
        (self.H,) = state
        return [self.step(X) for X in inputs], (self.H,)

    def step(self, X: Tensor) -> Tensor:
        a = X.mm(self.W_xh) + self.H.mm(self.W_hh) + self.b_h
        up, down = a.exp(), (-a).exp()
        self.H = (up - down) / (up + down)
        return self.H.mm(self.W_hq) + self.b_q


@right("rnn.forward")
def rows_of_a_preallocated_tensor(inputs, state, params):
    W_xh, W_hh, b_h, W_hq, b_q = params
    H = state[0]
    Y = H.new_empty(len(inputs), len(H), len(b_q))
    for t in range(len(inputs)):
        new = inputs[t] @ W_xh
        new += H @ W_hh
        new += b_h
        H = new.tanh_()
        Y[t] = H @ W_hq + b_q
    return list(Y), (H,)
