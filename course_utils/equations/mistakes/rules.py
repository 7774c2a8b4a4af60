"""What can go wrong at one node of a tree: a rule takes a node and yields what a student may have written instead."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from course_utils.equations import expressions as e
from course_utils.equations.network import Network
from course_utils.equations.render import term_text


@dataclass(frozen=True)
class Mistake:
    """A node's replacement, with the sentence that says what it means. `{where}` is the equation's left side.

    missing: the child of the node that the replacement leaves out, if that is all it does.
    """

    kind: str
    sentence: str
    new: e.Expr
    rank: int
    convention: str = ""
    missing: e.Path = ()


@dataclass(frozen=True)
class Place:
    """The equation in which a rule looks, and how its network writes names."""

    network: Network
    equation: str

    def text(self, term: e.Expr) -> str:
        """The term as its network writes it."""
        return term_text(self.network, term)

    @property
    def is_output(self) -> bool:
        """Whether the equation is that of the scores."""
        return self.equation == self.network.output


Rule = Callable[[Place, e.Expr], Iterator[Mistake]]

WRITTEN = {
    "sigmoid": "σ",
    "tanh": "tanh",
    "relu": "ReLU",
    "softmax": "softmax",
    "log_softmax": "log-softmax",
    "identity": "no activation",
}


def _sum(place: Place, node: e.Expr) -> Iterator[Mistake]:
    """A term left out, taken twice, with the wrong sign; a constant added."""
    if not isinstance(node, e.Sum):
        return
    for number, term in enumerate(node.terms):
        name = f"{'the bias' if isinstance(term, e.Parameter) else 'the term'} {place.text(term)}"
        others = (*node.terms[:number], *node.terms[number + 1 :])
        rest = others[0] if len(others) == 1 else e.Sum(others)
        yield Mistake("term dropped", f"{name} is missing in {{where}}", rest, 1, missing=(number,))
        for kind, factor, what in (
            ("term doubled", 2, "counted twice"),
            ("sign", -1, "subtracted, not added,"),
        ):
            scaled = (*node.terms[:number], e.Scale(factor, term), *node.terms[number + 1 :])
            yield Mistake(kind, f"{name} is {what} in {{where}}", e.Sum(scaled), 3)
    raised = e.Sum((*node.terms, e.One()))
    yield Mistake("bias plus one", "1 is added to the bias in {where}", raised, 3)


def _activation(place: Place, node: e.Expr) -> Iterator[Mistake]:
    """Another activation, none, or one that covers only a part of its argument."""
    if not isinstance(node, e.Apply):
        return
    right = WRITTEN[node.function]
    yield Mistake(
        "activation missing", f"{{where}} lacks its activation {right}", replace(node, function="identity"), 1
    )
    for other in ("sigmoid", "tanh", "relu", "softmax"):
        if other != node.function:
            sentence = f"{{where}} goes through {WRITTEN[other]} where {right} belongs"
            yield Mistake("activation exchanged", sentence, replace(node, function=other), 2)
    twice = e.Apply(node.function, node)
    yield Mistake("activation twice", f"{{where}} goes through {right} twice", twice, 3)
    if isinstance(node.argument, e.Sum):
        *inside, last = node.argument.terms
        inner = inside[0] if len(inside) == 1 else e.Sum(tuple(inside))
        outside = e.Sum((e.Apply(node.function, inner), last))
        sentence = f"{place.text(last)} is added after {right}, not inside it, in {{where}}"
        yield Mistake("bracket closed early", sentence, outside, 3)


COUPLED = "coupled input and forget gates (Greff et al. 2017, arXiv:1503.04069)"


def _gate(place: Place, node: e.Expr) -> Iterator[Mistake]:
    """A gate for its complement, another gate, or another gate's complement."""
    if isinstance(node, e.OneMinus):
        gate = place.text(node.gate)
        yield Mistake("complement", f"{gate} stands where 1 − {gate} belongs in {{where}}", node.gate, 2)
    if not isinstance(node, e.Ref) or node.name not in place.network.gates:
        return
    gate = place.text(node)
    yield Mistake("complement", f"1 − {gate} stands where {gate} belongs in {{where}}", e.OneMinus(node), 2)
    for name in place.network.gates:
        if name != node.name:
            other = e.OneMinus(e.Ref(name))
            sentence = f"1 − {place.text(e.Ref(name))} stands where {gate} belongs in {{where}}"
            is_coupled = {name, node.name} == {"I", "F"}
            yield Mistake("coupled gates", sentence, other, 3, COUPLED if is_coupled else "")


