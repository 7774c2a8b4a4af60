"""The two kinds of model that one training loop drives: a student's functions, and torch's modules.

A learner scores a minibatch, updates its parameters, and writes samples. How a state is carried on between
minibatches is the difference between the two kinds, and is told here.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from course_utils.engine import TracedNetwork
from course_utils.training.contract import (
    initial_state,
    outputs_and_state,
    require_gradients,
    scores_and_state,
)
from course_utils.training.failures import says_why, says_why_sampling
from course_utils.training.loss import grad_clipping, mean_cross_entropy
from course_utils.training.models import State, detached, on_device
from course_utils.training.sampling import predict_rnn, predict_rnn_pytorch


class Learner(ABC):
    """A model under training. `step` is the same for all; the rest is said by the two kinds below."""

    params: list[Tensor]
    vocab_size: int
    clipping_theta: float

    @says_why
    def step(self, X: Tensor, Y: Tensor) -> Tensor:
        """Learns from one minibatch, `X` and `Y` both `(B, T)`; returns its mean cross-entropy (nats)."""
        scores = self.scores(X)  # (T*B, V)
        require_gradients(scores.requires_grad)
        loss, gradient = mean_cross_entropy(scores.detach(), Y.T.reshape(-1))  # (B, T) -> (T*B,)
        for param in self.params:
            param.grad = None
        scores.backward(gradient)
        require_gradients(any(param.grad is not None for param in self.params))
        grad_clipping(self.params, self.clipping_theta)
        self.update()
        return loss

    @abstractmethod
    def start_epoch(self) -> None:
        """Called before the first minibatch of each epoch."""

    @abstractmethod
    def scores(self, X: Tensor) -> Tensor:
        """Indices `(B, T)` to scores `(T*B, V)`, time-major; carries the state on."""

    @abstractmethod
    def update(self) -> None:
        """Moves the parameters along their gradients."""

    @abstractmethod
    def sample(self, prefix: str, num_chars: int) -> str:
        """The prefix and `num_chars` characters that follow it."""

    def snapshot(self) -> dict[str, Any]:
        """What the next epoch starts from, as plain data: at least `params`."""
        return {"params": [param.detach() for param in self.params]}

    @torch.no_grad()
    def restore(self, snapshot: dict[str, Any]) -> None:
        """The opposite of `snapshot`."""
        for param, value in zip(self.params, snapshot["params"], strict=True):
            param.copy_(value)


@dataclass
class FromScratch(Learner):
    """A student's `rnn(inputs, state, params)` under plain SGD.

    The state starts again at every epoch, or at every minibatch when minibatches are random.
    """

    rnn: Callable
    params: list[Tensor]
    init_rnn_state: Callable
    num_hiddens: int
    device: torch.device | str | None
    idx_to_char: Sequence[str]
    char_to_idx: Mapping[str, int]
    vocab_size: int
    is_random_iter: bool
    lr: float
    clipping_theta: float
    state: Sequence[Tensor] | None = None

    def __post_init__(self) -> None:
        self.network = TracedNetwork(self._outputs_and_state, self.vocab_size)

    def start_epoch(self) -> None:
        self.state = None

    def scores(self, X: Tensor) -> Tensor:
        if self.state is None or self.is_random_iter:
            self.state = self._fresh_state(len(X))
        scores, state = self.network(X, self.state, self.params)
        self.state = tuple(part.detach() for part in state)
        return scores  # (T*B, V)

    def _outputs_and_state(
        self, inputs: list[Tensor], state: Sequence[Tensor], params: Sequence[Tensor]
    ) -> tuple[Sequence[Tensor], Sequence[Tensor]]:
        return outputs_and_state(self.rnn(inputs, state, params), inputs, state)

    @torch.no_grad()
    def update(self) -> None:
        moving = [param for param in self.params if param.grad is not None]
        gradients = [param.grad for param in moving if param.grad is not None]
        # One call: an interrupt comes before or after it, never between two parameters.
        torch._foreach_add_(moving, gradients, alpha=-self.lr)

    def snapshot(self) -> dict[str, Any]:
        return super().snapshot() | {"is_tracing": self.network.is_tracing}  # rounding depends on it

    def restore(self, snapshot: dict[str, Any]) -> None:
        super().restore(snapshot)
        self.network.is_tracing = snapshot["is_tracing"]

    @says_why_sampling
    def sample(self, prefix: str, num_chars: int) -> str:
        return predict_rnn(
            prefix, num_chars, self.rnn, self.params, self.init_rnn_state, self.num_hiddens,
            self.vocab_size, self.device, self.idx_to_char, self.char_to_idx,
        )  # fmt: skip

    def _fresh_state(self, batch_size: int) -> Sequence[Tensor]:
        return initial_state(self.init_rnn_state, batch_size, self.num_hiddens, self.device)


@dataclass
class Concise(Learner):
    """A `model(X, state)` of torch modules under Adam. The state goes on through minibatches and epochs."""

    model: nn.Module
    device: torch.device | str | None
    idx_to_char: Sequence[str]
    char_to_idx: Mapping[str, int]
    vocab_size: int
    lr: float
    clipping_theta: float
    state: State = None

    def __post_init__(self) -> None:
        self.model.to(self.device).train()
        self.params = list(self.model.parameters())
        # Fused: all parameters in one call, faster, and never half done when an interrupt comes.
        self.optimizer = torch.optim.Adam(self.params, lr=self.lr, fused=_can_fuse(self.params))

    def start_epoch(self) -> None:
        pass

    def scores(self, X: Tensor) -> Tensor:
        returned = self.model(X, self.state)
        scores, state = scores_and_state(returned, shape=(X.numel(), self.vocab_size))
        self.state = detached(state)
        return scores  # (T*B, V)

    def update(self) -> None:
        self.optimizer.step()

    @says_why_sampling
    def sample(self, prefix: str, num_chars: int) -> str:
        return predict_rnn_pytorch(
            prefix, num_chars, self.model, self.vocab_size, self.device, self.idx_to_char, self.char_to_idx
        )

    def snapshot(self) -> dict[str, Any]:
        buffers = dict(self.model.named_buffers())
        return super().snapshot() | {
            "buffers": buffers, "optimizer": self.optimizer.state_dict(), "state": self.state
        }  # fmt: skip

    @torch.no_grad()
    def restore(self, snapshot: dict[str, Any]) -> None:
        super().restore(snapshot)
        for name, buffer in self.model.named_buffers():
            buffer.copy_(snapshot["buffers"][name])
        self.optimizer.load_state_dict(snapshot["optimizer"])
        self.state = on_device(snapshot["state"], self.params[0].device)


def _can_fuse(params: list[Tensor]) -> bool:
    return all(param.device.type in ("cpu", "cuda") and param.is_floating_point() for param in params)
