"""The deep RNN written rightly, for any number of layers, in the styles that people write it in."""

from __future__ import annotations

import functools
import itertools
import warnings
from collections import deque

import torch
import torch.nn.functional as F
from torch import Tensor

from . import right


@right("deep_rnn.forward")
def as_the_equations_say(inputs, state, params):
    num_layers = len(state)
    W_hq, b_q = params[-2], params[-1]
    H = list(state)
    outputs = []
    for X in inputs:
        below = X
        for layer in range(num_layers):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            H[layer] = torch.tanh(torch.matmul(below, W_xh) + torch.matmul(H[layer], W_hh) + b_h)
            below = H[layer]
        outputs.append(torch.matmul(below, W_hq) + b_q)
    return outputs, tuple(H)


@right("deep_rnn.forward")
def layer_by_layer_over_all_time(inputs, state, params):
    L = (len(params) - 2) // 3
    sequence, last = inputs, []
    for layer in range(L):
        W_x, W_h, b = params[3 * layer], params[3 * layer + 1], params[3 * layer + 2]
        H, hidden = state[layer], []
        for X in sequence:
            H = torch.tanh(X @ W_x + H @ W_h + b)
            hidden.append(H)
        sequence = hidden
        last.append(H)
    return [H @ params[-2] + params[-1] for H in sequence], tuple(last)


@right("deep_rnn.forward")
def grouped_by_an_iterator(inputs, state, params):
    *cells, W_hq, b_q = params
    groups = list(zip(*[iter(cells)] * 3))  # noqa: B905
    outputs = []
    for X in inputs:
        new = []
        for (W_xh, W_hh, b_h), H in zip(groups, state, strict=True):
            X = (X @ W_xh + H @ W_hh + b_h).tanh()
            new.append(X)
        state = tuple(new)
        outputs.append(X @ W_hq + b_q)
    return outputs, state


