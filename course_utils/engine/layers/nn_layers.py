"""torch's recurrent layers on the CPU, fed with indices instead of one-hot vectors: the same numbers, less work.

An input that is one-hot selects columns of the first layer's `W_ih`. So an `nn.RNN` or `nn.LSTM` is run on the
columns of the characters that occur; and an `nn.GRU`, for which torch has no fused kernel on the CPU, in `nn_gru.py`.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.autograd import Function
from torch.nn.modules import module as modules

from course_utils.data.batches import onehot_steps
from course_utils.engine.eligibility import is_transformed
from course_utils.engine.kernels import linear
from course_utils.engine.layers.nn_gru import gru_direction

State = Tensor | tuple[Tensor, ...] | None


def index_layer(layer: nn.RNNBase, X: Tensor, state: State) -> tuple[Tensor, State]:
    """`layer(one_hot(X), state)` for indices `X` `(B, T)`: output `(T, B, H or 2H)` and the new state.

    Raises the layer's own errors for a state of other sizes, and `IndexError` for an index out of range.
    """
    indices = X.T.long()  # (B, T) -> (T, B)
    if reads_indices(layer, indices):
        return run(layer, indices, state)
    return layer(onehot_steps(X, layer.input_size), state)  # (T, B, V) -> (T, B, H or 2H)


def reads_indices(layer: nn.RNNBase, indices: Tensor) -> bool:
    """Whether `run` gives exactly what calling `layer` would: not on a GPU, with hooks, or for a subclass."""
    return (
        type(layer) in (nn.RNN, nn.GRU, nn.LSTM)
        and indices.device.type == "cpu"
        and all(type(weight) is nn.Parameter and weight.device.type == "cpu" for weight in layer._flat_weights)
        and not layer.proj_size
        and not (layer._forward_hooks or layer._forward_pre_hooks or layer._backward_hooks or layer._backward_pre_hooks)
        and not modules._has_any_global_hook()
        and not is_transformed()
    )


def run(layer: nn.RNNBase, indices: Tensor, state: State) -> tuple[Tensor, State]:
    """`index_layer` for indices `(T, B)` of a layer that `reads_indices`."""
    state = _initial_state(layer, indices.shape[1]) if state is None else state
    _require_fitting(layer, state, indices.shape[1])
    distinct, positions = torch.unique(indices, return_inverse=True)  # (U,), (T, B)
    columns = [_Columns.apply(weights[0], distinct) for weights in layer.all_weights[: _directions(layer)]]  # (G*H, U)
    if layer.mode == "GRU":
        return _gru(layer, columns, positions, state)
    return _fused(layer, columns, positions, state)


def _gru(layer: nn.RNNBase, columns: list[Tensor], positions: Tensor, state: Any) -> tuple[Tensor, Tensor]:
    """All layers, one after another; each projects its inputs for all steps at once."""
    directions, output, last = _directions(layer), columns[0], []  # the output of the layer below, from the second on
    for depth in range(layer.num_layers):
        if depth > 0:
            output = F.dropout(output, layer.dropout, layer.training)  # (T, B, D*H)
        outputs = []
        for direction in range(directions):
            k = depth * directions + direction
            W_ih, W_hh, *biases = layer.all_weights[k]
            b_ih, b_hh = biases or (None, W_hh.new_zeros(len(W_hh)))  # each (3H,)
            if depth == 0:
                gates = F.embedding(positions, columns[direction].t())  # (T, B, 3H)
                gates = gates if b_ih is None else gates + b_ih
            else:
                gates = linear(output.flatten(0, 1), W_ih, b_ih).view(*output.shape[:2], len(W_ih))  # (T, B, 3H)
            hidden, H = gru_direction(gates, state[k], W_hh, b_hh, reverse=direction == 1)
            outputs.append(hidden)
            last.append(H)
        output = outputs[0] if directions == 1 else torch.cat(outputs, -1)  # (T, B, D*H)
    return output, torch.stack(last)  # (L*D, B, H)


def _fused(layer: nn.RNNBase, columns: list[Tensor], positions: Tensor, state: State) -> tuple[Tensor, State]:
    """torch's own kernels, on vectors whose length is the number of distinct characters."""
    weights = list(layer._flat_weights)
    for direction, W_ih in enumerate(columns):
        weights[direction * len(layer.all_weights[0])] = W_ih
    U = columns[0].shape[1]
    X = columns[0].new_zeros(*positions.shape, U).scatter_(2, positions.unsqueeze(-1), 1.0)  # (T, B, U)
    kernel: Any = {"LSTM": torch.lstm, "RNN_TANH": torch.rnn_tanh, "RNN_RELU": torch.rnn_relu}[layer.mode]
    output, *after = kernel(
        X, state, weights, layer.bias, layer.num_layers, layer.dropout, layer.training, layer.bidirectional, False
    )
    return output, tuple(after) if layer.mode == "LSTM" else after[0]


def _initial_state(layer: nn.RNNBase, batch_size: int) -> State:
    shape = layer.num_layers * _directions(layer), batch_size, layer.hidden_size
    zeros = layer.all_weights[0][0].new_zeros(shape)  # (L*D, B, H)
    return (zeros, zeros) if layer.mode == "LSTM" else zeros


def _require_fitting(layer: nn.RNNBase, state: Any, batch_size: int) -> None:
    expected = layer.num_layers * _directions(layer), batch_size, layer.hidden_size
    for part in state if layer.mode == "LSTM" else (state,):
        layer.check_hidden_size(part, expected)


def _directions(layer: nn.RNNBase) -> int:
    return 2 if layer.bidirectional else 1


class _Columns(Function):
    """The chosen, distinct columns of `W`. Indexing would accumulate its gradient one number at a time."""

    @staticmethod
    def forward(ctx: Any, W: Tensor, chosen: Tensor) -> Tensor:
        ctx.save_for_backward(chosen)
        ctx.width = W.shape[1]
        return W.index_select(1, chosen)  # (G*H, V) -> (G*H, U)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:
        (chosen,) = ctx.saved_tensors
        return gradient.new_zeros(len(gradient), ctx.width).index_copy_(1, chosen, gradient), None  # (G*H, V)
