"""Grading a class with nbgrader, student by student: what happens to one costs nobody else."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from nbgrader.converters import Autograde, GenerateFeedback
from traitlets.config import Config

from course_utils.errors import CourseError
from course_utils.grading.build import register
from course_utils.grading.converting import ConversionError, convert, one_line
from course_utils.grading.coursefolder import (
    CONFIG_NAME,
    CourseFolder,
    open_course,
    remove_folder,
    replace_folder,
    workspace,
)
from course_utils.grading.notebookfile import NotebookFileError, read_notebook
from course_utils.grading.records import (
    Record,
    drop_record,
    grader_digest,
    load_record,
    save_record,
    submission_digest,
)
from course_utils.grading.results import ClassResults, class_results

Progress = Callable[[str, int, int], None]
"""Is called with a student's name, how many are done, and how many there are."""


def grade(
    course: CourseFolder, assignment: str, *, force: bool = False, progress: Progress | None = None
) -> ClassResults:
    """Grade every `submitted/STUDENT/ASSIGNMENT/` into the gradebook, `autograded/` and `feedback/`.

    A submission that was graded before is left alone, unless it, the assignment's source, the settings or the checks
    changed, or with `force`. Manual scores stay. A submission that cannot be graded gets a reason, and the class
    goes on. Stopping is safe: what was finished stays, the rest counts as not graded.

    Raises: UsageError for an unknown assignment; CourseError when nothing was submitted or the source does not build.
    """
    course.require(assignment)
    students = [name for name in course.students() if (course.submitted / name / assignment).is_dir()]
    if not students:
        raise CourseError(
            f"nobody submitted {assignment}: expected {course.submitted}/STUDENT/{assignment}/{assignment}.ipynb"
        )
    register(course, assignment)
    grader = grader_digest(course, assignment)
    for done, student in enumerate(students):
        if progress:
            progress(student, done, len(students))
        _grade_if_needed(course, assignment, student, grader, force)
    return class_results(course, assignment)


def _grade_if_needed(course: CourseFolder, assignment: str, student: str, grader: str, force: bool) -> None:
    submission = submission_digest(course, assignment, student)
    done = load_record(course, assignment, student) or Record(False)
    same = (done.submission, done.grader) == (submission, grader)
    if same and done.graded and not force and (course.autograded / student / assignment).is_dir():
        return
    drop_record(course, assignment, student)
    try:
        _grade_student(course, assignment, student)
    except Exception as error:  # whatever one submission does, the class goes on
        for made in (course.autograded, course.feedback):
            remove_folder(made / student / assignment)
        reason = str(error) if isinstance(error, (NotebookFileError, ConversionError)) else one_line(error)
        save_record(course, assignment, student, Record(False, reason, submission, grader))
    else:
        save_record(course, assignment, student, Record(True, "", submission, grader))


def _grade_student(course: CourseFolder, assignment: str, student: str) -> None:
    """Autograde one submission in a workspace, then put what came out in its place.

    Raises: NotebookFileError, ConversionError: this submission cannot be graded.
    """
    _look_at_notebooks(course, assignment, student)
    with workspace() as temporary, _no_empty_submission(course, assignment, student):
        shutil.copytree(course.submitted / student / assignment, temporary / "submitted" / student / assignment)
        shutil.copytree(
            course.source / assignment,
            temporary / "source" / assignment,
            ignore=shutil.ignore_patterns("*.ipynb", ".ipynb_checkpoints", "__pycache__"),
        )
        directory = course.nbgrader(temporary)
        directory.assignment_id = assignment
        directory.student_id = student
        with _quick():
            convert(Autograde, directory)
        convert(GenerateFeedback, directory, _feedback_config(directory.config))
        for made, place in (("autograded", course.autograded), ("feedback", course.feedback)):
            replace_folder(temporary / made / student / assignment, place / student / assignment)


def _look_at_notebooks(course: CourseFolder, assignment: str, student: str) -> None:
    """Read the notebooks that count before nbgrader does: its errors do not say which file is broken, and how."""
    with course.gradebook() as gradebook:
        expected = [notebook.name for notebook in gradebook.find_assignment(assignment).notebooks]
    folder = course.submitted / student / assignment
    found = [folder / f"{name}.ipynb" for name in sorted(expected) if (folder / f"{name}.ipynb").is_file()]
    if not found:
        names = " or ".join(f"{name}.ipynb" for name in sorted(expected))
        others = ", ".join(sorted(path.name for path in folder.glob("*.ipynb")))
        raise NotebookFileError(f"there is no {names}" + (f", only {others}" if others else ""))
    for path in found:
        read_notebook(path)


@contextlib.contextmanager
def _no_empty_submission(course: CourseFolder, assignment: str, student: str) -> Iterator[None]:
    """Take back the row that nbgrader makes before it starts: an ungraded one is exported as zero points."""
    from nbgrader.api import MissingEntry

    def is_known() -> bool:
        with course.gradebook() as gradebook:
            try:
                return gradebook.find_submission(assignment, student) is not None
            except MissingEntry:
                return False

    known_before = is_known()
    try:
        yield
    except BaseException:
        if not known_before and is_known():
            with course.gradebook() as gradebook:
                gradebook.remove_submission(assignment, student)
        raise


@contextlib.contextmanager
def _quick() -> Iterator[None]:
    """Tell the kernels that this run is for grading: training cells are bounded."""
    before = os.environ.get("COURSE_QUICK")
    os.environ["COURSE_QUICK"] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ["COURSE_QUICK"]
        else:
            os.environ["COURSE_QUICK"] = before


def _feedback_config(config: Config) -> Config:
    """The feedback page has a template of its own; nbgrader's command sets it too."""
    config = config.copy()
    config.HTMLExporter.template_name = "feedback"
    return config


def sample_course(folder: Path, submissions: Path, course: CourseFolder) -> CourseFolder:
    """Make `folder` a course of its own: the settings and sources of `course`, and these submissions.

    Raises: CourseError when there are no submissions.
    """
    if not submissions.is_dir():
        raise CourseError(f"the sample class is missing: expected {submissions}/STUDENT/ASSIGNMENT/")
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(course.root / CONFIG_NAME, folder)
    shutil.copytree(course.source, folder / "source")
    shutil.copytree(submissions, folder / "submitted")
    return open_course(folder)
