"""The step that all time steps have in common, found in the calls of a minibatch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor

from course_utils.engine.compiling.graph import Node, Operand, Step
from course_utils.engine.compiling.lowering import compiled
from course_utils.engine.ownership import references
from course_utils.engine.tracing.recording import Recording


@dataclass(frozen=True)
class Plan:
    """How to compute all steps together."""

    calls_per_step: int
    step: Step
    score: int  # node
    order: list[int]  # of the inputs
    returned: list[int]  # calls whose results are the outputs, and the state or -1
    num_references: list[int]  # to each placeholder, if nobody but the trace holds it


def find_plan(recording: Recording, num_steps: int, num_outputs: int, returned: list[int]) -> Plan | None:
    """The plan for these calls, of which `returned` are returned, the outputs first. `None` if steps differ."""
    per_step, rest = divmod(len(recording.calls), num_steps)
    outputs = returned[:num_outputs]
    if num_steps < 2 or rest or outputs != list(range(max(outputs[0], 0), len(recording.calls), per_step or 1)):
        return None
    score, others = outputs[0], tuple(sorted({i % per_step for i in returned if i >= 0}))
    order, traced = _order(recording, num_steps), traced_step(recording, per_step, score, others)
    step = compiled(traced) if order is not None and traced is not None else None
    if order is None or step is None:
        return None
    return Plan(per_step, step, score, order, returned, _num_references(recording))


def others_are_held(recording: Recording, plan: Plan) -> bool:
    """Whether anybody but the trace holds placeholders besides those that are returned."""
    counts = references(recording.results)
    for i in plan.returned:
        if i >= 0:
            counts[i] = plan.num_references[i]
    return counts != plan.num_references


def _order(recording: Recording, num_steps: int) -> list[int] | None:
    """The input that each step looks up. `None` if a step looks up none or several."""
    times = recording.times
    per_step = len(times) // num_steps
    order = times[::per_step] if per_step else []
    return order if order and times == [t for t in order for _ in range(per_step)] else None


def traced_step(recording: Recording, per_step: int, score: int, others: tuple[int, ...]) -> Step | None:
    """What all steps do, as it was traced. `None` if steps differ."""
    ops = recording.ops
    first, step = ops[:per_step], ops[per_step : 2 * per_step]
    if any(ops[i : i + per_step] != step for i in range(2 * per_step, len(ops), per_step)):
        return None
    nodes: list[Node] = []
    initial: dict[int, int] = {}
    for q, ((op, refs), (op_at_first, refs_at_first)) in enumerate(zip(step, first, strict=True)):
        args = [_arg(recording, q, ref, per_step) for ref in refs]
        if op != op_at_first or not _begins(recording, args, refs, refs_at_first, initial):
            return None
        nodes.append(Node(op, tuple(arg for arg in args if arg is not None)))
    widths = tuple(placeholder.shape[1] for placeholder in recording.results[:per_step])
    return Step(tuple(nodes), widths, {q: -1 - ref for q, ref in initial.items()}, score, others)


def _begins(
    recording: Recording,
    args: Sequence[Operand | None],
    refs: Sequence[int],
    refs_at_first: Sequence[int],
    initial: dict[int, int],
) -> bool:
    """Whether the first step's call is this one too, with leaves instead of results of the step before."""
    for arg, ref, at_first in zip(args, refs, refs_at_first, strict=True):
        if arg is None:
            return False
        expected = initial.setdefault(arg.index, at_first) if arg.kind == "before" else ref
        if at_first != expected or (arg.kind == "before" and not _is_initial(recording, at_first, arg.index)):
            return False
    return True


def _arg(recording: Recording, q: int, ref: int, per_step: int) -> Operand | None:
    """An operand of the step's operation `q`."""
    if ref < 0:
        leaf = recording.leaves[-1 - ref]
        return Operand("number", leaf) if isinstance(leaf, float) else Operand("leaf", -1 - ref)
    if ref <= q:
        return Operand("node", q - ref)
    return Operand("before", q - ref + per_step) if ref <= q + per_step else None


def _is_initial(recording: Recording, ref: int, q: int) -> bool:
    """Whether a leaf can stand for the operation's result before the first step."""
    leaf = recording.leaves[-1 - ref] if ref < 0 else None
    return isinstance(leaf, Tensor) and leaf.shape == recording.results[q].shape


def _num_references(recording: Recording) -> list[int]:
    """How many there are to each placeholder if nobody but the trace holds it."""
    uses = Counter(id(operand) for _, operands in recording.calls for operand in operands)
    by_trace = references([object()])[0]
    return [by_trace + uses[id(placeholder)] for placeholder in recording.results]