@right("deep_rnn.forward")
def names_in_a_dictionary(inputs, state, params):
    p = {}
    for k in range(0, len(params) - 2, 3):
        p["W_xh", k // 3], p["W_hh", k // 3], p["b_h", k // 3] = params[k], params[k + 1], params[k + 2]
    p["W_hq"], p["b_q"] = params[-2:]
    H = dict(enumerate(state))
    outputs = []
    for X in inputs:
        for layer in H:
            read = H[layer - 1] if layer else X
            H[layer] = torch.tanh(read @ p["W_xh", layer] + H[layer] @ p["W_hh", layer] + p["b_h", layer])
        outputs.append(H[max(H)] @ p["W_hq"] + p["b_q"])
    return outputs, tuple(H.values())


def climb(carried, layer):
    """One layer on top of those that are done: (below, states so far)."""
    below, done = carried
    H, (W_xh, W_hh, b_h) = layer
    H = torch.tanh(below @ W_xh + H @ W_hh + b_h)
    return H, (*done, H)


@right("deep_rnn.forward")
def reduced_over_layers_accumulated_over_time(inputs, state, params):
    groups = [params[k : k + 3] for k in range(0, len(params) - 2, 3)]

    def step(states, X):
        return functools.reduce(climb, zip(states, groups, strict=True), (X, ()))[1]

    all_states = list(itertools.accumulate(inputs, step, initial=tuple(state)))
    return [states[-1] @ params[-2] + params[-1] for states in all_states[1:]], all_states[-1]


@right("deep_rnn.forward")
def recursion_over_layers(inputs, state, params):
    """The first layer here, the rest of the stack by the same function."""
    if len(params) == 2:
        return [X @ params[0] + params[1] for X in inputs], ()
    (W_xh, W_hh, b_h), (H, *others), hidden = params[:3], state, []
    for X in inputs:
        H = torch.tanh(X @ W_xh + H @ W_hh + b_h)
        hidden.append(H)
    outputs, rest = recursion_over_layers(hidden, others, params[3:])
    return outputs, (H, *rest)


@right("deep_rnn.forward")
def recursion_over_time(inputs, state, params):
    if not inputs:
        return [], tuple(state)
    X, new = inputs[0], []
    for layer, H in enumerate(state):
        X = torch.tanh(X @ params[3 * layer] + H @ params[3 * layer + 1] + params[3 * layer + 2])
        new += [X]
    outputs, last = recursion_over_time(inputs[1:], new, params)
    return [X @ params[-2] + params[-1], *outputs], last


@right("deep_rnn.forward")
def memoised_by_step_and_layer(inputs, state, params):
    """H(t, l) as the textbook's recurrence, asked from the top right corner."""

    @functools.cache
    def H(t: int, layer: int) -> Tensor:
        if t < 0:
            return state[layer]
        below = inputs[t] if layer == 0 else H(t, layer - 1)
        W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
        return torch.tanh(below @ W_xh + H(t - 1, layer) @ W_hh + b_h)

    top, end = len(state) - 1, len(inputs) - 1
    outputs = [H(t, top) @ params[-2] + params[-1] for t in range(end + 1)]
    return outputs, tuple(H(end, layer) for layer in range(top + 1))


@right("deep_rnn.forward")
def linear(inputs, state, params):
    H, outputs = [*state], []
    for X in inputs:
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[layer * 3 : layer * 3 + 3]
            X = H[layer] = F.tanh(F.linear(X, W_xh.T, b_h) + F.linear(H[layer], W_hh.T))
        outputs.append(F.linear(X, params[-2].t(), params[-1]))
    return tuple(outputs), tuple(H)


@right("deep_rnn.forward")
def fused_weights(inputs, state, params):
    """A single matrix (V + H, H) or (2H, H) a layer."""
    fused = [(torch.vstack([params[k], params[k + 1]]), params[k + 2]) for k in range(0, len(params) - 2, 3)]
    H, outputs = list(state), []
    for X in inputs:
        for layer, (W, b) in enumerate(fused):
            H[layer] = torch.addmm(b, torch.hstack([X, H[layer]]), W).tanh()
            X = H[layer]
        outputs.append(torch.addmm(params[-1], X, params[-2]))
    return outputs, tuple(H)


def make_cells(params):
    def make_cell(W_xh, W_hh, b_h):
        def cell(X, H):
            return torch.tanh(X @ W_xh + H @ W_hh + b_h)

        return cell

    return [make_cell(*params[k : k + 3]) for k in range(0, len(params) - 2, 3)]


@right("deep_rnn.forward")
def a_list_of_closures(inputs, state, params):
    cells = make_cells(params)
    outputs = []
    for X in inputs:
        state = list(state)
        for layer, cell in enumerate(cells):
            state[layer] = cell(X if layer == 0 else state[layer - 1], state[layer])
        outputs.append(state[-1] @ params[-2] + params[-1])
    return outputs, tuple(state)


@right("deep_rnn.forward")
def rotating_deque(inputs, state, params):
    """The state at the left belongs to the layer whose turn it is."""
    cells, states, outputs = make_cells(params), deque(state), []
    for X in inputs:
        for cell in cells:
            X = cell(X, states.popleft())
            states.append(X)
        outputs.append(X @ params[-2] + params[-1])
    return outputs, tuple(states)


@right("deep_rnn.forward")
def along_the_diagonals(inputs, state, params):
    """Layer l at step t needs (t, l − 1) and (t − 1, l): all cells of one diagonal are ready together."""
    T, L = len(inputs), len(state)
    cells = make_cells(params)
    H = [[None] * T for _ in range(L)]
    for diagonal in range(T + L - 1):
        for layer in range(max(0, diagonal - T + 1), min(L, diagonal + 1)):
            t = diagonal - layer
            below = H[layer - 1][t] if layer > 0 else inputs[t]
            H[layer][t] = cells[layer](below, H[layer][t - 1] if t > 0 else state[layer])
    Y = torch.stack(H[-1]) @ params[-2] + params[-1]
    return list(Y.unbind()), tuple(row[-1] for row in H)


@right("deep_rnn.forward")
def generators_in_a_row(inputs, state, params):
    last = list(state)

    def layer_of(number, below):
        for X in below:
            W_xh, W_hh, b_h = params[3 * number : 3 * number + 3]
            last[number] = torch.tanh(X @ W_xh + last[number] @ W_hh + b_h)
            yield last[number]

    stream = iter(inputs)
    for number in range(len(state)):
        stream = layer_of(number, stream)
    outputs = [H @ params[-2] + params[-1] for H in stream]
    return outputs, tuple(last)


@right("deep_rnn.forward")
def einsum_and_own_tanh(inputs, state, params):
    L = len(params) // 3

    def own_tanh(x):
        return (1 - torch.exp(-2 * x)) / (1 + torch.exp(-2 * x))

    X = torch.stack(inputs)  # (T, B, V)
    last = ()
    for layer in range(L):
        A = torch.einsum("tbi,ih->tbh", X, params[3 * layer]) + params[3 * layer + 2]  # every step at once
        hidden = [state[layer]]
        for step in A:
            hidden.append(own_tanh(step + torch.einsum("bh,hk->bk", hidden[-1], params[3 * layer + 1])))
        X = torch.stack(hidden[1:])
        last += (hidden[-1],)
    return [*torch.einsum("tbh,hv->tbv", X, params[-2]).add(params[-1])], last


@right("deep_rnn.forward")
class Stack:
    """An object for the stack and one for each layer."""

    class Layer:
        def __init__(self, H, W_xh, W_hh, b_h):
            self.H, self.W_xh, self.W_hh, self.b_h = H, W_xh, W_hh, b_h

        def __call__(self, X):
            self.H = torch.tanh(X @ self.W_xh + self.H @ self.W_hh + self.b_h)
            return self.H

    def __call__(self, inputs, state, params):
        layers = [self.Layer(H, *params[3 * k : 3 * k + 3]) for k, H in enumerate(state)]
        outputs = []
        for X in inputs:
            for layer in layers:
                X = layer(X)
            outputs.append(X @ params[-2] + params[-1])
        return outputs, tuple(layer.H for layer in layers)


@right("deep_rnn.forward")
def vmap_and_preallocated(inputs, state, params):
    H = list(state)
    Y = torch.empty(len(inputs), H[0].shape[0], params[-1].shape[0], dtype=H[0].dtype, device=H[0].device)

    def row(x, h, W_x, W_h, b):
        return torch.tanh(x @ W_x + h @ W_h + b)

    cell = torch.vmap(row, in_dims=(0, 0, None, None, None))
    for t, X in enumerate(inputs):
        for layer in range(len(state)):
            X = cell(X, H[layer], *params[3 * layer : 3 * layer + 3])
            H[layer] = X
        Y[t] = X @ params[-2] + params[-1]
    return list(Y), tuple(H)


@right("deep_rnn.forward")
def chatty(inputs: list[Tensor], state: tuple[Tensor, ...], params: list[Tensor]):
    """Like nn.RNN(V, H, num_layers=L), but without torch.rnn_tanh."""
    params = list(params)  # a copy, to take away from
    b_q, W_hq = params.pop(), params.pop()
    layers = []
    while params:
        layers.append(tuple(params.pop(0) for _ in range(3)))
    print(f"{len(layers)} layers, {len(inputs)} steps; nn.RNN would do the same")
    if len(layers) > 1:
        warnings.warn("deep networks are slow", stacklevel=2)
    states = torch.stack(state)  # (L, B, H)
    outputs = []
    for X in inputs:
        new = []
        for H, (W_xh, W_hh, b_h) in zip(states.unbind(0), layers, strict=True):
            Z = X @ W_xh
            Z += H @ W_hh
            Z += b_h
            X = Z.tanh_()
            new.append(X)
        states = torch.stack(new)
        outputs.append(states[-1] @ W_hq + b_q)
    return outputs, tuple(states)
