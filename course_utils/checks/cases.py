"""What a student's function is called with: small networks, drawn from a seed so that mistakes cannot hide.

How a case tells edits apart: in the ordinary cases every size differs from every other, so that no wrong product fits
by chance, and the last one has a single step and row, where a squeeze or a wrong loop shows; inputs are
one-hot rows that change from step to step; weights are wide enough to reach the bends of sigmoid and tanh without
saturating them; biases and the incoming state are not zero, so that leaving one out shows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from course_utils.equations.evaluate import evaluate
from course_utils.equations.network import Network


@dataclass(frozen=True)
class Case:
    """One call: `function(inputs, state, parameters)`. Values are float32 numbers, whatever dtype they are held in.

    inputs: T one-hot matrices (B, V); state: one (B, H) matrix per state; parameters in the order of the contract.
    """

    network: Network
    inputs: tuple[Tensor, ...]
    state: tuple[Tensor, ...]
    parameters: tuple[Tensor, ...]

    @property
    def sizes(self) -> str:
        """The sizes as a message quotes them, `T=4, B=3, V=9, H=6`, and the number of layers of a stack, `L=2`."""
        batch_size, vocab_size = self.inputs[0].shape
        layers = f", L={len(self.state)}" if self.network.layers else ""
        return f"T={len(self.inputs)}, B={batch_size}, V={vocab_size}, H={self.state[0].shape[1]}{layers}"

    @property
    def named_state(self) -> dict[str, Tensor]:
        """State name -> (B, H)."""
        return dict(zip(self.network.states, self.state, strict=True))

    @property
    def named_parameters(self) -> dict[str, Tensor]:
        """Parameter name -> its values."""
        return dict(zip(self.network.parameters, self.parameters, strict=True))

    def to(self, dtype: torch.dtype) -> Case:
        """Fresh tensors of another dtype: nothing a student's code does to them reaches this case."""
        return self._with(lambda tensor: tensor.to(dtype, copy=True))

    def on_meta(self) -> Case:
        """The same float32 tensors without their values, on a device that every machine has besides the CPU."""
        return self._with(lambda tensor: tensor.to("meta", torch.float32))

    def _with(self, made: Callable[[Tensor], Tensor]) -> Case:
        kinds = (self.inputs, self.state, self.parameters)
        return Case(self.network, *(tuple(map(made, tensors)) for tensors in kinds))

    def reference(self) -> tuple[list[Tensor], tuple[Tensor, ...]]:
        """The right answer in float64: T outputs (B, V) and the final state."""
        case = self.to(torch.float64)
        return evaluate(case.network, case.inputs, case.state, case.parameters)


def draw_case(
    network: Network,
    steps: int,
    batch_size: int,
    vocab_size: int,
    num_hiddens: int,
    generator: torch.Generator,
) -> Case:
    """One case of the given sizes, drawn from `generator`."""

    def normal(*shape: int, spread: float) -> Tensor:
        return (spread * torch.randn(shape, generator=generator)).double()

    parameters = tuple(
        normal(*shape, spread=0.7 if len(shape) == 1 else 1.2 / (shape[0] ** 0.5 if name[2] != "x" else 1.0))
        for name, shape in network.shapes(vocab_size, num_hiddens).items()
    )
    state = tuple(normal(batch_size, num_hiddens, spread=0.8) for _ in network.states)
    first = torch.randint(vocab_size, (batch_size,), generator=generator)
    stride = torch.randint(1, vocab_size, (batch_size,), generator=generator)
    indices = [(first + step * stride) % vocab_size for step in range(steps)]
    inputs = tuple(torch.nn.functional.one_hot(index, vocab_size).double() for index in indices)  # each (B, V)
    return Case(network, inputs, state, parameters)


def draw_cases(networks: Sequence[Network], seed: int) -> list[Case]:
    """The cases of one check: two ordinary ones of different sizes, and one step of a single row.

    networks: one for each case; a fourth, such as a stack of one layer, gets an ordinary case too.
    """
    generator = torch.Generator().manual_seed(seed)

    def between(low: int, high: int) -> int:
        return int(torch.randint(low, high + 1, (), generator=generator))

    sizes = (
        (between(4, 5), between(2, 3), between(9, 11), between(6, 7)),
        (between(6, 7), between(4, 5), between(12, 13), 3),
        (1, 1, between(4, 5), 2),
        (between(2, 3), 5, 8, 4),
    )
    return [draw_case(network, *size, generator) for network, size in zip(networks, sizes, strict=False)]
