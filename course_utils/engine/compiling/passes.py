"""The passes over a step's graph. Each takes a step and returns another one that computes the same.

What does not depend on the state is hoisted: computed for all steps before the loop over time. What no later step
depends on (the output layer) is computed after it. In what is left, products that share their left operand are fused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from course_utils.engine.compiling.graph import ADD, PRODUCT, FusedProduct, Node, Operand, Step
from course_utils.engine.kernels import ACTIVATIONS


def scheduled(step: Step) -> Step | None:
    """The step after all passes. `None` if it has no state that depends on the one before."""
    step = hoist(step)
    if not step.initial or not step.initial.keys() <= set(step.recurrent):
        return None
    return find_inputs(fuse_products(gather_sums(step)))


def hoist(step: Step) -> Step:
    """Finds the loop: what depends on the step before and is needed by the next."""
    inside = state_dependent(step) & _ancestors(step.nodes, step.initial)
    for_score, for_all = (inside & _used(step, inside, roots) for roots in ([step.score], [step.score, *step.others]))
    needs_grad = inside & _ancestors(step.nodes, for_score, kinds=("node", "before"))
    return replace(
        step, recurrent=tuple(sorted(inside)), results=tuple(sorted(for_all)), needs_grad=frozenset(needs_grad)
    )


def state_dependent(step: Step) -> set[int]:
    """Nodes that depend on the step before."""
    dependent: set[int] = set()
    for q, node in enumerate(step.nodes):
        if any(ref.kind == "before" or (ref.kind == "node" and ref.index in dependent) for ref in node.args):
            dependent.add(q)
    return dependent


def _used(step: Step, inside: set[int], roots: list[int]) -> set[int]:
    """What the work after the loop uses of it."""
    outside = _ancestors(step.nodes, roots) - inside
    return {ref.index for q in outside for ref in step.nodes[q].args if ref.kind in ("node", "before")} | set(roots)


def _ancestors(nodes: Sequence[Node], roots: Iterable[int], kinds: Container[str] = ("node",)) -> set[int]:
    """The roots and all that they depend on, within the step or at all steps."""
    found, todo = set(), list(roots)
    while todo:
        q = todo.pop()
        if q not in found:
            found.add(q)
            todo += [ref.index for ref in nodes[q].args if ref.kind in kinds]
    return found


def count_uses(step: Step) -> Counter[int]:
    """How often each node of the loop is used, outside included."""
    uses = Counter(ref.index for q in step.recurrent for ref in step.nodes[q].args if ref.kind == "node")
    return uses + Counter(step.results) + Counter(step.initial.keys())


def gather_sums(step: Step) -> Step:
    """`(H + x) + b` becomes `H + (x + b)` where x and b are hoisted: one sum less in the loop."""
    uses = count_uses(step)
    for q in step.recurrent:
        split = _hoisted_term(step, q)
        if split is None or split[0].kind != "node" or uses[split[0].index] > 1:
            continue
        inner, hoisted = split
        deeper = _hoisted_term(step, inner.index) if inner.index in step.recurrent else None
        if deeper is not None:
            new = {q: Node(ADD, (deeper[0], Operand("node", len(step.nodes))))}
            added = [Node(ADD, (deeper[1], hoisted))]
            step = replace(_rewritten(step, new, added, {inner.index}), widths=(*step.widths, step.widths[q]))
    return step


def _rewritten(step: Step, new: dict[int, Node], added: Iterable[Node], removed: Container[int]) -> Step:
    """The step with other nodes at some places and some appended, and fewer nodes in the loop."""
    nodes = [new.get(q, node) for q, node in enumerate(step.nodes)]
    return replace(step, nodes=(*nodes, *added), recurrent=tuple(q for q in step.recurrent if q not in removed))


def _hoisted_term(step: Step, q: int) -> tuple[Operand, Operand] | None:
    """The operands of a sum, the one that is hoisted last. `None` for all other nodes."""
    op, args = step.nodes[q]
    hoisted = [ref.kind != "number" and step.is_hoisted(ref) for ref in args]
    if op != ADD or sum(hoisted) != 1 or any(ref.kind == "number" for ref in args):
        return None
    return (args[1], args[0]) if hoisted[0] else (args[0], args[1])


class _Member(NamedTuple):
    """A product that is to be fused with others."""

    product: int
    weight: int
    loop_invariant: Operand | None
    activation: str | None
    value: int

    @property
    def order(self) -> tuple[bool, bool, str]:
        return self.loop_invariant is None, self.activation is None, self.activation or ""


def fuse_products(step: Step) -> Step:
    """All products of one left operand become one, with the sums and activations that follow."""
    uses = count_uses(step)
    user = {ref.index: q for q in step.recurrent for ref in step.nodes[q].args if ref.kind == "node"}
    next_of = {p: user[p] for p in user if uses[p] == 1}
    groups: dict[object, list[_Member]] = {}
    for p in step.recurrent:
        if step.nodes[p].op == PRODUCT:
            groups.setdefault(_group(step, p), []).append(_member(step, p, next_of))
    return replace(
        step, products=tuple(_fused(step, sorted(group, key=lambda m: m.order)) for group in groups.values())
    )


def _group(step: Step, p: int) -> object:
    """What is equal for products that are fused."""
    return step.nodes[p].args[0], p in step.needs_grad


def _member(step: Step, p: int, next_of: dict[int, int]) -> _Member:
    """The product and, where nothing else uses it, the sum with a loop invariant and the activation that follow."""
    weight, loop_invariant, activation, value = step.nodes[p].args[1].index, None, None, p
    split = _hoisted_term(step, next_of[p]) if p in next_of else None
    if split is not None:
        loop_invariant, value = split[1], next_of[p]
        following = next_of.get(value)
        if following is not None and step.nodes[following].op in ACTIVATIONS:
            activation, value = step.nodes[following].op, following
    return _Member(p, weight, loop_invariant, activation, value)


def _fused(step: Step, members: Sequence[_Member]) -> FusedProduct:
    products, weights, loop_invariant, activations, values = zip(*members, strict=True)
    return FusedProduct(
        left=step.nodes[products[0]].args[0],
        needs_grad=products[0] in step.needs_grad,
        products=products,
        weights=weights,
        loop_invariant=tuple(ref for ref in loop_invariant if ref is not None),
        activations=activations,
        values=values,
        widths=tuple(step.widths[p] for p in products),
    )


def find_inputs(step: Step) -> Step:
    """What the loop reads of what was computed before it, other than in fused products' sums."""
    rest = [q for q in step.recurrent if q not in step.fused]
    widths = {
        ref: step.widths[q] for q in rest for ref in step.nodes[q].args if ref.kind != "number" and step.is_hoisted(ref)
    }
    return replace(step, inputs=tuple(widths), input_widths=tuple(widths.values()))
