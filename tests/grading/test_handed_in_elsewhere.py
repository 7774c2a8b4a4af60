"""No zero without somebody looking: an answer that stands elsewhere makes its cell wait for a person."""

from __future__ import annotations

import copy

import pytest

from course_utils.filesystem import REPOSITORY
from course_utils.grading.class_run.run import grade
from course_utils.grading.gradebook.report import csv_report, html_report
from course_utils.grading.gradebook.results import State
from tests.grading.handed_in import (
    ANSWER,
    CODE_PARTS,
    QUESTION,
    QUESTIONS,
    blank,
    cell_named,
    class_of,
    code,
    dumped,
    place,
    points_of,
    result_of,
    right,
    text,
    waiting,
    without_marks,
    zipped,
)

STUB = "YOUR ANSWER HERE"
LSTM = (REPOSITORY / "release" / "lstm" / "lstm.ipynb").read_bytes()
BLANK, RIGHT = dumped(blank()), dumped(right())


def without_answer(*cells: dict, below: bool = True, name: str = QUESTION) -> bytes:
    """Right functions, the written answer as released, and these cells beside it."""
    notebook = right(STUB)
    at = place(notebook, name) + below
    notebook["cells"][at:at] = cells
    return dumped(notebook)


def changed(change) -> bytes:
    notebook = right()
    change(notebook)
    return dumped(notebook)


def merged_into_the_question(notebook) -> None:
    at = place(notebook, QUESTION)
    answer = notebook["cells"].pop(at)
    notebook["cells"][at - 1]["source"] = "".join(notebook["cells"][at - 1]["source"]) + "\n\n" + answer["source"]


def merged_into_a_locked_cell(notebook) -> None:
    answer = notebook["cells"].pop(place(notebook, QUESTION))
    cell_named(notebook, "gru-training-check")["source"] = 'check("gru.training", gru)\n# ' + answer["source"]


def copied_with_the_same_id(name: str):
    def change(notebook) -> None:
        at = place(notebook, name)
        notebook["cells"].insert(at + 1, copy.deepcopy(cell_named(blank(), name)))

    return change


def function_above_the_stub(notebook) -> None:
    at = place(notebook, "gru-forward")
    source = notebook["cells"][at]["source"]
    notebook["cells"][at] = copy.deepcopy(cell_named(blank(), "gru-forward"))
    notebook["cells"].insert(at, code(source))


def function_as_text(notebook) -> None:
    cell = cell_named(notebook, "gru-forward")
    at = place(notebook, "gru-forward")
    notebook["cells"].insert(at, text(cell["source"]))
    notebook["cells"][at + 1] = copy.deepcopy(cell_named(blank(), "gru-forward"))


def function_below_its_check(notebook) -> None:
    cell = cell_named(notebook, "gru-state")
    at = place(notebook, "gru-state")
    notebook["cells"].append(code(cell["source"]))
    notebook["cells"][at]["source"] = ""


ANSWERS = {
    "answer below": without_answer(text(ANSWER)),
    "answer above": without_answer(text(ANSWER), below=False),
    "answer in code": without_answer(code("# " + ANSWER)),
    "prose in code": without_answer(code(ANSWER)),
    "answer at the top": without_answer(text(ANSWER), name="gru-params"),
    "merged": changed(merged_into_the_question),
    "merged, locked": changed(merged_into_a_locked_cell),
    "same id": changed(copied_with_the_same_id(QUESTION)),
    "stripped": dumped(without_marks(right())),
}
FUNCTIONS = {
    "same id, function": (changed(copied_with_the_same_id("gru-forward")), {"gru-forward-check", "gru-training-check"}),
    "function above": (changed(function_above_the_stub), {"gru-forward-check", "gru-training-check"}),
    "function as text": (changed(function_as_text), {"gru-forward-check", "gru-training-check"}),
    "function below": (changed(function_below_its_check), {"gru-state-check"}),
}
PY = "\n\n".join(
    right()["cells"][place(right(), name)]["source"] for name in ("gru-params", "gru-state", "gru-forward", "gru-after")
)
BESIDE = {
    "gru (1).ipynb": RIGHT,
    "gru - Copy.ipynb": RIGHT,
    "gru_副本.ipynb": RIGHT,
    "Copy of gru.ipynb": RIGHT,
    "GRU.IPYNB": RIGHT,
    "work/gru.ipynb": RIGHT,
    "gru.ipynb.txt": RIGHT,
    "gru.json": RIGHT,
    "gru (2).ipynb": dumped(without_marks(right())),
    "gru.zip": zipped({"__MACOSX/._gru.ipynb": b"x", "gru/gru.ipynb": RIGHT}),
    "outer.zip": zipped({"gru.zip": zipped({"gru.ipynb": RIGHT})}),
    "gru.py": ("import torch\n\n" + PY).encode(),
    "gru.html": f"<pre>\n{PY}\n</pre>".encode(),
    "gru.rar": b"Rar!\x1a\x07\x00" + bytes(50),
    "gru.docx": zipped({"word/document.xml": b"<w/>"}),
}
ALONE = ("gru (1).ipynb", "GRU.IPYNB", "work/gru.ipynb", "gru.ipynb.txt", "gru.zip", "gru.py", "gru.json")
FINE = {
    "plain": {"gru.ipynb": RIGHT},
    "full marks and a copy": {"gru.ipynb": dumped(right(ANSWER)), "gru (1).ipynb": RIGHT},
    "blank": {"gru.ipynb": BLANK},
    "blank and a blank copy": {"gru.ipynb": BLANK, "gru (1).ipynb": BLANK},
    "blank and data": {
        "gru.ipynb": BLANK,
        "jaychou_lyrics.txt.zip": zipped({"jaychou_lyrics.txt": b"x" * 99}),
        "timestamp.txt": b"2026-11-01 10:00:00 UTC",
    },
    "blank and litter": {
        "gru.ipynb": BLANK,
        "._gru.ipynb": b"\0\5\x16\7",
        ".DS_Store": b"\0" * 9,
        "__MACOSX/gru.ipynb": RIGHT,
    },
    "blank and another assignment": {"gru.ipynb": BLANK, "lstm.ipynb": LSTM},
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory, the_sandbox):
    submissions = {student: {"gru.ipynb": content} for student, content in ANSWERS.items()}
    submissions |= {student: {"gru.ipynb": content} for student, (content, _) in FUNCTIONS.items()}
    submissions |= {
        f"beside {name}".replace("/", "∕"): {"gru.ipynb": BLANK, name: content} for name, content in BESIDE.items()
    }
    submissions |= {f"alone {name}".replace("/", "∕"): {name: BESIDE[name]} for name in ALONE}
    submissions |= FINE | {"lstm": {"gru.ipynb": LSTM}}
    course = class_of(tmp_path_factory.mktemp("elsewhere") / "course", submissions)
    return course, grade(course, "gru", workers=1)


