"""Slow cells cost themselves, and what fails because of a cell further up names that cell: through `course grade`."""

from __future__ import annotations

import pytest
from rich.console import Console

from course_utils.commands.verdict import run_verdict
from course_utils.grading.class_run.run import grade
from course_utils.grading.gradebook.report import html_report
from tests.grading.gru_class import code, first_code, gru_course, hand_in, place_of, rewritten, text_of

SETTINGS = "c.Judge.cell_seconds = 2\nc.Judge.submission_seconds = 3\n"
ENDLESS = "while True:\n    torch.rand(200, 200) @ torch.rand(200, 200)"
STUBBORN = "while True:\n    try:\n        while True: pass\n    except KeyboardInterrupt: pass"
FULL = {"gru-params-check": 1, "gru-state-check": 1, "gru-forward-check": 5, "gru-after-check": 3,
        "gru-training-check": 2}  # fmt: skip
CHECKS = tuple(FULL)
COLAB = "cell 2 stopped with ModuleNotFoundError: No module named 'google.colab'"


def before(name, *cells):
    """A change that puts cells in front of the one with this name."""

    def change(notebook):
        at = place_of(notebook, name)
        notebook["cells"][at:at] = [code(source) for source in cells]

    return change


def on_top(line):
    """A change that puts a line on top of the first code cell."""

    def change(notebook):
        cell = first_code(notebook)
        cell["source"] = f"{line}\n{text_of(cell)}"

    return change


def a_chain(notebook):
    on_top("import google.colab")(notebook)
    before("gru-params", "ones = torch.ones", "unit = ones(1)")(notebook)
    rewritten("gru-state", lambda text: text.replace("torch.zeros(", "0 * unit * torch.zeros("))(notebook)


SLOW = {
    "six slow cells": before("gru-training-check", *[f"# {number}\n{ENDLESS}" for number in range(6)]),
    "a slow cell between any two": lambda notebook: [before(name, ENDLESS)(notebook) for name in CHECKS],
    "slow, and not to be interrupted": before("gru-params", STUBBORN),
    "slow, then a kernel dies": before("gru-forward-check", ENDLESS, "import os\nos._exit(1)"),
}
COMPILED = {
    "compiled, decorator": rewritten("gru-forward", lambda text: f"@torch.compile\n{text}"),
    "compiled, call": rewritten("gru-forward", lambda text: f"{text}\ngru = torch.compile(gru)"),
    "compiled, options": rewritten(
        "gru-forward", lambda text: f'@torch.compile(dynamic=True, mode="reduce-overhead")\n{text}'
    ),
    "compiled, a helper": rewritten(
        "gru-forward", lambda text: "act = torch.compile(torch.tanh)\n" + text.replace("torch.tanh(", "act(")
    ),
}
IMPORTED = {"names of a chapter": on_top("from course_utils.equations import GRU, evaluate, reset_after")}
CAUSES = {  # student -> what was handed in, which checks it costs, the first line of why
    "colab": (on_top("from google.colab import drive"), CHECKS, COLAB),
    "withheld": (on_top("from course_utils.grading import judging"), CHECKS,
                 "cell 2 stopped with ImportError: course_utils.grading stays outside when a notebook is graded"),
    "full-width": (rewritten("gru-forward", lambda text: text.replace("(inputs, state", "(inputs，state")),
                   ("gru-forward-check", "gru-training-check"),
                   "gru-forward stopped with SyntaxError: invalid character '，' (U+FF0C), line 1"),
    "no-break space": (rewritten("gru-state", lambda text: text.replace("    return", "\u00a0\u00a0 return")),
                       ("gru-state-check", "gru-training-check"),
                       "gru-state stopped with SyntaxError: invalid non-printable character U+00A0, line 4"),
    "a chain": (a_chain, CHECKS, COLAB),
}  # fmt: skip


@pytest.fixture(scope="module")
def graded(needs, tmp_path_factory):
    needs("bwrap")
    course = gru_course(tmp_path_factory.mktemp("clumsy") / "course", SETTINGS)
    for student, change in (
        SLOW | COMPILED | IMPORTED | {name: change for name, (change, *_) in CAUSES.items()}
    ).items():
        hand_in(course, student, change)
    return course, grade(course, "gru", workers=1)


def scores(results, student):
    (result,) = (result for result in results.students if result.student == student)
    return {part.name: score for part, score in result.scores.items() if part.name in FULL}


def points(results, student):
    return {name: score.points for name, score in scores(results, student).items()}


@pytest.mark.parametrize("student", [*SLOW, *COMPILED, *IMPORTED])
def test_slow_cells_compiled_functions_and_the_chapters_imports_cost_no_check(graded, student):
    assert points(graded[1], student) == FULL


@pytest.mark.parametrize("student", CAUSES)
def test_the_first_line_of_every_failed_check_is_the_cell_that_failed_first(graded, student):
    _, costs, cause = CAUSES[student]
    found = scores(graded[1], student)
    assert {name for name, score in found.items() if score.points < FULL[name]} >= set(costs[:1])
    said = {name: score.diagnosis for name, score in found.items() if score.points < FULL[name]}
    assert set(said) <= set(costs) and set(said.values()) == {cause}


def test_a_cause_is_one_misunderstanding_however_many_checks_and_students_it_costs(graded):
    results = graded[1]
    (colab,) = (item for item in results.misunderstandings() if "google.colab" in item.diagnosis)
    assert colab.diagnosis == COLAB and set(colab.students) == {"colab", "a chain"}
    assert not any("is not defined" in item.diagnosis for item in results.misunderstandings())
    assert COLAB.replace("'", "&#39;") in html_report(results)


def test_the_verdict_and_the_feedback_name_the_cause_and_then_the_symptom(graded, capsys):
    course, _ = graded
    run_verdict(course, "gru", "colab", Console(width=500))
    text = capsys.readouterr().out
    assert f"gru.params: {COLAB}" in text and "name 'torch' is not defined" in text
    page = (course.feedback / "full-width" / "gru" / "gru.html").read_text(encoding="utf-8")
    assert "gru-forward stopped with SyntaxError" in page
