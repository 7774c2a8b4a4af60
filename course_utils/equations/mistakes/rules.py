"""What can go wrong at one node of a tree: a rule takes a node and yields what a student may have written instead."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from course_utils.equations import expressions as e
from course_utils.equations.network import Network
from course_utils.equations.render import term_text
from course_utils.translation import Sentence, to_say


@dataclass(frozen=True)
class Mistake:
    """A node's replacement, with the sentence that says what it means; its part `where` is the equation's left side.

    missing: the child of the node that the replacement leaves out, if that is all it does.
    """

    kind: str
    sentence: Sentence
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


WHERE = "{where}"  # stands for an equation until its name is known

Rule = Callable[[Place, e.Expr], Iterator[Mistake]]

WRITTEN = {
    "sigmoid": "σ",
    "tanh": "tanh",
    "relu": "ReLU",
    "softmax": "softmax",
    "log_softmax": "log-softmax",
    "identity": to_say("no activation"),
}


def _sum(place: Place, node: e.Expr) -> Iterator[Mistake]:
    """A term left out, taken twice, with the wrong sign; a constant added."""
    if not isinstance(node, e.Sum):
        return
    for number, term in enumerate(node.terms):
        is_bias = isinstance(term, e.Parameter)
        bias, one = to_say("the bias {term}", term=place.text(term)), to_say("the term {term}", term=place.text(term))
        name = bias if is_bias else one
        others = (*node.terms[:number], *node.terms[number + 1 :])
        rest = others[0] if len(others) == 1 else e.Sum(others)
        yield Mistake(
            "term dropped", to_say("{term} is missing in {where}", term=name, where=WHERE), rest, 1, missing=(number,)
        )
        for kind, factor, sentence in (
            ("term doubled", 2, to_say("{term} is counted twice in {where}", term=name, where=WHERE)),
            ("sign", -1, to_say("{term} is subtracted, not added, in {where}", term=name, where=WHERE)),
        ):
            scaled = (*node.terms[:number], e.Scale(factor, term), *node.terms[number + 1 :])
            yield Mistake(kind, sentence, e.Sum(scaled), 3)
    raised = e.Sum((*node.terms, e.One()))
    yield Mistake("bias plus one", to_say("1 is added to the bias in {where}", where=WHERE), raised, 3)


def _activation(place: Place, node: e.Expr) -> Iterator[Mistake]:
    """Another activation, none, or one that covers only a part of its argument."""
    if not isinstance(node, e.Apply):
        return
    right = WRITTEN[node.function]
    sentence = to_say("{where} lacks its activation {right}", where=WHERE, right=right)
    yield Mistake("activation missing", sentence, replace(node, function="identity"), 1)
    for other in ("sigmoid", "tanh", "relu", "softmax"):
        if other != node.function:
            sentence = to_say(
                "{where} goes through {other} where {right} belongs", where=WHERE, other=WRITTEN[other], right=right
            )
            yield Mistake("activation exchanged", sentence, replace(node, function=other), 2)
    twice = e.Apply(node.function, node)
    sentence = to_say("{where} goes through {right} twice", where=WHERE, right=right)
    yield Mistake("activation twice", sentence, twice, 3)
    if isinstance(node.argument, e.Sum):
        *inside, last = node.argument.terms
        inner = inside[0] if len(inside) == 1 else e.Sum(tuple(inside))
        outside = e.Sum((e.Apply(node.function, inner), last))
        sentence = to_say(
            "{term} is added after {right}, not inside it, in {where}", term=place.text(last), right=right, where=WHERE
        )
        yield Mistake("bracket closed early", sentence, outside, 3)


COUPLED = to_say("coupled input and forget gates (Greff et al. 2017, arXiv:1503.04069)")
NOT_THE_OTHER = to_say("1 − {gate} stands where {right} belongs in {where}")


def _gate(place: Place, node: e.Expr) -> Iterator[Mistake]:
    """A gate for its complement, another gate, or another gate's complement."""
    if isinstance(node, e.OneMinus):
        gate = place.text(node.gate)
        sentence = to_say("{gate} stands where 1 − {gate} belongs in {where}", gate=gate, where=WHERE)
        yield Mistake("complement", sentence, node.gate, 2)
    if not isinstance(node, e.Ref) or node.name not in place.network.gates:
        return
    gate = place.text(node)
    sentence = NOT_THE_OTHER.having(gate=gate, right=gate, where=WHERE)
    yield Mistake("complement", sentence, e.OneMinus(node), 2)
    for name in place.network.gates:
        if name != node.name:
            other = e.OneMinus(e.Ref(name))
            sentence = NOT_THE_OTHER.having(gate=place.text(e.Ref(name)), right=gate, where=WHERE)
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


FIXED_STEPS = {
    "first": to_say("{where} reads the first step, {written}, where {right} belongs"),
    "last": to_say("{where} reads the last step, {written}, where {right} belongs"),
}


