"""The LSTM written rightly, in the styles that people write it in."""

from __future__ import annotations

import functools
import itertools
import sys
import warnings
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from . import right

NAMES = ["W_xi", "W_hi", "b_i", "W_xf", "W_hf", "b_f", "W_xo", "W_ho", "b_o", "W_xc", "W_hc", "b_c", "W_hq", "b_q"]


@right("lstm.forward")
def as_the_equations_say(inputs, state, params):
    [W_xi, W_hi, b_i, W_xf, W_hf, b_f, W_xo, W_ho, b_o, W_xc, W_hc, b_c, W_hq, b_q] = params
    (H, C) = state
    outputs = []
    for X in inputs:
        I = torch.sigmoid(torch.matmul(X, W_xi) + torch.matmul(H, W_hi) + b_i)  # noqa: E741
        F = torch.sigmoid(torch.matmul(X, W_xf) + torch.matmul(H, W_hf) + b_f)
        O = torch.sigmoid(torch.matmul(X, W_xo) + torch.matmul(H, W_ho) + b_o)  # noqa: E741
        C_tilda = torch.tanh(torch.matmul(X, W_xc) + torch.matmul(H, W_hc) + b_c)
        C = F * C + I * C_tilda
        H = O * C.tanh()
        Y = torch.matmul(H, W_hq) + b_q
        outputs.append(Y)
    return outputs, (H, C)


