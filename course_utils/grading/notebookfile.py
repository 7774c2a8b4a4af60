"""Reading a notebook file that somebody else wrote: what is wrong with it is said in one sentence."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
from nbformat.notebooknode import NotebookNode


class NotebookFileError(Exception):
    """The file is not a notebook that can be run; the message says why."""


def read_notebook(path: Path) -> NotebookNode:
    """The notebook, in the current format.

    Raises: NotebookFileError when the file is missing, empty, not UTF-8, not JSON, or not a notebook.
    """
    return parse_notebook(path.name, _bytes(path))


def parse_notebook(name: str, content: bytes) -> NotebookNode:
    """The notebook in a file's content; `name` is for the error. Raises NotebookFileError as `read_notebook`."""
    notebook = _parse(name, content)
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells", notebook.get("worksheets")), list):
        raise NotebookFileError(f"{name} is not a notebook: it has no list of cells")
    try:
        return nbformat.reads(json.dumps(notebook), as_version=4)
    except Exception as error:
        raise NotebookFileError(f"{name} is not a notebook: {_first_line(error)}") from error


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise NotebookFileError(f"there is no {path.name}") from None
    except OSError as error:
        raise NotebookFileError(f"{path.name} cannot be read: {error.strerror}") from error


def _parse(name: str, content: bytes) -> object:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotebookFileError(f"{name} is not UTF-8 text (byte {error.start})") from error
    if not text.strip():
        raise NotebookFileError(f"{name} is empty")
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotebookFileError(f"{name} is broken: not JSON ({_first_line(error)})") from error


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def is_check(cell: NotebookNode) -> bool:
    """Whether nbgrader scores the cell by running it: graded, code, and not itself an answer."""
    about = cell.metadata.get("nbgrader", {})
    return cell.cell_type == "code" and bool(about.get("grade")) and not about.get("solution")
