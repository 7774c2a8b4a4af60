"""What a notebook says is counted from what is saved in it, and nothing that stands in it raises."""

import json

import pytest

from course_utils.desk.notebook_facts import Score, clicked_questions, code_cells, heading, read_cells, score


def graded(name, source, outputs=(), count=None, **marks):
    kind = "markdown" if marks.get("solution") else "code"
    marks = {"grade_id": name, "grade": True, "solution": False, "points": 2, **marks}
    return {"cell_type": kind, "source": source, "metadata": {"nbgrader": marks}, "outputs": list(outputs),
            "execution_count": count}  # fmt: skip


def verdict(passed, points, most, **more):
    marks = {"task": "t", "passed": passed, "points": points, "max_points": most} | more
    return {
        "output_type": "display_data",
        "data": {"text/plain": "right (9 of 9 points)"},
        "metadata": {"course": marks},
    }


GIVEN = [
    {"cell_type": "code", "source": "import torch", "metadata": {}},
    graded("answer", "raise NotImplementedError", grade=False, solution=True),
    graded("check", 'check("gru.forward", gru)', points=5),
    graded("bonus-check", 'check("gru.after", f)'),
    graded("question-1", "YOUR ANSWER HERE", solution=True),
    graded("question-2", "YOUR ANSWER HERE", solution=True),
]


def changed(**cells):
    """The notebook with some cells in place of its own."""
    return [
        cells.get(cell["metadata"].get("nbgrader", {}).get("grade_id", "").replace("-", "_"), cell) for cell in GIVEN
    ]


def test_a_notebook_as_it_was_given_out_is_not_begun():
    assert score(GIVEN, GIVEN, GIVEN, set()) == Score(0, 5, 0, 0, 2, False)


def test_points_are_those_of_the_verdicts_that_were_saved_whatever_the_sentence_says():
    mine = changed(
        check=graded("check", "", [verdict(False, 3, 6)], count=7),
        bonus_check=graded("bonus-check", "", [verdict(True, 0, 0)], count=8),
    )
    assert score(mine, GIVEN, GIVEN, set()) == Score(2.5, 5, 2, 0, 2, True)


def test_a_question_is_answered_when_its_text_is_neither_the_one_handed_out_nor_empty():
    mine = changed(
        question_1=graded("question-1", "Because.", solution=True), question_2=graded("question-2", " ", solution=True)
    )
    assert score(mine, GIVEN, GIVEN, set()).answered == 1
    reworded = changed(question_1=graded("question-1", "WRITE HERE", solution=True))
    assert score(GIVEN, reworded, GIVEN, set()) == Score(0, 5, 0, 0, 2, False)


def test_a_quiz_question_is_answered_by_a_click_or_by_a_number_that_was_checked():
    given = [graded(f"quiz-{n}", f'check("quiz.q{n}", answers)') for n in (1, 2, 3)]
    mine = [graded("quiz-1", "", [verdict(True, 0, 1)], count=1), *given[1:]]
    assert score(mine, given, given, {"q1", "q3"}) == Score(0, 0, 0, 2, 3, True)


@pytest.mark.parametrize(
    "outputs",
    [
        *(None, 3, [None], [{"metadata": 3}], [{"metadata": {"course": "right"}}]),
        *([{"metadata": {"course": {"passed": 0}}}], [verdict(False, "all", 5)], [verdict(0, 1, 0)]),
    ],
)
def test_outputs_that_are_no_verdicts_earn_nothing(outputs):
    mine = changed(check={**graded("check", ""), "outputs": outputs})
    assert score(mine, GIVEN, GIVEN, set()).points == 0


def test_cells_with_a_number_were_run(tmp_path):
    cells = [{"cell_type": "code", "execution_count": count} for count in (None, 3, 1)] + [{"cell_type": "markdown"}]
    (tmp_path / "n.ipynb").write_text(json.dumps({"cells": [*cells, "no cell"]}))
    assert code_cells(read_cells(tmp_path / "n.ipynb")) == (3, 2)


@pytest.mark.parametrize("text", ["", "[]", '{"cells": 3}', "[" * 100_000])
def test_what_is_no_notebook_has_no_cells(tmp_path, text):
    (tmp_path / "n.ipynb").write_text(text)
    assert read_cells(tmp_path / "n.ipynb") == read_cells(tmp_path / "none.ipynb") == []


def test_the_heading_is_the_first_one():
    cells = [{"source": ["no heading"]}, {"source": ["# A network\n", "that reads"]}, {"source": "# Later"}]
    assert (heading(cells, ""), heading(cells[:1], "gru")) == ("A network", "gru")


def test_only_valid_clicks_count(tmp_path):
    assert clicked_questions(tmp_path) == set()
    (tmp_path / "quiz_answers.json").write_text('{"q1": 2, "q2": "two", "q3": 99}')
    assert clicked_questions(tmp_path) == {"q1"}
    (tmp_path / "quiz_answers.json").write_text("half")
    assert clicked_questions(tmp_path) == set()
