"""The values of a network's equations: what a right function returns, in float64, with gradients.

Values are computed on demand: asking for `Y` at step 0 computes no step 1. That makes it cheap to reject an edit at
its first wrong number, and lets one evaluator serve forward, stacked and backward recurrences alike.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import singledispatch

import torch
from torch import Tensor

from course_utils.equations import expressions as e
from course_utils.equations.network import Network

ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "softmax": lambda x: torch.softmax(x, dim=-1),
    "log_softmax": lambda x: torch.log_softmax(x, dim=-1),
    "identity": lambda x: x,
    "clamp": lambda x: x.clamp(-1, 1),
    "layer_norm": lambda x: torch.nn.functional.layer_norm(x, x.shape[-1:]),
    "batch_mean": lambda x: x.mean(dim=-2, keepdim=True).expand_as(x),  # (…, B, H): over the rows
    "batch_softmax": lambda x: torch.softmax(x, dim=-2),
}


_refusals: list[Exception] = []


@contextlib.contextmanager
def withheld(refusal: Exception) -> Iterator[None]:
    """While it lasts, whoever starts an evaluation is met with `refusal`, in every thread."""
    _refusals.append(refusal)
    try:
        yield
    finally:
        _refusals.pop()


class CyclicEquation(ValueError):
    """A value needs itself: an edit that reads a state before it exists describes no program."""


@dataclass
class Evaluation:
    """One run of `network`: `value(name, step)` is computed when it is asked for.

    inputs: T matrices (B, V). state: one (B, H) matrix per state. parameters: by name. given: values of sequences at
    steps that are known already; they may carry further leading dimensions, to try many at once.
    """

    network: Network
    inputs: Sequence[Tensor]
    state: Mapping[str, Tensor]
    parameters: Mapping[str, Tensor]
    given: Mapping[tuple[str, int], Tensor] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if _refusals:
            raise _refusals[-1]
        self._values: dict[tuple[str, int], Tensor | None] = dict(self.given)
        self._products: dict[tuple[int, int], tuple[e.Expr, Tensor]] = {}

    def value(self, name: str, step: int) -> Tensor:
        """The sequence `name` at `step` (0 … T-1), (B, H) or (B, V). Raises CyclicEquation when it needs itself."""
        key = (name, step)
        if key not in self._values:
            self._values[key] = None
            self._values[key] = self.evaluate(self.network.expression(name), step)
        value = self._values[key]  # (B, H) or (B, V)
        if value is None:
            raise CyclicEquation(f"{name} at step {step} needs its own value")
        return value

    def output(self, step: int) -> Tensor:
        """The scores of one step: (B, V)."""
        return self.value(self.network.output, step)

    def outputs(self) -> list[Tensor]:
        """The T matrices of scores, each (B, V)."""
        return [self.output(step) for step in range(len(self.inputs))]

    def final_state(self) -> tuple[Tensor, ...]:
        """The state that is handed on, in the order of the contract, each (B, H)."""
        return tuple(self.evaluate(final, 0) for final in self.network.states.values())

    def evaluate(self, node: e.Expr, step: int) -> Tensor:
        """Any expression at `step`, with this run's values.

        Products are remembered by the node itself: edited trees share all that was not edited.
        """
        if not isinstance(node, e.MatMul | e.Apply):
            return _value_of(node, self, step)
        key = (id(node), step)
        if key not in self._products:
            self._products[key] = (node, _value_of(node, self, step))  # the node is kept, so that its id stays its own
        return self._products[key][1]

    def read(self, ref: e.Ref, step: int) -> Tensor:
        """What a reference means at `step`: an input, a computed value, or a state as it came in."""
        steps = len(self.inputs)
        fixed = {"first": 0, "last": steps - 1, "before last": steps - 2, "mirror": steps - 1 - step, "initial": -1}
        target = fixed[ref.at] if ref.at else step + ref.shift
        if ref.name == "X":
            return self.inputs[target % steps]  # (B, V)
        if 0 <= target < steps:
            return self.value(ref.name, target)  # (B, H)
        if ref.at != "initial" and ref.name in self.network.initial:
            return self.evaluate(self.network.initial[ref.name], step)
        return self.state[ref.name]  # (B, H)


@singledispatch
def _value_of(node: e.Expr, run: Evaluation, step: int) -> Tensor:
    raise TypeError(f"no value is defined for {type(node).__name__}")


@_value_of.register
def _(node: e.Parameter, run: Evaluation, step: int) -> Tensor:
    return run.parameters[node.name]  # (V, H), (H, H), (H, V), (2H, V), (H,) or (V,)


@_value_of.register
def _(node: e.Ref, run: Evaluation, step: int) -> Tensor:
    return run.read(node, step)  # (B, V) or (B, H)


@_value_of.register
def _(node: e.Sum, run: Evaluation, step: int) -> Tensor:
    total = run.evaluate(node.terms[0], step)  # (B, H)
    for term in node.terms[1:]:
        total = total + run.evaluate(term, step)  # (B, H) + (B, H) or (H,)
    return total


@_value_of.register
def _(node: e.Scale, run: Evaluation, step: int) -> Tensor:
    return node.factor * run.evaluate(node.term, step)  # (B, H)


@_value_of.register
def _(node: e.One, run: Evaluation, step: int) -> Tensor:
    return torch.ones((), dtype=run.inputs[0].dtype)  # ()


@_value_of.register
def _(node: e.Zeros, run: Evaluation, step: int) -> Tensor:
    return torch.zeros_like(next(iter(run.state.values())))  # (B, H)


@_value_of.register
def _(node: e.OneMinus, run: Evaluation, step: int) -> Tensor:
    return 1 - run.evaluate(node.gate, step)  # (B, H)


@_value_of.register
def _(node: e.Product, run: Evaluation, step: int) -> Tensor:
    return run.evaluate(node.left, step) * run.evaluate(node.right, step)  # (B, H)


@_value_of.register
def _(node: e.MatMul, run: Evaluation, step: int) -> Tensor:
    return run.evaluate(node.left, step) @ run.evaluate(node.right, step)  # (B, V) @ (V, H) -> (B, H)


@_value_of.register
def _(node: e.Transpose, run: Evaluation, step: int) -> Tensor:
    return run.evaluate(node.matrix, step).T  # (H, H)


@_value_of.register
def _(node: e.Apply, run: Evaluation, step: int) -> Tensor:
    return ACTIVATIONS[node.function](run.evaluate(node.argument, step))  # (B, H)


@_value_of.register
def _(node: e.Concat, run: Evaluation, step: int) -> Tensor:
    parts = torch.broadcast_tensors(*(run.evaluate(part, step) for part in node.parts))  # each (…, B, H)
    return torch.cat(parts, dim=-1)  # (…, B, H), (…, B, H) -> (…, B, 2H)


@_value_of.register
def _(node: e.Inside, run: Evaluation, step: int) -> Tensor:
    is_inside = 0 <= step + node.ref.shift < len(run.inputs)
    return run.evaluate(node.ref if is_inside else node.beyond, step)  # (B, H)


def evaluate(
    network: Network,
    inputs: Sequence[Tensor],
    state: Sequence[Tensor],
    parameters: Sequence[Tensor],
) -> tuple[list[Tensor], tuple[Tensor, ...]]:
    """What a right function returns: T outputs (B, V), and the final state.

    inputs: T matrices (B, V); state and parameters in the order of the contract. Gradients flow to all of them.
    Raises ValueError when the number of states or parameters is not the network's.
    """
    for kind, given, names in (
        ("states", state, network.states),
        ("parameters", parameters, network.parameters),
    ):
        if len(given) != len(names):
            raise ValueError(f"{network.name} has {len(names)} {kind} ({', '.join(names)}), got {len(given)}")
    run = Evaluation(
        network,
        inputs,
        dict(zip(network.states, state, strict=True)),
        dict(zip(network.parameters, parameters, strict=True)),
    )
    return run.outputs(), run.final_state()


def is_program(network: Network) -> bool:
    """Whether the equations can be computed in some order and give results of the right shapes; edits may not."""
    steps, batch_size, vocab_size, num_hiddens = 2, 1, 3, 2
    inputs = list(torch.zeros(steps, batch_size, vocab_size))  # T x (B, V)
    state = [torch.zeros(batch_size, num_hiddens) for _ in network.states]  # each (B, H)
    parameters = [torch.zeros(shape) for shape in network.shapes(vocab_size, num_hiddens).values()]  # such as (V, H)
    try:
        outputs, final = evaluate(network, inputs, state, parameters)
    except (CyclicEquation, KeyError, RuntimeError):
        return False
    shapes = {tuple(output.shape) for output in outputs}, {tuple(part.shape) for part in final}
    return shapes == ({(batch_size, vocab_size)}, {(batch_size, num_hiddens)})
