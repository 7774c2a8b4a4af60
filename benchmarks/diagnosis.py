"""How well the check names mistakes: `python benchmarks/diagnosis.py [--pairs 200]` writes docs/diagnosis.md.

Every edit of every network is applied as a student's function, then drawn pairs of edits; then come answers that
nothing explains, programs that raise, and the right answers of tests/checks/answers, in both precisions with 20 seeds.
Printed are the shares, and the processor time of a check on one core.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import torch

from course_utils.checks import Verdict, find_task
from course_utils.checks.cases import draw_cases
from course_utils.checks.compare import same
from course_utils.checks.probe import forward
from course_utils.equations import NETWORKS, Edit, Network, edits, evaluate
from course_utils.equations.evaluate import is_program
from course_utils.equations.mistakes.catalogue import edits_by_key
from course_utils.equations.mistakes.edit import compose

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.append(str(REPOSITORY))
PAGE = REPOSITORY / "docs" / "diagnosis.md"
SEEDS = range(20)


def networks(name: str) -> list[Network]:
    """The networks that a task's cases use, each once."""
    return list(dict.fromkeys(find_task(f"{name}.forward").networks))


def as_student(edited: dict[int, Network]) -> Callable:
    """A function as a student's, which computes the edited network that has as many parameters as it is given."""

    def function(inputs: list, state: tuple, params: list) -> tuple:
        return evaluate(edited[len(params)], inputs, state, params)

    return function


def same_mistake(made: Callable[[Network], Edit | None], name: str) -> Callable | None:
    """The student who makes one mistake in stacks of every height; None where it cannot be made in two or more."""
    edited = {}
    for network in networks(name):
        edit = made(network)
        if edit is None and network.layers[1:]:
            return None
        edited[len(network.parameters)] = edit.network if edit else network
    return as_student(edited) if all(map(is_program, edited.values())) else None


def single_mistakes(name: str) -> Iterator[tuple[Edit, Callable]]:
    for edit in edits(networks(name)[0]):
        student = same_mistake(lambda network, key=edit.key: edits_by_key(network).get(key), name)
        if student:
            yield edit, student


def pairs_of_mistakes(name: str, count: int) -> Iterator[tuple[Edit, Callable]]:
    """`count` pairs, drawn again where two do not fit together, or give the values of one alone."""
    drawn, singles = random.Random(0), edits(networks(name)[0])
    while count:
        first, second = drawn.sample(singles, 2)
        pair = compose(first, second)

        def both(network: Network, first: Edit = first, second: Edit = second) -> Edit | None:
            here, there = (edits_by_key(network).get(edit.key) for edit in (first, second))
            return compose(here, there) if here and there else None

        student = same_mistake(both, name) if pair else None
        if pair and student and not is_hidden(pair, name):
            count -= 1
            yield pair, student


def is_hidden(pair: Edit, name: str) -> bool:
    """Whether one mistake of a pair hides the other: their values together are those of one, or of none."""
    (case, *_) = [case for case in draw_cases(find_task(f"{name}.forward").networks, 0) if case.network is pair.base]
    together, *alone = (
        evaluate(network, case.inputs, case.state, case.parameters)
        for network in (pair.network, pair.base, *(part.network for part in pair.parts))
    )
    tensors = [*together[0], *together[1]]
    return any(all(map(same, [*outputs, *state], tensors)) for outputs, state in alone)


def examined(name: str, students: Iterator[tuple[Edit, Callable]]) -> list[tuple[Edit, Verdict, float]]:
    """Each mistake with its verdict and the seconds of processor time that the check took."""
    task, verdicts = find_task(f"{name}.forward"), []
    for edit, student in students:
        started = time.thread_time()
        verdict = task.examine(student)
        verdicts.append((edit, verdict, time.thread_time() - started))
    return verdicts


def share(hits: Sequence[bool]) -> str:
    return f"{100 * sum(hits) / len(hits):.1f} %"


def mistakes_row(name: str, found: list[tuple[Edit, Verdict, float]]) -> str:
    """name | how many | rejected | explained | named first | median and longest seconds."""
    rejected = [not verdict.passed for _, verdict, _ in found]
    explained = [bool(verdict.explanations) for _, verdict, _ in found]
    first = [is_named(edit, verdict) for edit, verdict, _ in found]
    seconds = [taken for *_, taken in found]
    times = f"{statistics.median(seconds):.2f} / {max(seconds):.2f}"
    return f"| {name} | {len(found)} | {share(rejected)} | {share(explained)} | {share(first)} | {times} |"


