"""A person's decision on what was found elsewhere, kept: `course grade --adopt` and `--dismiss`."""

from __future__ import annotations

from dataclasses import replace

from course_utils.errors import CourseError, UsageError
from course_utils.grading.class_run.adoption import not_adopted, only_candidates, with_adopted
from course_utils.grading.class_run.worker import read_submission
from course_utils.grading.course.folder import CourseFolder
from course_utils.grading.gradebook.decisions import Decision, load_decision, save_decision
from course_utils.grading.gradebook.digests import submission_digest
from course_utils.grading.gradebook.records import load_record, mark_outdated
from course_utils.grading.judging.elsewhere import is_recognised
from course_utils.grading.messages import GradingSettings, Submission
from course_utils.translation import say


def decide(course: CourseFolder, assignment: str, settings: GradingSettings, request: str, *, is_adopted: bool) -> None:
    """Keep a decision on a student's submission, which is then graded again. Raises what `decision_on` raises."""
    student, decision = decision_on(course, assignment, settings, request, is_adopted=is_adopted)
    save_decision(course, assignment, student, decision)
    mark_outdated(course, assignment, student, grader="")  # the decision changes what is graded


def decision_on(
    course: CourseFolder, assignment: str, settings: GradingSettings, request: str, *, is_adopted: bool
) -> tuple[str, Decision]:
    """The student whom a request names, and the decision that it asks for. Nothing is written.

    Raises: UsageError for an unknown student; CourseError when the file is not there, holds nothing of the assignment
    or cannot be taken, and when nothing was found that could be dismissed.
    """
    folder = course.submitted / request / assignment
    student, _, file = (request, "", "") if folder.is_dir() else request.partition("=")
    folder = course.submitted / student / assignment
    if not student or not folder.is_dir():
        raise UsageError(
            say(
                "{student} submitted no {assignment}; known students: {known}",
                student=repr(student),
                assignment=assignment,
                known=", ".join(course.students()),
            )
        )
    digest = submission_digest(course, assignment, student)
    decision = load_decision(course, assignment, student, digest)
    if not is_adopted:
        _require_found(course, assignment, student, decision)
        return student, Decision(digest, decision.adopted, is_final=True)
    submission = read_submission(folder, student)
    names = [file] if file else only_candidates(submission, settings)
    adopted = tuple(dict.fromkeys([*decision.adopted, *names]))
    with_adopted(submission, adopted, settings)
    _require_work(submission, settings, assignment, names)
    return student, replace(decision, adopted=adopted, is_final=False)


def _require_found(course: CourseFolder, assignment: str, student: str, decision: Decision) -> None:
    record = load_record(course, assignment, student)
    parts = {"assignment": assignment, "student": student}
    if record is None or record.submission != decision.submission:
        raise CourseError(say("this {assignment} of {student} is not graded yet: grade first, then dismiss", **parts))
    if not decision.is_final and not (record.graded and record.found):
        raise CourseError(
            say("nothing was found elsewhere in the {assignment} of {student}: there is nothing to dismiss", **parts)
        )


def _require_work(submission: Submission, settings: GradingSettings, assignment: str, names: list[str]) -> None:
    """Raise CourseError for a file that would only be taken for an empty notebook."""
    for file in not_adopted(submission, settings):
        if file.name in names and not any(is_recognised(spec, [file]) for spec in settings.specs.values()):
            raise CourseError(
                say(
                    "nothing in {file} of {student} is known as work on {assignment}, so it is not adopted: look at "
                    "it, and grade it by hand",
                    file=file.name, student=submission.student, assignment=assignment,
                )
            )  # fmt: skip
