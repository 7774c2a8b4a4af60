"""A cell as Python, and the names that it defines at its top level, also of a cell that is no Python."""

from __future__ import annotations

import ast
import contextlib
import re
from collections.abc import Iterator

from IPython.core.inputtransformer2 import TransformerManager

DEFINED = re.compile(r"^\s*(?:async\s+)?(?:def|class)\s+(\w+)", re.MULTILINE)
ASSIGNED = re.compile(r"^(\w+)[ \t]*=(?!=)", re.MULTILINE)
NO_PYTHON = (SyntaxError, ValueError, RecursionError, MemoryError)
ANY = "*"  # stands for whatever a star import brings


def defined_names(source: str) -> set[str]:
    """The names that a cell defines at its top level; of one that is no Python, those of its functions and lines."""
    tree = cell_tree(source)
    with contextlib.suppress(RecursionError):
        if tree is not None:
            return set(_bound(tree))
    names = {*DEFINED.findall(source), *ASSIGNED.findall(source)}
    for line in source.splitlines()[:1000]:
        with contextlib.suppress(*NO_PYTHON):
            names |= set(_bound(ast.parse(line)))
    return names


def cell_tree(source: str) -> ast.Module | None:
    """The cell as Python, its magics as calls; None where it is none, or nested too deeply to be read."""
    try:
        return ast.parse(TransformerManager().transform_cell(source))
    except NO_PYTHON:
        return None


def _bound(node: ast.AST) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield child.name
        elif isinstance(child, ast.Import | ast.ImportFrom):
            yield from ((alias.asname or alias.name).partition(".")[0] for alias in child.names)
        elif isinstance(child, ast.Name) and isinstance(child.ctx, ast.Store):
            yield child.id
        elif not isinstance(child, ast.Lambda):
            yield from _bound(child)