def is_named(edit: Edit, verdict: Verdict) -> bool:
    """Whether the first explanation is this very edit, or this very pair."""
    if not verdict.explanations:
        return False
    first = verdict.explanations[0]
    return {part.key for part in first.parts or (first,)} == {part.key for part in edit.parts or (edit,)}


def unexplained_row(name: str) -> str:
    """name | answers | explained | median and longest seconds: results bent by functions that no edit has."""
    task, bent = find_task(f"{name}.forward"), (torch.cos, torch.sin, torch.exp, torch.erf)

    def student(for_outputs: Callable, for_states: Callable) -> Callable:
        def function(inputs: list, state: tuple, params: list) -> tuple:
            network = next(network for network in task.networks if len(network.parameters) == len(params))
            outputs, final = evaluate(network, inputs, state, params)
            return [for_outputs(3 * Y) for Y in outputs], tuple(for_states(3 * S) for S in final)

        return function

    explained, seconds = [], []
    for for_outputs, for_states in [(first, second) for first in bent for second in (*bent, lambda S: S / 3)]:
        started = time.thread_time()
        explained.append(bool(task.examine(student(for_outputs, for_states)).explanations))
        seconds.append(time.thread_time() - started)
    times = f"{statistics.median(seconds):.2f} / {max(seconds):.2f}"
    return f"| {name} | {len(explained)} | {share(explained)} | {times} |"


def exception_rows() -> Iterator[str]:
    """network | programs that raise | line named | operands in letters | next step."""
    from tests.checks.failing_programs import programs
    from tests.checks.test_failing_programs import says

    answers = [(program, says(program)) for program in programs()]
    for name in [*NETWORKS, "all"]:
        seen = [said for program, said in answers if name in ("all", program.network)]
        shares = " | ".join(share([said[position] for said in seen]) for position in range(3))
        yield f"| {name} | {len(seen)} | {shares} |"


def right_row(name: str) -> str:
    """name | right answers | accepted in float32, 20 seeds each | equal in float64 | median seconds of a check."""
    from tests.checks.answers import REMARKS, RIGHT

    task = find_task(f"{name}.forward")
    answers = [known for known in [*RIGHT, *REMARKS] if known.task == task.name]
    accepted, doubles, seconds = [], [], []
    for known in answers:
        for seed in SEEDS:
            started = time.thread_time()
            accepted.append(task.examine(known.make(), seed=seed).passed)
            seconds.append(time.thread_time() - started)
            if known in RIGHT:
                doubles.append(equal_in_double(known.make(), draw_cases(task.networks, seed)))
    median = f"{statistics.median(seconds):.3f}"
    return f"| {name} | {len(answers)} | {share(accepted)} | {share(doubles)} | {median} |"


def equal_in_double(function: Callable, cases: list) -> bool:
    """Whether float64 arguments give the reference to the precision of float64."""
    for case in cases:
        outputs, state = case.reference()
        got = forward(function, case.to(torch.float64)).tensors()
        if not all(same(*pair, torch.float64) for pair in zip(got, [*outputs, *state], strict=True)):
            return False
    return True


def main() -> None:
    parser = argparse.ArgumentParser(description="How well the check names mistakes.")
    parser.add_argument("--pairs", type=int, default=200, help="pairs of mistakes drawn for each network (default 200)")
    num_pairs = parser.parse_args().pairs
    torch.set_num_threads(1)
    made = (
        "Made by `python benchmarks/diagnosis.py` on one core; seconds: a check's processor time, median and longest."
    )
    lines = ["# Diagnosis, measured", "", made, ""]

    def table(title: str, head: str, rows: Iterator[str]) -> None:
        lines.extend([f"## {title}", "", head, "|" + "---|" * (head.count("|") - 1)])
        print(f"\n{title}\n{head}")
        for row in rows:
            print(row, flush=True)
            lines.append(row)
        lines.append("")

    head = "| network | mistakes | rejected | explained | named first | seconds |"
    names = list(NETWORKS)
    table("Every single mistake", head, (mistakes_row(n, examined(n, single_mistakes(n))) for n in names))
    pairs = (mistakes_row(name, examined(name, pairs_of_mistakes(name, num_pairs))) for name in names)
    table(f"{num_pairs} drawn pairs of mistakes", head.replace("mistakes", "pairs"), pairs)
    head = "| network | answers | explained | seconds |"
    table("Answers that nothing explains", head, map(unexplained_row, names))
    head = "| network | programs | line named | operands in letters | next step |"
    table("Programs that raise, made by a generator", head, exception_rows())
    head = "| network | right answers | accepted, 20 seeds | equal in float64 | seconds |"
    table("Right answers, written by hand", head, map(right_row, names))
    PAGE.write_text("\n".join(lines), encoding="utf-8")
    print(PAGE)


if __name__ == "__main__":
    main()
