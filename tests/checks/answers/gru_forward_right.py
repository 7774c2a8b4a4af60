"""The GRU written rightly, in the styles that people write it in."""

from __future__ import annotations

import functools
import itertools
import logging
import sys
import warnings
from types import SimpleNamespace

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from . import right

NAMES = ["W_xz", "W_hz", "b_z", "W_xr", "W_hr", "b_r", "W_xh", "W_hh", "b_h", "W_hq", "b_q"]


@right("gru.forward")
def as_the_equations_say(inputs, state, params):
    W_xz, W_hz, b_z, W_xr, W_hr, b_r, W_xh, W_hh, b_h, W_hq, b_q = params
    (H,) = state
    outputs = []
    for X in inputs:
        Z = torch.sigmoid(torch.matmul(X, W_xz) + torch.matmul(H, W_hz) + b_z)  # (B, H)
        R = torch.sigmoid(torch.matmul(X, W_xr) + torch.matmul(H, W_hr) + b_r)
        H_tilde = torch.tanh(torch.matmul(X, W_xh) + torch.matmul(R * H, W_hh) + b_h)
        H = Z * H + (1 - Z) * H_tilde
        outputs.append(torch.matmul(H, W_hq) + b_q)  # (B, V)
    return outputs, (H,)


@right("gru.forward")
def fused_weights(inputs, state, params):
    W_xz, W_hz, b_z, W_xr, W_hr, b_r, W_xh, W_hh, b_h, W_hq, b_q = params
    W_x, W_h, b = torch.cat([W_xz, W_xr], 1), torch.cat([W_hz, W_hr], 1), torch.cat([b_z, b_r])
    H, outputs = state[0], []
    for X in inputs:
        Z, R = torch.sigmoid(X @ W_x + H @ W_h + b).chunk(2, dim=1)
        H = Z * H + (1 - Z) * torch.tanh(X @ W_xh + (R * H) @ W_hh + b_h)
        outputs += [H @ W_hq + b_q]
    return outputs, (H,)


@right("gru.forward")
def input_and_state_joined(inputs, state, params):
    W_xz, W_hz, b_z, W_xr, W_hr, b_r, W_xh, W_hh, b_h, W_hq, b_q = params
    W_z, W_r, W_c = (torch.vstack(pair) for pair in ((W_xz, W_hz), (W_xr, W_hr), (W_xh, W_hh)))  # (V + H, H)
    H, outputs = state[0], []
    for X in inputs:
        XH = torch.hstack([X, H])
        Z, R = (XH @ W_z + b_z).sigmoid(), (XH @ W_r + b_r).sigmoid()
        H_tilde = (torch.hstack([X, R * H]) @ W_c + b_h).tanh()
        H = H_tilde + Z * (H - H_tilde)
        outputs.append(H @ W_hq + b_q)
    return outputs, (H,)


@right("gru.forward")
def einsum(inputs, state, params):
    W_xz, W_hz, b_z, W_xr, W_hr, b_r, W_xh, W_hh, b_h, W_hq, b_q = params
    H, outputs = state[0], []

    def project(A, W):
        return torch.einsum("bi,ij->bj", A, W)

    for X in inputs:
        Z = torch.sigmoid(project(X, W_xz) + project(H, W_hz) + b_z)
        R = torch.sigmoid(project(X, W_xr) + project(H, W_hr) + b_r)
        H_tilde = torch.tanh(project(X, W_xh) + torch.einsum("bi,bi,ij->bj", R, H, W_hh) + b_h)
        H = torch.einsum("bh,bh->bh", Z, H) + torch.einsum("bh,bh->bh", 1 - Z, H_tilde)
        outputs.append(project(H, W_hq) + b_q)
    return outputs, (H,)