def other_reference(place: Place, node: e.Ref, other: e.Ref) -> Mistake:
    """Names the use of `other` where `node` belongs."""
    parts = {"where": WHERE, "right": place.text(node), "written": place.text(other)}
    if other.name != node.name:
        rank = 2 if place.is_output else 3
        sentence = to_say("{where} reads {written} where {right} belongs", **parts)
        return Mistake("sequence exchanged", sentence, other, rank)
    if other.at == "initial":
        sentence = to_say(
            "{where} reads the state that came in, {written}, at every step where {right} belongs", **parts
        )
        return Mistake("initial state", sentence, other, 2)
    if other.at == "mirror":
        sentence = to_say("{where} reads {right} in reversed order of time: it was not turned back", **parts)
        return Mistake("not re-aligned", sentence, other, 2)
    if other.at:
        return Mistake("another step", FIXED_STEPS[other.at].having(**parts), other, 3)
    if node.shift and not other.shift:
        sentence = to_say("{where} reads the step at hand, {written}, where {right} belongs", **parts)
        return Mistake("another step", sentence, other, 2)
    if node.shift * other.shift < 0:
        sentence = to_say(
            "{where} runs in the wrong direction of time: it reads {written} where {right} belongs", **parts
        )
        return Mistake("direction", sentence, other, 2)
    if other.shift > 0:
        sentence = to_say("{where} reads the step after, {written}, where {right} belongs", **parts)
        return Mistake("another step", sentence, other, 3)
    sentence = to_say("{where} reads the step before, {written}, where {right} belongs", **parts)
    return Mistake("stale state", sentence, other, 2)


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
        sentence = to_say("{where} reads the inputs in reversed order", where=WHERE)
    else:
        written = place.text(other)
        sentence = to_say("{where} reads the input of another step, {written}", where=WHERE, written=written)
    return Mistake("another input", sentence, other, 3)


def _gate_inside(place: Place, node: e.Expr) -> Iterator[Mistake]:
    """O ⊙ tanh(C) -> tanh(O ⊙ C); F ⊙ C + I ⊙ C̃ -> F ⊙ (C + I ⊙ C̃)."""
    if isinstance(node, e.Product) and isinstance(node.right, e.Apply):
        new = e.Apply(node.right.function, e.Product(node.left, node.right.argument))
        gate, function = place.text(node.left), WRITTEN[node.right.function]
        inside = to_say("{gate} stands inside {function}, not before it, in {where}")
        sentence = inside.having(gate=gate, function=function, where=WHERE)
        yield Mistake("bracket", sentence, new, 2)
    if isinstance(node, e.Sum) and isinstance(node.terms[0], e.Product):
        factor, first = node.terms[0].left, node.terms[0].right
        whole = to_say("{gate} multiplies the whole sum, not its first term alone, in {where}")
        sentence = whole.having(gate=place.text(factor), where=WHERE)
        yield Mistake("bracket", sentence, e.Product(factor, e.Sum((first, *node.terms[1:]))), 3)


def _gate_added(place: Place, node: e.Expr) -> Iterator[Mistake]:
    """H W -> (F ⊙ H) W: a gate where the equation has none."""
    if isinstance(node, e.MatMul) and isinstance(node.left, e.Ref) and node.left.name in place.network.states:
        for name in place.network.gates:
            gated = e.MatMul(e.Product(e.Ref(name), node.left), node.right)
            too_many = to_say("{where} reads {written} where {right} belongs: a gate too many")
            sentence = too_many.having(where=WHERE, written=place.text(gated), right=place.text(node))
            yield Mistake("factor added", sentence, gated, 3)


def _product(place: Place, node: e.Expr) -> Iterator[Mistake]:
    """A factor left out; a sum for a product."""
    if not isinstance(node, e.Product):
        return
    for number, (dropped, kept) in enumerate(((node.left, node.right), (node.right, node.left))):
        sentence = to_say("the factor {factor} is missing in {where}", factor=place.text(dropped), where=WHERE)
        yield Mistake("factor dropped", sentence, kept, 2, missing=(number,))
    added = to_say("{where} adds {left} and {right} where it should multiply")
    sentence = added.having(where=WHERE, left=place.text(node.left), right=place.text(node.right))
    yield Mistake("sum for product", sentence, e.Sum((node.left, node.right)), 4)


RESET_AFTER = to_say(
    "the first version of Cho et al. 2014 (arXiv:1406.1078v1) has this form; nn.GRU computes it, with a second bias "
    "inside the brackets, and Keras calls it reset_after"
)


def _product_order(place: Place, node: e.Expr) -> Iterator[Mistake]:
    """(R ⊙ H) W -> R ⊙ (H W): for the GRU, the convention of nn.GRU."""
    if isinstance(node, e.MatMul) and isinstance(node.left, e.Product):
        gate, state = node.left.left, node.left.right
        after = e.Product(gate, e.MatMul(state, node.right))
        applied = to_say("{gate} is applied after the matrix product: {written} in {where}")
        sentence = applied.having(gate=place.text(gate), written=place.text(after), where=WHERE)
        yield Mistake("product order", sentence, after, 1, RESET_AFTER)


