"""`course check`: runs an assignment's notebook in quick mode and prints the result of each check."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from nbclient import NotebookClient
from nbclient.exceptions import CellControlSignal, DeadKernelError
from nbformat.notebooknode import NotebookNode
from nbgrader.utils import determine_grade
from rich.console import Console
from rich.text import Text

from course_utils.errors import CourseError, UsageError
from course_utils.filesystem import REPOSITORY, folder_names
from course_utils.grading.course.notebook_file import NotebookFileError, is_check, read_notebook
from course_utils.grading.gradebook.results import diagnosis
from course_utils.text import ANSI

CELL_TIMEOUT = 120  # seconds, as when grading
TIMED_OUT = {
    "ename": "CellTimeoutError",
    "evalue": f"stopped after {CELL_TIMEOUT} seconds",
    "traceback": [f"stopped after {CELL_TIMEOUT} seconds"],
}


@dataclass(frozen=True)
class CheckResult:
    """The result of a check's cell. `failure` is its reason in plain text, empty when the answer is right."""

    name: str
    failure: str
    points: float = 0.0
    max_points: float = 0.0


def run_check(assignment: str) -> int:
    """Run the notebook, print a line per check and a sum; the exit code is 0 when all are right, else 1.

    Raises UsageError when there is no such assignment or notebook, CourseError when the file cannot be run.
    """
    path = find_notebook(assignment)
    console = Console(highlight=False)
    console.print(f"running {_shown(path)}", style="dim", soft_wrap=True, markup=False)
    notebook = execute(path)
    checks = [check_result(cell) for cell in notebook.cells if is_check(cell)]
    if not checks:
        raise CourseError(f"{_shown(path)} has no checks: it is not an assignment's notebook")
    for check in checks:
        _print(console, check)
    failed = [check for check in checks if check.failure]
    if failed:
        for name, reason in _broken_cells(notebook):
            console.print(f"note: {name} stopped with {reason}", style="yellow", markup=False, soft_wrap=True)
    console.print(f"{len(checks) - len(failed)} of {len(checks)} checks are ok")
    return 1 if failed else 0


def find_notebook(assignment: str, root: Path = REPOSITORY) -> Path:
    """The notebook that is meant: the student's in `work/`, else the one in `release/`, or the path itself.

    Raises UsageError, which lists the known assignments.
    """
    name = assignment.rstrip("/\\")
    for folder in (root / "work", root / "release"):
        if name in folder_names(folder):
            return _in_folder(folder / name)
    path = Path(assignment).expanduser()
    if path.is_dir() and any(path.glob("*.ipynb")):
        return _in_folder(path.resolve())
    if path.suffix == ".ipynb":
        return path.absolute()
    known = sorted({*folder_names(root / "work"), *folder_names(root / "release")})
    raise UsageError(f"no assignment and no notebook is named {assignment!r}; known: {', '.join(known) or 'none'}")


def execute(path: Path) -> NotebookNode:
    """A copy of the notebook with the outputs of a quick run; errors in its cells are outputs too.

    Raises CourseError when the file is no notebook or the kernel does not start. Source: nbclient's documentation.
    """
    try:
        notebook = read_notebook(path)
    except NotebookFileError as error:
        raise CourseError(f"{_shown(path)}: {error}") from error
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    client = NotebookClient(
        notebook,
        timeout=CELL_TIMEOUT,
        interrupt_on_timeout=True,
        error_on_timeout=TIMED_OUT,
        allow_errors=True,
        kernel_name="python3",
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(path.parent)}},
    )
    try:
        # As when grading, `torch.compile` gives back what it is given: it needs a compiler, and minutes.
        client.execute(env={**os.environ, "COURSE_QUICK": "1", "TORCHDYNAMO_DISABLE": "1"})
    except (DeadKernelError, CellControlSignal):
        pass  # the cells that did not run say so
    except RuntimeError as error:
        raise CourseError(f"the kernel did not start: {error}; run: ./course doctor") from error
    return notebook


def check_result(cell: NotebookNode) -> CheckResult:
    """The grade that nbgrader gives to an executed check, with the whole text of its failure."""
    metadata = cell.metadata.nbgrader
    name, max_points = str(metadata.get("grade_id")), float(metadata.get("points", 0))
    if cell.execution_count is None and not cell.outputs:
        return CheckResult(name, "did not run: the kernel died before it, or in it", 0.0, max_points)
    points, _ = determine_grade(cell)
    failed = points is not None and points < max_points
    return CheckResult(name, _failure(cell) if failed else "", points or 0.0, max_points)


def _failure(cell: NotebookNode) -> str:
    for output in cell.outputs:
        if output.output_type == "error":
            text = ANSI.sub("", output.evalue).strip()
            return text if output.ename == "CheckFailed" else f"{output.ename}: {text}".rstrip(": ")
    return diagnosis(cell) or "earned only part of the points"


def _broken_cells(notebook: NotebookNode) -> list[tuple[str, str]]:
    """Name and error of the cells that are no checks and failed: often the cause of failures further down."""
    broken = []
    for number, cell in enumerate(notebook.cells, 1):
        if cell.cell_type == "code" and not is_check(cell):
            error = next((output for output in cell.outputs if output.output_type == "error"), None)
            if error:
                name = cell.metadata.get("nbgrader", {}).get("grade_id") or f"cell {number}"
                broken.append((str(name), diagnosis(cell)))
    return broken


def _print(console: Console, check: CheckResult) -> None:
    mark = Text("FAILED " if check.failure else "ok     ", style="bold red" if check.failure else "green")
    console.print(mark + Text(check.name, style="bold"), soft_wrap=True)
    for line in check.failure.splitlines():
        console.print(Text("       " + line), soft_wrap=True)


def _in_folder(folder: Path) -> Path:
    """The folder's notebook: the one with its name, or the only one.

    Raises CourseError when there are several others.
    """
    named = folder / f"{folder.name}.ipynb"
    notebooks = sorted(folder.glob("*.ipynb"))
    if named.exists() or not notebooks:
        return named
    if len(notebooks) == 1:
        return notebooks[0]
    names = ", ".join(path.name for path in notebooks)
    raise CourseError(f"{folder} has several notebooks ({names}); name the one that is meant")


def _shown(path: Path) -> str:
    return str(path.relative_to(REPOSITORY)) if path.is_relative_to(REPOSITORY) else str(path)