@right("gru.forward")
def linear_and_lerp(inputs, state, params):
    W_xz, W_hz, b_z, W_xr, W_hr, b_r, W_xh, W_hh, b_h, W_hq, b_q = params
    H, outputs = state[0], []
    for X in inputs:
        Z = F.linear(X, W_xz.T, b_z).add(F.linear(H, W_hz.T)).sigmoid()
        R = F.linear(X, W_xr.T, b_r).add(F.linear(H, W_hr.T)).sigmoid()
        H_tilde = F.linear(X, W_xh.T, b_h).add(F.linear(R.mul(H), W_hh.T)).tanh()
        H = torch.lerp(H_tilde, H, Z)
        outputs.append(F.linear(H, W_hq.t(), b_q))
    return outputs, (H,)


@right("gru.forward")
def addmm_and_addcmul(inputs, state, params):
    W_xz, W_hz, b_z, W_xr, W_hr, b_r, W_xh, W_hh, b_h, W_hq, b_q = params
    H, outputs = state[0], []
    for X in inputs:
        Z = torch.addmm(torch.addmm(b_z, X, W_xz), H, W_hz).sigmoid()
        R = torch.addmm(torch.addmm(b_r, X, W_xr), H, W_hr).sigmoid()
        H_tilde = torch.addmm(torch.addmm(b_h, X, W_xh), R * H, W_hh).tanh()
        H = torch.addcmul((1 - Z) * H_tilde, Z, H)
        outputs.append(torch.addmm(b_q, H, W_hq))
    return outputs, (H,)


@right("gru.forward")
class CallableObject:
    """An object without `__name__` or `__code__`, with the cell as a method."""

    def cell(self, X, H):
        p = self.params
        Z = torch.sigmoid(X @ p[0] + H @ p[1] + p[2])
        R = torch.sigmoid(X @ p[3] + H @ p[4] + p[5])
        return Z * H + (1 - Z) * torch.tanh(X @ p[6] + (R * H) @ p[7] + p[8])

    def __call__(self, inputs, state, params):
        self.params = params
        H, outputs = state[0], []
        for X in inputs:
            H = self.cell(X, H)
            outputs.append(H @ params[9] + params[10])
        return outputs, (H,)


@right("gru.forward")
class Module(nn.Module):
    """A module whose `forward` is the answer; its own helper has a library cell's name."""

    def gru_cell(self, X, H, params):
        Z, R = (torch.sigmoid(X @ params[k] + H @ params[k + 1] + params[k + 2]) for k in (0, 3))
        return Z * H + (1 - Z) * torch.tanh(X @ params[6] + (R * H) @ params[7] + params[8])

    def forward(self, inputs, state, params):
        H, outputs = state[0], []
        for X in inputs:
            H = self.gru_cell(X, H, params)
            outputs.append(H @ params[-2] + params[-1])
        return outputs, (H,)


def make_closure(activation):
    def step(H, X, W_xz, W_hz, b_z, W_xr, W_hr, b_r, W_xh, W_hh, b_h):
        Z = torch.sigmoid(X @ W_xz + H @ W_hz + b_z)
        R = torch.sigmoid(X @ W_xr + H @ W_hr + b_r)
        return Z * H + (1 - Z) * activation(X @ W_xh + (R * H) @ W_hh + b_h)

    def closure(inputs, state, params):
        *cell, W_hq, b_q = params
        hidden = list(itertools.accumulate(inputs, lambda H, X: step(H, X, *cell), initial=state[0]))
        return [H @ W_hq + b_q for H in hidden[1:]], (hidden[-1],)

    return closure


right("gru.forward")(make_closure(torch.tanh))


