"""Submissions as people really hand them in, for the tests of what comes of them: right answers with one defect."""

from __future__ import annotations

import base64
import copy
import io
import json
import struct
import zipfile
import zlib
from pathlib import Path

from course_utils.filesystem import REPOSITORY
from course_utils.grading.class_run.run import grade
from course_utils.grading.course.folder import CourseFolder
from course_utils.grading.gradebook.results import ClassResults, StudentResult
from tests.grading.tampering_class import PARTS, cell_named, code, pieces, released, text
from tests.grading.tampering_outcome import new_course

__all__ = ["blank", "cell_named", "code", "text"]

ANSWER = "MY-WRITTEN-ANSWER: the first epoch ends near 500, the last near 13; it learns lines by heart."
CODE_PARTS = PARTS
QUESTION, QUESTIONS = "gru-question-1", {f"gru-question-{number}" for number in (1, 2, 3)}


def blank() -> dict:
    """The released notebook without the cells that only take time."""
    notebook = released()
    notebook["cells"] = [cell for cell in notebook["cells"] if "nbgrader" in cell["metadata"] or _is_needed(cell)]
    return notebook


def right(answer: str = ANSWER) -> dict:
    """The same with every function and the written answer in it."""
    notebook = blank()
    solution = REPOSITORY / "examples" / "answers" / "amina" / "gru.py"
    for place, source in pieces(solution.read_text(encoding="utf-8")):
        cell_named(notebook, place)["source"] = source
    cell_named(notebook, QUESTION)["source"] = answer
    return notebook


def place(notebook: dict, name: str) -> int:
    """The index of the cell with this grade_id."""
    return notebook["cells"].index(cell_named(notebook, name))


def without_marks(notebook: dict) -> dict:
    """The notebook as an editor leaves it that keeps no metadata."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook["cells"]:
        cell["metadata"] = {}
    return notebook


def dumped(notebook: dict) -> bytes:
    return json.dumps(notebook, ensure_ascii=False).encode()


def zipped(files: dict[str, bytes]) -> bytes:
    """A zip file with these members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def png(side: int) -> bytes:
    """A grey picture of `side` times `side` points, stored without compression."""
    row = b"\x80" * (3 * side)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + row[: 3 * side] for _ in range(side)), 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def coded(content: bytes) -> str:
    return base64.b64encode(content).decode()


def class_of(root: Path, submissions: dict[str, dict[str, bytes]], assignment: str = "gru") -> CourseFolder:
    """A course folder with these submissions: student -> file name -> content."""
    course = new_course(root)
    if assignment != "gru":
        _add_source(course, assignment)
    for student, files in submissions.items():
        for name, content in files.items():
            path = course.submitted / student / assignment / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    return course


def decided(course: CourseFolder, assignment: str, **decisions: list[str]) -> ClassResults:
    """The class graded after these decisions, as `./course grade ASSIGNMENT --adopt … --dismiss …` does it."""
    return grade(course, assignment, workers=1, **decisions)


def result_of(results: ClassResults, student: str) -> StudentResult:
    return next(result for result in results.students if result.student == student)


def points_of(results: ClassResults, student: str) -> dict[str, float]:
    return {part.name: score.points for part, score in result_of(results, student).scores.items()}


def waiting(results: ClassResults, student: str) -> set[str]:
    """The parts that wait for a person."""
    return {part.name for part, score in result_of(results, student).scores.items() if score.needs_manual}


def _is_needed(cell: dict) -> bool:
    return cell["cell_type"] == "markdown" or "import course_utils" in "".join(cell["source"])


def _add_source(course: CourseFolder, assignment: str) -> None:
    import shutil

    shutil.copytree(REPOSITORY / "source" / assignment, course.source / assignment)
    bank = REPOSITORY / "source" / f"{assignment}-bank.yaml"
    if bank.exists():
        shutil.copy(bank, course.source)