def _reference(place: Place, node: e.Expr) -> Iterator[Mistake]:
    """Another sequence or another step instead of a gate, a candidate or a state."""
    if not isinstance(node, e.Ref) or node.name == "X":
        return
    states = place.network.states
    others = [e.Ref(name) for name in place.network.hidden]
    others += [e.Ref(name, shift) for name in states for shift in (-1, -2, 1)]
    others += [e.Ref(name, at="initial") for name in states]
    if not place.network.layers:
        others += [e.Ref(name, at=at) for name in states if name != node.name for at in ("first", "last")]
    if place.is_output or node.shift == 0:
        others += [e.Ref(node.name, node.shift - 1)]
        others += [e.Ref(node.name, at=at) for at in ("first", "last", "mirror")]
    for other in dict.fromkeys(others):
        if other != node:
            yield other_reference(place, node, other)


def other_reference(place: Place, node: e.Ref, other: e.Ref) -> Mistake:
    """Names the use of `other` where `node` belongs."""
    right, written = place.text(node), place.text(other)
    if other.name != node.name:
        rank = 2 if place.is_output else 3
        return Mistake("sequence exchanged", f"{{where}} reads {written} where {right} belongs", other, rank)
    if other.at == "initial":
        sentence = f"{{where}} reads the state that came in, {written}, at every step where {right} belongs"
        return Mistake("initial state", sentence, other, 2)
    if other.at == "mirror":
        sentence = f"{{where}} reads {right} in reversed order of time: it was not turned back"
        return Mistake("not re-aligned", sentence, other, 2)
    if other.at:
        return Mistake(
            "another step", f"{{where}} reads the {other.at} step, {written}, where {right} belongs", other, 3
        )
    if node.shift and not other.shift:
        sentence = f"{{where}} reads the step at hand, {written}, where {right} belongs"
        return Mistake("another step", sentence, other, 2)
    if node.shift * other.shift < 0:
        sentence = f"{{where}} runs in the wrong direction of time: it reads {written} where {right} belongs"
        return Mistake("direction", sentence, other, 2)
    if other.shift > 0:
        return Mistake("another step", f"{{where}} reads the step after, {written}, where {right} belongs", other, 3)
    return Mistake("stale state", f"{{where}} reads the step before, {written}, where {right} belongs", other, 2)


def _input(place: Place, node: e.Expr) -> Iterator[Mistake]:
    """The input of another step."""
    if not isinstance(node, e.Ref) or node.name != "X":
        return
    for other in OTHER_INPUTS:
        yield other_input(place, other)


OTHER_INPUTS = (e.Ref("X", -1), e.Ref("X", 1), *(e.Ref("X", at=at) for at in ("first", "last", "mirror")))


def other_input(place: Place, other: e.Ref) -> Mistake:
    """Names the use of another step's input."""
    if other.at == "mirror":
        return Mistake("another input", "{where} reads the inputs in reversed order", other, 3)
    return Mistake("another input", f"{{where}} reads the input of another step, {place.text(other)}", other, 3)


def _gate_inside(place: Place, node: e.Expr) -> Iterator[Mistake]:
    """O ⊙ tanh(C) -> tanh(O ⊙ C); F ⊙ C + I ⊙ C̃ -> F ⊙ (C + I ⊙ C̃)."""
    if isinstance(node, e.Product) and isinstance(node.right, e.Apply):
        new = e.Apply(node.right.function, e.Product(node.left, node.right.argument))
        sentence = f"{place.text(node.left)} stands inside {WRITTEN[node.right.function]}, not before it, in {{where}}"
        yield Mistake("bracket", sentence, new, 2)
    if isinstance(node, e.Sum) and isinstance(node.terms[0], e.Product):
        gate, first = node.terms[0].left, node.terms[0].right
        sentence = f"{place.text(gate)} multiplies the whole sum, not its first term alone, in {{where}}"
        yield Mistake("bracket", sentence, e.Product(gate, e.Sum((first, *node.terms[1:]))), 3)


