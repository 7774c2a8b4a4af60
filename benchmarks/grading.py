"""Submissions a minute: the course's grader against stock nbgrader, in one run on one machine.

    python benchmarks/grading.py [--students 200] [--stock 10] [--assignment gru] [--workers 1 2]

Makes a class from `examples/`, with each student's own text in it, and grades it in turn: half of a sample with stock
nbgrader's autograder and feedback, all of it with ours and each number of workers, the other half. Prints submissions a
minute, the ratio, peak memory of all processes, where the time went, and how long the same command takes again when
nothing has changed.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from course_utils.filesystem import put_tools_on_path
from course_utils.grading.class_run.run import Progress, grade
from course_utils.grading.course.folder import CourseFolder, open_course
from course_utils.grading.course.release import build

REPOSITORY = Path(__file__).resolve().parents[1]
STOCK = 'c = get_config()\nc.CourseDirectory.course_id = "gated_rnn"\nc.Execute.timeout = 120\n'


@dataclass
class Timed:
    """A measured block: seconds, and the most memory that this process and its children took, in MiB."""

    seconds: float = 0.0
    memory: float = 0.0


@contextmanager
def timed() -> Iterator[Timed]:
    """Measures what is done inside; memory every two seconds (looking takes time), shared pages once (PSS)."""
    found, over = Timed(), threading.Event()

    def watch() -> None:
        while not over.wait(2):
            found.memory = max(found.memory, memory_of_family())

    watcher = threading.Thread(target=watch)
    watcher.start()
    start = time.perf_counter()
    try:
        yield found
    finally:
        found.seconds = time.perf_counter() - start
        over.set()
        watcher.join()


def memory_of_family() -> float:
    """MiB of this process and all that it started."""
    me, total = psutil.Process(), 0
    for process in [me, *me.children(recursive=True)]:
        try:
            rollup = Path(f"/proc/{process.pid}/smaps_rollup").read_text(encoding="ascii")
            total += next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
        except (OSError, StopIteration, ValueError):
            continue
    return total / 1024


def make_class(folder: Path, assignment: str, students: int) -> CourseFolder:
    """A course of so many students: those of `examples/` over and over, each with a comment of its own."""
    shutil.copytree(REPOSITORY / "source", folder / "source")
    shutil.copy(REPOSITORY / "nbgrader_config.py", folder)
    originals = sorted((REPOSITORY / "examples" / "submitted").glob(f"*/{assignment}"))
    for number in range(students):
        original = originals[number % len(originals)]
        target = folder / "submitted" / f"{original.parent.name}-{number:04}" / assignment
        shutil.copytree(original, target)
        path = target / f"{assignment}.ipynb"
        path.write_text(signed(path.read_text(encoding="utf-8"), number), encoding="utf-8")
    return open_course(folder)


def signed(text: str, number: int) -> str:
    """The notebook with the student's number in each code cell that they may write in; a broken file stays as it is."""
    try:
        notebook = json.loads(text)
    except ValueError:
        return text
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code" and cell["metadata"].get("nbgrader", {}).get("solution"):
            cell["source"] = [f"# student {number}\n", *cell["source"]]
    return json.dumps(notebook, ensure_ascii=False, indent=1)


def stock_seconds(course: CourseFolder, assignment: str, students: list[str], folder: Path) -> float:
    """Seconds of `nbgrader autograde` and `generate_feedback` on these students, without our settings."""
    copy = folder / f"stock-{students[0]}"
    shutil.copytree(course.source, copy / "source")
    (copy / "nbgrader_config.py").write_text(STOCK, encoding="utf-8")
    for student in students:
        shutil.copytree(course.submitted / student, copy / "submitted" / student)
    nbgrader(copy, "generate_assignment", assignment)
    start = time.perf_counter()
    nbgrader(copy, "autograde", assignment)
    nbgrader(copy, "generate_feedback", assignment)
    return time.perf_counter() - start


def nbgrader(folder: Path, *words: str) -> None:
    """One of nbgrader's commands; a broken submission makes it fail after it has graded the others."""
    subprocess.run([sys.executable, "-m", "nbgrader", *words], cwd=folder, capture_output=True, check=False)


def ours(course: CourseFolder, assignment: str, workers: int) -> tuple[Timed, Progress]:
    """Grade the whole class with so many workers, from nothing."""
    stages: list[Progress] = []
    with timed() as measured:
        grade(course, assignment, force=True, workers=workers, progress=stages.append)
    return measured, stages[-1]


def main() -> None:
    parser = argparse.ArgumentParser(description="Submissions a minute: ours against stock nbgrader.")
    parser.add_argument("--students", type=int, default=200)
    parser.add_argument("--stock", type=int, default=10, help="how many are graded with stock nbgrader (default 10)")
    parser.add_argument("--assignment", default="gru")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    arguments = parser.parse_args()
    put_tools_on_path()
    with tempfile.TemporaryDirectory(prefix="course-benchmark-") as name:
        report(Path(name), arguments)


def report(folder: Path, arguments: argparse.Namespace) -> None:
    course = make_class(folder / "class", arguments.assignment, arguments.students)
    build(course)
    sample = course.students()[: arguments.stock]
    half = len(sample) // 2
    stock = stock_seconds(course, arguments.assignment, sample[:half], folder)
    runs = [(workers, *ours(course, arguments.assignment, workers)) for workers in arguments.workers]
    stock += stock_seconds(course, arguments.assignment, sample[half:], folder)
    with timed() as again:
        grade(course, arguments.assignment)
    per_minute = 60 * len(sample) / stock
    print(
        f"{arguments.students} submissions of {arguments.assignment}; stock nbgrader: {stock:.1f} s for {len(sample)}\n"
    )
    print("| | submissions a minute | times stock | peak MiB | slowest, s |")
    print("|---|---|---|---|---|")
    print(f"| stock nbgrader | {per_minute:.1f} | 1 | | |")
    for workers, measured, progress in runs:
        rate = 60 * arguments.students / measured.seconds
        slowest = max(progress.seconds.values(), default=0.0)
        print(f"| {workers} worker(s) | {rate:.0f} | {rate / per_minute:.1f} | {measured.memory:.0f} | {slowest:.1f} |")
    print(f"\nthe same class again, nothing changed: {again.seconds:.1f} s\n\nmilliseconds a submission:")
    for workers, _, progress in runs:
        parts = {name: 1e3 * value / max(1, len(progress.seconds)) for name, value in progress.parts.items()}
        print(f"{workers} worker(s): " + ", ".join(f"{name} {value:.0f}" for name, value in parts.items()))


if __name__ == "__main__":
    main()
