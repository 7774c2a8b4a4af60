"""The sample class: its notebooks are those that the answers and the released assignment give."""

import importlib.util

import nbformat
import pytest
import torch

from course_utils.checks import find_task
from course_utils.filesystem import REPOSITORY
from course_utils.quiz.bank import load_bank
from course_utils.quiz.clicks import read_clicks
from course_utils.quiz.key import quiz_verdict

EXAMPLES = REPOSITORY / "examples"


def refresh():
    spec = importlib.util.spec_from_file_location("refresh", EXAMPLES / "refresh.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


ANSWERS = refresh().answers()


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: f"{answer.parent.name}-{answer.stem}")
def test_a_submission_is_as_refreshing_makes_it(answer):
    kept = refresh().submission(answer).read_text(encoding="utf-8")
    assert kept == refresh().handed_in(answer), "run: python examples/refresh.py"


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: f"{answer.parent.name}-{answer.stem}")
def test_the_files_beside_a_notebook_are_as_refreshing_makes_them(answer):
    for copy, original in refresh().others(answer).items():
        assert copy.read_bytes() == original.read_bytes(), "run: python examples/refresh.py"


def test_everything_handed_in_has_its_answer():
    submitted = {path for path in (EXAMPLES / "submitted").rglob("*") if path.is_file()}
    expected = {refresh().submission(answer) for answer in ANSWERS}
    assert submitted == expected.union(*(refresh().others(answer) for answer in ANSWERS))


@pytest.mark.parametrize("assignment", sorted({answer.stem for answer in ANSWERS}))
def test_an_assignment_has_at_least_eight_students(assignment):
    assert len([answer for answer in ANSWERS if answer.stem == assignment]) >= 8


def test_one_student_of_the_gru_and_nobody_else_sent_a_broken_notebook():
    broken = []
    for answer in ANSWERS:
        try:
            nbformat.read(refresh().submission(answer), as_version=4)
        except nbformat.reader.NotJSONError:
            broken.append(answer)
    assert [answer.stem for answer in broken] == ["gru"]


def test_a_piece_can_be_taken_from_another_student():
    by_name = {answer.parent.name: refresh().pieces(answer) for answer in ANSWERS if answer.stem == "gru"}
    assert by_name["chiara"]["gru-params"] == by_name["amina"]["gru-params"]
    assert by_name["chiara"]["gru-forward"] != by_name["amina"]["gru-forward"]


QUIZ_POINTS = {
    "amina": 12, "bence": 12, "chiara": 12, "dmitri": 8, "emeka": 9, "farah": 3, "goran": 0, "hye-jin": 1, "ines": 0,
}  # fmt: skip


def quiz_points(answer):
    """The key's points for a student's answers: the dict of the cell for typing, and the file of clicks."""
    namespace = {}
    notebook = nbformat.read(refresh().submission(answer), as_version=4)
    (cell,) = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == "quiz-answers"]
    exec(cell.source, namespace)
    clicked = read_clicks(refresh().submission(answer).with_name("quiz_answers.json"))
    bank = load_bank((EXAMPLES.parent / "source" / "quiz-bank.yaml").read_text(encoding="utf-8"))
    return sum(quiz_verdict(bank, name, namespace["answers"], clicked).points for name in bank.graded)


def test_the_quiz_class_earns_what_its_answers_say():
    quizzes = [answer for answer in ANSWERS if answer.stem == "quiz"]
    assert {answer.parent.name: quiz_points(answer) for answer in quizzes} == QUIZ_POINTS


SENTENCES = {
    "lstm.forward": {
        "amina": "passed",
        "bence": "passed",
        "chiara": "(W_xi, W_hi, b_i) and (W_xf, W_hf, b_f) are exchanged",
        "dmitri": "torch stores the gates of nn.LSTM in this order",
        "emeka": "H_t lacks its activation tanh",
        "farah": "H_t reads the step before, C_{t−1}, where C_t belongs",
        "ines": "passed",
        "jonas": "C̃_t goes through σ where tanh belongs",
    },
    "rnn.step": {
        "amina": "passed",
        "bence": "passed",
        "chiara": "transpose Y before it is flattened",
        "dmitri": "each gradient is clipped by itself",
        "emeka": "expected",  # his own rnn is wrong as well
        "farah": "the losses are summed",
        "hye-jin": "the step goes uphill",
        "ines": "passed",
        "jonas": "each number of the gradients is cut off",
    },
    "gru.after": {
        "amina": "passed",
        "chiara": "Z_t and 1 − Z_t are swapped in H_t",
        "dmitri": "passed",
        "farah": "R_t is applied before the matrix product",
        "ines": "passed",
        "jonas": "your function uses torch's own gru",
    },
    "lstm.forget_bias": {
        "amina": "passed",
        "bence": "passed",
        "chiara": "b_i is filled",
        "dmitri": "an argument is changed in place",
        "farah": "the value is added to b_f",
        "ines": "passed",
        "jonas": "expected a tensor of shape",
    },
    "deep_rnn.residual": {
        "amina": "passed",
        "bence": "passed",
        "chiara": "the sum becomes the layer's state",
        "dmitri": "Y_t reads H⁽L⁾_t where U⁽L⁾_t belongs",
        "farah": "passed",
        "hye-jin": "there is no residual connection",
        "ines": "passed",
    },
    "deep_rnn.signal": {
        "amina": "passed",
        "bence": "passed",
        "chiara": "a root mean square squares first",
        "dmitri": "expected",  # through his own deep_rnn, which is wrong
        "farah": "expected",  # through hers
        "ines": "passed",
    },
    "birnn.gap": {
        "amina": "passed",
        "bence": "passed",
        "chiara": "the outputs read X_t",
        "dmitri": "the outputs read X_t",
        "farah": "beyond the ends stand zeros",
        "hye-jin": "←H_t reads the inputs in reversed order",
        "ines": "passed",
    },
}


@pytest.mark.parametrize(
    "task, student, sentence",
    [(task, *row) for task, sentences in SENTENCES.items() for row in sentences.items()],
)
def test_the_check_accepts_a_student_s_answer_or_names_its_mistake(task, student, sentence):
    namespace = {"torch": torch, "nn": torch.nn}
    answer = EXAMPLES / "answers" / student / f"{task.partition('.')[0]}.py"
    for name, source in refresh().pieces(answer).items():
        if "question" not in name:
            exec(source, namespace)
    verdict = find_task(task).examine(namespace[find_task(task).function], seed=0)
    assert verdict.passed == (sentence == "passed")
    assert verdict.passed or sentence in verdict.text()


def test_all_students_of_the_lstm_but_the_silent_one_are_looked_at():
    students = {answer.parent.name for answer in ANSWERS if answer.stem == "lstm"}
    assert students == {*SENTENCES["lstm.forward"], "goran"}


@pytest.mark.parametrize("assignment", ["rnn", "gru", "lstm", "deep_rnn", "birnn"])
def test_somebody_answers_every_part_of_an_assignment(assignment):
    released = nbformat.read(EXAMPLES.parent / "release" / assignment / f"{assignment}.ipynb", as_version=4)
    marks = [cell.metadata.get("nbgrader", {}) for cell in released.cells]
    parts = {mark["grade_id"] for mark in marks if mark.get("solution")}
    assert refresh().pieces(EXAMPLES / "answers" / "amina" / f"{assignment}.py").keys() == parts
