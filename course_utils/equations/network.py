"""A network: its parameters, its equations and what it hands on, as data."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from course_utils.equations.expressions import Apply, Equation, Expr, Ref


@dataclass(frozen=True, eq=False)  # compared and hashed by identity: a network is looked up, never rebuilt
class Network:
    """The equations of one recurrent network, from `X` (the inputs) and the incoming states to `Y` (the scores).

    parameters: name -> shape in symbols, in the order of the contract, e.g. `("V", "H")`; "2H" is twice H.
    equations: the sequences that each step computes, in reading order; `Y`, the output, is the last.
    states: name of the sequence whose values are carried from step to step -> what is returned of it at the end.
    latex, text: how a name is written where the default (bold capital, index) is not enough.
    library_order: the gates' order in torch's own weights, where it is another than the contract's.
    layers: the sequences that a loop over layers makes, from the bottom.
    families: what equations that are alike are called together ("each gate") -> their names.
    initial: an edit's other start of a state; without it a state starts as it came in.
    """

    name: str
    title: str
    parameters: dict[str, tuple[str, ...]]
    equations: tuple[Equation, ...]
    states: dict[str, Ref]
    latex: dict[str, str] = field(default_factory=dict)
    text: dict[str, str] = field(default_factory=dict)
    library_order: tuple[str, ...] = ()
    layers: tuple[str, ...] = ()
    families: dict[str, tuple[str, ...]] = field(default_factory=dict)
    initial: dict[str, Expr] = field(default_factory=dict)

    @property
    def output(self) -> str:
        """The name of the scores, `Y`."""
        return self.equations[-1].name

    @property
    def depth(self) -> tuple[int, ...]:
        """What its functions take between the sizes and the device: `(num_layers,)` for a stack, else nothing."""
        return (len(self.layers),) if self.layers else ()

    @property
    def hidden(self) -> tuple[str, ...]:
        """Everything that a step computes before the output."""
        return tuple(equation.name for equation in self.equations[:-1])

    @property
    def repeated(self) -> tuple[str, ...]:
        """What a loop over layers makes after the first layer: nothing of it is written for one layer alone."""
        return self.hidden[1:] if self.layers else ()

    @property
    def sums(self) -> tuple[str, ...]:
        """What the layers of a stack with residual connections hand up: nothing in other networks."""
        return tuple(name for name in self.hidden if name not in self.layers) if self.layers else ()

    @cached_property
    def gates(self) -> tuple[str, ...]:
        """The sequences between 0 and 1 that scale others."""
        return tuple(
            equation.name
            for equation in self.equations
            if isinstance(equation.expression, Apply) and equation.expression.function == "sigmoid"
        )

    def expression(self, name: str) -> Expr:
        """The right side of the equation for `name`. Raises KeyError when there is none."""
        for equation in self.equations:
            if equation.name == name:
                return equation.expression
        raise KeyError(f"{self.name} has no equation for {name}")

    def shapes(self, vocab_size: int, num_hiddens: int) -> dict[str, tuple[int, ...]]:
        """Parameter name -> shape in numbers, in the order of the contract."""
        sizes = {"V": vocab_size, "H": num_hiddens, "2H": 2 * num_hiddens}
        return {name: tuple(sizes[symbol] for symbol in shape) for name, shape in self.parameters.items()}
