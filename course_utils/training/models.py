"""A language model around one of torch's recurrent layers."""

import torch
from torch import Tensor, nn

from course_utils.engine import index_layer
from course_utils.engine.eligibility import is_ordinary_product
from course_utils.engine.kernels import linear
from course_utils.engine.layers.nn_layers import State
from course_utils.translation import say


class RNNModel(nn.Module):
    """A recurrent layer that reads one-hot characters, and a linear layer that scores the next character.

    `rnn_layer` is an `nn.RNN`, `nn.GRU` or `nn.LSTM` (any depth, one or two directions) with input size
    `vocab_size`, time-major. `hidden_size` is the width that the linear layer `dense` sees: `H`, or `2H` with
    two directions; `state` is the last state, without its graph.

    Raises `ValueError` for a layer made with `batch_first=True` or another input size.
    """

    def __init__(self, rnn_layer: nn.RNNBase, vocab_size: int) -> None:
        super().__init__()
        _require_fitting(rnn_layer, vocab_size)
        self.rnn = rnn_layer
        self.hidden_size = rnn_layer.hidden_size * (2 if rnn_layer.bidirectional else 1)
        self.vocab_size = vocab_size
        self.dense = Linear(self.hidden_size, vocab_size)
        self.state: State = None

    def forward(self, inputs: Tensor, state: State) -> tuple[Tensor, State]:
        """Indices `(B, T)` and a state (`None`: zeros) to scores `(T*B, V)`, time-major, and a new state."""
        H, state = index_layer(self.rnn, inputs, state)  # (T, B, hidden_size)
        self.state = detached(state)
        return self.dense(H.reshape(-1, self.hidden_size)), state  # (T*B, V)


class Linear(nn.Linear):
    """`nn.Linear`, with the faster of torch's matrix products on the CPU."""

    def forward(self, input: Tensor) -> Tensor:
        """Maps `(…, number of inputs)` to `(…, number of outputs)`."""
        if input.dim() == 2 and is_ordinary_product(input, self.weight.t()):
            return linear(input, self.weight, self.bias)  # (N, outputs)
        return super().forward(input)


def on_device(state: State, device: torch.device) -> State:
    """The same state on another device."""
    if state is None or isinstance(state, torch.Tensor):
        return None if state is None else state.to(device)
    return tuple(part.to(device) for part in state)


def detached(state: State) -> State:
    """The same state without its history, so that backpropagation through time stops here."""
    if state is None or isinstance(state, torch.Tensor):
        return None if state is None else state.detach()
    return tuple(part.detach() for part in state)


def _require_fitting(rnn_layer: nn.RNNBase, vocab_size: int) -> None:
    if rnn_layer.batch_first:
        raise ValueError(say("RNNModel is time-major: make the layer without batch_first=True."))
    if rnn_layer.input_size != vocab_size:
        message = say(
            "The layer reads {inputs} inputs but the vocabulary has {vocab_size} characters: "
            "make it with input_size={vocab_size}.", inputs=rnn_layer.input_size, vocab_size=vocab_size,
        )  # fmt: skip
        raise ValueError(message)