def _gate_added(place: Place, node: e.Expr) -> Iterator[Mistake]:
    """H W -> (F ⊙ H) W: a gate where the equation has none."""
    if isinstance(node, e.MatMul) and isinstance(node.left, e.Ref) and node.left.name in place.network.states:
        for name in place.network.gates:
            gated = e.MatMul(e.Product(e.Ref(name), node.left), node.right)
            sentence = f"{{where}} reads {place.text(gated)} where {place.text(node)} belongs: a gate too many"
            yield Mistake("factor added", sentence, gated, 3)


def _product(place: Place, node: e.Expr) -> Iterator[Mistake]:
    """A factor left out; a sum for a product."""
    if not isinstance(node, e.Product):
        return
    for number, (dropped, kept) in enumerate(((node.left, node.right), (node.right, node.left))):
        sentence = f"the factor {place.text(dropped)} is missing in {{where}}"
        yield Mistake("factor dropped", sentence, kept, 2, missing=(number,))
    sentence = f"{{where}} adds {place.text(node.left)} and {place.text(node.right)} where it should multiply"
    yield Mistake("sum for product", sentence, e.Sum((node.left, node.right)), 4)


RESET_AFTER = (
    "the first version of Cho et al. 2014 (arXiv:1406.1078v1) has this form; nn.GRU computes it, with a second bias "
    "inside the brackets, and Keras calls it reset_after"
)


def _product_order(place: Place, node: e.Expr) -> Iterator[Mistake]:
    """(R ⊙ H) W -> R ⊙ (H W): for the GRU, the convention of nn.GRU."""
    if isinstance(node, e.MatMul) and isinstance(node.left, e.Product):
        gate, state = node.left.left, node.left.right
        after = e.Product(gate, e.MatMul(state, node.right))
        sentence = f"{place.text(gate)} is applied after the matrix product: {place.text(after)} in {{where}}"
        yield Mistake("product order", sentence, after, 1, RESET_AFTER)


def _reset_before(place: Place, node: e.Expr) -> Iterator[Mistake]:
    """R ⊙ (H W) -> (R ⊙ H) W: for nn.GRU's form, the course's own."""
    if isinstance(node, e.Product) and isinstance(node.right, e.MatMul):
        gate, state = node.left, node.right.left
        before = e.MatMul(e.Product(gate, state), node.right.right)
        sentence = f"{place.text(gate)} is applied before the matrix product: {place.text(before)} in {{where}}"
        yield Mistake("product order", sentence, before, 1)


def _bias_inside(place: Place, node: e.Expr) -> Iterator[Mistake]:
    """(R ⊙ H) W + b -> R ⊙ (H W + b), as nn.GRU does with its second bias."""
    if not (isinstance(node, e.Sum) and isinstance(node.terms[-1], e.Parameter)):
        return
    bias = node.terms[-1]
    for number, term in enumerate(node.terms):
        if isinstance(term, e.MatMul) and isinstance(term.left, e.Product):
            inner = e.Sum((e.MatMul(term.left.right, term.right), bias))
            after = e.Product(term.left.left, inner)
            others = (*node.terms[:number], *node.terms[number + 1 : -1])
            sentence = f"{place.text(term.left.left)} is applied to the product and the bias: {place.text(after)}"
            kind = "product order, bias inside"
            yield Mistake(kind, f"{sentence} in {{where}}", e.Sum((*others, after)), 2, RESET_AFTER)
            twice = f"{sentence} in {{where}}, and the bias once more outside"
            yield Mistake("product order, bias twice", twice, e.Sum((*others, after, bias)), 3, RESET_AFTER)
            moved = e.Product(term.left.left, e.Sum((*others, e.MatMul(term.left.right, term.right), bias)))
            sentence = f"{place.text(term.left.left)} scales everything inside {{where}}, not the state alone"
            yield Mistake("product order, all inside", sentence, moved, 4)
            scaled = e.Product(term.left.left, e.Sum((*others, e.MatMul(term.left.right, term.right))))
            sentence = f"{place.text(term.left.left)} scales both products inside {{where}}, not the state alone"
            yield Mistake("product order, all inside", sentence, e.Sum((scaled, bias)), 4)


