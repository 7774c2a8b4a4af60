"""The from-scratch GRU and LSTM that benchmarks train: written as a student writes them, equation by equation."""

from functools import partial

import torch
from torch import Tensor

State = tuple[Tensor, ...]


def gate_params(num_gates: int, vocab_size: int, num_hiddens: int, device: object) -> list[Tensor]:
    """`W_x·`, `W_h·`, `b_·` for each gate, then `W_hq`, `b_q`: weights N(0, 0.01²), biases zero."""
    V, H = vocab_size, num_hiddens
    shapes = [(V, H), (H, H), (H,)] * num_gates + [(H, V), (V,)]
    return [
        torch.normal(0.0, 0.01 if len(shape) == 2 else 0.0, shape, device=device).requires_grad_() for shape in shapes
    ]


def zeros(num_states: int, batch_size: int, num_hiddens: int, device: object) -> State:
    return tuple(torch.zeros(batch_size, num_hiddens, device=device) for _ in range(num_states))


def gru_params(vocab_size: int, num_hiddens: int, device: object) -> list[Tensor]:
    return gate_params(3, vocab_size, num_hiddens, device)


def init_gru_state(batch_size: int, num_hiddens: int, device: object) -> State:
    return zeros(1, batch_size, num_hiddens, device)


def gru(
    inputs: list[Tensor], state: State, params: list[Tensor], *, reset_after: bool = False
) -> tuple[list[Tensor], State]:
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


# The GRU of the tutorial's code, and of `nn.GRU`: the gate acts after the product.
gru_reset_after = partial(gru, reset_after=True)


def lstm_params(vocab_size: int, num_hiddens: int, device: object) -> list[Tensor]:
    return gate_params(4, vocab_size, num_hiddens, device)


def init_lstm_state(batch_size: int, num_hiddens: int, device: object) -> State:
    return zeros(2, batch_size, num_hiddens, device)


def lstm(inputs: list[Tensor], state: State, params: list[Tensor]) -> tuple[list[Tensor], State]:
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
