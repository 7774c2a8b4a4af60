"""The two kinds of model that one training loop drives: a student's functions, and torch's modules.

A learner scores a minibatch, updates its parameters, and writes samples. How a state is carried on between
minibatches is the difference between the two kinds, and is told here.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course_utils.student_code.signatures import call_fitting

from .models import State, detached, on_device
from .onehot import OneHotInputs
from .products import QuickProducts, Unforeseen
from .sampling import predict_rnn, predict_rnn_pytorch
from .tape import Tape


def grad_clipping(params: Iterable[Tensor], theta: float, device: torch.device | str | None = None) -> None:
    """Scales all gradients, in place, so that their common norm is at most θ: `g ← g · θ / ‖g‖` if `‖g‖ > θ`.

    `‖g‖` is the Euclidean norm over all parameters together; parameters without a gradient are left out.
    `device` is not needed and stands for code written for the older edition. Source: Pascanu et al. 2013,
    algorithm 1.
    """
    gradients = [param.grad for param in params if param.grad is not None]
    if not gradients:
        return
    norm = torch.stack(torch._foreach_norm(gradients)).norm()  # scalar
    # Not torch's clip_grad_norm_, which adds 1e-6 to the norm: 1 in 10,000 when theta is 0.01.
    # No `if`, as that would wait for the device at every step.
    torch._foreach_mul_(gradients, (theta / norm).clamp(max=1.0))


def mean_cross_entropy(scores: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
    """Of scores `(N, V)` and indices `(N,)`: the mean cross-entropy (nats), and its gradient `(N, V)`.

    `F.cross_entropy` and its graph take more than twice the time, as they write four more matrices of this size.
    """
    targets = targets.unsqueeze(1)  # (N, 1)
    probabilities = F.softmax(scores, dim=1)  # (N, V)
    # The log of a small probability is inexact, or of 0. That of the largest is neither, and leads to all others.
    log_largest = probabilities.amax(1, keepdim=True).log()  # (N, 1)
    log_probs = scores.gather(1, targets) - scores.amax(1, keepdim=True) + log_largest  # (N, 1)
    gradient = probabilities  # softmax(scores) - one_hot(targets), over N
    gradient.scatter_add_(1, targets, gradient.new_full(targets.shape, -1.0)).div_(len(targets))
    return -log_probs.mean(), gradient


def keep_freed_memory() -> None:
    """Lets the C library keep the memory of one minibatch for the next, which saves a few percent of the time.

    It gives memory back to the system when more is free than twice the largest block of up to 32 MiB that ever was.
    """
    torch.empty(31 * 2**20, dtype=torch.uint8)


class Learner(ABC):
    """A model under training. `step` is the same for all; the rest is said by the two kinds below."""

    params: list[Tensor]
    clipping_theta: float

    def step(self, X: Tensor, Y: Tensor) -> Tensor:
        """Learns from one minibatch, `X` and `Y` both `(B, T)`; returns its mean cross-entropy (nats)."""
        scores = self.scores(X)  # (T*B, V)
        _require_gradients(scores.requires_grad)
        loss, gradient = mean_cross_entropy(scores.detach(), Y.T.reshape(-1))  # (B, T) -> (T*B,)
        for param in self.params:
            param.grad = None
        scores.backward(gradient)
        _require_gradients(any(param.grad is not None for param in self.params))
        grad_clipping(self.params, self.clipping_theta)
        self.update()
        return loss

    @abstractmethod
    def start_epoch(self) -> None: ...

    @abstractmethod
    def scores(self, X: Tensor) -> Tensor:
        """Indices `(B, T)` to scores `(T*B, V)`, time-major; carries the state on."""

    @abstractmethod
    def update(self) -> None: ...

    @abstractmethod
    def sample(self, prefix: str, num_chars: int) -> str: ...

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

    The state starts anew at every epoch, or at every minibatch when minibatches are random.
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
    tape: Tape | None = field(default_factory=Tape)  # until the function turns out not to allow one
    onehot: OneHotInputs = field(default_factory=OneHotInputs)

    def start_epoch(self) -> None:
        self.state = None

    def scores(self, X: Tensor) -> Tensor:
        if self.state is None or self.is_random_iter:
            self.state = self._fresh_state(len(X))
        returned = None
        with suppress(Unforeseen):
            returned = self._run(X)
        if returned is None:
            self.tape = None
            returned = self._run(X)
        scores, state = returned
        self.state = detached(state)
        return scores

    def _run(self, X: Tensor) -> tuple[Tensor, Sequence[Tensor]]:
        inputs = self.onehot.of(X, self.vocab_size)  # T x (B, V)
        with QuickProducts(inputs, X.T, self.tape, self.state) as products:
            outputs, state = _outputs_and_state(self.rnn(inputs, self.state, self.params), inputs, self.state)
        scores = products.joined(outputs, state)  # T x (B, V) -> (T*B, V)
        if not products.is_writing_down:
            self.tape = None
        elif products.did_nothing_else:
            self.onehot.give_back()
        return scores, state

    @torch.no_grad()
    def update(self) -> None:
        moving = [param for param in self.params if param.grad is not None]
        # One call: an interrupt comes before or after it, never between two parameters.
        torch._foreach_add_(moving, [param.grad for param in moving], alpha=-self.lr)

    def snapshot(self) -> dict[str, Any]:
        return super().snapshot() | {"uses_tape": self.tape is not None}  # rounding depends on it

    def restore(self, snapshot: dict[str, Any]) -> None:
        super().restore(snapshot)
        self.tape = Tape() if snapshot["uses_tape"] else None

    def sample(self, prefix: str, num_chars: int) -> str:
        return predict_rnn(
            prefix, num_chars, self.rnn, self.params, self.init_rnn_state, self.num_hiddens,
            self.vocab_size, self.device, self.idx_to_char, self.char_to_idx,
        )  # fmt: skip

    def _fresh_state(self, batch_size: int) -> Sequence[Tensor]:
        state = call_fitting(
            self.init_rnn_state, batch_size=batch_size, num_hiddens=self.num_hiddens, device=self.device
        )
        if not _are_tensors(state):
            raise ValueError(
                f"init_rnn_state must return a tuple of tensors, such as (H,) with its comma; "
                f"it returned {_described(state)}."
            )
        return state


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
        scores, state = _scores_and_state(returned, shape=(X.numel(), self.vocab_size))
        self.state = detached(state)
        return scores  # (T*B, V)

    def update(self) -> None:
        self.optimizer.step()

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


def trainable(params: Iterable[Tensor]) -> list[Tensor]:
    """What `get_params` returned, as a list. Raises `ValueError` naming the first that cannot be trained."""
    params = list(params)
    if not params:
        raise ValueError("get_params returned no parameters: return them in a list.")
    for position, param in enumerate(params):
        if problem := _untrainable(param):
            raise ValueError(f"get_params: parameter {position} of {len(params)}, counted from 0, {problem}")
    return params


def _untrainable(param: object) -> str | None:
    if not isinstance(param, Tensor):
        return f"is {_described(param)}, not a tensor."
    shape = tuple(param.shape)
    if not param.is_leaf:
        return f"of shape {shape}, was computed from another: make it, then call .detach().requires_grad_()."
    if not param.requires_grad:
        return f"of shape {shape}, does not require gradients: call .requires_grad_() on it."
    return None


def _require_gradients(there_are_some: bool) -> None:
    if not there_are_some:
        raise ValueError(
            "The outputs do not depend on any parameter, so nothing can be learnt: compute them from "
            "`params` without .detach(), .item(), .numpy() or torch.no_grad()."
        )


def _can_fuse(params: list[Tensor]) -> bool:
    return all(param.device.type in ("cpu", "cuda") and param.is_floating_point() for param in params)


def _outputs_and_state(
    returned: object, inputs: list[Tensor], before: Sequence[Tensor]
) -> tuple[Sequence[Tensor], Sequence[Tensor]]:
    """What a student's rnn returned, or a `ValueError` that says what it should have been."""
    if not isinstance(returned, tuple) or len(returned) != 2:
        raise ValueError(f"rnn must return the tuple (outputs, state); it returned {_described(returned)}.")
    outputs, state = returned
    expected = [inputs[0].shape] * len(inputs)
    if not _are_tensors(outputs) or [output.shape for output in outputs] != expected:
        raise ValueError(
            f"rnn must return as outputs {_described(inputs)}, one (batch_size, vocab_size) a time step; "
            f"it returned {_described(outputs)}."
        )
    if not _are_tensors(state) or [part.shape for part in state] != [part.shape for part in before]:
        raise ValueError(
            f"rnn must return as state what it got, {_described(before)}, such as (H,) with its comma; "
            f"it returned {_described(state)}."
        )
    return outputs, state


def _scores_and_state(returned: object, shape: tuple[int, int]) -> tuple[Tensor, State]:
    if not isinstance(returned, tuple) or len(returned) != 2:
        raise ValueError(f"The model must return the tuple (output, state); it returned {_described(returned)}.")
    scores, state = returned
    if not isinstance(scores, Tensor) or scores.shape != shape:
        raise ValueError(
            f"The model must return as output a tensor {shape}, (num_steps * batch_size, vocab_size); "
            f"it returned {_described(scores)}."
        )
    return scores, state


def _are_tensors(value: object) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(item, Tensor) for item in value)


def _described(value: object) -> str:
    """A value in a few words: `a list of 35: tensor (32, 1027)`."""
    if isinstance(value, Tensor):
        return f"a tensor {tuple(value.shape)}"
    if not isinstance(value, list | tuple):
        return "None" if value is None else f"a value of type {type(value).__name__}"
    kinds = list(dict.fromkeys(_described(item).removeprefix("a ") for item in value))
    shown = " / ".join(kinds[:3]) + (" / …" if len(kinds) > 3 else "")
    return f"a {type(value).__name__} of {len(value)}: {shown}" if kinds else f"an empty {type(value).__name__}"
