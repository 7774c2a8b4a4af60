"""`course grade --dry-run`: the class judged in a copy of the course, to see whose points would change, and how."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from sqlalchemy import create_engine

from course_utils.errors import CourseError
from course_utils.filesystem import workspace
from course_utils.grading.class_run.run import grade
from course_utils.grading.course.folder import CONFIG_NAME, CourseFolder
from course_utils.grading.course.gradebook_file import faults_explained, require_gradebook
from course_utils.grading.gradebook.records import RECORDS
from course_utils.grading.gradebook.report import points
from course_utils.grading.gradebook.results import ClassResults, State, StudentResult, class_results
from course_utils.text import tidy


@dataclass(frozen=True)
class Change:
    """What a run would change for a student: the points of a part, the sum, or the state."""

    student: str
    part: str
    before: str
    after: str


@dataclass(frozen=True)
class _Copy(CourseFolder):
    """A copy of a course for writing; what is only read is the course's own."""

    original: CourseFolder

    @property
    def source(self) -> Path:
        return self.original.source

    @property
    def submitted(self) -> Path:
        return self.original.submitted


def rehearsed(course: CourseFolder, assignment: str, **options: Any) -> tuple[ClassResults | None, ClassResults]:
    """The results before, None where there are none, and those after `grade` with these options; nothing is written.

    Raises what `grade` raises.
    """
    course.require(assignment)
    with workspace() as folder:
        trial = _copied(course, assignment, folder)
        try:
            before = class_results(trial, assignment)
        except CourseError:  # never graded
            before = None
        return before, grade(trial, assignment, **options)


def _copied(course: CourseFolder, assignment: str, folder: Path) -> CourseFolder:
    shutil.copy(course.root / CONFIG_NAME, folder)
    config = copy.deepcopy(course.config)
    config.CourseDirectory.db_url = f"sqlite:///{(folder / 'gradebook.db').as_posix()}"
    for place in (course.autograded / RECORDS / assignment, *course.autograded.glob(f"*/{assignment}")):
        if place.is_dir():
            shutil.copytree(place, folder / place.relative_to(course.root), dirs_exist_ok=True)
    _copy_gradebook(course.nbgrader().db_url, config.CourseDirectory.db_url)
    return _Copy(folder, config, course)


def _copy_gradebook(url: str, target: str) -> None:
    """All rows of nbgrader's tables, out of whatever database they are in. It is only read."""
    from nbgrader.api import Base

    if url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).is_file():
        return
    require_gradebook(url)
    original, copied = create_engine(url), create_engine(target)
    try:
        with faults_explained(url), original.connect() as reading, copied.begin() as writing:
            Base.metadata.create_all(writing)
            writing.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
            version = reading.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
            writing.exec_driver_sql("INSERT INTO alembic_version VALUES (?)", (version,))
            for table in Base.metadata.sorted_tables:
                rows = [dict(row) for row in reading.execute(table.select()).mappings()]
                if rows:
                    writing.execute(table.insert(), rows)
    finally:
        original.dispose()
        copied.dispose()


def changes(before: ClassResults | None, after: ClassResults) -> list[Change]:
    """What differs, student by student: each part, then the sum and the state."""
    earlier = {result.student: result for result in before.students} if before else {}
    return [
        Change(result.student, name, was, now)
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
    yield "points", "–" if result is None or result.points is None else points(result.points)
    state = State.NOT_GRADED if result is None else result.state
    yield "state", f"{state.value}: {result.reason}" if result and result.reason else state.value


def print_changes(before: ClassResults | None, after: ClassResults, console: Console | None = None) -> None:
    """One line for each change, and how many students they concern."""
    console = console or Console(highlight=False, soft_wrap=True)
    found = changes(before, after)
    for change in found:
        line = f"{tidy(change.student)}  {change.part}: {tidy(change.before)} → {tidy(change.after)}"
        console.print(line, markup=False)
    students = len({change.student for change in found})
    console.print(
        f"{students} of {len(after.students)} students would change; nothing was written. "
        "The same command without --dry-run does it" if found else "nothing would change; nothing was written"
    )  # fmt: skip
