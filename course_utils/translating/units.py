"""What there is to translate in a notebook or a document, piece by piece, and the same with its pieces translated.

A notebook's units are its text cells, and of its code cells the comments and the strings, as they are written there.
The code around them exists once. Graded cells that nobody may edit stay as they are, letter by letter.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any, NamedTuple

Notebook = dict[str, Any]
WORD = re.compile(r"[A-Za-z]{2,}")
SPOKEN = re.compile(r"(<(?:title|desc)[^>]*>)([^<]+)(</)")
IMPORT = re.compile(r"^(?:import|from) .*$", re.MULTILINE)
MARKS = ("###", "# %%", "# noqa", "# type:", "# fmt:")  # comments that programs read


class Unit(NamedTuple):
    """A text to be translated. `key` is the cell's id; for a piece of code it is None, wherever the piece stands."""

    key: str | None
    text: str


Lookup = Callable[[Unit], str]  # the translation


class _Piece(NamedTuple):
    """A string or a comment in a cell's code, by its place in the text."""

    start: int
    stop: int
    text: str


def notebook_units(notebook: Notebook) -> list[Unit]:
    """All units of a notebook, each once, in the order of its cells."""
    units: dict[Unit, None] = {}
    for cell in notebook["cells"]:
        source = _source(cell)
        if cell["cell_type"] == "markdown" and source.strip():
            units[Unit(cell["id"], source)] = None
        elif cell["cell_type"] == "code" and not _is_locked(cell):
            units |= dict.fromkeys(Unit(None, piece.text) for piece in _pieces(source))
    return list(units)


def translated_notebook(notebook: Notebook, translation: Lookup, language: str) -> Notebook:
    """The notebook in another language, without outputs, as its metadata says: `course.language`."""
    notebook = deepcopy(notebook)
    for cell in notebook["cells"]:
        source = _source(cell)
        if cell["cell_type"] == "markdown" and source.strip():
            cell["source"] = translation(Unit(cell["id"], source))
        elif cell["cell_type"] == "code":
            cell["source"] = source if _is_locked(cell) else _with(source, translation)
            cell["outputs"], cell["execution_count"] = [], None
    _choose_language(notebook, language)
    notebook["metadata"].pop("widgets", None)
    notebook["metadata"]["course"] = {**notebook["metadata"].get("course", {}), "language": language}
    return notebook


def drawing_units(svg: str) -> list[Unit]:
    """A drawing's title and description, which are read aloud in its place."""
    return [Unit(None, text) for _, text, _ in SPOKEN.findall(svg)]


def translated_drawing(svg: str, translation: Lookup) -> str:
    """The drawing with its title and description in another language."""
    return SPOKEN.sub(lambda found: found[1] + translation(Unit(None, found[2])) + found[3], svg)


def document_units(text: str) -> list[Unit]:
    """The blocks of a Markdown document: what blank lines separate, with fenced code in one piece."""
    return list(dict.fromkeys(Unit(None, block) for block in _blocks(text) if _is_text(block)))


def translated_document(text: str, translation: Lookup) -> str:
    """The document in another language."""
    return "".join(translation(Unit(None, block)) if _is_text(block) else block for block in _blocks(text))


def code_alone(source: str) -> str:
    """A cell's code without what may be translated: equal in all languages.

    Of an f-string the names remain that it uses: their order and their formats belong to the sentence, as does a table
    of words, `{dict(a="…")[b]}`.
    """
    return ast.dump(_CodeAlone().visit(ast.parse(source)))


class _CodeAlone(ast.NodeTransformer):
    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        names = {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)} - {"dict"}
        return ast.Tuple([ast.Constant(name) for name in sorted(names)], ast.Load())

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        return ast.Constant("") if isinstance(node.value, str) else node


def _source(cell: dict[str, Any]) -> str:
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)


def _choose_language(notebook: Notebook, language: str) -> None:
    """One more line in the first cell that imports the course's package, after its imports: for the messages.

    A chapter draws plots of its own too, and their words need a font.
    """
    for cell in notebook["cells"]:
        source = cell["source"]
        if cell["cell_type"] != "code" or not re.search(r"^(import|from) course_utils\b", source, re.MULTILINE):
            continue
        if re.search(r"^import course_utils as d2l$", source, re.MULTILINE):
            line = f'\n\nd2l.language("{language}")\nd2l.use_chinese_font()'
        else:
            line = f'\nfrom course_utils import language\n\nlanguage("{language}")'
        place = [found.end() for found in IMPORT.finditer(source)][-1]
        cell["source"] = source[:place] + line + source[place:]
        return


def _is_locked(cell: dict[str, Any]) -> bool:
    """Whether the judge compares the cell with the instructor's."""
    marks = cell["metadata"].get("nbgrader", {})
    return bool(marks.get("grade") and not marks.get("solution"))


def _with(source: str, translation: Lookup) -> str:
    for piece in reversed(_pieces(source)):
        source = source[: piece.start] + translation(Unit(None, piece.text)) + source[piece.stop :]
    return source


def _pieces(source: str) -> list[_Piece]:
    """Strings and comments with words in them, in their order. Of a cell that is no Python, nothing."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return []
    pieces = [*_strings(source, tree), *_comments(source)]
    return sorted(piece for piece in pieces if WORD.search(piece.text))


def _strings(source: str, tree: ast.AST) -> Iterator[_Piece]:
    starts = _line_starts(source)
    nodes: list[ast.AST] = [tree]
    while nodes:
        node = nodes.pop()
        if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str)):
            start = starts[node.lineno - 1] + _characters(source, starts, node.lineno, node.col_offset)
            last, offset = node.end_lineno or node.lineno, node.end_col_offset or 0
            stop = starts[last - 1] + _characters(source, starts, last, offset)
            yield _Piece(start, stop, source[start:stop])
        else:
            nodes.extend(ast.iter_child_nodes(node))


def _characters(source: str, starts: list[int], line: int, offset: int) -> int:
    """A column, which `ast` counts in bytes, in characters."""
    text = source[starts[line - 1] :].split("\n", 1)[0]
    return len(text.encode("utf-8")[:offset].decode("utf-8"))


def _comments(source: str) -> Iterator[_Piece]:
    starts = _line_starts(source)
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT and not token.string.startswith(MARKS):
            start = starts[token.start[0] - 1] + token.start[1]
            yield _Piece(start, start + len(token.string), token.string)


def _line_starts(source: str) -> list[int]:
    starts = [0]
    for line in source.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    return starts


def _blocks(text: str) -> list[str]:
    """Blocks and the blank lines between them, which give the text again when they are joined."""
    blocks, fence = [""], False
    for line in text.splitlines(keepends=True):
        if not fence and (not line.strip()) != (not blocks[-1].strip()) and blocks[-1]:
            blocks.append("")
        if line.lstrip().startswith("```"):
            fence = not fence
        blocks[-1] += line
    return blocks


def _is_text(block: str) -> bool:
    return bool(WORD.search(block))
