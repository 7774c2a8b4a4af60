"""The results of grading: points, penalties, and the reasons for which checks failed."""

from __future__ import annotations

from dataclasses import replace

import nbformat
import pytest
import torch
from nbformat.v4 import new_code_cell, new_notebook, new_output

from course_utils.checks.training import examine_training
from course_utils.equations.networks import RNN
from course_utils.errors import CourseError, UsageError
from course_utils.grading.gradebook import results as results_module
from course_utils.grading.gradebook.extensions import grant_extension
from course_utils.grading.gradebook.results import (
    ClassResults,
    Part,
    Score,
    State,
    StudentResult,
    class_results,
    diagnosis,
)
from tests.grading.gradebook.conftest import BLEND, FORWARD, student
from tests.toy_course import marked


def test_the_bonus_counts_on_top_of_the_maximum(results):
    assert results.max_points == 8
    assert results.percent(results.students[0]) == pytest.approx(100 * 9 / 8)


def test_a_penalty_for_lateness_is_taken_off():
    late = StudentResult("late", State.GRADED, "", {FORWARD: Score(4.0)}, penalty=1.5)
    assert late.points == 2.5


def test_misunderstandings_are_counted_by_student_the_commonest_first(results):
    first, second = results.misunderstandings()
    assert (first.diagnosis, first.students, first.parts) == (BLEND, ("bence", "=cmd()"), ("gru-forward",))
    assert second.students == ('<script>alert("x")</script>',)


LOSS = "the loss of training step 1 is 2.3218 instead of 2.0642: the values are not right"
TRAINING = Part("gru", "gru-training", 2.0)


def test_losses_that_differ_because_the_equations_do_belong_to_the_equations(results):
    echo = student("hana", 0.0, diagnosis=BLEND)
    echo = replace(echo, scores={**echo.scores, TRAINING: Score(0.0, diagnosis=LOSS, echo_of="gru-forward")})
    own = replace(student("ines"), scores={**student("ines").scores, TRAINING: Score(0.0, diagnosis=LOSS)})
    class_ = replace(results, parts=(*results.parts, TRAINING), students=(*results.students, echo, own))
    found = {item.diagnosis: item for item in class_.misunderstandings()}
    assert found[BLEND].students == ("bence", "=cmd()", "hana")
    assert found[BLEND].parts == ("gru-forward", "gru-training")
    assert found[LOSS].students == ("ines",)


def test_the_same_choice_in_two_questions_is_two_misunderstandings():
    parts = tuple(Part("quiz", f"quiz-q{number}-check", 1.0) for number in (1, 2, 3))
    failed = (Score(0.0, diagnosis="choice 2 is not right: line 2"),) * 2 + (Score(0.0, diagnosis="not answered"),)
    ada = StudentResult("ada", State.GRADED, "", dict(zip(parts, failed, strict=True)))
    found = ClassResults("quiz", parts, (ada,)).misunderstandings()
    assert [item.parts for item in found] == [("quiz-q1-check",), ("quiz-q2-check",), ("quiz-q3-check",)]


def graded_cell(name, source, sentence):
    output = new_output("display_data", metadata={"course": {"sentence": sentence}})
    return marked(new_code_cell(source, outputs=[output]), name, points=1)


def of_a_notebook(course, forward, training=LOSS):
    """Which cell the training check of a graded notebook is an echo of."""
    cells = [
        graded_cell("a-forward", 'check("gru.forward", gru)', forward),
        graded_cell("other-forward", 'check("lstm.forward", lstm)', "wrong too"),
        graded_cell("a-training", 'check("gru.training", gru)', training),
    ]
    path = course.autograded / "ada" / "gru" / "gru.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(new_notebook(cells=cells), path)
    return results_module._diagnoses(course, "gru", "ada", {"gru"})["a-training"].echo_of


def test_an_echo_is_a_loss_that_differs_where_the_same_network_s_equations_failed(course):
    assert of_a_notebook(course, BLEND) == "a-forward"
    assert of_a_notebook(course, "") == ""
    assert of_a_notebook(course, BLEND, "the loss has no gradient: do the outputs depend on `params`") == ""


def test_what_training_says_of_a_wrong_forward_function_begins_as_an_echo_does():
    def rnn(inputs, state, params):
        W_xh, W_hh, b_h, W_hq, b_q = params
        (H,) = state
        outputs = []
        for X in inputs:
            H = torch.sigmoid(X @ W_xh + H @ W_hh + b_h)  # tanh is right
            outputs.append(H @ W_hq + b_q)
        return outputs, (H,)

    criteria, _ = examine_training(rnn, (RNN,), seed=0)
    assert criteria[0].message.startswith(results_module.ECHO)


def test_who_handed_in_nothing_is_absent_and_may_still_do_so_before_the_due_date(again):
    with again.gradebook() as gradebook:
        gradebook.add_student("zoe", first_name="小明", last_name="王")
    results = class_results(again, "toy")
    assert (results.absent, results.not_due, results.names) == (("zoe",), frozenset(), {"zoe": "王小明"})
    grant_extension(again, "toy", "zoe", days=3650)
    assert class_results(again, "toy").not_due == {"zoe"}


def test_an_assignment_that_was_never_graded_says_what_to_run(course):
    with pytest.raises(CourseError, match=r"toy has not been graded yet; run: \./course grade toy"):
        class_results(course, "toy")


def test_an_unknown_assignment_is_wrong_usage(course):
    with pytest.raises(UsageError, match="known: toy"):
        class_results(course, "gru")


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (new_output("display_data", metadata={"course": {"sentence": "Z is exchanged"}}), "Z is exchanged"),
        (new_output("error", ename="CheckFailed", evalue="not yet\nmore"), "not yet"),
        (new_output("error", ename="NameError", evalue="gru"), "NameError: gru"),
        (new_output("stream", name="stderr", text="old"), "printed on stderr, which nbgrader counts as failed: old"),
        (new_output("stream", name="stdout", text="fine"), ""),
    ],
)
def test_a_diagnosis_is_one_line_of_the_cells_outputs(output, expected):
    assert diagnosis(new_code_cell("check()", outputs=[output])) == expected
