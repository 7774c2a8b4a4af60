"""Right answers in the styles that people use: how steps are looped over and kept, and how gates are written.

Every way to loop is made for every network, from one step of it; every way to write gates is made for every cell.
"""

# ruff: noqa: E741  (the names of the field)

from __future__ import annotations

import functools
import itertools
from types import SimpleNamespace

import torch
from torch.nn import functional

from . import remarked, right

# One step of each network: (X, states, params) -> states


def rnn_step(X, states, params):
    W_xh, W_hh, b_h = params[:3]
    return (torch.tanh(X @ W_xh + states[0] @ W_hh + b_h),)


def gru_step(X, states, params):
    (H,), (W_xz, W_hz, b_z, W_xr, W_hr, b_r, W_xh, W_hh, b_h) = states, params[:9]
    Z = torch.sigmoid(X @ W_xz + H @ W_hz + b_z)
    R = torch.sigmoid(X @ W_xr + H @ W_hr + b_r)
    return (Z * H + (1 - Z) * torch.tanh(X @ W_xh + (R * H) @ W_hh + b_h),)


def lstm_step(X, states, params):
    H, C = states
    I, F, O = (torch.sigmoid(X @ params[k] + H @ params[k + 1] + params[k + 2]) for k in (0, 3, 6))
    C = F * C + I * torch.tanh(X @ params[9] + H @ params[10] + params[11])
    return O * torch.tanh(C), C


def deep_step(X, states, params):
    new = []
    for layer, H in enumerate(states):
        W, U, b = params[3 * layer : 3 * layer + 3]
        X = torch.tanh(X @ W + H @ U + b)
        new.append(X)
    return tuple(new)


STEPS = {"rnn": (rnn_step, 0), "gru": (gru_step, 0), "lstm": (lstm_step, 0), "deep_rnn": (deep_step, -1)}


# Ways to loop over the steps and to keep what they make


def filled_tensor(step, shown):
    def function(inputs, state, params):
        outputs = torch.zeros(len(inputs), len(inputs[0]), params[-1].shape[0])
        for t, X in enumerate(inputs):
            state = step(X, state, params)
            outputs[t] = state[shown] @ params[-2] + params[-1]
        return list(outputs), tuple(state)

    return function


def filled_tensor_like_the_inputs(step, shown):
    def function(inputs, state, params):
        outputs = torch.empty_like(torch.stack(inputs))
        for t in range(len(inputs)):
            state = step(inputs[t], state, params)
            outputs[t] = state[shown] @ params[-2] + params[-1]
        return [outputs[t] for t in range(len(inputs))], state

    return function


def list_made_in_full_length(step, shown):
    def function(inputs, state, params):
        outputs = [None] * len(inputs)
        t = 0
        while t < len(inputs):
            state = step(inputs[t], state, params)
            outputs[t] = torch.addmm(params[-1], state[shown], params[-2])
            t += 1
        return outputs, state

    return function


def states_first_outputs_after(step, shown):
    def function(inputs, state, params):
        states = [state]
        for X in inputs:
            states.append(step(X, states[-1], params))
        return [s[shown] @ params[-2] + params[-1] for s in states[1:]], states[-1]

    return function


def all_outputs_in_one_product(step, shown):
    def function(inputs, state, params):
        kept = []
        for X in inputs:
            state = step(X, state, params)
            kept.append(state[shown])
        scores = torch.cat(kept) @ params[-2] + params[-1]
        return list(scores.reshape(len(inputs), len(inputs[0]), -1)), state

    return function


def accumulated(step, shown):
    def function(inputs, state, params):
        states = list(itertools.accumulate(inputs, lambda s, X: step(X, s, params), initial=tuple(state)))[1:]
        return [torch.matmul(s[shown], params[-2]).add(params[-1]) for s in states], states[-1]

    return function


def reduced(step, shown):
    def function(inputs, state, params):
        def go_on(so_far, X):
            outputs, state = so_far
            state = step(X, state, params)
            return [*outputs, state[shown].mm(params[-2]) + params[-1]], state

        return functools.reduce(go_on, inputs, ([], state))

    return function


def recursive(step, shown):
    def function(inputs, state, params):
        if not inputs:
            return [], state
        state = step(inputs[0], state, params)
        outputs, last = function(inputs[1:], state, params)
        return [state[shown] @ params[-2] + params[-1], *outputs], last

    return function


def generated(step, shown):
    def outputs_of(inputs, state, params):
        for X in inputs:
            state = step(X, state, params)
            yield functional.linear(state[shown], params[-2].T, params[-1]), state

    def function(inputs, state, params):
        outputs, states = zip(*outputs_of(inputs, state, params), strict=True)
        return list(outputs), states[-1]

    return function


