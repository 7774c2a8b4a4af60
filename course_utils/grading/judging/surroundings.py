"""What a notebook needs that is here and may not be there when it is graded: packages, other files, the network.

It is found by reading the cells, so it is a hint: said before somebody loses points by it.
"""

from __future__ import annotations

import ast
import importlib.metadata
import importlib.util
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path, PurePosixPath

from nbformat import NotebookNode

from course_utils.student_code.defined import cell_tree
from course_utils.translation import say

COURSE = "course-utils"
ADDRESS = re.compile(r"(?:https?|ftp)://\S+")
FETCHES = re.compile(r"^\s*[!%]+\s*((?:pip3?|conda|mamba|uv|apt|apt-get|wget|curl|git)\b.*)$", re.MULTILINE)
NAME = re.compile(r"[A-Za-z0-9._-]+")
SHOWS = {"print", "display", "Markdown", "HTML", "Image", "IFrame"}  # what is handed to them is no address to ask
LONGEST = 300  # characters of a text that may name a file


def needs(cells: Sequence[NotebookNode], folder: Path, own: Mapping[str, bytes]) -> list[str]:
    """One sentence per need, each once. own: the student's other files in the notebook's folder, by relative name."""
    found: dict[str, str] = {}
    for place, cell in enumerate(cells, 1):
        if cell.cell_type == "code":
            label = cell.metadata.get("nbgrader", {}).get("grade_id") or say("cell {number}", number=place)
            for need in _of_source(cell.source, folder, own):
                found.setdefault(need, say("{cell} {need}", cell=label, need=need))
    return list(found.values())


def _of_source(source: str, folder: Path, own: Mapping[str, bytes]) -> Iterator[str]:
    for match in FETCHES.finditer(source):
        command = repr(match[1].strip())
        yield say("runs {command}, which needs a network: there is none when it is graded", command=command)
    tree = cell_tree(source)
    if tree is None:
        return
    for name in _imported(tree):
        yield from _of_import(name, own)
    for text, function in _texts(tree):
        yield from _of_text(text, function, folder, own)


def _imported(tree: ast.Module) -> Iterator[str]:
    """The first parts of all names of modules that are imported, in functions too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def _of_import(name: str, own: Mapping[str, bytes]) -> Iterator[str]:
    files = [file for file in own if file == f"{name}.py" or file.startswith(f"{name}/")]
    if files:
        yield say("needs {file}: hand it in too, beside the notebook", file=files[0])
    elif name not in sys.stdlib_module_names and name not in _courses_modules() and _is_installed(name):
        yield say("imports {name}, which the course does not install: it may be missing when it is graded", name=name)


def _is_installed(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False


@cache
def _courses_modules() -> frozenset[str]:
    """The modules of the course and of all that it asks for; of its own only, where that cannot be known."""
    waiting, seen = [COURSE], set()
    while waiting:
        name = re.sub(r"[-_.]+", "-", waiting.pop()).lower()
        if name not in seen:
            seen.add(name)
            waiting += _requirements(name)
    owners = importlib.metadata.packages_distributions().items()
    named = {module for module, owner in owners if {re.sub(r"[-_.]+", "-", one).lower() for one in owner} & seen}
    return frozenset({"course_utils", *named})


def _requirements(name: str) -> list[str]:
    """The names of the packages that a package asks for, without those of its extras."""
    try:
        asked = importlib.metadata.requires(name) or ()
    except importlib.metadata.PackageNotFoundError:
        return []
    return [found[0] for one in asked if "extra" not in one and (found := NAME.match(one))]


def _texts(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """The texts that are handed to functions, each with the function's name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            function = ast.unparse(node.func).rpartition(".")[2]
            for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield argument.value, function


def _of_text(text: str, function: str, folder: Path, own: Mapping[str, bytes]) -> Iterator[str]:
    if not text or len(text) > LONGEST or "\n" in text or "\0" in text:
        return
    if ADDRESS.fullmatch(text):
        if function not in SHOWS:
            yield say("asks {address}: there is no network when it is graded", address=text)
    elif str(PurePosixPath(text)) in own:
        yield say("needs {file}: hand it in too, beside the notebook", file=text)
    elif _lies_outside(text, folder):
        yield say(
            "uses {file}, which is outside of the notebook's folder: it is not there when it is graded", file=text
        )


def _lies_outside(text: str, folder: Path) -> bool:
    """Whether the text names a file that is there, and not in the folder."""
    try:
        path = (folder / Path(text).expanduser()).resolve()
        return path.is_file() and not path.is_relative_to(folder.resolve())
    except (OSError, RuntimeError, ValueError):
        return False
