"""A class that tampers, graded, and what came of it: points gained or lost, who was graded, which traces there are."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from course_utils.grading.course.folder import CourseFolder, open_course
from course_utils.grading.gradebook.results import ClassResults, State, StudentResult
from tests.grading.tampering_class import HONEST, PARTS, REPOSITORY, Tampering, witness
from tests.grading.tampering_traces import NEIGHBOUR, Surroundings, traces_in_outputs, traces_on_the_machine

BASELINE = "answers-wrong"  # the student who hands in answers/wrong.py and leaves it at that
LAST = "~last"  # a witness after all others

# Nobody who is honest needs long in a class without training cells; what never ends is to cost little.
LIMITS = "\nc.Judge.cell_seconds = 20\n"


@dataclass(frozen=True)
class Outcome:
    """What came of one submission. `gained` and `lost` are points more and less than it must have."""

    student: str
    description: str
    graded: bool
    reason: str = ""
    gained: float = 0.0
    lost: float = 0.0
    traces: list[str] = field(default_factory=list)


def new_course(root: Path, settings: str = "") -> CourseFolder:
    """A course folder with the `gru` assignment and `settings`; by default the repository's, with shorter limits."""
    shutil.copytree(REPOSITORY / "source" / "gru", root / "source" / "gru")
    (root / "submitted").mkdir()
    text = settings or (REPOSITORY / "nbgrader_config.py").read_text(encoding="utf-8") + LIMITS
    (root / "nbgrader_config.py").write_text(text, encoding="utf-8")
    return open_course(root)


def hand_in_all(around: Surroundings, tamperings: Iterable[Tampering]) -> None:
    """Every submission, the witnesses after those that ask for one, the answers to compare with, a last witness."""
    students = [witness("", LAST), baseline()]
    for one in tamperings:
        students.append(one)
        if one.says("witness"):
            students.append(witness(one.kind, f"{one.name}-witness"))
    for one in students:
        one.hand_in(around.course.submitted, around.words)
    around.remember_submissions()


def baseline() -> Tampering:
    """The wrong answers as they are."""
    path = REPOSITORY / "tests" / "grading" / "tampering" / "answers" / "wrong.py"
    return Tampering(path, "", BASELINE, path.read_text(encoding="utf-8"))


def outcomes(around: Surroundings, results: ClassResults, tamperings: Iterable[Tampering]) -> dict[str, Outcome]:
    """Student -> outcome, the witnesses too; a trace counts for who left it."""
    by_student = {one.student: one for one in results.students}
    wrong = _points(by_student[BASELINE]) if BASELINE in by_student else {}
    on_machine = traces_on_the_machine(around)
    found = {}
    for one in [*tamperings, *_witnesses(by_student)]:
        allowed = one.expected if one.answers != "wrong" or one.expected else wrong
        found[one.student] = _outcome(around, one, by_student[one.student], allowed, on_machine)
    return found


def _witnesses(students: Iterable[str]) -> list[Tampering]:
    names = [name for name in students if name.endswith("-witness") or name in (NEIGHBOUR, LAST)]
    return [witness("", name) for name in names]


def _outcome(
    around: Surroundings, one: Tampering, result: StudentResult, allowed: dict[str, float], on_machine: dict
) -> Outcome:
    traces = on_machine.get(one.name, []) + traces_in_outputs(around, one.student)
    if result.state is State.NOT_GRADED:
        return Outcome(
            one.student, one.description, False, result.reason, lost=sum(one.expected.values()), traces=traces
        )
    points = _points(result)
    gained = sum(max(0.0, value - allowed.get(part, 0.0)) for part, value in points.items())
    missing = (max(0.0, allowed.get(part, 0.0) - points.get(part, 0.0)) for part in PARTS)
    return Outcome(one.student, one.description, True, "", gained, sum(missing), traces)


def _points(result: StudentResult) -> dict[str, float]:
    """Points by cell; what is no number counts as infinitely many."""
    points = {part.name: score.points for part, score in result.scores.items()}
    return {name: value if math.isfinite(value) else math.inf for name, value in points.items()}


def save(path: Path, found: dict[str, Outcome]) -> None:
    """As JSON, for the table of `benchmarks/tampering.py`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({student: asdict(one) for student, one in found.items()}, ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")


def is_honest(one: Tampering) -> bool:
    return one.kind == HONEST