def class_with_its_state(step, shown):
    class Model:
        """The state is an attribute that every call sets again."""

        def __init__(self):
            self.state = None

        def one_step(self, X):
            self.state = step(X, self.state, self.params)
            return self.state[shown] @ self.params[-2] + self.params[-1]

        def __call__(self, inputs, state, params):
            self.state, self.params = state, params
            return [self.one_step(X) for X in inputs], self.state

    return Model()


WAYS = (
    filled_tensor_like_the_inputs, list_made_in_full_length, states_first_outputs_after, all_outputs_in_one_product,
    accumulated, reduced, recursive, generated, class_with_its_state,
)  # fmt: skip


def named(make, name):
    """A class of that name, so that each examination has a fresh answer."""
    return type(name, (), {"__new__": lambda cls: make()})


for network, (step, shown) in STEPS.items():
    for way in WAYS:
        name = f"{network}_{way.__name__}"
        right(f"{network}.forward")(named(functools.partial(way, step, shown), name))
    name = f"{network}_{filled_tensor.__name__}"
    remarked(f"{network}.forward", says="float64")(named(functools.partial(filled_tensor, step, shown), name))


# Ways to write the gates


def x_and_h_side_by_side(X, H, W, U, b):
    return torch.cat((X, H), dim=1) @ torch.cat((W, U), dim=0) + b


def by_linear_layers(X, H, W, U, b):
    return functional.linear(X, W.T) + functional.linear(H, U.T, b)


def by_einsum(X, H, W, U, b):
    return torch.einsum("bv,vh->bh", X, W) + torch.einsum("bh,hk->bk", H, U) + b


def by_methods(X, H, W, U, b):
    return X.mm(W).add(H.matmul(U)).add(b)


def by_the_rows_of_the_weight(X, H, W, U, b):
    """A one-hot row picks a row of the weight."""
    return W[X.argmax(dim=1)] + torch.addmm(b, H, U)


def one_row_at_a_time(X, H, W, U, b):
    return torch.stack([x @ W + h @ U + b for x, h in zip(X, H, strict=True)])


GATES = (
    x_and_h_side_by_side, by_linear_layers, by_einsum, by_methods, by_the_rows_of_the_weight, one_row_at_a_time,
)  # fmt: skip


def rnn_of(gate):
    def rnn(inputs, state, params):
        P = dict(zip(("W", "U", "b", "V", "c"), params, strict=True))
        H, outputs = state[0], []
        for X in inputs:
            H = gate(X, H, P["W"], P["U"], P["b"]).tanh()
            outputs.append(H @ P["V"] + P["c"])
        return outputs, (H,)

    return rnn


def gru_of(gate):
    def gru(inputs, state, params):
        names = ["W_xz", "W_hz", "b_z", "W_xr", "W_hr", "b_r", "W_xh", "W_hh", "b_h", "W_hq", "b_q"]
        p = SimpleNamespace(**dict(zip(names, params, strict=True)))
        (H,), outputs = state, []
        for X in inputs:
            Z = 1 / (1 + torch.exp(-gate(X, H, p.W_xz, p.W_hz, p.b_z)))
            R = gate(X, H, p.W_xr, p.W_hr, p.b_r).sigmoid()
            H = torch.lerp(torch.tanh(gate(X, R * H, p.W_xh, p.W_hh, p.b_h)), H, Z)
            outputs.append(H @ p.W_hq + p.b_q)
        return outputs, (H,)

    return gru


def lstm_of(gate):
    def lstm(inputs, state, params):
        *cell, W_hq, b_q = params
        groups = [cell[k : k + 3] for k in range(0, 12, 3)]
        (H, C), outputs = state, []
        for X in inputs:
            I, F, O, new = (gate(X, H, *group) for group in groups)
            C = torch.addcmul(F.sigmoid() * C, I.sigmoid(), new.tanh())
            H = O.sigmoid() * C.tanh()
            outputs.append(H @ W_hq + b_q)
        return outputs, (H, C)

    return lstm


def birnn_of(gate):
    def one_way(inputs, H, W, U, b):
        states = []
        for X in inputs:
            H = torch.tanh(gate(X, H, W, U, b))
            states.append(H)
        return states

    def birnn(inputs, state, params):
        ahead = one_way(inputs, state[0], *params[:3])
        back = one_way(list(reversed(inputs)), state[1], *params[3:6])[::-1]
        joined = [torch.hstack(pair) for pair in zip(ahead, back, strict=True)]
        return [H @ params[6] + params[7] for H in joined], (ahead[-1], back[0])

    return birnn


for make in (rnn_of, gru_of, lstm_of, birnn_of):
    network = make.__name__.removesuffix("_of")
    for gate in GATES:
        right(f"{network}.forward")(named(functools.partial(make, gate), f"{network}_{gate.__name__}"))
