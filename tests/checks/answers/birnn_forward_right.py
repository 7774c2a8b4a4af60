"""The bidirectional RNN written rightly, in the styles that people write it in."""

from __future__ import annotations

import functools
import itertools
import warnings
from collections import deque

import torch
import torch.nn.functional as F
from torch import Tensor

from . import right


@right("birnn.forward")
def as_the_equations_say(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(torch.matmul(X, W_xh_f) + torch.matmul(H_f, W_hh_f) + b_h_f)
        forward.append(H_f)
    for X in reversed(inputs):
        H_b = torch.tanh(torch.matmul(X, W_xh_b) + torch.matmul(H_b, W_hh_b) + b_h_b)
        backward.append(H_b)
    backward.reverse()
    outputs = []
    for f, b in zip(forward, backward, strict=True):
        outputs.append(torch.matmul(torch.cat((f, b), dim=1), W_hq) + b_q)
    return outputs, (H_f, H_b)


@right("birnn.forward")
def flipped(inputs, state, params):
    X = torch.stack(inputs)  # (T, B, V)
    sequences = []
    last = []
    for way in (0, 1):
        W_x, W_h, b = params[3 * way : 3 * way + 3]
        H, hidden = state[way], []
        for A in (X.flip(0) if way else X) @ W_x + b:
            H = torch.tanh(A + H @ W_h)
            hidden.append(H)
        hidden = torch.stack(hidden)
        sequences.append(torch.flip(hidden, dims=[0]) if way else hidden)
        last.append(H)
    Y = torch.cat(sequences, dim=2) @ params[6] + params[7]  # (T, B, V)
    return list(Y.unbind(0)), tuple(last)


@right("birnn.forward")
def slices_of_minus_one(inputs, state, params):
    def run(sequence, H, W_xh, W_hh, b_h):
        states = []
        for X in sequence:
            H = (X @ W_xh + H @ W_hh + b_h).tanh()
            states.append(H)
        return states

    f = run(inputs, state[0], *params[:3])
    b = run(inputs[::-1], state[1], *params[3:6])[::-1]
    return [torch.cat(pair, 1) @ params[6] + params[7] for pair in zip(f, b, strict=True)], (f[-1], b[0])


@right("birnn.forward")
def index_arithmetic(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    T = len(inputs)
    H_f, H_b = [None] * T, [None] * T
    for t in range(T):
        H_f[t] = torch.tanh(inputs[t] @ W_xh_f + (H_f[t - 1] if t > 0 else state[0]) @ W_hh_f + b_h_f)
    for t in range(T - 1, -1, -1):
        H_b[t] = torch.tanh(inputs[t] @ W_xh_b + (H_b[t + 1] if t < T - 1 else state[1]) @ W_hh_b + b_h_b)
    return [torch.hstack([H_f[t], H_b[t]]) @ W_hq + b_q for t in range(T)], (H_f[T - 1], H_b[0])


@right("birnn.forward")
def insert_at_the_front(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    fs, bs = [], []
    for i in range(len(inputs)):
        H_f = torch.tanh(inputs[i] @ W_xh_f + H_f @ W_hh_f + b_h_f)
        fs.append(H_f)
        H_b = torch.tanh(inputs[-1 - i] @ W_xh_b + H_b @ W_hh_b + b_h_b)  # both directions in one loop
        bs.insert(0, H_b)
    return [torch.cat([fs[i], bs[i]], dim=-1) @ W_hq + b_q for i in range(len(fs))], (H_f, H_b)


@right("birnn.forward")
def deque_and_two_halves(inputs, state, params):
    """[F, B] W = F W_top + B W_bottom, so nothing need be joined."""
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    num_hiddens = W_hh_f.shape[0]
    W_top, W_bottom = W_hq[:num_hiddens], W_hq[num_hiddens:]
    H_f, H_b = state
    forward, backward = deque(), deque()
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f @ W_top)
    for X in inputs[::-1]:
        H_b = torch.tanh(X @ W_xh_b + H_b @ W_hh_b + b_h_b)
        backward.appendleft(H_b @ W_bottom)
    return [f + b + b_q for f, b in zip(forward, backward, strict=True)], (H_f, H_b)


@right("birnn.forward")
def accumulated(inputs, state, params):
    def scan(sequence, H, group):
        return list(
            itertools.accumulate(sequence, lambda H, X: torch.tanh(X @ group[0] + H @ group[1] + group[2]), initial=H)
        )

    f = scan(inputs, state[0], params[0:3])
    b = scan(reversed(list(inputs)), state[1], params[3:6])
    outputs = [torch.cat([f[1 + t], b[-1 - t]], dim=1) @ params[6] + params[7] for t in range(len(inputs))]
    return outputs, (f[-1], b[-1])


@right("birnn.forward")
def recursion(inputs, state, params):
    """Forward on the way down, backward on the way up."""

    def visit(t, H_f):
        if t == len(inputs):
            return [], H_f, state[1]
        H_f = torch.tanh(inputs[t] @ params[0] + H_f @ params[1] + params[2])
        outputs, last, H_b = visit(t + 1, H_f)
        H_b = torch.tanh(inputs[t] @ params[3] + H_b @ params[4] + params[5])
        return [torch.cat([H_f, H_b], 1) @ params[6] + params[7], *outputs], last, H_b

    outputs, *last = visit(0, state[0])
    return outputs, tuple(last)


@right("birnn.forward")
def both_directions_stacked(inputs, state, params):
    """A leading axis of two: the forward and the backward direction in every product."""
    W_x, W_h, b = (torch.stack([params[k], params[k + 3]]) for k in range(3))
    H, hidden = torch.stack(list(state)), []
    for pair in zip(inputs, reversed(inputs), strict=True):
        H = torch.tanh(torch.bmm(torch.stack(pair), W_x) + torch.bmm(H, W_h) + b.unsqueeze(1))
        hidden.append(H)  # (2, B, H)
    f, b = torch.stack(hidden, dim=1)  # each (T, B, H)
    Y = torch.cat([f, b.flip([0])], dim=-1).matmul(params[-2]) + params[-1]
    return tuple(Y), (H[0], H[1])


@right("birnn.forward")
def einsum_over_directions(inputs, state, params):
    W_hq = params[6].reshape(2, -1, params[6].shape[1])  # (2, H, V)
    T = len(inputs)
    grid = [[None, None] for _ in range(T)]
    final = []
    for way, order in enumerate((range(T), reversed(range(T)))):
        H = state[way]
        for t in order:
            A = torch.einsum("bv,vh->bh", inputs[t], params[3 * way])
            H = torch.tanh(A + torch.einsum("bk,kh->bh", H, params[3 * way + 1]) + params[3 * way + 2])
            grid[t][way] = H
        final.append(H)
    outputs = [torch.einsum("dbh,dhv->bv", torch.stack(pair), W_hq) + params[7] for pair in grid]
    return outputs, tuple(final)


@right("birnn.forward")
def linear_and_addmm(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    hs_f, hs_b = [], []
    for X in inputs:
        H_f = F.tanh(F.linear(X, W_xh_f.T, b_h_f) + F.linear(H_f, W_hh_f.T))
        hs_f += [H_f]
    for X in inputs[::-1]:
        H_b = F.tanh(torch.addmm(torch.addmm(b_h_b, X, W_xh_b), H_b, W_hh_b))
        hs_b = [H_b, *hs_b]
    return [F.linear(torch.concat([f, b], -1), W_hq.T, b_q) for f, b in zip(hs_f, hs_b, strict=True)], (H_f, H_b)


def step(group, states, X):
    W_xh, W_hh, b_h = group
    return [*states, torch.tanh(X @ W_xh + states[-1] @ W_hh + b_h)]


@right("birnn.forward")
def reduced(inputs, state, params):
    f = functools.reduce(functools.partial(step, params[:3]), inputs, [state[0]])[1:]
    b = functools.reduce(functools.partial(step, params[3:6]), reversed(inputs), [state[1]])[1:]
    outputs = list(map(lambda one, two: torch.cat([one, two], 1) @ params[6] + params[7], f, b[::-1]))
    return outputs, (f.pop(), b.pop())


@right("birnn.forward")
class Directions:
    """One object for both directions, told which way to go."""

    def direction(self, inputs, H, group, backward):
        p = dict(zip(("W_xh", "W_hh", "b_h"), group, strict=True))
        states = {}
        steps = sorted(range(len(inputs)), reverse=backward)
        for t in steps:
            H = states[t] = torch.tanh(inputs[t] @ p["W_xh"] + H @ p["W_hh"] + p["b_h"])
        return states, H

    def __call__(self, inputs, state, params):
        f, H_f = self.direction(inputs, state[0], params[0:3], backward=False)
        b, H_b = self.direction(inputs, state[1], params[3:6], backward=True)
        return [torch.cat([f[t], b[t]], 1) @ params[6] + params[7] for t in sorted(b)], (H_f, H_b)


def make_closure(activation):
    def closure(inputs, state, params):
        *cells, W_hq, b_q = params
        final = []

        def direction(sequence, H, W_xh, W_hh, b_h):
            for X in sequence:
                H = activation(X @ W_xh + H @ W_hh + b_h)
                yield H
            final.append(H)

        f = list(direction(inputs, state[0], *cells[:3]))
        b = list(direction(inputs[::-1], state[1], *cells[3:]))
        outputs = []
        while f:
            outputs.append(torch.cat((f.pop(0), b.pop()), dim=1) @ W_hq + b_q)
        return outputs, tuple(final)

    return closure


right("birnn.forward")(make_closure(lambda a: 2 / (1 + torch.exp(-2 * a)) - 1))


@right("birnn.forward")
def chatty(inputs: list[Tensor], state: tuple[Tensor, Tensor], params: list[Tensor]):
    """As nn.RNN(V, H, bidirectional=True) computes it; not with torch.rnn_tanh."""
    print("forward"), print("backward")
    warnings.warn("nn.RNN is faster", UserWarning, stacklevel=2)
    T, batch_size, num_hiddens = len(inputs), *state[0].shape
    joined = [torch.zeros(batch_size, 2 * num_hiddens, dtype=state[0].dtype) for _ in inputs]
    H_f, H_b = state
    for t in range(T):
        H_f = torch.tanh(inputs[t] @ params[0] + H_f @ params[1] + params[2])
        joined[t][:, :num_hiddens] = H_f  # a tensor made here
    for t in reversed(range(T)):
        H_b = torch.tanh(inputs[t] @ params[3] + H_b @ params[4] + params[5])
        joined[t][:, num_hiddens:] = H_b
    return [J @ params[6] + params[7] for J in joined], (H_f, H_b)


@right("birnn.forward")
def vmap_over_rows(inputs, state, params):
    """One sequence at a time, torch takes care of the rows."""
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params

    def one(x, h_f, h_b):  # x (T, V), h (H,)
        fs, bs = [], []
        for row in x.unbind():
            h_f = torch.tanh(row @ W_xh_f + h_f @ W_hh_f + b_h_f)
            fs.append(h_f)
        for row in x.flip(0).unbind():
            h_b = torch.tanh(row @ W_xh_b + h_b @ W_hh_b + b_h_b)
            bs.append(h_b)
        return torch.cat([torch.stack(fs), torch.stack(bs[::-1])], dim=1) @ W_hq + b_q, h_f, h_b

    Y, *last = torch.vmap(one)(torch.stack(inputs, dim=1), *state)
    return list(Y.transpose(0, 1)), tuple(last)
