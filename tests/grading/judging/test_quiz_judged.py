"""The judge asks the student's kernel for `answers`, reads the clicks that were handed in, and knows the key itself."""

from __future__ import annotations

import nbformat
import pytest

from course_utils.filesystem import REPOSITORY
from course_utils.grading.judging.judge import judge
from course_utils.quiz.answers import FILE_NAME
from course_utils.quiz.key import bank_text, quiz_with
from course_utils.sandbox.outside.kernel import Sandbox

RELEASED = REPOSITORY / "release" / "quiz" / "quiz.ipynb"
QUESTIONS = ["q1", "q2", "q3", "q4", "q5", "q6"]
RIGHT = '{"q1": 2, "q2": 4, "q3": 3, "q4": 1, "q5": 4, "q6": 2}'


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(kind="none") as warm:
        yield warm


def judged(sandbox, typed, clicked=None):
    """Points of each question for this source of the cell for typing, and these bytes of clicks."""
    notebook = nbformat.read(RELEASED, as_version=4)
    (cell,) = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == "quiz-answers"]
    cell.source = typed
    files = {} if clicked is None else {FILE_NAME: clicked}
    cells = judge(
        notebook, sandbox, files, answer_quiz=quiz_with(bank_text(REPOSITORY / "source", "quiz"), files)
    ).cells
    return [cells[f"quiz-{name}-check"].points for name in QUESTIONS]


def test_typed_answers_earn_a_point_each(sandbox):
    assert judged(sandbox, f"answers = {RIGHT}") == [1] * 6


def test_clicks_earn_a_point_each(sandbox):
    assert judged(sandbox, "answers = {}", RIGHT.encode()) == [1] * 6


def test_a_typed_number_wins_over_the_click(sandbox):
    typed = 'answers = dict(q1=1, q2="1", q3=None, q4=True)'
    assert judged(sandbox, typed, RIGHT.encode()) == [0, 1, 1, 1, 1, 1]


def test_nothing_answered_earns_nothing(sandbox):
    assert judged(sandbox, "answers = {}") == [0] * 6


STRANGE = {
    "no dict": "answers = [2, 4, 3, 1, 4, 2]",
    "tensors": f"import torch\nanswers = {{name: torch.tensor(number) for name, number in {RIGHT}.items()}}",
    "objects": 'answers = {"q1": object(), object(): 2}',
    "itself": 'answers = {}\nanswers["q1"] = answers',
    "a function": "def answers(): return 2",
    "equal to everything": "class Any:\n    __eq__ = lambda self, other: True\n    __hash__ = lambda self: 1\n"
    'answers = {"q1": Any(), "q2": Any()}',
}


@pytest.mark.parametrize("typed", STRANGE.values(), ids=STRANGE)
def test_strange_answers_earn_nothing_and_cost_no_click(sandbox, typed):
    assert judged(sandbox, typed) == [0] * 6
    assert judged(sandbox, typed, RIGHT.encode()) == [1] * 6


def test_clicks_written_by_the_notebook_itself_are_not_those_handed_in(sandbox):
    typed = f"answers = {{}}\nopen({FILE_NAME!r}, 'w').write({RIGHT!r})"
    assert judged(sandbox, typed, b"{}") == [0] * 6