@pytest.mark.parametrize("student", ANSWERS)
def test_a_written_answer_that_stands_elsewhere_waits_and_is_quoted(graded, student):
    result = result_of(graded[1], student)
    assert waiting(graded[1], student) == QUESTIONS and result.state is State.NEEDS_MANUAL
    assert "MY-WRITTEN-ANSWER" in result.found and QUESTION in result.found
    assert {name: points_of(graded[1], student)[name] for name in CODE_PARTS} == CODE_PARTS


@pytest.mark.parametrize("student", FUNCTIONS)
def test_a_function_that_stands_elsewhere_makes_its_checks_wait(graded, student):
    assert waiting(graded[1], student) - QUESTIONS == FUNCTIONS[student][1]
    assert "has “" in result_of(graded[1], student).found


@pytest.mark.parametrize("name", BESIDE)
def test_another_file_beside_an_untouched_notebook_makes_everything_wait(graded, name):
    student = f"beside {name}".replace("/", "∕")
    result = result_of(graded[1], student)
    assert result.state is State.NEEDS_MANUAL and name in result.found
    assert set(CODE_PARTS) <= waiting(graded[1], student)


@pytest.mark.parametrize("name", ALONE)
def test_another_file_alone_is_neither_a_zero_nor_lost(graded, name):
    student = f"alone {name}".replace("/", "∕")
    result = result_of(graded[1], student)
    assert result.state is State.NEEDS_MANUAL and name in result.found
    assert set(CODE_PARTS) <= waiting(graded[1], student)


def test_another_assignments_notebook_under_this_name_waits(graded):
    assert waiting(graded[1], "lstm") == set(CODE_PARTS) | QUESTIONS
    assert "another assignment: lstm-params" in result_of(graded[1], "lstm").found


@pytest.mark.parametrize("student", FINE)
def test_nobody_has_to_look_where_nothing_stands_elsewhere(graded, student):
    result = result_of(graded[1], student)
    assert result.found == "" and waiting(graded[1], student) <= (QUESTIONS if "blank" not in student else set())
    assert result.state is (State.GRADED if "blank" in student else State.NEEDS_MANUAL)


def test_no_submission_is_graded_with_less_than_its_function_earns(graded):
    told = [result for result in graded[1].students if result.student not in FINE]
    assert told and all(result.state is State.NEEDS_MANUAL and result.found for result in told)


def test_the_table_the_page_and_the_graded_notebook_say_it(graded):
    course, results = graded
    found = result_of(results, "answer below").found
    assert csv_report(results).splitlines()[0].endswith("found elsewhere")
    assert "MY-WRITTEN-ANSWER" in csv_report(results) and "found elsewhere: gru-question-1" in html_report(results)
    page = (course.feedback / "answer below" / "gru" / "gru.html").read_text(encoding="utf-8")
    assert "Found elsewhere, somebody will look at it." in page and found.partition("“")[2][:20] in page


def test_nbgraders_gradebook_lists_them_for_manual_grading(graded):
    with graded[0].gradebook() as gradebook:
        assert gradebook.find_submission("gru", "answer below").needs_manual_grade
        assert gradebook.find_grade("gru-forward-check", "gru", "gru", "beside gru.zip").needs_manual_grade
        assert not gradebook.find_submission("gru", "blank").needs_manual_grade