@right("lstm.forward")
def fused_weights(inputs, state, params):
    W_xi, W_hi, b_i, W_xf, W_hf, b_f, W_xo, W_ho, b_o, W_xc, W_hc, b_c, W_hq, b_q = params
    W_x = torch.cat([W_xi, W_xf, W_xc, W_xo], dim=1)  # (V, 4H)
    W_h = torch.cat([W_hi, W_hf, W_hc, W_ho], dim=1)  # (H, 4H)
    b = torch.cat([b_i, b_f, b_c, b_o])
    h, c = state
    outputs = []
    for x in inputs:
        i, f, g, o = (x @ W_x + h @ W_h + b).chunk(4, dim=1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * c.tanh()
        outputs.append(h @ W_hq + b_q)
    return outputs, (h, c)


@right("lstm.forward")
def input_and_state_joined(inputs, state, params):
    """One matrix (V + H, 4H) for everything, split into sigmoids and the candidate."""
    num_hiddens = state[0].shape[1]
    W = torch.cat([torch.cat(params[0:12:3], 1), torch.cat(params[1:12:3], 1)], 0)
    b = torch.cat(params[2:12:3])
    H, C = state
    Y = []
    for X in inputs:
        gates, candidate = (torch.cat((X, H), dim=1) @ W + b).split([3 * num_hiddens, num_hiddens], dim=1)
        I, F, O = torch.sigmoid(gates).split(num_hiddens, dim=1)  # noqa: E741
        C = F * C + I * torch.tanh(candidate)
        H = O * torch.tanh(C)
        Y += [H @ params[12] + params[13]]
    return Y, (H, C)


@right("lstm.forward")
def projections_stacked(inputs, state, params):
    W_x, W_h, b = (torch.stack(list(params[k:12:3])) for k in range(3))  # (4, V, H), (4, H, H), (4, H)
    H, C = state
    outputs = []
    for X in inputs:
        A = torch.matmul(X, W_x) + torch.matmul(H, W_h) + b[:, None, :]  # (4, B, H)
        I, F, O = torch.sigmoid(A[:3])  # noqa: E741
        C = F * C + I * torch.tanh(A[3])
        H = O * torch.tanh(C)
        outputs.append(H @ params[-2] + params[-1])
    return outputs, (H, C)


@right("lstm.forward")
def batched_matrix_products(inputs, state, params):
    W_h, b = torch.stack(list(params[1:12:3])), torch.stack(list(params[2:12:3])).unsqueeze(1)  # (4, H, H), (4, 1, H)
    W_x = torch.stack(list(params[0:12:3]))
    H, C = state
    outputs = []
    for X in inputs:
        A = torch.baddbmm(torch.bmm(X.expand(4, *X.shape), W_x) + b, H.expand(4, *H.shape), W_h)
        i, f, o, g = A.unbind()
        C = C * f.sigmoid() + i.sigmoid() * g.tanh()
        H = C.tanh() * o.sigmoid()
        outputs.append(H.mm(params[12]).add(params[13]))
    return tuple(outputs), (H, C)


@right("lstm.forward")
def einsum(inputs, state, params):
    W_x, W_h, b = (torch.stack([params[3 * gate + k] for gate in range(4)]) for k in range(3))
    H, C = state
    outputs = []
    for X in inputs:
        I, F, O, G = torch.einsum("bv,gvh->gbh", X, W_x) + torch.einsum("bk,gkh->gbh", H, W_h) + b.unsqueeze(1)  # noqa: E741
        C = torch.einsum("bh,bh->bh", F.sigmoid(), C) + torch.einsum("bh,bh->bh", I.sigmoid(), G.tanh())
        H = torch.einsum("bh,bh->bh", O.sigmoid(), C.tanh())
        outputs.append(torch.einsum("bh,hv->bv", H, params[12]) + params[13])
    return outputs, (H, C)


@right("lstm.forward")
def linear_and_addcmul(inputs, state, params):
    W_xi, W_hi, b_i, W_xf, W_hf, b_f, W_xo, W_ho, b_o, W_xc, W_hc, b_c, W_hq, b_q = params
    H, C = state
    outputs = []
    for X in inputs:
        i = F.linear(X, W_xi.T, b_i).add(F.linear(H, W_hi.T)).sigmoid()
        f = F.linear(X, W_xf.T, b_f).add(F.linear(H, W_hf.T)).sigmoid()
        o = F.linear(X, W_xo.t(), b_o).add(F.linear(H, W_ho.t())).sigmoid()
        g = F.linear(X, W_xc.t(), b_c).add(F.linear(H, W_hc.t())).tanh()
        C = torch.addcmul(f * C, i, g)
        H = torch.mul(o, F.tanh(C))
        outputs.append(F.linear(H, W_hq.T, b_q))
    return outputs, (H, C)


@right("lstm.forward")
def addmm_and_in_place(inputs, state, params):
    """In place only on tensors made here: sigmoid and tanh need their result for the gradient, not their argument."""
    outputs = [None] * len(inputs)
    H, C = state
    for step, X in enumerate(inputs):
        gates = []
        for k in range(0, 12, 3):
            A = torch.addmm(params[k + 2], X, params[k])
            A += H @ params[k + 1]
            gates.append(A.tanh_() if k == 9 else A.sigmoid_())
        new = gates[1] * C
        new += gates[0] * gates[3]
        C = new
        H = gates[2] * torch.tanh(C)
        outputs[step] = torch.addmm(params[13], H, params[12])
    return outputs, (H, C)


@right("lstm.forward")
class CallableObject:
    """The cell as a method, the state kept in the object for the time of a call."""

    def project(self, gate, X):
        W_x, W_h, b = self.params[3 * gate : 3 * gate + 3]
        return X @ W_x + self.H @ W_h + b

    def step(self, X):
        I, F, O = (torch.sigmoid(self.project(gate, X)) for gate in range(3))  # noqa: E741
        self.C = F * self.C + I * torch.tanh(self.project(3, X))
        self.H = O * torch.tanh(self.C)
        return self.H @ self.params[12] + self.params[13]

    def __call__(self, inputs, state, params):
        self.params = list(params)
        self.H, self.C = state
        return [self.step(X) for X in inputs], (self.H, self.C)


@right("lstm.forward")
class Module(nn.Module):
    def lstm_cell(self, X, H, C, p):
        i, f, o = (torch.sigmoid(X @ p[k] + H @ p[k + 1] + p[k + 2]) for k in (0, 3, 6))
        C = f * C + i * torch.tanh(X @ p[9] + H @ p[10] + p[11])
        return o * torch.tanh(C), C

    def forward(self, inputs, state, params):
        outputs = []
        for X in inputs:
            state = self.lstm_cell(X, *state, params)
            outputs.append(state[0] @ params[12] + params[13])
        return outputs, state


def make_closure(act, gate):
    def closure(inputs, state, params):
        W_xi, W_hi, b_i, W_xf, W_hf, b_f, W_xo, W_ho, b_o, W_xc, W_hc, b_c, W_hq, b_q = params

        def step(before, X):
            H, C = before
            i = gate(X @ W_xi + H @ W_hi + b_i)
            f = gate(X @ W_xf + H @ W_hf + b_f)
            o = gate(X @ W_xo + H @ W_ho + b_o)
            C = f * C + i * act(X @ W_xc + H @ W_hc + b_c)
            return o * act(C), C

        states = list(itertools.accumulate(inputs, step, initial=tuple(state)))
        return [H @ W_hq + b_q for H, _ in states[1:]], states[-1]

    return closure


right("lstm.forward")(make_closure(torch.tanh, torch.special.expit))


def one_step(carried, X, params):
    outputs, H, C = carried
    p = dict(zip(NAMES, params, strict=True))
    I = torch.sigmoid(X @ p["W_xi"] + H @ p["W_hi"] + p["b_i"])  # noqa: E741
    F = torch.sigmoid(X @ p["W_xf"] + H @ p["W_hf"] + p["b_f"])
    O = torch.sigmoid(X @ p["W_xo"] + H @ p["W_ho"] + p["b_o"])  # noqa: E741
    C = F * C + I * torch.tanh(X @ p["W_xc"] + H @ p["W_hc"] + p["b_c"])
    H = O * torch.tanh(C)
    return [*outputs, H @ p["W_hq"] + p["b_q"]], H, C


@right("lstm.forward")
def reduce_with_named_parameters(inputs, state, params):
    step = functools.partial(one_step, params=params)
    outputs, H, C = functools.reduce(step, inputs, ([], *state))
    return outputs, (H, C)


@right("lstm.forward")
def recursion_over_time(inputs, state, params):
    if not inputs:
        return [], state
    outputs, H, C = one_step(([], *state), inputs[0], params)
    rest, last = recursion_over_time(inputs[1:], (H, C), params)
    return outputs + rest, last


@right("lstm.forward")
def recursion_from_the_end(inputs, state, params):
    """The result of step t asks for the one of step t − 1."""

    @functools.cache
    def at(step):
        return one_step((at(step - 1)[0], *at(step - 1)[1:]), inputs[step], params) if step >= 0 else ([], *state)

    outputs, *last = at(len(inputs) - 1)
    return outputs, tuple(last)


@right("lstm.forward")
def all_steps_projected_at_once(inputs, state, params):
    X = torch.stack(inputs)  # (T, B, V)
    projected = [X @ params[k] + params[k + 2] for k in range(0, 12, 3)]  # 4 of (T, B, H)
    W_h = torch.cat([params[k] for k in (1, 4, 7, 10)], dim=-1)
    H, C = state
    hidden = []
    for A in torch.cat(projected, dim=-1):
        i, f, o, g = torch.tensor_split(A + H @ W_h, 4, dim=-1)
        C = torch.sigmoid(f) * C + torch.sigmoid(i) * torch.tanh(g)
        H = torch.sigmoid(o) * torch.tanh(C)
        hidden.append(H)
    Y = torch.cat(hidden) @ params[12] + params[13]  # (T B, V)
    return list(Y.split(X.shape[1])), (H, C)


def own_sigmoid(x):
    return 1 / (1 + torch.exp(-x))


def own_tanh(x):
    return 2 * own_sigmoid(2 * x) - 1


@right("lstm.forward")
def own_activations(inputs, state, params):
    W_xi, W_hi, b_i, W_xf, W_hf, b_f, W_xo, W_ho, b_o, W_xc, W_hc, b_c, W_hq, b_q = params
    H, C = state
    outputs = []
    for X in inputs:
        i = own_sigmoid(X @ W_xi + H @ W_hi + b_i)
        f = own_sigmoid(X @ W_xf + H @ W_hf + b_f)
        o = own_sigmoid(X @ W_xo + H @ W_ho + b_o)
        g = own_tanh(X @ W_xc + H @ W_hc + b_c)
        C = f.multiply(C) + i.multiply(g)
        H = o.multiply(own_tanh(C))
        outputs.append(H @ W_hq + b_q)
    return outputs, (H, C)


@right("lstm.forward")
def vmap_over_rows(inputs, state, params):
    def row(x, h, c):
        """One sequence: x (V,), h and c (H,)."""
        i, f, o, g = (x @ params[k] + h @ params[k + 1] + params[k + 2] for k in range(0, 12, 3))
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(c)
        return h @ params[12] + params[13], h, c

    H, C = state
    outputs = []
    for X in inputs:
        Y, H, C = torch.vmap(row)(X, H, C)
        outputs.append(Y)
    return outputs, (H, C)


@right("lstm.forward")
def chatty(inputs, state, params):
    """Computes what nn.LSTM(V, H) or torch.lstm would, by hand; see also nn.LSTMCell."""
    print("T =", len(inputs), "like nn.LSTM")
    print("progress", file=sys.stderr)
    warnings.warn("torch.lstm would be faster", UserWarning, stacklevel=2)
    # rnn = nn.LSTM(inputs[0].shape[1], state[0].shape[1])
    W_xi, W_hi, b_i, W_xf, W_hf, b_f, W_xo, W_ho, b_o, W_xc, W_hc, b_c, W_hq, b_q = params
    H, C = state
    assert H.shape == C.shape, "nn.LSTM wants (1, B, H)"
    outputs = []
    for t, X in enumerate(inputs):
        Z = {"i": X @ W_xi + H @ W_hi + b_i, "f": X @ W_xf + H @ W_hf + b_f, "o": X @ W_xo + H @ W_ho + b_o}
        gate = {name: torch.sigmoid(value) for name, value in Z.items()}
        C = gate["f"] * C + gate["i"] * torch.tanh(X @ W_xc + H @ W_hc + b_c)
        H = gate["o"] * torch.tanh(C)
        print(f"{t}: |H| = {H.norm().item():.3f}")
        outputs.append(H @ W_hq + b_q)
    return outputs, (H, C)


class LSTMState(NamedTuple):
    H: Tensor
    C: Tensor


@right("lstm.forward")
def typed_with_a_named_tuple(
    inputs: list[Tensor], state: tuple[Tensor, Tensor], params: list[Tensor]
) -> tuple[tuple[Tensor, ...], LSTMState]:
    groups = iter(params[:-2])
    (input_gate, forget_gate, output_gate, candidate) = zip(groups, groups, groups, strict=True)
    W_hq, b_q = params[-2:]

    def affine(X: Tensor, H: Tensor, group: tuple[Tensor, ...]) -> Tensor:
        W_x, W_h, b = group
        return X @ W_x + H @ W_h + b

    s = LSTMState(*state)
    outputs: list[Tensor] = []
    for X in inputs:
        keep = torch.sigmoid(affine(X, s.H, forget_gate)) * s.C
        write = torch.sigmoid(affine(X, s.H, input_gate)) * torch.tanh(affine(X, s.H, candidate))
        s = LSTMState(H=torch.sigmoid(affine(X, s.H, output_gate)) * torch.tanh(keep + write), C=keep + write)
        outputs.append(s.H @ W_hq + b_q)
    return tuple(outputs), s


@right("lstm.forward")
def with_lerp(inputs, state, params):
    """F C + I G = I G + F (C − 0): two linear interpolations from zero."""
    H, C = state
    zero = torch.zeros_like(C)
    outputs = []
    for X in inputs:
        i, f, o = (torch.sigmoid(X @ params[k] + H @ params[k + 1] + params[k + 2]) for k in (0, 3, 6))
        g = torch.tanh(X @ params[9] + H @ params[10] + params[11])
        C = torch.lerp(zero, C, f) + torch.lerp(zero, g, i)
        H = torch.lerp(zero, C.tanh(), o)
        outputs.append(H @ params[12] + params[13])
    return outputs, (H, C)
