"""The names that a cell defines at its top level, also of a cell that is no Python."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from IPython.core.inputtransformer2 import TransformerManager

DEFINED = re.compile(r"^\s*(?:async\s+)?(?:def|class)\s+(\w+)", re.MULTILINE)
ASSIGNED = re.compile(r"^(\w+)[ \t]*=(?!=)", re.MULTILINE)
ANY = "*"  # stands for whatever a star import brings


def defined_names(source: str) -> set[str]:
    """The names that a cell defines at its top level; of one that is no Python, those of its functions and lines."""
    try:
        return set(_bound(ast.parse(TransformerManager().transform_cell(source))))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        names = {*DEFINED.findall(source), *ASSIGNED.findall(source)}
    for line in source.splitlines()[:1000]:
        try:
            names |= set(_bound(ast.parse(line)))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    return names


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
