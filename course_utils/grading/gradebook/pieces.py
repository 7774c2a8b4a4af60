"""What two answers can have in common whatever their names, order and comments: lines of code, words in a row."""

from __future__ import annotations

import ast
import re
import unicodedata
import warnings
from collections.abc import Iterator

LONGEST = 100_000  # characters of a cell; more is no answer
SHINGLE = 4  # words, or Chinese characters, in a row
WORD = re.compile(r"[^\W\d_\u3040-\u9fff\uac00-\ud7a3]+|\d+|[\u3040-\u9fff\uac00-\ud7a3]")
TENSOR_MODULES = {"torch", "F", "nn"}
PRODUCTS = {"matmul", "mm"}
HEADERS = ("body", "orelse", "finalbody", "handlers", "cases")  # what hangs below a statement, and is one by itself
FEWEST_NODES = 6  # of a piece: `outputs = []` says nothing


def code_pieces(source: str) -> dict[str, str]:
    """Each statement, in a form that does not depend on names of its own -> the line as it was written.

    Names are numbered within a statement; `torch.tanh(x)`, `x.tanh()`, `torch.matmul(a, b)` and `a @ b` are the same.
    Empty for what is not Python.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source[:LONGEST])
        own, lines = _own_names(tree), source.splitlines()
        pieces: dict[str, str] = {}
        for statement in (node for node in ast.walk(tree) if isinstance(node, ast.stmt)):
            words = list(_form(statement, own, {}))
            if len(words) >= FEWEST_NODES and not _is_text(statement):
                pieces.setdefault(" ".join(words), lines[statement.lineno - 1].strip())
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    return pieces


def text_pieces(source: str) -> dict[str, str]:
    """Words in a row -> the same as they were written; letters' case, punctuation and line ends apart."""
    text = unicodedata.normalize("NFKC", source[:LONGEST])
    words = list(WORD.finditer(text))
    rows = (words[start : start + SHINGLE] for start in range(len(words) - SHINGLE + 1))
    return {
        " ".join(word[0].casefold() for word in row): " ".join(text[row[0].start() : row[-1].end()].split())
        for row in rows
    }


def passages(source: str, shared: set[str]) -> list[str]:
    """The longest stretches of a text all of whose words in a row are shared, the longest first."""
    text = unicodedata.normalize("NFKC", source[:LONGEST])
    words = list(WORD.finditer(text))
    found: list[tuple[int, int]] = []
    for start in range(len(words) - SHINGLE + 1):
        row = words[start : start + SHINGLE]
        if " ".join(word[0].casefold() for word in row) not in shared:
            continue
        if found and row[0].start() <= found[-1][1]:
            found[-1] = found[-1][0], row[-1].end()
        else:
            found.append((row[0].start(), row[-1].end()))
    return sorted((" ".join(text[start:end].split()) for start, end in found), key=len, reverse=True)


def _own_names(tree: ast.AST) -> set[str]:
    """The names that this code gives: arguments, variables, functions."""
    own = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            own.add(node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            own.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            own.add(node.name)
    return own


def _form(node: object, own: set[str], numbers: dict[str, int]) -> Iterator[str]:
    """The node and what is in it as words; of a statement with a body only its head."""
    if isinstance(node, ast.Name | ast.arg):
        name = node.id if isinstance(node, ast.Name) else node.arg
        yield f"v{numbers.setdefault(name, len(numbers))}" if name in own else name
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        yield from _call(node, node.func, own, numbers)
    elif isinstance(node, ast.AST):
        yield type(node).__name__
        for field, value in ast.iter_fields(node):
            if not (isinstance(node, ast.stmt) and field in HEADERS) and field not in ("ctx", "type_comment", "kind"):
                is_name = field == "name" and isinstance(value, str)
                yield from _form(ast.Name(value) if is_name else value, own, numbers)
    elif isinstance(node, list):
        for item in node:
            yield from _form(item, own, numbers)
    elif node is not None:
        yield repr(node)


def _call(node: ast.Call, func: ast.Attribute, own: set[str], numbers: dict[str, int]) -> Iterator[str]:
    """A function of torch's as the method of its first argument."""
    is_function = isinstance(func.value, ast.Name) and func.value.id in TENSOR_MODULES
    arguments = [*([] if is_function else [func.value]), *node.args]
    if func.attr in PRODUCTS and len(arguments) == 2:
        yield from _form(ast.BinOp(arguments[0], ast.MatMult(), arguments[1]), own, numbers)
        return
    yield from ("Call", func.attr)
    yield from _form([*arguments, *node.keywords], own, numbers)


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
