"""Answers that stand elsewhere than in their own cells: found, and said where, so that a person looks before a zero.

Looked for only where a graded cell earned less than all and nothing was written in the cell that it depends on. What is
found gives no points: it makes the cell `needs manual grading`, with a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any

from course_utils.grading.course.assignment_spec import CellSpec, NotebookSpec
from course_utils.grading.course.language import stub_lines
from course_utils.grading.judging.check_calls import check_calls_in
from course_utils.grading.judging.other_files import CLOSED, OtherFile
from course_utils.grading.judging.placing import (
    ASSIGNED,
    DEFINED,
    cell_name,
    cell_text,
    names_defined,
    names_used,
    places,
    places_by_content,
)
from course_utils.links import LINK
from course_utils.quiz.answers import FILE_NAME, BrokenClicks, parse_clicks
from course_utils.text import tidy
from course_utils.translation import say, to_say

NOTHING = {"", "pass", "...", "return", "return None"}
ENOUGH_WORDS = 12  # bytes: a shorter text is no written answer; four Chinese characters are one
PROSE = {"", ".txt", ".md", ".html", ".htm", ".tex", ".ipynb", ".json"}
HERE = to_say("cell {number}, has “{words}”")
BELOW = to_say("cell {number}, below it, has “{words}”")
ABOVE = to_say("cell {number}, above it, has “{words}”")
MAX_PLACES, MAX_PARSED, MAX_TEXT = 3, 20_000, 200_000
PICTURE = re.compile(r"!\[|<img\b", re.IGNORECASE)
QUESTION = re.compile(r"\bq\d+\b", re.IGNORECASE)


@dataclass(frozen=True)
class Search:
    """A submission and what may be found in it. cells: those of NAME.ipynb as handed in, None without that file.

    clicks: the bytes of quiz_answers.json, None without one.
    """

    spec: NotebookSpec
    cells: Sequence[dict[str, Any]] | None
    others: Callable[[], Sequence[OtherFile]] = tuple
    clicks: bytes | None = None

    def sentences(self, lost: Iterable[str], unanswered: Iterable[str] = ()) -> dict[str, str]:
        """Graded cell -> what was found and where, for those of the `lost` cells of which something was.

        lost: the names of graded cells that earned less than all; unanswered: those of a quiz without a valid answer.
        """
        unanswered = set(unanswered)
        found = {}
        for cell in self.spec.cells:
            if cell.name not in lost or not cell.grade or not (cell.solution or cell.cell_type == "code"):
                continue
            answers = [answer for answer in self._answers_of(cell) if answer.name in self.unwritten]
            if _is_quiz(cell):
                evidence = self._of_quiz(answers) if cell.name in unanswered else []
            else:
                evidence = [text for answer in answers for text in self._of_answer(answer)]
            if evidence:
                found[cell.name] = say("; ").join(dict.fromkeys(evidence))
        return found

    @cached_property
    def _released(self) -> set[str]:
        texts = [cell.source for cell in self.spec.cells] + list(self.spec.others)
        return {_bare(line) for text in texts for line in text.splitlines()} | NOTHING | stub_lines()

    def _own(self, text: str) -> str:
        """What of the text is not the assignment's."""
        return "\n".join(line for line in text.splitlines() if _bare(line) not in self._released)

    @cached_property
    def _own_texts(self) -> list[str]:
        """What of each cell is not the assignment's."""
        return [self._own(cell_text(cell)[:MAX_TEXT]) for cell in self.cells or ()]

    @cached_property
    def _in_notebooks(self) -> dict[str, Search]:
        return {file.name: Search(self.spec, file.cells) for file in self.others() if file.kind == "notebook"}

    @cached_property
    def _places(self) -> dict[str, int]:
        return _all_places(self.cells or (), self.spec)

    @cached_property
    def unwritten(self) -> dict[str, CellSpec]:
        """The cells for answers that are missing, empty, or as released."""
        at, own = self._places, self._own_texts
        return {cell.name: cell for cell in self.spec.cells
                if cell.solution and not (cell.name in at and own[at[cell.name]])}  # fmt: skip

    def _answers_of(self, graded: CellSpec) -> list[CellSpec]:
        """The cells for answers that a graded cell depends on: itself, or those whose names it uses, or the last."""
        if graded.solution:
            return [graded]
        used = names_used(graded.source)
        solutions = [cell for cell in self.spec.cells if cell.solution and cell.cell_type == "code"]
        named = [cell for cell in solutions if names_defined(cell.source) & used]
        before = self.spec.cells[: self.spec.cells.index(graded)]
        return named or [cell for cell in before if cell in solutions][-1:]

    def _of_answer(self, answer: CellSpec) -> list[str]:
        inside = self._foreign() or self._in_cells(answer)
        return [*inside, *self._in_files(answer), *(self._known_by_content() if inside else ())]

    def _known_by_content(self) -> list[str]:
        """Which cells had lost their marks and were known nevertheless."""
        names = places_by_content(self.cells or (), self.spec)
        return [say("cells without marks, known by what is in them: {cells}", cells=", ".join(names))] if names else []

    def _in_cells(self, answer: CellSpec) -> list[str]:
        """Where in the notebook itself it may stand, the nearest first."""
        cells, at = self.cells or (), self._places
        own = at.get(answer.name)
        written = {at[cell.name] for cell in self.spec.cells if cell.solution and cell.name in at}
        found = [index for index, cell in enumerate(cells)
                 if index != own and self._holds(answer, cell, self._own_texts[index], index in written)]  # fmt: skip
        found.sort(key=lambda index: -len(self._own_texts[index]) if own is None else abs(index - own))
        return [self._sentence(index, own) for index in found[:MAX_PLACES]]

    def _holds(self, answer: CellSpec, cell: dict[str, Any], own: str, is_answer: bool) -> bool:
        """Whether a cell that is not the answer's own may hold it."""
        if answer.cell_type == "code":
            names = _names(answer)
            is_code = cell.get("cell_type") == "code" and not is_answer
            return bool(own) and (bool(names & names_defined(cell_text(cell))) if names else is_code)
        return not is_answer and is_prose(own, cell.get("cell_type") == "code")

    def _sentence(self, index: int, own: int | None) -> str:
        where = HERE if own is None else BELOW if index > own else ABOVE
        return say(where, number=index + 1, words=tidy(" ".join(self._own_texts[index].split()), 60))

    def _foreign(self) -> list[str]:
        """The cells of another assignment, where none is of this one."""
        cells = self.cells or ()
        ours = {cell.name for cell in self.spec.cells}
        others = [name for name in map(cell_name, cells) if name and name not in ours]
        if not others or any(cell_name(cell) in ours for cell in cells):
            return []
        return [
            say(
                "{notebook}.ipynb holds cells of another assignment: {cells}",
                notebook=self.spec.name,
                cells=tidy(", ".join(others[:3]), 100),
            )
        ]

    def _in_files(self, answer: CellSpec) -> list[str]:
        """The other files that may hold it, most telling first."""
        found = [sentence for file in self.others() if (sentence := self._in_file(answer, file))]
        return found[:MAX_PLACES]

    def _in_file(self, answer: CellSpec, file: OtherFile) -> str:
        name = tidy(file.name, 100)
        if file.kind in (CLOSED, "document"):
            return say("{file} is handed in too and was not looked into", file=name)
        if file.kind == "picture":
            is_mentioned = any(PurePosixPath(file.name).name in cell_text(cell) for cell in self.cells or ())
            return (
                ""
                if answer.cell_type == "code" or is_mentioned
                else say("{file} is handed in too, a picture", file=name)
            )
        if file.kind == "notebook":
            other = self._in_notebooks[file.name]
            has_own = answer.name not in other.unwritten or bool(other._in_cells(answer))
            is_ours = not other._foreign() and (other._places or answer.cell_type == "code")
            return say("{file} has an answer", file=name) if has_own and is_ours else ""
        if file.kind == "text" and answer.cell_type == "code":
            names = _names(answer) & names_defined(file.text)
            return (
                say("{file} defines {names}", file=name, names=", ".join(sorted(names)))
                if names and self._own(file.text)
                else ""
            )
        is_prose_file = PurePosixPath(file.name).suffix.lower() in PROSE or self.spec.name in file.name.lower()
        return say("{file} has a text", file=name) if is_prose_file and is_prose(self._own(file.text), False) else ""

    def _of_quiz(self, unwritten: Sequence[CellSpec]) -> list[str]:
        clicked = [
            say("{file} has clicks", file=tidy(file.name, 100)) for file in self.others() if file.kind == "clicks"
        ]
        if clicked or not unwritten:
            return clicked
        found = [text for answer in unwritten for text in self._of_answer(answer)]
        asked = [index for index, text in enumerate(self._own_texts) if QUESTION.search(text)]
        found += [self._sentence(index, None) for index in asked[:MAX_PLACES]]
        return found or _lost_clicks(self.clicks)


