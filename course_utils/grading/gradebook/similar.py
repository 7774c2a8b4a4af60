"""Whose answers are near-copies of each other: a hint for a person who looks at both, and no proof.

An answer is cut into pieces: statements of code whose names and order do not matter, words in a row of a text. What
stands in the assignment, in its model solution or in the chapters counts nothing, and a piece counts the less the more
of the class have it: two short right functions are alike by nature.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from course_utils.filesystem import REPOSITORY
from course_utils.grading.course.folder import CourseFolder
from course_utils.grading.course.notebook_file import NotebookFileError, read_notebook
from course_utils.grading.gradebook.pieces import code_pieces, passages, text_pieces

Pieces = Mapping[str, str]  # piece -> as it was written

# The least that two answers share, as a share of what is uncommon in both, and as evidence: the sum over pieces of
# log(answers / answers with this piece). In a class of 60 a line of code that only two have is 3.4.
CODE_SHARE, CODE_EVIDENCE = 0.6, 8.0
TEXT_SHARE, TEXT_EVIDENCE = 0.35, 20.0


@dataclass(frozen=True)
class Match:
    """A part of which two answers are nearly the same. shown: (the first's words, the other's, in how many answers)."""

    part: str
    share: float
    evidence: float
    shown: tuple[tuple[str, str, int], ...]
    answers: int


@dataclass(frozen=True)
class Pair:
    """Two students and where their answers are alike."""

    students: tuple[str, str]
    matches: tuple[Match, ...]

    @property
    def evidence(self) -> float:
        """By which pairs are sorted."""
        return sum(match.evidence for match in self.matches)


@dataclass(frozen=True)
class Answers:
    """What the class wrote into one cell. known: the pieces that are everybody's."""

    part: str
    is_code: bool
    texts: Mapping[str, str]  # student -> source
    known: frozenset[str]

    def matches(self) -> Iterator[tuple[tuple[str, str], Match]]:
        """The pairs of students whose answers are nearly the same."""
        cut = code_pieces if self.is_code else text_pieces
        pieces = {student: cut(text) for student, text in self.texts.items()}
        holders: dict[str, list[str]] = defaultdict(list)
        for student, own in pieces.items():
            for piece in own.keys() - self.known:
                holders[piece].append(student)
        weights = {piece: math.log(len(self.texts) / len(those)) for piece, those in holders.items()}
        totals = {student: sum(weights.get(piece, 0) for piece in own) for student, own in pieces.items()}
        shared: dict[tuple[str, str], float] = defaultdict(float)
        for piece, those in holders.items():
            for pair in combinations(sorted(those), 2):
                shared[pair] += weights[piece]
        least_share, least = (CODE_SHARE, CODE_EVIDENCE) if self.is_code else (TEXT_SHARE, TEXT_EVIDENCE)
        for (first, second), evidence in shared.items():
            share = evidence / (totals[first] + totals[second] - evidence)
            if evidence >= least and share >= least_share:
                both = pieces[first].keys() & pieces[second].keys() & holders.keys()
                common = {piece: len(holders[piece]) for piece in both}
                shown = self._shown(first, second, common, pieces)
                yield (first, second), Match(self.part, share, evidence, shown, len(self.texts))

    def _shown(
        self, first: str, second: str, common: dict[str, int], pieces: Mapping[str, Pieces]
    ) -> tuple[tuple[str, str, int], ...]:
        if self.is_code:
            rare = sorted(common, key=lambda piece: (common[piece], -len(piece)))
            return tuple((pieces[first][piece], pieces[second][piece], common[piece]) for piece in rare)
        return tuple(
            (passage, passage, min(common.get(piece, len(self.texts)) for piece in text_pieces(passage)))
            for passage in passages(self.texts[first], set(common))
        )


def similar_pairs(course: CourseFolder, assignment: str) -> tuple[list[Pair], int, list[str]]:
    """The pairs, those with the most evidence first; how many students were compared; and who could not be.

    Of each submission the graded notebook is read, in which every answer stands in its own cell: what is not graded is
    not compared. Raises UsageError for an unknown assignment.
    """
    course.require(assignment)
    handed_in = [name for name in course.students() if (course.submitted / name / assignment).is_dir()]
    here = [name for name in handed_in if (course.autograded / name / assignment).is_dir()]
    found: dict[tuple[str, str], list[Match]] = defaultdict(list)
    for path in sorted((course.source / assignment).glob("*.ipynb")):
        for answers in _answers(course, assignment, path, here):
            for pair, match in answers.matches():
                found[pair].append(match)
    pairs = [Pair(students, tuple(matches)) for students, matches in found.items()]
    return sorted(pairs, key=lambda pair: (-pair.evidence, pair.students)), len(here), sorted({*handed_in} - {*here})


def _answers(course: CourseFolder, assignment: str, model: Path, students: list[str]) -> Iterator[Answers]:
    known = _known(course, assignment)
    solutions = {name: is_code for name, is_code, _ in _solutions(model)}
    texts: dict[str, dict[str, str]] = {name: {} for name in solutions}
    for student in students:
        for name, _, source in _solutions(course.autograded / student / assignment / model.name):
            if name in texts:
                texts[name][student] = source
    for name, is_code in solutions.items():
        yield Answers(name, is_code, texts[name], known[is_code])


def _known(course: CourseFolder, assignment: str) -> dict[bool, frozenset[str]]:
    """What stands in the assignment, with its solution, and in the chapters: True -> code, False -> texts."""
    places = [course.source / assignment, course.release / assignment, REPOSITORY / "notebooks"]
    cells = [cell for place in places for path in sorted(place.glob("*.ipynb")) for cell in _cells(path)]
    code = (code_pieces(cell.source) for cell in cells if cell.cell_type == "code")
    text = (text_pieces(cell.source) for cell in cells)
    return {True: frozenset().union(*code), False: frozenset().union(*text)}


def _cells(path: Path) -> list:
    try:
        return list(read_notebook(path).cells)
    except NotebookFileError:
        return []


def _solutions(path: Path) -> Iterator[tuple[str, bool, str]]:
    """(name, whether it is code, source) of the cells that students fill in."""
    for cell in _cells(path):
        marks = cell.metadata.get("nbgrader", {})
        if marks.get("solution") or marks.get("task"):
            yield str(marks.get("grade_id")), cell.cell_type == "code", cell.source
