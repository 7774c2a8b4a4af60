"""One time step of a recurrent network as data, and its operations sorted by when they can be done.

What does not depend on the state is computed for all steps before the loop over time, what no later step depends on
(the output layer) after it. In what is left, products that share their left operand are one, and sums with what is
known before are added to all of these gates at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Sequence

from course_utils.engine.compiling.graph import ADD, MIX, MUL, PRODUCT, SUB, Gates, Node, Ref, Step
from course_utils.engine.kernels import ACTIVATIONS


def sorted_step(
    nodes: Iterable[Node], widths: Iterable[int], initial: dict[int, int], score: int, others: Iterable[int]
) -> Step | None:
    """The step of these nodes. Its `score` is differentiated, the `others` are returned too.

    `None` if it is not a step that can be sorted so.
    """
    step = Step(list(nodes), list(widths), initial)
    _sort(step, score, others)
    if not step.initial or not step.initial.keys() <= set(step.loop):
        return None
    _gather_sums(step)
    _find_mixtures(step)
    _find_gates(step)
    _find_inputs(step)
    return step


def _sort(step: Step, score: int, others: Iterable[int]) -> None:
    """Finds the loop: what depends on the step before and is needed by the next."""
    recurrent: set[int] = set()
    for q, node in enumerate(step.nodes):
        if any(ref.kind == "before" or (ref.kind == "node" and ref.index in recurrent) for ref in node.args):
            recurrent.add(q)
    inside = recurrent & _ancestors(step.nodes, step.initial)
    step.loop = sorted(inside)
    for_score, for_all = (inside & _used(step, inside, roots) for roots in ([score], [score, *others]))
    step.results = sorted(for_all)
    step.learnt = inside & _ancestors(step.nodes, for_score, kinds=("node", "before"))


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
    uses = Counter(ref.index for q in step.loop for ref in step.nodes[q].args if ref.kind == "node")
    return uses + Counter(step.results) + Counter(step.initial.keys())


def _gather_sums(step: Step) -> None:
    """`(H + x) + b` becomes `H + (x + b)` where x and b are known before the loop: one sum less in it."""
    uses = count_uses(step)
    for q in list(step.loop):
        split = _known_term(step, q)
        if split is None or split[0].kind != "node" or uses[split[0].index] > 1:
            continue
        inner, known = split
        deeper = _known_term(step, inner.index) if inner.index in step.loop else None
        if deeper is not None:
            step.nodes.append(Node(ADD, (deeper[1], known)))
            step.widths.append(step.widths[q])
            step.nodes[q] = Node(ADD, (deeper[0], Ref("node", len(step.nodes) - 1)))
            step.loop.remove(inner.index)


def _known_term(step: Step, q: int) -> tuple[Ref, Ref] | None:
    """The operands of a sum, the one that is known before the loop last. `None` for all other nodes."""
    op, args = step.nodes[q]
    known = [ref.kind != "number" and step.is_known(ref) for ref in args]
    if op != ADD or sum(known) != 1 or any(ref.kind == "number" for ref in args):
        return None
    return (args[1], args[0]) if known[0] else args


def _find_mixtures(step: Step) -> None:
    """`Z * A + (1 - Z) * B`, as a gate mixes two values, is one operation in the place of four."""
    uses = count_uses(step)

    def operands(ref: Ref, op: str) -> list[tuple[Ref, Ref]]:
        """Of such a node of the loop that is used here only, both ways round. None for others."""
        if ref.kind != "node" or ref.index not in step.loop or uses[ref.index] > 1 or step.nodes[ref.index].op != op:
            return []
        left, right = step.nodes[ref.index].args
        return [(left, right), (right, left)]

    for q in [q for q in step.loop if step.nodes[q].op == ADD]:
        left, right = step.nodes[q].args
        found = [
            ((Z, A, B), (with_Z, with_rest, rest))
            for with_Z, with_rest in ((left, right), (right, left))
            for Z, A in operands(with_Z, MUL)
            for rest, B in operands(with_rest, MUL)
            if (Ref("number", 1.0), Z) in operands(rest, SUB)[:1] and "number" not in (Z.kind, A.kind, B.kind)
        ]
        if found:
            mixed, replaced = found[0]
            step.nodes[q] = Node(MIX, mixed)
            for ref in replaced:
                step.loop.remove(ref.index)


def _find_gates(step: Step) -> None:
    uses = count_uses(step)
    user = {ref.index: q for q in step.loop for ref in step.nodes[q].args if ref.kind == "node"}
    members: dict[tuple[Ref, bool], list[tuple]] = {}
    for p in step.loop:
        op, args = step.nodes[p]
        if op != PRODUCT:
            continue
        static = activation = None
        value = p
        following = user.get(p) if uses[p] == 1 else None
        split = following is not None and _known_term(step, following)
        if split:
            static, value = split[1], following
            following = user.get(value) if uses[value] == 1 else None
            if following is not None and step.nodes[following].op in ACTIVATIONS:
                activation, value = step.nodes[following].op, following
        members.setdefault((args[0], p in step.learnt), []).append((static, activation, value, p, args[1].index))
    for (left, is_learnt), found in members.items():
        found.sort(key=lambda member: (member[0] is None, member[1] is None, member[1] or ""))
        statics, activations, values, products, weights = (list(column) for column in zip(*found, strict=True))
        step.gates.append(
            Gates(
                left, is_learnt, products, weights, [ref for ref in statics if ref is not None],
                activations, values, [step.widths[p] for p in products],
            )
        )  # fmt: skip
    for number, gates in enumerate(step.gates):
        step.columns |= {value: (number, *gates.span(i)) for i, value in enumerate(gates.values)}
        step.covered |= dict.fromkeys(_covered(step, gates), number)


def _find_inputs(step: Step) -> None:
    refs = [ref for q in step.loop if q not in step.covered for ref in step.nodes[q].args]
    step.inputs = list(dict.fromkeys(ref for ref in refs if ref.kind != "number" and step.is_known(ref)))


def _covered(step: Step, gates: Gates) -> set[int]:
    """The products, their sums and activations: all nodes that the gates compute."""
    covered = set(gates.products)
    for value in gates.values:
        while value not in covered:
            covered.add(value)
            value = next(ref.index for ref in step.nodes[value].args if ref.kind == "node" and ref.index in step.loop)
    return covered