def _bare(line: str) -> str:
    """The line without the targets of its links: in a student's copy they lead from another folder."""
    return LINK.sub(r"\1", line.strip())


def is_recognised(spec: NotebookSpec, files: Iterable[OtherFile]) -> bool:
    """Whether a file that is not NAME.ipynb holds work on this notebook."""
    search = Search(spec, None)
    code = [cell for cell in spec.cells if cell.solution and cell.cell_type == "code"]
    for file in files:
        if file.kind == "notebook" and _all_places(file.cells, spec):
            return True
        if file.kind == "clicks" and any(map(_is_quiz, spec.cells)):
            return True
        if file.kind == "text" and any(search._in_file(cell, file) for cell in code if _names(cell)):
            return True
    return False


def is_prose(text: str, in_code: bool) -> bool:
    """Whether a student's lines look like a written answer; in a code cell only where they are no code."""
    words = text.strip()
    if in_code:
        comments = [line for line in words.splitlines() if line.lstrip().startswith(("#", '"', "'"))]
        if len(comments) < len(words.splitlines()) and _is_python(words):
            return False
    return len("".join(words.split()).encode()) >= ENOUGH_WORDS or bool(PICTURE.search(words))


def _is_python(text: str) -> bool:
    if len(text) > MAX_PARSED:
        return True
    try:
        compile(text, "", "exec", flags=0x400)  # the tree only: nothing is compiled to code
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return any(line.lstrip().startswith(("%", "!", "import ", "from ", "def ")) for line in text.splitlines())
    return True


