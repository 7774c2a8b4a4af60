"""What counts as an answer that stands elsewhere, and what does not."""

from __future__ import annotations

import json
import time

import nbformat
import pytest

from course_utils.filesystem import REPOSITORY
from course_utils.grading.course.assignment_spec import NotebookSpec, spec_of
from course_utils.grading.judging.elsewhere import Search, as_text, is_prose, is_recognised
from course_utils.grading.judging.other_files import OtherFile, other_files
from course_utils.links import moved
from tests.grading.judging.test_placing import SPEC as CODE
from tests.grading.judging.test_placing import cell_spec, code

WHY = cell_spec("why", "YOUR ANSWER HERE", cell_type="markdown", grade=True, solution=True, points=2.0)
SPEC = NotebookSpec("toy", {}, (*CODE.cells, WHY), others=("# A title\nwith two lines",))
ALL = {cell.name for cell in SPEC.cells}
QUIZ = NotebookSpec(
    "quiz",
    {},
    (
        cell_spec("answers", "answers = {}", solution=True),
        cell_spec("q1", 'check("quiz.q1", answers)', locked=True, grade=True, points=1.0),
    ),
)


def text(source: str) -> dict:
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def found(*cells: dict, files: dict[str, bytes] | None = None, lost=ALL) -> dict[str, str]:
    others = tuple(other_files(files or {}))
    return Search(SPEC, cells, lambda: others).sentences(lost)


def clicks(raw: bytes | None, files: dict[str, bytes] | None = None, answers: str = "answers = {}") -> str:
    others = tuple(other_files(files or {}))
    return Search(QUIZ, [code(answers, "answers")], lambda: others, raw).sentences({"q1"}, {"q1"}).get("q1", "")


def test_nothing_is_found_where_nothing_was_lost():
    assert found(text("a long written answer"), lost=set()) == {}


def test_the_assignments_own_lines_are_nobodys_answer():
    assert found(text("# A title"), text("with two lines"), text("YOUR ANSWER HERE"), code("pass")) == {}


@pytest.mark.parametrize("name", ["rnn", "gru", "lstm", "deep_rnn", "birnn", "quiz"])
def test_a_student_s_untouched_copy_has_nobody_s_answers(name):
    place = f"release/{name}/{name}.ipynb"
    released = (REPOSITORY / place).read_bytes()
    copy = json.loads(moved(released, place))
    assert copy["cells"] != json.loads(released)["cells"], "its links lead from another folder"
    spec = spec_of(name, nbformat.reads(released.decode(), 4))
    graded = {cell.name for cell in spec.cells if cell.grade}
    assert graded and Search(spec, copy["cells"]).sentences(graded) == {}


def test_a_cell_that_is_written_is_judged_whatever_stands_elsewhere():
    assert "one-check" not in found(code("def one(): return 1", "one"), code("def one(): return 2"))


def test_a_function_is_found_by_its_name_only():
    assert set(found(code("def one(): return 1\n"), code("def other(): return 1"))) == set()
    assert set(found(code("", "one"), code("def one():\n    return 1"))) == {"one-check"}


def test_files_are_asked_for_only_when_something_is_unwritten():
    def others():
        raise AssertionError

    cells = [code("def one(): return 1", "one"), code("def two(): return 1", "two")]
    assert Search(SPEC, cells, others).sentences({"one-check", "two-check"}) == {}


@pytest.mark.parametrize(
    ("source", "in_code", "expected"),
    [
        ("a written answer", False, True),
        ("short", False, False),
        ("![](a.png)", False, True),
        ("x = compute(1, 2, 3)", True, False),
        ("# a comment that explains it", True, True),
        ("It learns the lines by heart", True, True),
        ("困惑度从五百降到十三，因为它背下了歌词", False, True),
        ("%matplotlib inline\nimport torch", True, False),
    ],
)
def test_prose_is_told_from_code(source, in_code, expected):
    assert is_prose(source, in_code) is expected


@pytest.mark.parametrize("raw", [None, b"", b"{", b"[1]"])
def test_clicks_that_cannot_be_read_are_asked_for(raw):
    assert "quiz_answers.json" in clicks(raw)


def test_no_clicks_are_an_answer_too():
    assert clicks(b"{}") == "" and clicks(None, answers='answers = {"q2": 3}') == ""


def test_clicks_in_another_file_are_named_where_a_question_has_no_answer():
    assert clicks(b"{}", {"quiz_answers (1).json": b'{"q1": 2}'}) == "quiz_answers (1).json has clicks"


def test_only_work_on_this_notebook_is_recognised():
    notebook = OtherFile("x", "notebook", b"", (code("def one(): 1", "one"),))
    foreign = OtherFile("x", "notebook", b"", (code("def three(): 1", "three"),))
    assert is_recognised(SPEC, [notebook]) and not is_recognised(SPEC, [foreign])
    assert is_recognised(SPEC, [OtherFile("x", "text", b"def one(): return 1")])
    assert is_recognised(QUIZ, [OtherFile("x", "clicks")]) and not is_recognised(SPEC, [OtherFile("x", "clicks")])


def test_cells_with_the_same_sentence_share_it():
    assert as_text({"a": "x", "b": "y", "c": "x"}) == (
        "a, c: nothing is written where it belongs; x. b: nothing is written where it belongs; y"
    )


def test_a_monstrous_notebook_is_searched_in_no_time():
    cells = [code("![" * 200_000), text("<img src='" * 100_000), *(code(f"def f{n}(): 1\n" * 50) for n in range(2000))]
    started = time.perf_counter()
    found(*cells)
    assert time.perf_counter() - started < 10
