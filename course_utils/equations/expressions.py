"""Expression trees: the vocabulary in which every network of the course is stated once.

A sequence indexed by time is a `Ref`: with `t = 0`, `H[t - 1]` reads "H, one step back" and `X[t]` "X, now".
`H[t] << tanh(X[t] @ W_xh + H[t - 1] @ W_hh + b_h)` is an `Equation`. Trees are immutable and compare by value, so
an edited network is a new network and the original stays what it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

t = 0  # the step at hand: offsets such as `t - 1` are what a Ref stores


class Expr:
    """A node. Subclasses are frozen dataclasses whose `Expr` (or tuple of `Expr`) fields are its children."""

    def __add__(self, other: Expr) -> Expr:
        earlier = self.terms if isinstance(self, Sum) else (self,)
        return Sum((*earlier, other))

    def __mul__(self, other: Expr) -> Expr:
        return Product(self, other)

    def __matmul__(self, other: Expr) -> Expr:
        return MatMul(self, other)

    def __rsub__(self, constant: int) -> Expr:
        if constant != 1:
            raise ValueError(f"expected 1 - gate, got {constant} - …: no cell of the course needs another constant")
        return OneMinus(self)

    def children(self) -> tuple[Expr, ...]:
        """The nodes directly below this one, in the order of its fields."""
        nodes: list[Expr] = []
        for field in fields(self):  # type: ignore[arg-type]
            value = getattr(self, field.name)
            if isinstance(value, Expr):
                nodes.append(value)
            elif isinstance(value, tuple):
                nodes.extend(item for item in value if isinstance(item, Expr))
        return tuple(nodes)

    def with_children(self, new: tuple[Expr, ...]) -> Expr:
        """The same node over other children, in the order of `children()`."""
        remaining = iter(new)
        changes: dict[str, Any] = {}
        for field in fields(self):  # type: ignore[arg-type]
            value = getattr(self, field.name)
            if isinstance(value, Expr):
                changes[field.name] = next(remaining)
            elif isinstance(value, tuple):
                changes[field.name] = tuple(next(remaining) for _ in value)
        return replace(self, **changes)  # type: ignore[type-var]


@dataclass(frozen=True)
class Parameter(Expr):
    """A weight matrix or bias, by its name in the contract."""

    name: str


@dataclass(frozen=True)
class Ref(Expr):
    """The value of a sequence at another time.

    `shift` is relative to the step at hand. `at` overrules it: "first", "last", "before last", "mirror" (step T-1-t)
    or "initial" (the state that came in). A shift that leaves 0…T-1 reads the incoming state too; an input wraps, as
    Python's negative index does.
    """

    name: str
    shift: int = 0
    at: str = ""

    def __lshift__(self, expression: Expr) -> Equation:
        return Equation(self.name, expression)


@dataclass(frozen=True)
class Sum(Expr):
    """Two terms or more, added."""

    terms: tuple[Expr, ...]


@dataclass(frozen=True)
class Scale(Expr):
    """A number times a term; no cell has one, edits do."""

    factor: float
    term: Expr


@dataclass(frozen=True)
class One(Expr):
    """The constant 1, as in a forget bias that is raised by one; no cell has one, edits do."""


@dataclass(frozen=True)
class Zeros(Expr):
    """A zero matrix of the incoming state's shape, (B, H); no cell has one, edits do."""


@dataclass(frozen=True)
class OneMinus(Expr):
    """1 − gate."""

    gate: Expr


@dataclass(frozen=True)
class Product(Expr):
    """The element-wise (Hadamard) product."""

    left: Expr
    right: Expr


@dataclass(frozen=True)
class MatMul(Expr):
    """The matrix product, (B, n) times (n, H)."""

    left: Expr
    right: Expr


@dataclass(frozen=True)
class Transpose(Expr):
    """A square matrix used the wrong way round; no cell has one, edits do."""

    matrix: Expr


@dataclass(frozen=True)
class Apply(Expr):
    """An activation, by its name in `evaluate.ACTIVATIONS`."""

    function: str
    argument: Expr


@dataclass(frozen=True)
class Concat(Expr):
    """Columns side by side: (B, H), (B, H) -> (B, 2H)."""

    parts: tuple[Expr, ...]


@dataclass(frozen=True)
class Inside(Expr):
    """A sequence at another step, and something else where that step lies beyond the ends of time.

    Without it a state is the one that came in there; no cell has one, edits do.
    """

    ref: Ref
    beyond: Expr


@dataclass(frozen=True)
class Equation:
    """`name[t] << expression`."""

    name: str
    expression: Expr


@dataclass(frozen=True)
class Sequence:
    """A name that has a value at every step; `H[t - 1]` is a Ref to it."""

    name: str

    def __getitem__(self, shift: int) -> Ref:
        return Ref(self.name, shift)


def sigmoid(argument: Expr) -> Expr:
    """σ(argument)."""
    return Apply("sigmoid", argument)


def tanh(argument: Expr) -> Expr:
    """tanh(argument)."""
    return Apply("tanh", argument)


def concat(*parts: Expr) -> Expr:
    """[parts]: columns side by side."""
    return Concat(parts)


Path = tuple[int, ...]


def walk(expression: Expr, path: Path = ()) -> Iterator[tuple[Path, Expr]]:
    """Every node with the path of child numbers that leads to it, parents first."""
    yield path, expression
    for number, child in enumerate(expression.children()):
        yield from walk(child, (*path, number))


def at(expression: Expr, path: Path) -> Expr:
    """The node that `path` leads to."""
    for number in path:
        expression = expression.children()[number]
    return expression


def replace_at(expression: Expr, path: Path, new: Expr) -> Expr:
    """The tree with the node at `path` exchanged for `new`."""
    if not path:
        return new
    children = list(expression.children())
    children[path[0]] = replace_at(children[path[0]], path[1:], new)
    return expression.with_children(tuple(children))


def with_changes(expression: Expr, changes: Iterable[tuple[Path, Expr]]) -> Expr:
    """The tree with several nodes exchanged, none of them above another."""
    for path, new in changes:
        expression = replace_at(expression, path, new)
    return expression


def transform(expression: Expr, change: Any) -> Expr:
    """The tree with `change(node)` applied to every node, children first; `change` returns the node to keep it."""
    return change(expression.with_children(tuple(transform(child, change) for child in expression.children())))
