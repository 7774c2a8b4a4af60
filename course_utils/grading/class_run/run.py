"""Grading a class: workers judge the submissions, one writer keeps the gradebook; nobody's work costs another's."""

from __future__ import annotations

import contextlib
import errno
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from traitlets.config import Config

from course_utils.checks.own_tasks import own_tasks
from course_utils.errors import CourseError, UsageError
from course_utils.filesystem import put_in_place, remove_folder, stage_folder, workspace
from course_utils.grading.class_run.adoption import with_adopted, with_stand_ins
from course_utils.grading.class_run.decide import decide, decision_on
from course_utils.grading.class_run.executors import Cluster, Inline, cores, stoppable
from course_utils.grading.class_run.worker import read_submission
from course_utils.grading.course.assignment_spec import notebook_specs
from course_utils.grading.course.folder import CourseFolder
from course_utils.grading.course.gradebook_copy import is_there, require_not_lost
from course_utils.grading.course.lock import writing
from course_utils.grading.course.release import register, released_specs
from course_utils.grading.course.submission import TooMuch, merged, read_files, timestamp_problem
from course_utils.grading.gradebook.backups import keep_copy
from course_utils.grading.gradebook.decisions import load_decision
from course_utils.grading.gradebook.digests import grader_digest, submission_digest
from course_utils.grading.gradebook.feedback import judged_pages, put_feedback
from course_utils.grading.gradebook.ledger import Ledger, entered
from course_utils.grading.gradebook.records import Record, last_grading, load_record, mark_outdated, now, save_record
from course_utils.grading.gradebook.released_texts import remember_texts, with_earlier_texts
from course_utils.grading.gradebook.results import ClassResults, class_results
from course_utils.grading.judging.elsewhere import as_text
from course_utils.grading.messages import GradedSubmission, GradingSettings, ScoresByStudent, Submission
from course_utils.grading.plugins import Judge
from course_utils.quiz.key import bank_text
from course_utils.sandbox.outside.kernel import SandboxError, why_no_sandbox
from course_utils.sandbox.outside.shared import KINDS
from course_utils.text import one_line, tidy
from course_utils.translation import say, to_say

# The settings that workers get; others, such as a class for late penalties, may not travel.
USED_BY_WORKERS = (
    *("Course", "CSSHTMLHeaderPreprocessor", "GenerateFeedback", "HTMLExporter", "IgnorePattern", "LimitOutput"),
)
OF_THE_DISK = {errno.ENOSPC, errno.EROFS, errno.EIO, getattr(errno, "EDQUOT", errno.ENOSPC)}  # no submission's fault
NOBODY = to_say("nobody submitted {assignment}: expected {folder}/STUDENT/{assignment}/{assignment}.ipynb")
FULL_DISK = to_say(
    "{folder} cannot be written: {reason}; what was graded stays, and when that is mended, the same command goes on "
    "from here"
)
ENOUGH_FOR_A_WORKER = 6  # submissions: starting another worker takes as long as grading some


@dataclass
class Progress:
    """How far a class run is. `seconds` are those of each submission that was graded in this run."""

    total: int
    done: int = 0
    failures: int = 0
    student: str = ""
    ending: str = "graded"  # of this student: or "as before", which was not judged in this run, or "not graded"
    seconds: dict[str, float] = field(default_factory=dict)
    parts: dict[str, float] = field(default_factory=dict)  # what took how long, over all submissions

    @property
    def slowest(self) -> str:
        """The student whose submission took longest; "" before the first."""
        return max(self.seconds, key=self.seconds.__getitem__, default="")


ShowProgress = Callable[[Progress], None]