def _weight(place: Place, node: e.Expr) -> Iterator[Mistake]:
    """Another parameter of the same shape, or a square one transposed."""
    if not isinstance(node, e.Parameter):
        return
    shape = place.network.parameters[node.name]
    for other, other_shape in place.network.parameters.items():
        if other != node.name and other_shape == shape:
            new = e.Parameter(other)
            sentence = f"{{where}} uses {place.text(new)} where {place.text(node)} belongs"
            yield Mistake("parameter exchanged", sentence, new, 2)
    if shape == ("H", "H"):
        yield Mistake("transposed", f"{place.text(node)} is transposed in {{where}}", e.Transpose(node), 3)


def _concat(place: Place, node: e.Expr) -> Iterator[Mistake]:
    """The two directions joined in another way."""
    if not isinstance(node, e.Concat):
        return
    first, second = node.parts
    left, right = place.text(first), place.text(second)
    yield Mistake(
        "concatenation order", f"{right} and {left} are joined in the wrong order", e.Concat((second, first)), 1
    )
    for kept in (first, second):
        sentence = f"{place.text(kept)} is used for both halves in {{where}}"
        yield Mistake("one direction twice", sentence, e.Concat((kept, kept)), 2)
    yield Mistake("one direction", f"{right} is missing in {{where}}", e.Concat((first, e.Zeros())), 2)
    yield Mistake("one direction", f"{left} is missing in {{where}}", e.Concat((e.Zeros(), second)), 2)
    total = e.Sum((first, second))
    for what, joined in (("added", total), ("averaged", e.Scale(0.5, total))):
        sentence = f"{left} and {right} are {what} where they should be joined side by side"
        half = f"{sentence}; half of the output's weights is not used"
        yield Mistake("sum for concatenation", half, e.Concat((joined, e.Zeros())), 3)
        yield Mistake("sum for concatenation", sentence, e.Concat((joined, joined)), 3)


def _peephole(place: Place, node: e.Expr) -> Iterator[Mistake]:
    """A gate that looks at the cell too: C_{t-1} added to its argument."""
    if not isinstance(node, e.Sum) or place.equation not in place.network.gates:
        return
    recurrent = [term for term in node.terms if isinstance(term, e.MatMul) and isinstance(term.left, e.Ref)]
    used = {ref.name for term in recurrent if isinstance(ref := term.left, e.Ref)}
    for name in place.network.states:
        if name in used:
            continue
        cell = e.Ref(name, -1)
        sentence = f"{{where}} looks at {place.text(cell)} too: a peephole"
        convention = "peephole connections (Gers and Schmidhuber 2000)"
        yield Mistake("peephole", sentence, e.Sum((*node.terms, cell)), 3, convention)
        for term in recurrent:
            if term.left != e.Ref("X"):
                looks = e.MatMul(cell, term.right)
                through = f"{sentence}, {place.text(looks)}"
                yield Mistake("peephole", through, e.Sum((*node.terms, looks)), 3, convention)


def _extra_activation(place: Place, node: e.Expr) -> Iterator[Mistake]:
    """Over a whole equation that has no activation of its own: see node_edits, which asks at the root only."""
    functions = ("tanh", "sigmoid", "relu", "softmax") + (("log_softmax",) if place.is_output else ())
    what = "the scores go" if place.is_output else "{where} goes"
    for function in functions:
        sentence = f"{what} through {WRITTEN[function]}, which the equation does not have"
        yield Mistake("extra activation", sentence, e.Apply(function, node), 2)


NODE_RULES: tuple[Rule, ...] = (
    _sum,
    _activation,
    _gate,
    _reference,
    _input,
    _product,
    _gate_inside,
    _gate_added,
    _product_order,
    _reset_before,
    _bias_inside,
    _weight,
    _concat,
    _peephole,
)
ROOT_RULES: tuple[Rule, ...] = (_extra_activation,)
