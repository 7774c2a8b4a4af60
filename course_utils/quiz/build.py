"""Puts the questions that a bank picks into the assignment's notebook: the part that students may see, and no key.

An assignment NAME is a quiz when `source/NAME-bank.yaml` exists. It is beside the assignment's folder and not in it,
because nbgrader hands every other file of `source/NAME/` to the students.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from course_utils.errors import CourseError
from course_utils.quiz.answers import NAME
from course_utils.quiz.bank import Bank, BankError, PublicQuestion, Question, load_bank
from course_utils.translation import say, speaking

PLACE = "quiz-questions"  # the tag of the cell that the questions replace
POINTS = 1


def bank_path(source: Path, assignment: str) -> Path:
    """Where the bank of a quiz is kept; there is no such file for any other assignment."""
    return source / f"{assignment}-bank.yaml"


def read_bank(path: Path) -> Bank:
    """Raises: CourseError when the file cannot be read or is no bank of graded questions."""
    try:
        bank = load_bank(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, BankError) as error:
        raise CourseError(f"source/{path.name}: {error}") from error
    for name in bank.graded:
        if not NAME.fullmatch(name):
            raise CourseError(
                say("source/{file}: graded: {name} is not called q and a number", file=path.name, name=repr(name))
            )
    return bank


def has_place(notebook: NotebookNode) -> bool:
    """Whether the notebook has a cell that stands for the questions."""
    return any(_is_place(cell) for cell in notebook.cells)


def put_questions(notebook: NotebookNode, bank: Bank, language: str) -> None:
    """Replace the cell tagged `quiz-questions` by a text and a graded check for each question that is asked.

    language: that of the course; English questions stand above Chinese ones.
    """
    cells = []
    with speaking(language):
        for cell in notebook.cells:
            cells += [made for question in bank.asked for made in _cells(question)] if _is_place(cell) else [cell]
    notebook.cells = cells


def questions_json(bank: Bank) -> str:
    """What the buttons show, as JSON: the questions that are asked, without key and explanation."""
    asked = [
        asdict(PublicQuestion(full.id, full.topic, full.text, full.choices, block=full.block)) for full in bank.asked
    ]
    return json.dumps(asked, ensure_ascii=False, indent=1) + "\n"


def _is_place(cell: NotebookNode) -> bool:
    return PLACE in cell.metadata.get("tags", [])


def _cells(question: Question) -> tuple[NotebookNode, NotebookNode]:
    name = f"quiz-{question.id}"
    check = new_code_cell(f'check("quiz.{question.id}", answers)', id=f"{name}-check")
    check.metadata["nbgrader"] = {
        "grade": True,
        "grade_id": f"{name}-check",
        "locked": True,
        "points": POINTS,
        "schema_version": 3,
        "solution": False,
        "task": False,
    }
    return new_markdown_cell(_markdown(question), id=name), check


def _markdown(question: Question) -> str:
    choices = "\n".join(f"{i}. {choice.line}" for i, choice in enumerate(question.choices, 1))
    block = f"```text\n{question.block}\n```\n\n" if question.block else ""
    head = say("{name} ({points} point)", name=question.id, points=POINTS)
    text = "\n\n".join(question.text.lines)
    return f"### {head}\n\n{text}\n\n{block}{choices}"
