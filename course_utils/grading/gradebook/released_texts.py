"""Every text that an assignment has ever had: what a student's notebook has of it is nobody's answer.

Without this, when a typo is mended in `source/`, the old sentence, which stands in everybody's notebook, would look
like an answer that was written in the wrong place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from course_utils.grading.course.assignment_spec import NotebookSpec
from course_utils.grading.course.folder import CourseFolder
from course_utils.grading.gradebook.journal import append, lines_of
from course_utils.grading.gradebook.records import journal_path

NOBODY = ""  # whose lines in the journal these are


def remember_texts(course: CourseFolder, assignment: str, specs: Iterable[NotebookSpec]) -> None:
    """Keep the texts of the assignment as it is now."""
    for spec in specs:
        known = _remembered(course, assignment, spec.name)
        new = sorted({text for text in _texts(spec) if text and text not in known})
        if new:
            append(journal_path(course.root, assignment), {"student": NOBODY, "notebook": spec.name, "texts": new})


def with_earlier_texts(
    course: CourseFolder, assignment: str, specs: Mapping[str, NotebookSpec]
) -> dict[str, NotebookSpec]:
    """The notebooks, with the texts that they had before among those that are nobody's answer."""
    return {
        name: replace(spec, others=(*spec.others, *_remembered(course, assignment, name)))
        for name, spec in specs.items()
    }


def _texts(spec: NotebookSpec) -> list[str]:
    return [*spec.others, *(cell.source for cell in spec.cells)]


def _remembered(course: CourseFolder, assignment: str, notebook: str) -> dict[str, None]:
    lines = lines_of(journal_path(course.root, assignment), NOBODY)
    kept = [line["texts"] for line in lines if line.get("notebook") == notebook and isinstance(line.get("texts"), list)]
    return {text: None for texts in kept for text in texts if isinstance(text, str)}
