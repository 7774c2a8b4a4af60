"""`course grade --dry-run`: the class judged in a copy of the course, to see whose points would change, and how."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console

from course_utils.errors import CourseError
from course_utils.filesystem import workspace
from course_utils.grading.class_run.run import grade
from course_utils.grading.course.folder import CONFIG_NAME, CourseFolder
from course_utils.grading.course.gradebook_copy import copy_to_file, is_there, require_not_lost, sqlite_url
from course_utils.grading.gradebook.digests import what_changed
from course_utils.grading.gradebook.records import OLDER_RECORDS, Record, journal_path, load_record
from course_utils.grading.gradebook.report import points
from course_utils.grading.gradebook.results import ClassResults, State, StudentResult, class_results
from course_utils.text import tidy
from course_utils.translation import say


@dataclass(frozen=True)
class Change:
    """What a run would change for a student: the points of a part, the sum, or the state."""

    student: str
    part: str
    before: str
    after: str
    why: str = ""


@dataclass(frozen=True)
class Rehearsal:
    """The results before, None where there are none, and after; whom it concerns, and why; who is judged."""

    before: ClassResults | None
    after: ClassResults
    reasons: dict[str, str] = field(default_factory=dict)
    judged: int = 0

    def changes(self) -> list[Change]:
        """What differs, student by student, and why."""
        return changes(self.before, self.after, self.reasons)


@dataclass(frozen=True)
class _Copy(CourseFolder):
    """A copy of a course for writing; what is only read is the course's own."""

    original: CourseFolder

    def command(self, words: str) -> str:
        return self.original.command(words)

    @property
    def source(self) -> Path:
        return self.original.source

    @property
    def submitted(self) -> Path:
        return self.original.submitted


def rehearsed(course: CourseFolder, assignment: str, **options: Any) -> Rehearsal:
    """What `grade` with these options would do; nothing is written. Raises what `grade` raises."""
    course.require(assignment)
    require_not_lost(course.root, course.nbgrader().db_url)
    with workspace() as folder:
        trial = _copied(course, assignment, folder)
        before = results_so_far(trial, assignment)
        records = {student: load_record(trial, assignment, student) for student in trial.students()}
        after = grade(trial, assignment, **options)
        now = {student: load_record(trial, assignment, student) for student in records}
        judged = sum(one is not None and one != records[student] for student, one in now.items())
        return Rehearsal(before, after, _reasons(trial, assignment, records), judged)


def results_so_far(course: CourseFolder, assignment: str) -> ClassResults | None:
    """The results as they are; None where nothing was graded yet."""
    try:
        return class_results(course, assignment)
    except CourseError:
        return None


def _copied(course: CourseFolder, assignment: str, folder: Path) -> CourseFolder:
    shutil.copy(course.root / CONFIG_NAME, folder)
    config = copy.deepcopy(course.config)
    config.CourseDirectory.db_url = sqlite_url(folder / "gradebook.db")
    older_records = course.autograded / OLDER_RECORDS / assignment
    for place in (older_records, *course.autograded.glob(f"*/{assignment}")):
        if place.is_dir():
            shutil.copytree(place, folder / place.relative_to(course.root), dirs_exist_ok=True)
    records = journal_path(course.root, assignment)
    if records.is_file():
        (folder / records.parent.name).mkdir()
        shutil.copy(records, folder / records.relative_to(course.root))
    url = course.nbgrader().db_url
    if is_there(url):
        copy_to_file(url, folder / "gradebook.db")
    return _Copy(folder, config, course)


def _reasons(trial: CourseFolder, assignment: str, before: dict[str, Record | None]) -> dict[str, str]:
    """Student -> why the points may be others, of those who were judged or whose record changed."""
    return {student: _reason(was, load_record(trial, assignment, student)) for student, was in before.items()}


def _reason(before: Record | None, after: Record | None) -> str:
    if before is None or not before.graded:
        return say("not graded before")
    if after is None or before.submission != after.submission:
        return say("handed in again")
    if before.grader != after.grader:
        return say("changed: {what}", what=what_changed(before.grader, after.grader))
    if before.seeds != after.seeds:
        return say("new cases")
    return say("judged again") if before.date != after.date else say("the late penalty, by today's rule and dates")


def changes(before: ClassResults | None, after: ClassResults, reasons: Mapping[str, str] | None = None) -> list[Change]:
    """What differs, student by student: each part, then the sum and the state."""
    earlier = {result.student: result for result in before.students} if before else {}
    return [
        Change(result.student, name, was, now, (reasons or {}).get(result.student, ""))
        for result in after.students
        for (name, was), (_, now) in zip(
            _values(after, earlier.get(result.student)), _values(after, result), strict=True
        )
        if was != now
    ]


def _values(results: ClassResults, result: StudentResult | None) -> Iterator[tuple[str, str]]:
    scores = {part.name: score for part, score in result.scores.items()} if result else {}
    for part in results.parts:
        score = scores.get(part.name)
        yield part.name, "–" if score is None else "?" if score.needs_manual else points(score.points)
    yield say("points"), "–" if result is None or result.points is None else points(result.points)
    state = State.NOT_GRADED if result is None else result.state
    yield (
        say("state"),
        say("{state}: {reason}", state=state.label, reason=result.reason) if result and result.reason else state.label,
    )


def maxima(before: ClassResults | None, after: ClassResults) -> list[str]:
    """The parts whose maximum is another, and the assignment's: one line for each."""
    if before is None or not before.parts:
        return []
    earlier = {part.name: points(part.max_points) for part in before.parts}
    pairs = [(part.name, earlier.get(part.name, "–"), points(part.max_points)) for part in after.parts]
    pairs.append((after.assignment, points(before.max_points), points(after.max_points)))
    return [
        say("the maximum of {part}: {before} → {after}", part=tidy(part), before=was, after=now)
        for part, was, now in pairs if was != now
    ]  # fmt: skip


def print_differences(before: ClassResults | None, after: ClassResults, console: Console | None = None) -> None:
    """What a run has changed for those who were graded before it; nothing where nothing did."""
    console = console or Console(highlight=False, soft_wrap=True)
    graded = {result.student for result in before.students if result.state is not State.NOT_GRADED} if before else set()
    found = [change for change in changes(before, after) if change.student in graded]
    raised = maxima(before, after)
    if found or raised:
        console.print("\n" + say("what this run changed:"))
    for line in raised:
        console.print(f"  {line}", markup=False)
    for change in found:
        console.print(
            f"  {tidy(change.student)}  {change.part}: {tidy(change.before)} → {tidy(change.after)}", markup=False
        )


def print_changes(rehearsal: Rehearsal, console: Console | None = None) -> None:
    """One line for each change with its reason, how many students they concern, and how many would be judged."""
    console = console or Console(highlight=False, soft_wrap=True)
    found, raised = rehearsal.changes(), maxima(rehearsal.before, rehearsal.after)
    for line in raised:
        console.print(line, markup=False)
    for change in found:
        why = f"  ({change.why})" if change.why else ""
        line = f"{tidy(change.student)}  {change.part}: {tidy(change.before)} → {tidy(change.after)}{why}"
        console.print(line, markup=False)
    students = len({change.student for change in found})
    total = len(rehearsal.after.students)
    console.print(say("judged: {count} of {total} submissions", count=rehearsal.judged, total=total))
    console.print(
        say(
            "{count} of {total} students would change; nothing was written. "
            "The same command without --dry-run does it",
            count=students, total=total,
        ) if found or raised else say("nothing would change; nothing was written")
    )  # fmt: skip