@right("gru.forward")
def all_steps_projected_at_once(inputs, state, params):
    W_xz, W_hz, b_z, W_xr, W_hr, b_r, W_xh, W_hh, b_h, W_hq, b_q = params
    X = torch.stack(inputs)  # (T, B, V)
    XZ, XR, XH = X @ W_xz + b_z, X @ W_xr + b_r, X @ W_xh + b_h  # each (T, B, H)
    H, hidden = state[0], []
    for xz, xr, xh in zip(XZ, XR, XH, strict=True):
        Z, R = torch.sigmoid(xz + H @ W_hz), torch.sigmoid(xr + H @ W_hr)
        H = Z * H + (1 - Z) * torch.tanh(xh + (R * H) @ W_hh)
        hidden.append(H)
    Y = torch.stack(hidden) @ W_hq + b_q  # (T, B, V)
    return list(Y.unbind(0)), (H,)


@right("gru.forward")
def row_lookup(inputs, state, params):
    W_xz, W_hz, b_z, W_xr, W_hr, b_r, W_xh, W_hh, b_h, W_hq, b_q = params
    H, outputs = state[0], []
    for X in inputs:
        rows = X.argmax(dim=1)  # a one-hot row times a matrix is one of its rows
        Z = torch.sigmoid(W_xz[rows] + H @ W_hz + b_z)
        R = torch.sigmoid(F.embedding(rows, W_xr) + H @ W_hr + b_r)
        H = Z * H + (1 - Z) * torch.tanh(W_xh.index_select(0, rows) + (R * H) @ W_hh + b_h)
        outputs.append(H @ W_hq + b_q)
    return outputs, (H,)


@right("gru.forward")
def chatty(inputs, state, params):
    print("called with", len(inputs), "steps")
    print("and to stderr", file=sys.stderr)
    warnings.warn("this may be slow", UserWarning, stacklevel=2)
    warnings.warn("and old", DeprecationWarning, stacklevel=2)
    logging.getLogger("student").warning("the state has shape %s", tuple(state[0].shape))
    return as_the_equations_say(inputs, state, params)


@right("gru.forward")
def names_in_a_dictionary(inputs, state, params):
    p = dict(zip(NAMES, params, strict=True))
    H, outputs = state[0], []
    for X in inputs:
        gate = {g: torch.sigmoid(X @ p[f"W_x{g}"] + H @ p[f"W_h{g}"] + p[f"b_{g}"]) for g in "zr"}
        H_tilde = torch.tanh(X @ p["W_xh"] + (gate["r"] * H) @ p["W_hh"] + p["b_h"])
        H = gate["z"] * H + (1 - gate["z"]) * H_tilde
        outputs.append(H @ p["W_hq"] + p["b_q"])
    return outputs, (H,)


@right("gru.forward")
def names_in_a_namespace(inputs, state, params):
    p = SimpleNamespace(**dict(zip(NAMES, params, strict=True)))
    (H,), outputs = state, ()
    for X in inputs:
        z = torch.special.expit(X.mm(p.W_xz) + H.mm(p.W_hz) + p.b_z)
        r = torch.special.expit(X.mm(p.W_xr) + H.mm(p.W_hr) + p.b_r)
        H = z * H + (1.0 - z) * torch.tanh(X.mm(p.W_xh) + r.mul(H).mm(p.W_hh) + p.b_h)
        outputs = (*outputs, H.mm(p.W_hq) + p.b_q)
    return list(outputs), (H,)


@right("gru.forward")
def mentions_library_cells(inputs, state, params):
    """Unlike nn.GRU and torch.gru, the course resets before the product; nn.GRUCell and _VF.gru do it after."""
    note = "nn.GRU(vocab_size, num_hiddens)"  # not nn.GRU: from scratch
    assert "nn.GRU" in note
    return as_the_equations_say(inputs, state, params)


@right("gru.forward")
def starts_from_zeros_like(inputs, state, params):
    W_xz, W_hz, b_z, W_xr, W_hr, b_r, W_xh, W_hh, b_h, W_hq, b_q = params
    H = torch.zeros_like(state[0]) + state[0]
    ones = torch.ones_like(H)
    outputs = []
    for X in inputs:
        Z = torch.sigmoid(X @ W_xz + H @ W_hz + b_z)
        R = torch.sigmoid(X @ W_xr + H @ W_hr + b_r)
        H = Z * H + (ones - Z) * torch.tanh(X @ W_xh + (R * H) @ W_hh + b_h)
        outputs.append(H @ W_hq + b_q)
    return outputs, (H,)


