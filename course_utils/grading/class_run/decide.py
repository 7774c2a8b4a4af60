"""A person's decision on what was found elsewhere, kept: `course grade --adopt` and `--dismiss`."""

from __future__ import annotations

from dataclasses import replace

from course_utils.errors import UsageError
from course_utils.grading.class_run.adoption import only_candidates, with_adopted
from course_utils.grading.class_run.worker import read_submission
from course_utils.grading.course.folder import CourseFolder
from course_utils.grading.gradebook.decisions import Decision, load_decision, save_decision
from course_utils.grading.gradebook.digests import submission_digest
from course_utils.grading.gradebook.records import mark_outdated
from course_utils.grading.messages import GradingSettings


def decide(course: CourseFolder, assignment: str, settings: GradingSettings, request: str, *, is_adopted: bool) -> None:
    """Keep a decision on a student's submission, which is then graded again.

    Raises: UsageError for an unknown student; CourseError when the file is not there, or cannot be taken.
    """
    folder = course.submitted / request / assignment
    student, _, file = (request, "", "") if folder.is_dir() else request.partition("=")
    folder = course.submitted / student / assignment
    if not student or not folder.is_dir():
        raise UsageError(f"{student!r} submitted no {assignment}; known students: {', '.join(course.students())}")
    digest = submission_digest(course, assignment, student)
    decision = load_decision(course, assignment, student, digest)
    if is_adopted:
        submission = read_submission(folder, student)
        names = [file] if file else only_candidates(submission, settings)
        adopted = tuple(dict.fromkeys([*decision.adopted, *names]))
        with_adopted(submission, adopted, settings)
        decision = replace(decision, adopted=adopted, is_final=False)
    else:
        decision = Decision(digest, decision.adopted, is_final=True)
    save_decision(course, assignment, student, decision)
    mark_outdated(course, assignment, student, grader="")  # the decision changes what is graded
