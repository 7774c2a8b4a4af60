"""Grading a class: workers judge the submissions, one writer keeps the gradebook; nobody's work costs another's."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from traitlets.config import Config

from course_utils.errors import CourseError, UsageError
from course_utils.filesystem import remove_folder, replace_folder, workspace
from course_utils.grading.class_run.executors import Cluster, Inline, cores, stoppable
from course_utils.grading.class_run.worker import work_of
from course_utils.grading.course.assignment_spec import notebook_specs
from course_utils.grading.course.folder import CourseFolder
from course_utils.grading.course.release import register
from course_utils.grading.course.submission import TooMuch, merged, read_files, timestamp_problem
from course_utils.grading.gradebook.ledger import Ledger
from course_utils.grading.gradebook.records import (
    Record,
    drop_record,
    grader_digest,
    load_record,
    save_record,
    submission_digest,
)
from course_utils.grading.gradebook.results import ClassResults, class_results
from course_utils.grading.messages import Graded, Rules, Scores, Work
from course_utils.grading.plugins import Judge
from course_utils.quiz.key import bank_text
from course_utils.sandbox.outside.kernel import SandboxError, why_no_sandbox
from course_utils.sandbox.outside.shared import KINDS
from course_utils.text import one_line, tidy

# The settings that workers get; others, such as a class for late penalties, may not travel.
USED_BY_WORKERS = ("CSSHTMLHeaderPreprocessor", "GenerateFeedback", "HTMLExporter", "IgnorePattern", "LimitOutput")
ENOUGH_FOR_A_WORKER = 6  # submissions: starting another worker takes as long as grading some


@dataclass
class Standing:
    """How far a class run is. `seconds` are those of each submission that was graded in this run."""

    total: int
    done: int = 0
    failures: int = 0
    student: str = ""
    seconds: dict[str, float] = field(default_factory=dict)
    parts: dict[str, float] = field(default_factory=dict)  # what took how long, over all submissions

    @property
    def slowest(self) -> str:
        return max(self.seconds, key=self.seconds.__getitem__, default="")


Progress = Callable[[Standing], None]


def grade(
    course: CourseFolder,
    assignment: str,
    *,
    force: bool = False,
    progress: Progress | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    sandbox: str | None = None,
) -> ClassResults:
    """Grade every `submitted/STUDENT/ASSIGNMENT/` into the gradebook, `autograded/` and `feedback/`.

    A submission that was graded before is left alone, unless it, the assignment's source, the settings or the grader
    changed, or with `force`. Manual scores stay. A submission that cannot be graded gets a reason, and the class goes
    on. Stopping is safe: what was finished stays, the rest counts as not graded.

    workers: processes on this machine (default: one a core, fewer for a small class); scheduler: the address of a
    dask scheduler whose workers are used instead. sandbox: "bubblewrap" or "none"; by default as the settings say.

    Raises: UsageError for an unknown assignment; CourseError when nothing was submitted, the source does not build, or
    there is no sandbox.
    """
    course.require(assignment)
    students = [name for name in course.students() if (course.submitted / name / assignment).is_dir()]
    if not students:
        raise CourseError(
            f"nobody submitted {assignment}: expected {course.submitted}/STUDENT/{assignment}/{assignment}.ipynb"
        )
    register(course, assignment)
    run = _Run(course, assignment, rules_of(course, assignment, sandbox), Standing(len(students)), progress)
    pending = run.pending(students, force)
    if pending:
        _require_sandbox(run.rules, scheduler)
        with (
            stoppable() as stop_if_asked,
            _executor(run.rules, len(pending), workers, scheduler) as executor,
            Ledger(course, assignment) as ledger,
        ):
            for results in executor.graded(run.works(pending)):
                run.keep(results, ledger, executor)
                stop_if_asked()
    return class_results(course, assignment)


def rules_of(course: CourseFolder, assignment: str, sandbox: str | None = None) -> Rules:
    """What workers need of the assignment and the settings. The gradebook must know the assignment."""
    if sandbox not in (None, *KINDS):
        raise UsageError(f"expected a sandbox out of {', '.join(KINDS)}, got {sandbox!r}")
    judge = Judge(config=course.config)
    with course.gradebook() as gradebook:
        specs = notebook_specs(gradebook, assignment)
    return Rules(
        specs=specs,
        files=read_files(course.source / assignment),
        bank=bank_text(course.source, assignment),
        limits=judge.limits,
        sandbox=sandbox or judge.sandbox,
        config=Config({name: section for name, section in course.config.items() if name in USED_BY_WORKERS}),
    )


def _require_sandbox(rules: Rules, scheduler: str | None) -> None:
    reason = why_no_sandbox() if rules.sandbox == "bubblewrap" and scheduler is None else ""
    if reason:
        raise SandboxError(f"no sandbox, and nothing is graded without one: {reason}; --sandbox none runs at your risk")


def _executor(rules: Rules, count: int, workers: int | None, scheduler: str | None) -> Inline | Cluster:
    if workers is None:
        workers = min(cores(), -(-count // ENOUGH_FOR_A_WORKER))
    if scheduler is None and workers == 1:
        return Inline(rules)
    return Cluster(rules, workers, scheduler)


class _Run:
    """The writer's side of one class run."""

    def __init__(
        self, course: CourseFolder, assignment: str, rules: Rules, standing: Standing, progress: Progress | None
    ) -> None:
        self.course, self.assignment, self.rules = course, assignment, rules
        self.standing, self.progress = standing, progress
        self.grader = grader_digest(course, assignment)
        self.digests: dict[str, str] = {}

    def pending(self, students: Iterable[str], force: bool) -> list[str]:
        """Whose submissions have to be graded."""
        found = []
        for student in students:
            self.digests[student] = submission_digest(self.course, self.assignment, student)
            if force or not self._is_done(student):
                found.append(student)
            else:
                self._advance(student)
        return found

    def works(self, students: Iterable[str]) -> Iterator[Work]:
        """The submissions, read when they are asked for. From then until it is done one counts as not graded."""
        for student in students:
            drop_record(self.course, self.assignment, student)
            work = self._work(student)
            if isinstance(work, Work):
                yield work
            else:
                self._fail(student, work)

    def _is_done(self, student: str) -> bool:
        done = load_record(self.course, self.assignment, student) or Record(False)
        same = (done.submission, done.grader) == (self.digests[student], self.grader)
        return same and done.graded and (self.course.autograded / student / self.assignment).is_dir()

    def _work(self, student: str) -> Work | str:
        """The submission, or why there is nothing to grade."""
        folder = self.course.submitted / student / self.assignment
        if folder.is_symlink() or folder.parent.is_symlink():
            return "the folder is a link"
        problem = timestamp_problem(folder)
        if problem:
            return problem
        try:
            work = work_of(folder, student)
        except (TooMuch, OSError) as error:
            return str(error)
        if work.notebooks.keys() & self.rules.specs.keys():
            return work
        names = " or ".join(f"{name}.ipynb" for name in self.rules.specs)
        others = ", ".join(sorted(f"{name}.ipynb" for name in work.notebooks))
        return f"there is no {names}" + (f", only {others}" if others else "")

    def keep(self, results: list[Graded], ledger: Ledger, executor: Inline | Cluster) -> None:
        """Write what workers found: folders, gradebook, feedback, and last the record, from when on it counts."""
        started = time.perf_counter()
        for graded in results:
            if graded.reason:
                self._fail(graded.student, graded.reason)
        good = [graded for graded in results if not graded.reason and self._write_notebooks(graded)]
        self._count("files", started)
        started = time.perf_counter()
        scores, refused = ledger.write(good)
        for student, reason in refused.items():
            self._fail(student, reason)
        good = [graded for graded in good if graded.student in scores]
        self._count("database", started)
        started = time.perf_counter()
        self._write_feedback(good, scores, executor)
        self._count("feedback", started)
        for graded in good:
            record = Record(True, "", self.digests[graded.student], self.grader, graded.seeds)
            save_record(self.course, self.assignment, graded.student, record)
            for what, seconds in graded.seconds.items():
                self.standing.parts[what] = self.standing.parts.get(what, 0.0) + seconds
            self._advance(graded.student, graded.seconds.get("total", 0.0))

    def _count(self, what: str, started: float) -> None:
        self.standing.parts[what] = self.standing.parts.get(what, 0.0) + time.perf_counter() - started

    def _write_notebooks(self, graded: Graded) -> bool:
        """Whether they could be written; a disk may be full, and names may be too long for a deeper folder."""
        try:
            self._put_into_autograded(graded)
        except (OSError, UnicodeError) as error:
            self._fail(graded.student, f"its files cannot be written: {one_line(error)}")
            return False
        return True

    def _put_into_autograded(self, graded: Graded) -> None:
        with workspace() as made:
            submitted = read_files(self.course.submitted / graded.student / self.assignment)
            notebooks = {f"{name}.ipynb": text.encode() for name, text in graded.notebooks.items()}
            for name, content in merged(submitted, {**self.rules.files, **notebooks}).items():
                _write(made / name, content, 0o444)
            replace_folder(made, self.course.autograded / graded.student / self.assignment)

    def _write_feedback(self, good: list[Graded], scores: dict[str, dict[str, Scores]], executor) -> None:
        wanted = [(graded, name) for graded in good for name in graded.notebooks]
        pages = executor.pages([(name, one.notebooks[name], scores[one.student][name]) for one, name in wanted])
        for graded in good:
            with workspace() as made:
                for (one, name), page in zip(wanted, pages, strict=True):
                    if one is graded:
                        _write(made / f"{name}.html", page.encode(), 0o644)
                replace_folder(made, self.course.feedback / graded.student / self.assignment)

    def _fail(self, student: str, reason: str) -> None:
        for made in (self.course.autograded, self.course.feedback):
            remove_folder(made / student / self.assignment)
        record = Record(False, tidy(reason, 400), self.digests[student], self.grader)
        save_record(self.course, self.assignment, student, record)
        self.standing.failures += 1
        self._advance(student)

    def _advance(self, student: str, seconds: float | None = None) -> None:
        self.standing.done += 1
        self.standing.student = student
        if seconds is not None:
            self.standing.seconds[student] = seconds
        if self.progress:
            self.progress(self.standing)


def _write(path: Path, content: bytes, mode: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    path.chmod(mode)
