"""The from-scratch networks that benchmarks train: written as a student writes them, equation by equation."""

from functools import partial

import torch
from torch import Tensor

State = tuple[Tensor, ...]


def gate_params(num_gates: int, vocab_size: int, num_hiddens: int, device: object) -> list[Tensor]:
    """`W_x·`, `W_h·`, `b_·` for each gate, then `W_hq`, `b_q`: weights N(0, 0.01²), biases zero."""
    V, H = vocab_size, num_hiddens
    return normal_params([(V, H), (H, H), (H,)] * num_gates + [(H, V), (V,)], device)


def normal_params(shapes: list[tuple[int, ...]], device: object) -> list[Tensor]:
    return [
        torch.normal(0.0, 0.01 if len(shape) == 2 else 0.0, shape, device=device).requires_grad_() for shape in shapes
    ]


def zeros(num_states: int, batch_size: int, num_hiddens: int, device: object) -> State:
    """States `(B, H)` of zeros."""
    return tuple(torch.zeros(batch_size, num_hiddens, device=device) for _ in range(num_states))


def gru_params(vocab_size: int, num_hiddens: int, device: object) -> list[Tensor]:
    """The 11 parameters of a GRU."""
    return gate_params(3, vocab_size, num_hiddens, device)


def init_gru_state(batch_size: int, num_hiddens: int, device: object) -> State:
    """`(H,)`."""
    return zeros(1, batch_size, num_hiddens, device)


def gru(
    inputs: list[Tensor], state: State, params: list[Tensor], *, reset_after: bool = False
) -> tuple[list[Tensor], State]:
    """`T` inputs `(B, V)` to `T` scores `(B, V)` and the new state. Source: Cho et al. 2014, arXiv:1406.1078."""
    W_xz, W_hz, b_z, W_xr, W_hr, b_r, W_xh, W_hh, b_h, W_hq, b_q = params
    (H,) = state  # (B, H)
    outputs = []
    for X in inputs:  # (B, V)
        Z = torch.sigmoid(torch.matmul(X, W_xz) + torch.matmul(H, W_hz) + b_z)  # (B, H)
        R = torch.sigmoid(torch.matmul(X, W_xr) + torch.matmul(H, W_hr) + b_r)  # (B, H)
        recalled = R * torch.matmul(H, W_hh) if reset_after else torch.matmul(R * H, W_hh)  # (B, H)
        H_tilde = torch.tanh(torch.matmul(X, W_xh) + recalled + b_h)  # (B, H)
        H = Z * H + (1 - Z) * H_tilde  # (B, H)
        outputs.append(torch.matmul(H, W_hq) + b_q)  # (B, V)
    return outputs, (H,)


# The GRU of the tutorial's code, and of `nn.GRU`: the reset gate acts after the product.
gru_reset_after = partial(gru, reset_after=True)


def lstm_params(vocab_size: int, num_hiddens: int, device: object) -> list[Tensor]:
    """The 14 parameters of an LSTM."""
    return gate_params(4, vocab_size, num_hiddens, device)


def init_lstm_state(batch_size: int, num_hiddens: int, device: object) -> State:
    """`(H, C)`."""
    return zeros(2, batch_size, num_hiddens, device)


def lstm(inputs: list[Tensor], state: State, params: list[Tensor]) -> tuple[list[Tensor], State]:
    """`T` inputs `(B, V)` to `T` scores `(B, V)` and the new state. Source: Gers et al. 2000."""
    W_xi, W_hi, b_i, W_xf, W_hf, b_f, W_xo, W_ho, b_o, W_xc, W_hc, b_c, W_hq, b_q = params
    H, C = state  # (B, H) each
    outputs = []
    for X in inputs:  # (B, V)
        I = torch.sigmoid(torch.matmul(X, W_xi) + torch.matmul(H, W_hi) + b_i)  # noqa: E741  (B, H)
        F = torch.sigmoid(torch.matmul(X, W_xf) + torch.matmul(H, W_hf) + b_f)  # (B, H)
        O = torch.sigmoid(torch.matmul(X, W_xo) + torch.matmul(H, W_ho) + b_o)  # noqa: E741  (B, H)
        C_tilde = torch.tanh(torch.matmul(X, W_xc) + torch.matmul(H, W_hc) + b_c)  # (B, H)
        C = F * C + I * C_tilde  # (B, H)
        H = O * torch.tanh(C)  # (B, H)
        outputs.append(torch.matmul(H, W_hq) + b_q)  # (B, V)
    return outputs, (H, C)


def deep_rnn_params(vocab_size: int, num_hiddens: int, device: object) -> list[Tensor]:
    """Of two layers: `W_xh W_hh b_h` from the bottom, then `W_hq b_q`."""
    V, H = vocab_size, num_hiddens
    return normal_params([(V, H), (H, H), (H,), (H, H), (H, H), (H,), (H, V), (V,)], device)


def init_deep_rnn_state(batch_size: int, num_hiddens: int, device: object) -> State:
    return zeros(2, batch_size, num_hiddens, device)


def deep_rnn(inputs: list[Tensor], state: State, params: list[Tensor]) -> tuple[list[Tensor], State]:
    *layers, W_hq, b_q = params
    states = list(state)  # L x (B, H)
    outputs = []
    for X in inputs:  # (B, V)
        below = X
        for layer, H in enumerate(states):
            W_xh, W_hh, b_h = layers[3 * layer : 3 * layer + 3]
            below = states[layer] = torch.tanh(torch.matmul(below, W_xh) + torch.matmul(H, W_hh) + b_h)  # (B, H)
        outputs.append(torch.matmul(below, W_hq) + b_q)  # (B, V)
    return outputs, tuple(states)


def birnn_params(vocab_size: int, num_hiddens: int, device: object) -> list[Tensor]:
    """`W_xh W_hh b_h` forward, the same backward, then `W_hq` `(2H, V)` and `b_q`."""
    V, H = vocab_size, num_hiddens
    return normal_params([(V, H), (H, H), (H,)] * 2 + [(2 * H, V), (V,)], device)


def init_birnn_state(batch_size: int, num_hiddens: int, device: object) -> State:
    return zeros(2, batch_size, num_hiddens, device)


def birnn(inputs: list[Tensor], state: State, params: list[Tensor]) -> tuple[list[Tensor], State]:
    *directions, W_hq, b_q = params
    ends, passes = [], []
    for H, (W_xh, W_hh, b_h), order in zip(state, (directions[:3], directions[3:]), (1, -1), strict=True):
        states = []
        for X in inputs[::order]:  # (B, V)
            H = torch.tanh(torch.matmul(X, W_xh) + torch.matmul(H, W_hh) + b_h)  # (B, H)
            states.append(H)
        ends.append(H)
        passes.append(states[::order])
    joined = [torch.cat(pair, dim=1) for pair in zip(*passes, strict=True)]  # T x (B, 2H)
    return [torch.matmul(H, W_hq) + b_q for H in joined], tuple(ends)