def grade(
    course: CourseFolder,
    assignment: str,
    *,
    force: bool = False,
    students: Iterable[str] = (),
    progress: ShowProgress | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    sandbox: str | None = None,
    adopt: Iterable[str] = (),
    dismiss: Iterable[str] = (),
) -> ClassResults:
    """Grade every `submitted/STUDENT/ASSIGNMENT/` into the gradebook, `autograded/` and `feedback/`.

    A submission that was graded before is judged again only when it changed, or something that can change its points:
    graded cells, keys, files, limits, the judge; or with `force`, which draws new cases. Penalties are computed again
    for all. Manual scores stay. A submission that cannot be graded gets a reason, and the class goes on. What was
    graded before stays in place until its successor is there.

    students: the only ones to grade; by default all.

    workers: processes on this machine (default: one per core, fewer for a small class); scheduler: the address of a
    dask scheduler whose workers are used instead. sandbox: "bubblewrap" or "none"; by default as the settings say.
    adopt: "STUDENT=FILE", to take a file of another name for the notebook or the clicks, or "STUDENT" where only one
    can be meant; dismiss: students of whom what was found elsewhere does not count.

    Raises: UsageError for an unknown assignment or student; CourseError when nothing was submitted, the source does not
    build, there is no sandbox, a machine fails, or another command writes in this course.
    """
    course.require(assignment)
    chosen = _students(course, assignment, list(students))
    _require_kind(sandbox)
    requests = [*((each, True) for each in adopt), *((each, False) for each in dismiss)]
    with writing(course, f"./course grade {assignment}"):
        require_not_lost(course.root, course.nbgrader().db_url)
        _require_decidable(course, assignment, requests)
        keep_copy(course, f"grade {assignment}")
        register(course, assignment)
        settings = grading_settings(course, assignment, sandbox)
        remember_texts(course, assignment, settings.specs.values())
        for request, is_adopted in requests:
            decide(course, assignment, settings, request, is_adopted=is_adopted)
        _grade(
            _ClassRun(course, assignment, settings, Progress(len(chosen)), progress), chosen, force, workers, scheduler
        )
    return class_results(course, assignment)


def _grade(run: _ClassRun, chosen: list[str], force: bool, workers: int | None, scheduler: str | None) -> None:
    pending = run.pending(chosen, force)
    if pending:
        _require_sandbox(run.settings, scheduler)
        with (
            stoppable() as stop_if_asked,
            _executor(run.settings, len(pending), workers, scheduler) as executor,
            Ledger(run.course, run.assignment, run.digests) as ledger,
        ):
            for results in executor.graded(run.submissions(pending)):
                run.keep(results, ledger, executor)
                stop_if_asked()
    run.renew_penalties(set(chosen) - set(pending))


def _students(course: CourseFolder, assignment: str, chosen: list[str]) -> list[str]:
    students = [name for name in course.students() if (course.submitted / name / assignment).is_dir()]
    if not students:
        raise CourseError(say(NOBODY, assignment=assignment, folder=course.submitted))
    for student in chosen:
        if student not in students:
            parts = {"student": repr(student), "assignment": assignment, "others": ", ".join(students)}
            raise UsageError(say("{student} submitted no {assignment}; who did: {others}", **parts))
    return [student for student in students if student in chosen] if chosen else students


def grading_settings(course: CourseFolder, assignment: str, sandbox: str | None = None) -> GradingSettings:
    """What workers need of the assignment and the settings. The gradebook must know the assignment."""
    _require_kind(sandbox)
    judge = Judge(config=course.config)
    with course.gradebook() as gradebook:
        specs = notebook_specs(gradebook, assignment)
    specs = released_specs(course.source, assignment, specs, course.language)
    given = read_files(course.source / assignment)
    own_tasks(given)  # what is wrong with them is said once, and not for each submission
    return GradingSettings(
        specs=with_earlier_texts(course, assignment, specs),
        files=given,
        bank=bank_text(course.source, assignment),
        limits=judge.limits,
        sandbox=sandbox or judge.sandbox,
        config=Config({name: section for name, section in course.config.items() if name in USED_BY_WORKERS}),
    )


def _require_kind(sandbox: str | None) -> None:
    if sandbox not in (None, *KINDS):
        raise UsageError(
            say("--sandbox: expected one of {kinds}, got {got}", kinds=", ".join(KINDS), got=repr(sandbox))
        )


def _require_decidable(course: CourseFolder, assignment: str, requests: list[tuple[str, bool]]) -> None:
    """Refuse a decision before anything is written; what was never graded has nothing that could be undone."""
    from nbgrader.api import MissingEntry

    if requests and is_there(course.nbgrader().db_url):
        with contextlib.suppress(MissingEntry):
            settings = grading_settings(course, assignment)
            for request, is_adopted in requests:
                decision_on(course, assignment, settings, request, is_adopted=is_adopted)


def _require_sandbox(settings: GradingSettings, scheduler: str | None) -> None:
    reason = why_no_sandbox() if settings.sandbox == "bubblewrap" and scheduler is None else ""
    if reason:
        none = to_say("no sandbox, and nothing is graded without one: {reason}; --sandbox none runs at your risk")
        raise SandboxError(say(none, reason=reason))


