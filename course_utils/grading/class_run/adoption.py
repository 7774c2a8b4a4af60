"""Files of another name that are taken for the notebook or for a quiz's clicks; what was handed in stays as it is."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from course_utils.errors import CourseError
from course_utils.grading.course.assignment_spec import NotebookSpec
from course_utils.grading.judging.elsewhere import is_recognised
from course_utils.grading.judging.other_files import OtherFile, other_files
from course_utils.grading.judging.placing import places, places_by_content
from course_utils.grading.messages import GradingSettings, Submission
from course_utils.quiz.answers import FILE_NAME
from course_utils.translation import say

EMPTY = b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
CODE = {".py", ".txt", ""}


def not_adopted(submission: Submission, settings: GradingSettings) -> list[OtherFile]:
    """What was handed in besides the assignment's own files, less what was taken for one of them."""
    files = {name: content for name, content in submission.files.items() if name not in settings.files}
    if settings.bank and FILE_NAME not in submission.adopted:
        files.pop(FILE_NAME, None)
    notebooks = {
        f"{name}.ipynb": content for name, content in submission.notebooks.items() if name not in settings.specs
    }
    return [file for file in other_files({**notebooks, **files}) if file.name not in submission.adopted]


def with_stand_ins(submission: Submission, settings: GradingSettings) -> Submission:
    """The submission; where work on a missing notebook stands in another file, with an empty notebook in its place."""
    if submission.notebooks.keys() & settings.specs.keys():
        return submission
    others = not_adopted(submission, settings)
    if settings.bank and FILE_NAME in submission.files:
        others.append(OtherFile(FILE_NAME, "clicks"))
    empty = {name: EMPTY for name, spec in settings.specs.items() if is_recognised(spec, others)}
    return replace(submission, notebooks={**submission.notebooks, **empty})


def with_adopted(submission: Submission, names: Sequence[str], settings: GradingSettings) -> Submission:
    """The submission with these of its other files taken for the notebook, or for the clicks.

    Raises CourseError for a name that is not there, or that is no notebook, code or clicks.
    """
    if not names:
        return submission
    others = {file.name: file for file in not_adopted(submission, settings)}
    notebooks, files = dict(submission.notebooks), dict(submission.files)
    for name in names:
        if name not in others:
            raise CourseError(
                say(
                    "{student} handed in no {file}; other files: {others}",
                    student=submission.student,
                    file=repr(name),
                    others=", ".join(others) or say("none"),
                )
            )
        file = others[name]
        if file.kind == "clicks":
            files[FILE_NAME] = file.content
        else:
            notebooks[_notebook_meant(file, settings.specs.values())] = _as_notebook(file, submission.student)
    return replace(submission, notebooks=notebooks, files=files, adopted=tuple(names))


def only_candidates(submission: Submission, settings: GradingSettings) -> list[str]:
    """The files to adopt where nobody has named one. Raises CourseError where there is none, or a choice."""
    fitting = [file for file in not_adopted(submission, settings)
               if any(is_recognised(spec, [file]) for spec in settings.specs.values())]  # fmt: skip
    clicks = [file.name for file in fitting if file.kind == "clicks"]
    work = [file.name for file in fitting if file.kind != "clicks"]
    notebooks = [file.name for file in fitting if file.kind == "notebook"]
    work = notebooks if len(notebooks) == 1 else work  # a notebook says more than a script made of it
    if len(clicks) > 1 or len(work) > 1 or not clicks + work:
        choice = ", ".join(work + clicks) or say("none")
        raise CourseError(
            say(
                "name the file: --adopt '{student}=FILE'; files that could be meant: {files}",
                student=submission.student,
                files=choice,
            )
        )
    return work + clicks


def _notebook_meant(file: OtherFile, specs: Iterable[NotebookSpec]) -> str:
    def fits(spec: NotebookSpec) -> int:
        return len(places(file.cells, spec)) + len(places_by_content(file.cells, spec))

    return max(specs, key=fits).name


def _as_notebook(file: OtherFile, student: str) -> bytes:
    if file.kind == "notebook":
        return file.content
    if file.kind != "text" or PurePosixPath(file.name).suffix.lower() not in CODE:
        raise CourseError(
            say(
                "{file} of {student} is not a notebook, a script or a file of clicks: grade it by hand",
                file=file.name,
                student=student,
            )
        )
    cell = {"cell_type": "code", "metadata": {}, "source": file.text}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()