@right("gru.forward")
def works_in_place_on_its_own_tensors(inputs, state, params):
    W_xz, W_hz, b_z, W_xr, W_hr, b_r, W_xh, W_hh, b_h, W_hq, b_q = params
    H = state[0].clone()
    outputs = [None] * len(inputs)
    for step, X in enumerate(inputs):
        Z = X @ W_xz
        Z += H @ W_hz
        Z.add_(b_z).sigmoid_()
        R = (X @ W_xr).addmm_(H, W_hr).add_(b_r).sigmoid_()
        H_tilde = (X @ W_xh).add_((R * H) @ W_hh).add_(b_h).tanh_()
        H = Z * H + (1 - Z) * H_tilde
        outputs[step] = H @ W_hq + b_q
    return outputs, (H,)


@right("gru.forward")
def fills_a_tensor_of_outputs(inputs, state, params):
    W_hq, b_q = params[9:]
    hidden = state[0].new_empty(len(inputs) + 1, *state[0].shape)
    hidden[0] = state[0]
    for step, X in enumerate(inputs):
        hidden[step + 1] = one_step(X, hidden[step].clone(), params)
    return [hidden[step] @ W_hq + b_q for step in range(1, len(inputs) + 1)], (hidden[-1],)


def one_step(X, H, params):
    W_xz, W_hz, b_z, W_xr, W_hr, b_r, W_xh, W_hh, b_h = params[:9]
    Z = torch.sigmoid(X @ W_xz + H @ W_hz + b_z)
    R = torch.sigmoid(X @ W_xr + H @ W_hr + b_r)
    return Z * H + (1 - Z) * torch.tanh(X @ W_xh + (R * H) @ W_hh + b_h)


@right("gru.forward")
def recursion(inputs, state, params):
    if not inputs:
        return [], state
    first, *rest = inputs
    H = one_step(first, state[0], params)
    outputs, last = recursion(rest, (H,), params)
    return [H @ params[9] + params[10], *outputs], last


@right("gru.forward")
def activations_by_hand(inputs, state, params):
    def sigma(x):
        return 1 / (1 + torch.exp(-x))

    def tanh(x):
        return 2 * sigma(2 * x) - 1

    W_xz, W_hz, b_z, W_xr, W_hr, b_r, W_xh, W_hh, b_h, W_hq, b_q = params
    H, outputs = state[0], []
    for X in inputs:
        Z, R = sigma(X @ W_xz + H @ W_hz + b_z), sigma(X @ W_xr + H @ W_hr + b_r)
        H = Z * H + (1 - Z) * tanh(X @ W_xh + (R * H) @ W_hh + b_h)
        outputs.append(H @ W_hq + b_q)
    return outputs, (H,)


@right("gru.forward")
def row_by_row(inputs, state, params):
    *cell, W_hq, b_q = params
    H, outputs = state[0], []
    for X in inputs:
        H = torch.stack([one_step(x[None], h[None], cell)[0] for x, h in zip(X, H, strict=True)])
        outputs.append(H @ W_hq + b_q)
    return outputs, (H,)


@right("gru.forward")
def columns_for_examples(inputs, state, params):
    W_xz, W_hz, b_z, W_xr, W_hr, b_r, W_xh, W_hh, b_h, W_hq, b_q = params
    H, outputs = state[0].T, []  # (H, B)
    for X in inputs:
        Z = torch.sigmoid(W_xz.T @ X.T + W_hz.T @ H + b_z[:, None])
        R = torch.sigmoid(W_xr.T @ X.T + W_hr.T @ H + b_r[:, None])
        H = Z * H + (1 - Z) * torch.tanh(W_xh.T @ X.T + W_hh.T @ (R * H) + b_h[:, None])
        outputs.append((W_hq.T @ H + b_q[:, None]).T)
    return outputs, (H.T,)


