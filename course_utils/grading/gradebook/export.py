"""`nbgrader export`: the grades as a table in which "not graded" is an empty field, never a zero."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.plugins import ExportPlugin

from course_utils.filesystem import write_atomically
from course_utils.grading.course.folder import CourseFolder, open_course
from course_utils.grading.gradebook.records import Record, current_record, load_record
from course_utils.grading.gradebook.report import BOM, safe_row
from course_utils.grading.gradebook.results import NOT_DUE, NOT_HANDED_IN, State, has_handed_in, not_due

COLUMNS = (
    "assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email",
    "raw_score", "late_submission_penalty", "score", "max_score", "state",
)  # fmt: skip


class GradesTable(ExportPlugin):
    """nbgrader's columns, and one more that says whether a submission is graded."""

    def export(self, gradebook: Gradebook) -> None:
        """Write the table to `self.to`, by default `grades.csv`."""
        course = open_course(self.parent.coursedir.root)
        file = io.StringIO(newline="")
        writer = csv.DictWriter(file, COLUMNS, restval="", lineterminator="\r\n")
        writer.writeheader()
        for assignment in gradebook.assignments:
            for student in _students(course, gradebook):
                if assignment.name in (self.assignment or [assignment.name]) and self._is_wanted(student.id):
                    writer.writerow(_row(course, gradebook, assignment, student))
        write_atomically(Path(self.to or "grades.csv"), BOM + file.getvalue())

    def _is_wanted(self, student: str) -> bool:
        return not self.student or student in map(str, self.student)


def _students(course: CourseFolder, gradebook: Gradebook) -> list[Any]:
    """Those that nbgrader knows, and those of whom nothing could be graded yet, whom it does not know."""
    known = list(gradebook.students)
    others = sorted(set(course.students()) - {student.id for student in known})
    return known + [SimpleNamespace(id=name, last_name="", first_name="", email="") for name in others]


def _row(course: CourseFolder, gradebook: Gradebook, assignment: Any, student: Any) -> dict[str, Any]:
    names = ("student_id", "last_name", "first_name", "email")
    texts = safe_row([str(text or "") for text in (student.id, student.last_name, student.first_name, student.email)])
    handed_in = has_handed_in(course, assignment.name, student.id)
    is_due = student.id not in not_due(assignment, [student.id])
    row = dict(zip(names, texts, strict=True)) | {
        "assignment": assignment.name,
        "duedate": assignment.duedate or "",
        "max_score": assignment.max_score,
        "state": State.NOT_GRADED.value if handed_in else NOT_HANDED_IN if is_due else NOT_DUE,
    }
    try:
        submission = gradebook.find_submission(assignment.name, student.id)
    except MissingEntry:
        return row
    row["timestamp"] = submission.timestamp or ""
    record = load_record(course, assignment.name, student.id)
    if record is not None:
        record = current_record(course, assignment.name, student.id)
    if not _is_graded(course, assignment.name, student.id, record):
        return row
    penalty = submission.late_submission_penalty or 0.0
    waits = submission.needs_manual_grade
    state = State.EARLIER if record and record.earlier else State.NEEDS_MANUAL if waits else State.GRADED
    return row | {
        "state": state.value,
        "raw_score": submission.score,
        "late_submission_penalty": penalty,
        "score": max(0.0, submission.score - penalty),
    }


def _is_graded(course: CourseFolder, assignment: str, student: str, record: Record | None) -> bool:
    """As our own record says; of what nbgrader's autograder made, there is only the folder."""
    if record is None:
        return (course.autograded / student / assignment).is_dir()
    return record.counts
