"""The sample class: its notebooks are what the answers and the released assignment give."""

import importlib.util
from pathlib import Path

import nbformat
import pytest

EXAMPLES = Path(__file__).parents[1] / "examples"


def refresh():
    spec = importlib.util.spec_from_file_location("refresh", EXAMPLES / "refresh.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


ANSWERS = refresh().answers()


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: f"{answer.parent.name}-{answer.stem}")
def test_a_submission_is_what_refreshing_gives(answer):
    kept = refresh().submission(answer).read_text(encoding="utf-8")
    assert kept == refresh().handed_in(answer), "run: python examples/refresh.py"


def test_every_submission_has_its_answer():
    submitted = set((EXAMPLES / "submitted").rglob("*.ipynb"))
    assert submitted == {refresh().submission(answer) for answer in ANSWERS}


def test_there_are_at_least_eight_students_and_one_of_them_sent_a_broken_file():
    broken = []
    for answer in ANSWERS:
        try:
            nbformat.read(refresh().submission(answer), as_version=4)
        except nbformat.reader.NotJSONError:
            broken.append(answer)
    assert len(ANSWERS) >= 8
    assert len(broken) == 1


def test_a_piece_can_be_taken_from_another_student():
    by_name = {answer.parent.name: refresh().pieces(answer) for answer in ANSWERS}
    assert by_name["chiara"]["gru-params"] == by_name["amina"]["gru-params"]
    assert by_name["chiara"]["gru-forward"] != by_name["amina"]["gru-forward"]