def _all_places(cells: Sequence[dict[str, Any]], spec: NotebookSpec) -> dict[str, int]:
    return {**places_by_content(cells, spec), **places(cells, spec)}


def _names(answer: CellSpec) -> set[str]:
    """The functions that the cell is there to define, or else its variables."""
    return set(DEFINED.findall(answer.source)) or set(ASSIGNED.findall(answer.source))


def _is_quiz(cell: CellSpec) -> bool:
    return cell.cell_type == "code" and any(call.task.startswith("quiz.") for call in check_calls_in(cell.source).calls)


def _lost_clicks(clicks: bytes | None) -> list[str]:
    if clicks is None:
        return [say("the notebook has no answers, and {file} was not handed in: were there clicks?", file=FILE_NAME)]
    try:
        parse_clicks(clicks)
        return []
    except BrokenClicks as problem:
        return [say("the notebook has no answers, and {file} is {problem}", file=FILE_NAME, problem=problem)]


def as_text(found: Mapping[str, str]) -> str:
    """The sentences of a notebook's cells as one, each with the cells that it is about."""
    cells: dict[str, list[str]] = {}
    for name, sentence in found.items():
        cells.setdefault(sentence, []).append(name)
    return say(". ").join(
        say("{cells}: nothing is written where it belongs; {sentence}", cells=", ".join(names), sentence=sentence)
        for sentence, names in cells.items()
    )