def _reset_before(place: Place, node: e.Expr) -> Iterator[Mistake]:
    """R ⊙ (H W) -> (R ⊙ H) W: for nn.GRU's form, the course's own."""
    if isinstance(node, e.Product) and isinstance(node.right, e.MatMul):
        gate, state = node.left, node.right.left
        before = e.MatMul(e.Product(gate, state), node.right.right)
        applied = to_say("{gate} is applied before the matrix product: {written} in {where}")
        sentence = applied.having(gate=place.text(gate), written=place.text(before), where=WHERE)
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
            parts = {"gate": place.text(term.left.left), "written": place.text(after), "where": WHERE}
            sentence = to_say("{gate} is applied to the product and the bias: {written} in {where}", **parts)
            yield Mistake("product order, bias inside", sentence, e.Sum((*others, after)), 2, RESET_AFTER)
            twice = to_say(
                "{gate} is applied to the product and the bias: {written} in {where}, and the bias once more outside",
                **parts,
            )
            yield Mistake("product order, bias twice", twice, e.Sum((*others, after, bias)), 3, RESET_AFTER)
            moved = e.Product(term.left.left, e.Sum((*others, e.MatMul(term.left.right, term.right), bias)))
            sentence = to_say("{gate} scales everything inside {where}, not the state alone", **parts)
            yield Mistake("product order, all inside", sentence, moved, 4)
            scaled = e.Product(term.left.left, e.Sum((*others, e.MatMul(term.left.right, term.right))))
            sentence = to_say("{gate} scales both products inside {where}, not the state alone", **parts)
            yield Mistake("product order, all inside", sentence, e.Sum((scaled, bias)), 4)


def _weight(place: Place, node: e.Expr) -> Iterator[Mistake]:
    """Another parameter of the same shape, or a square one transposed."""
    if not isinstance(node, e.Parameter):
        return
    shape = place.network.parameters[node.name]
    for other, other_shape in place.network.parameters.items():
        if other != node.name and other_shape == shape:
            new = e.Parameter(other)
            uses = to_say("{where} uses {written} where {right} belongs")
            sentence = uses.having(where=WHERE, written=place.text(new), right=place.text(node))
            yield Mistake("parameter exchanged", sentence, new, 2)
    if shape == ("H", "H"):
        sentence = to_say("{weight} is transposed in {where}", weight=place.text(node), where=WHERE)
        yield Mistake("transposed", sentence, e.Transpose(node), 3)


def _concat(place: Place, node: e.Expr) -> Iterator[Mistake]:
    """The two directions joined in another way."""
    if not isinstance(node, e.Concat):
        return
    first, second = node.parts
    parts = {"left": place.text(first), "right": place.text(second), "where": WHERE}
    sentence = to_say("{right} and {left} are joined in the wrong order", **parts)
    yield Mistake("concatenation order", sentence, e.Concat((second, first)), 1)
    for kept in (first, second):
        sentence = to_say("{kept} is used for both halves in {where}", kept=place.text(kept), where=WHERE)
        yield Mistake("one direction twice", sentence, e.Concat((kept, kept)), 2)
    for dropped, halves in ((second, (first, e.Zeros())), (first, (e.Zeros(), second))):
        sentence = to_say("{term} is missing in {where}", term=place.text(dropped), where=WHERE)
        yield Mistake("one direction", sentence, e.Concat(halves), 2)
    total = e.Sum((first, second))
    for template, joined in (
        (to_say("{left} and {right} are added where they should be joined side by side"), total),
        (to_say("{left} and {right} are averaged where they should be joined side by side"), e.Scale(0.5, total)),
    ):
        sentence = template.having(**parts)
        half = to_say("{sentence}; half of the output's weights is not used", sentence=sentence)
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
        seen = {"where": WHERE, "cell": place.text(cell)}
        sentence = to_say("{where} looks at {cell} too: a peephole", **seen)
        convention = to_say("peephole connections (Gers and Schmidhuber 2000)")
        yield Mistake("peephole", sentence, e.Sum((*node.terms, cell)), 3, convention)
        for term in recurrent:
            if term.left != e.Ref("X"):
                looks = e.MatMul(cell, term.right)
                through = to_say("{where} looks at {cell} too: a peephole, {term}", **seen, term=place.text(looks))
                yield Mistake("peephole", through, e.Sum((*node.terms, looks)), 3, convention)


def _extra_activation(place: Place, node: e.Expr) -> Iterator[Mistake]:
    """Over a whole equation that has no activation of its own: see node_edits, which asks at the root only."""
    functions = ("tanh", "sigmoid", "relu", "softmax") + (("log_softmax",) if place.is_output else ())
    extra = to_say("{where} goes through {function}, which the equation does not have")
    if place.is_output:
        extra = to_say("the scores go through {function}, which the equation does not have")
    for function in functions:
        sentence = extra.having(where=WHERE, function=WRITTEN[function])
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
