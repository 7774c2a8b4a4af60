"""Reading a notebook file that somebody else wrote: its fault is described in one sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
from nbformat.notebooknode import NotebookNode

from course_utils.translation import say


class NotebookFileError(Exception):
    """The file is not a notebook that can be run; the message says why."""


def read_notebook(path: Path) -> NotebookNode:
    """The notebook, in the current format.

    Raises: NotebookFileError when the file is missing, empty, not UTF-8, not JSON, or not a notebook.
    """
    return parse_notebook(path.name, read_bytes(path))


def parse_notebook(name: str, content: bytes) -> NotebookNode:
    """The notebook in a file's content; `name` is for the error. Raises NotebookFileError as `read_notebook`."""
    notebook = _object_with_cells(name, content)
    try:
        return nbformat.reads(json.dumps(notebook), as_version=4)
    except Exception as error:
        raise NotebookFileError(
            say("{file} is not a notebook: {reason}", file=name, reason=_first_line(error))
        ) from error


def read_submitted(path: Path) -> bytes:
    """The content of a notebook that was handed in. Raises NotebookFileError for what is no file, or a link."""
    if path.is_symlink():
        raise NotebookFileError(say("{file} is a link", file=path.name))
    return read_bytes(path)


def parse_submission(name: str, content: bytes) -> list[dict[str, Any]]:
    """The cells of a notebook that a stranger handed in, as JSON has them, with whatever stands in them.

    nbformat looks for the best words for a file's faults: for some of 40 KB it takes hours and all memory.
    Raises NotebookFileError as `read_notebook`.
    """
    notebook = _object_with_cells(name, content)
    version = notebook.get("nbformat")
    if type(version) is not int or version not in (2, 3, 4):
        raise NotebookFileError(
            say("{file} is not a notebook of a format that is known: expected nbformat 4", file=name)
        )
    if version == 4:
        sheets: list[Any] = [notebook]
    else:
        sheets = notebook["worksheets"] if isinstance(notebook.get("worksheets"), list) else []
    cells = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)]
    valid = [cell for sheet in cells if isinstance(sheet, list) for cell in sheet if isinstance(cell, dict)]
    return valid if version == 4 else [_in_format_4(cell) for cell in valid]


def _in_format_4(cell: dict[str, Any]) -> dict[str, Any]:
    """A cell of format 2 or 3: `input` for the source of code, and headings of their own."""
    kind, source = cell.get("cell_type"), cell.get("input", cell.get("source", ""))
    if isinstance(source, list):  # of lines, with or without their ends
        lines = list(map(str, source))
        source = ("" if lines and lines[0].endswith("\n") else "\n").join(lines)
    if kind == "heading" and isinstance(cell.get("level"), int):
        source = f"{'#' * min(max(cell['level'], 1), 6)} {source}"
    renamed = {"heading": "markdown", "html": "markdown", "plaintext": "raw"}
    return cell | {"cell_type": renamed.get(kind, kind) if isinstance(kind, str) else "raw", "source": source}


def _object_with_cells(name: str, content: bytes) -> dict[str, Any]:
    notebook = _parse(name, content)
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells", notebook.get("worksheets")), list):
        raise NotebookFileError(say("{file} is not a notebook: it has no list of cells", file=name))
    return notebook


def read_bytes(path: Path) -> bytes:
    """The file's bytes. Raises NotebookFileError when it is missing or cannot be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise NotebookFileError(say("there is no {file}", file=path.name)) from None
    except OSError as error:
        raise NotebookFileError(
            say("{file} cannot be read: {reason}", file=path.name, reason=error.strerror)
        ) from error


def _parse(name: str, content: bytes) -> object:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotebookFileError(say("{file} is not UTF-8 text (byte {place})", file=name, place=error.start)) from error
    if not text.strip():
        raise NotebookFileError(say("{file} is empty", file=name))
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotebookFileError(
            say("{file} is broken: not JSON ({reason})", file=name, reason=_first_line(error))
        ) from error


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def is_check(cell: NotebookNode) -> bool:
    """Whether nbgrader scores the cell by running it: graded, code, and not itself an answer."""
    marks = cell.metadata.get("nbgrader", {})
    return cell.cell_type == "code" and bool(marks.get("grade")) and not marks.get("solution")