def _executor(settings: GradingSettings, count: int, workers: int | None, scheduler: str | None) -> Inline | Cluster:
    if workers is None:
        workers = min(cores(), -(-count // ENOUGH_FOR_A_WORKER))
    if scheduler is None and workers == 1:
        return Inline(settings)
    return Cluster(settings, workers, scheduler)


class _ClassRun:
    """The writer's side of one class run."""

    def __init__(
        self,
        course: CourseFolder,
        assignment: str,
        settings: GradingSettings,
        progress: Progress,
        show: ShowProgress | None,
    ) -> None:
        self.course, self.assignment, self.settings = course, assignment, settings
        self.progress, self.show = progress, show
        self.grader = grader_digest(settings)
        self.digests: dict[str, str] = {}
        self.staged: dict[str, Path] = {}
        self.force = False
        with course.gradebook() as gradebook:
            self.entered = entered(gradebook, assignment)

    def pending(self, students: Iterable[str], force: bool) -> list[str]:
        """The students whose submissions have to be graded."""
        self.force, pending = force, []
        for student in students:
            self.digests[student] = submission_digest(self.course, self.assignment, student)
            if force or not self._is_done(student):
                pending.append(student)
            else:
                self._advance(student, "as before")
        return pending

    def submissions(self, students: Iterable[str]) -> Iterator[Submission]:
        """The submissions, each read when it is asked for."""
        for student in students:
            mark_outdated(self.course, self.assignment, student, self.grader)
            submission = self._submission_of(student)
            if isinstance(submission, Submission):
                yield submission
            else:
                self._fail(student, submission)

    def _is_done(self, student: str) -> bool:
        done = load_record(self.course, self.assignment, student) or Record(False)
        same = (done.submission, done.grader) == (self.digests[student], self.grader)
        is_there = student in self.entered and (self.course.autograded / student / self.assignment).is_dir()
        has_time = not timestamp_problem(self.course.submitted / student / self.assignment)
        return same and done.graded and not done.outdated and is_there and has_time

    def _seeds(self, student: str) -> dict[str, int]:
        """Those of the last grading of the same submission: what changes then has changed for a reason."""
        done = load_record(self.course, self.assignment, student) or Record(False)
        last = last_grading(self.course, self.assignment, student)
        is_same = done.graded and done.submission == self.digests[student] and last is not None
        return last.seeds if last and is_same and not self.force else {}

    def _submission_of(self, student: str) -> Submission | str:
        """The submission, or why there is nothing to grade."""
        folder = self.course.submitted / student / self.assignment
        if folder.is_symlink() or folder.parent.is_symlink():
            return say("the folder is a link")
        problem = timestamp_problem(folder)
        if problem:
            return problem
        try:
            submission = self._as_decided(read_submission(folder, student, self._seeds(student)))
        except (TooMuch, OSError, CourseError) as error:
            return str(error)
        submission = with_stand_ins(submission, self.settings)
        if submission.notebooks.keys() & self.settings.specs.keys():
            return submission
        names = say(" or ").join(f"{name}.ipynb" for name in self.settings.specs)
        others = [*sorted(f"{name}.ipynb" for name in submission.notebooks), *sorted(submission.files)]
        more = [say("and {count} more", count=len(others) - 9)] if len(others) > 9 else []
        if not others:
            return say("there is no {file}", file=names)
        return say("there is no {file}, only {others}", file=names, others=", ".join([*others[:9], *more]))

    def _as_decided(self, submission: Submission) -> Submission:
        digest = self.digests[submission.student]
        decision = load_decision(self.course, self.assignment, submission.student, digest)
        submission = with_adopted(submission, decision.adopted, self.settings)
        return replace(submission, is_decided=decision.is_final)

    def keep(self, results: list[GradedSubmission], ledger: Ledger, executor: Inline | Cluster) -> None:
        """Write the results of workers: folders, gradebook, feedback, and last the record, with which they count."""
        started = time.perf_counter()
        for graded in results:
            if graded.reason:
                self._fail(graded.student, graded.reason)
        good = [graded for graded in results if not graded.reason and self._stage_notebooks(graded)]
        self._count("files", started)
        started = time.perf_counter()
        try:
            scores, refused = ledger.write(good)
        except CourseError:
            for folder in self.staged.values():
                remove_folder(folder)
            raise
        for student, reason in refused.items():
            remove_folder(self.staged.pop(student))
            self._fail(student, reason)
        good = [graded for graded in good if graded.student in scores]
        for graded in good:
            put_in_place(self.staged.pop(graded.student), self.course.autograded / graded.student / self.assignment)
        self._count("database", started)
        started = time.perf_counter()
        self._write_feedback(good, scores, executor)
        self._count("feedback", started)
        for graded in good:
            self._record(graded, ledger)
            for what, seconds in graded.seconds.items():
                self.progress.parts[what] = self.progress.parts.get(what, 0.0) + seconds
            self.progress.seconds[graded.student] = graded.seconds.get("total", 0.0)
            self._advance(graded.student, "graded")

    def _record(self, graded: GradedSubmission, ledger: Ledger) -> None:
        student = graded.student
        record = Record(
            True, "", self.digests[student], self.grader, graded.seeds, ledger.answers[student],
            found=say(". ").join(filter(None, map(as_text, graded.found.values()))), adopted=graded.adopted,
            date=now(), versions=graded.versions, points=_points(graded),
        )  # fmt: skip
        save_record(self.course, self.assignment, student, record)

    def _count(self, what: str, started: float) -> None:
        self.progress.parts[what] = self.progress.parts.get(what, 0.0) + time.perf_counter() - started

    def _stage_notebooks(self, graded: GradedSubmission) -> bool:
        """Whether they could be written; names may be too long for a deeper folder. Raises CourseError for the disk."""
        try:
            self.staged[graded.student] = self._staged(graded)
        except OSError as error:
            if error.errno in OF_THE_DISK:
                raise CourseError(say(FULL_DISK, folder=self.course.autograded, reason=error.strerror)) from error
            fault: Exception = error
        except UnicodeError as error:
            fault = error
        else:
            return True
        self._fail(graded.student, say("its files cannot be written: {reason}", reason=one_line(fault)))
        return False

    def _staged(self, graded: GradedSubmission) -> Path:
        """The folder beside the one in `autograded/`, to be put in its place when the gradebook has the points."""
        with workspace() as made:
            submitted = read_files(self.course.submitted / graded.student / self.assignment)
            notebooks = {f"{name}.ipynb": text.encode() for name, text in graded.notebooks.items()}
            for name, content in merged(submitted, {**self.settings.files, **notebooks}).items():
                _write(made / name, content, 0o444)
            return stage_folder(made, self.course.autograded / graded.student / self.assignment)

    def _write_feedback(
        self, good: list[GradedSubmission], scores: ScoresByStudent, executor: Inline | Cluster
    ) -> None:
        wanted = [(graded, name) for graded in good for name in graded.notebooks]
        pages = executor.pages(
            [(name, graded.notebooks[name], scores[graded.student][name]) for graded, name in wanted]
        )
        for graded in good:
            own = {name: page for (owner, name), page in zip(wanted, pages, strict=True) if owner is graded}
            put_feedback(self.course, self.assignment, graded.student, own)

    def renew_penalties(self, students: Iterable[str]) -> None:
        """Penalties, and feedback pages that show another one, of what was not judged in this run."""
        with Ledger(self.course, self.assignment) as ledger:
            changed = ledger.renew_penalties(sorted(set(students) & self.entered))
        for student, scores in changed.items():
            pages = judged_pages(self.course, self.assignment, student, scores, self.settings.config)
            put_feedback(self.course, self.assignment, student, pages)

    def _fail(self, student: str, reason: str) -> None:
        """The submission is not graded; what there is of an earlier one stays where it is."""
        before = load_record(self.course, self.assignment, student) or Record(False)
        said = replace(before, graded=False, reason=tidy(reason, 400), outdated=False)
        record = replace(said, submission=self.digests[student], grader=self.grader)
        save_record(self.course, self.assignment, student, record)
        self.progress.failures += 1
        self._advance(student, "not graded")

    def _advance(self, student: str, ending: str) -> None:
        self.progress.done += 1
        self.progress.student, self.progress.ending = student, ending
        if self.show:
            self.show(self.progress)


def _points(graded: GradedSubmission) -> dict[str, dict[str, float]]:
    return {name: {cell: result.points for cell, result in cells.items()} for name, cells in graded.cells.items()}


def _write(path: Path, content: bytes, mode: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    path.chmod(mode)
