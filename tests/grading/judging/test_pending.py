"""A graded notebook says what was found elsewhere, harmlessly, and its quiz keeps the keys back."""

from __future__ import annotations

from nbformat.v4 import new_code_cell, new_notebook, new_output

from course_utils.grading.judging.judge import CellJudgement, Judgement
from course_utils.grading.judging.pending import KEPT_BACK, keep_keys_back, note
from course_utils.grading.judging.safe_html import markdown
from course_utils.quiz.form_check import QuizVerdict


def test_the_note_says_what_was_found_and_formats_nothing_of_it():
    page = markdown(note({"gru-question": "cell 3 has “# ![x](plot.png) <b>*bold*</b> $x$”"}).source)
    assert "gru-question" in page and "<img" not in page and "<b>" not in page and "plot.png" in page


def quiz_notebook():
    verdict = QuizVerdict("quiz.q1", False, "choice 1 is not right: one", ("Right is 2, two.",))
    cell = new_code_cell("check", metadata={"nbgrader": {"grade_id": "q1"}})
    data = {"text/plain": "0", "text/html": verdict._repr_html_()}
    metadata = {"course": {"sentence": verdict.sentence}}
    cell.outputs = [new_output("execute_result", data=data, metadata=metadata)]
    return new_notebook(cells=[cell, new_code_cell("x")]), Judgement(1, {"q1": CellJudgement(0, 1, "", (verdict,))})


def test_the_key_is_in_no_output_and_the_points_stay():
    notebook, judgement = quiz_notebook()
    keep_keys_back(notebook, judgement)
    (output,) = notebook.cells[0].outputs
    assert "Right is" not in str(output) and "not right" not in str(output) and KEPT_BACK in output.data["text/html"]
    assert output.data["text/plain"] == "0"


def test_what_is_no_quiz_is_left_alone():
    notebook, _ = quiz_notebook()
    before = str(notebook)
    keep_keys_back(notebook, Judgement(1, {"q1": CellJudgement(0, 1, "wrong")}))
    assert str(notebook) == before
