"""Which files of the package students need: all but the instructors' rooms, and of those what the rest imports."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from pathlib import Path

INSTRUCTORS = ("commands", "grading", "handout", "quiz.build", "quiz.key")
ENTRANCES = ("commands", "commands.cli", "commands.for_instructors", "commands.spoken", "commands.words")
# Each asks for other modules only when a command is called.
DATA = (".css", ".j2", ".js", ".json", ".po", ".txt", ".yaml")


def package_files(package: Path, commands: Iterable[str]) -> list[Path]:
    """The files of `package` for an edition with these commands, its data included."""
    known = _modules(package)
    wanted = {name for name in known if not _is_instructors(name)} | (known.keys() & set(ENTRANCES))
    wanted |= {f"commands.{name}" for name in commands} & known.keys()
    waiting = sorted(wanted - set(ENTRANCES))
    while waiting:
        imported = _imports(known[waiting.pop()], known) - wanted
        wanted |= imported
        waiting += imported
    data = [path for path in package.rglob("*") if path.suffix in DATA and _is_students_data(path.relative_to(package))]
    return sorted([*(known[name] for name in wanted), *data])


def _modules(package: Path) -> dict[str, Path]:
    """Name below the package -> file; a folder has the name of the folder, the package itself has ""."""
    named = {path.relative_to(package).with_suffix("").parts: path for path in package.rglob("*.py")}
    names = {".".join(parts): path for parts, path in named.items() if all(map(str.isidentifier, parts))}
    return {name.removesuffix("__init__").rstrip("."): path for name, path in names.items()}


def _is_instructors(name: str) -> bool:
    return any(f"{name}.".startswith(f"{room}.") for room in INSTRUCTORS)


def _is_students_data(path: Path) -> bool:
    is_hidden = path.name.startswith(".") or not all(map(str.isidentifier, path.parts[:-1]))
    return not is_hidden and not _is_instructors(".".join(path.parts))


def _imports(path: Path, known: dict[str, Path]) -> set[str]:
    """The modules that a file imports, wherever the import stands, and the folders in which they lie."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    below = [name.removeprefix("course_utils.").split(".") for name in names if name.startswith("course_utils.")]
    return {part for parts in below for i in range(len(parts)) if (part := ".".join(parts[: i + 1])) in known}