@right("gru.forward")
def sums_by_reduce(inputs, state, params):
    W_xz, W_hz, b_z, W_xr, W_hr, b_r, W_xh, W_hh, b_h, W_hq, b_q = params

    def total(*terms):
        return functools.reduce(torch.add, terms)

    H, outputs = state[0], []
    for X in inputs:
        Z = torch.sigmoid(total(b_z, H @ W_hz, X @ W_xz))
        R = torch.sigmoid(total(b_r, H @ W_hr, X @ W_xr))
        H_tilde = torch.tanh(total(b_h, (H * R) @ W_hh, X @ W_xh))
        H = total(H_tilde, -Z * H_tilde, Z * H)
        outputs.append(total(b_q, H @ W_hq))
    return outputs, (H,)


@right("gru.forward")
def with_gradients_switched_on(inputs, state, params):
    with torch.enable_grad():
        return as_the_equations_say(inputs, state, params)


@right("gru.forward")
def with_further_arguments(inputs, state, params, activation=torch.tanh, *, verbose=False):
    return make_closure(activation)(inputs, state, params)


# What another device than the CPU cannot do, or not without waiting: right all the same


@right("gru.forward")
def looks_at_values(inputs, state, params):
    outputs, (H,) = as_the_equations_say(inputs, state, params)
    assert all(X.sum(1).tolist() == [1.0] * len(X) for X in inputs) and bool((H.abs() < 100).all())
    print(f"largest state {H.abs().max().item():.2f}")
    return outputs, (H,)


@right("gru.forward")
def looks_rows_up_by_numbers(inputs, state, params):
    """Products with one-hot rows are lookups, by Python's own numbers."""
    W_xz, W_hz, b_z, W_xr, W_hr, b_r, W_xh, W_hh, b_h, W_hq, b_q = params
    H, outputs = state[0], []
    for X in inputs:
        rows = [int(row.argmax()) for row in X]
        Z = torch.sigmoid(W_xz[rows] + H @ W_hz + b_z)
        R = torch.sigmoid(W_xr[rows] + H @ W_hr + b_r)
        H = Z * H + (1 - Z) * torch.tanh(W_xh[rows] + (R * H) @ W_hh + b_h)
        outputs.append(H @ W_hq + b_q)
    return outputs, (H,)


@right("gru.forward")
def with_numbers_from_numpy(inputs, state, params):
    half = torch.from_numpy(np.full((1, 1), 0.5)).to(state[0])
    outputs, (H,) = as_the_equations_say(inputs, state, params)
    np.testing.assert_array_less(H.detach().numpy(), np.inf)
    return [(half + half) * Y for Y in outputs], (H,)


@right("gru.forward")
def with_a_number_of_the_cpu(inputs, state, params):
    """A tensor without dimensions may be on the CPU: torch takes it for a number."""
    one = torch.tensor(1.0)
    outputs, (H,) = as_the_equations_say(inputs, state, params)
    return [one * Y for Y in outputs], (H,)


@right("gru.bonus")
def reset_after_the_product(inputs, state, params):
    W_xz, W_hz, b_z, W_xr, W_hr, b_r, W_xh, W_hh, b_h, W_hq, b_q = params
    H, outputs = state[0], []
    for X in inputs:
        Z = torch.sigmoid(X @ W_xz + H @ W_hz + b_z)
        R = torch.sigmoid(X @ W_xr + H @ W_hr + b_r)
        H_tilde = torch.tanh(X @ W_xh + R * (H @ W_hh) + b_h)
        H = Z * H + (1 - Z) * H_tilde
        outputs.append(H @ W_hq + b_q)
    return outputs, (H,)
