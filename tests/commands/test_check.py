"""`course check` judges a student's notebook as it is graded, and says all that would cost points."""

from __future__ import annotations

import json
import re
import sys
import time

import pytest

from course_utils.commands import check as command
from course_utils.commands.check import find_notebook, run_check
from course_utils.commands.cli import main
from course_utils.errors import CourseError, UsageError
from course_utils.filesystem import REPOSITORY
from course_utils.sandbox.protocol.limits import Limits

pytestmark = pytest.mark.usefixtures("the_sandbox")


@pytest.fixture
def notebook(course, tmp_path):
    """The toy notebook as a file, with a body of `double` to be filled in."""
    source = json.loads((course.source / "toy" / "toy.ipynb").read_text(encoding="utf-8"))

    def write(body: str, answer: str = "Because."):
        source["cells"][1]["source"] = "import os\ndef double(x):\n    " + body
        source["cells"][3]["source"] = answer
        path = tmp_path / "mine.ipynb"
        path.write_text(json.dumps(source), encoding="utf-8")
        return path

    return write


@pytest.fixture
def gru(tmp_path):
    """A student's gru.ipynb: the released one, in which some cells are filled in, by their names."""
    released = json.loads((REPOSITORY / "release" / "gru" / "gru.ipynb").read_text(encoding="utf-8"))
    solved = json.loads((REPOSITORY / "source" / "gru" / "gru.ipynb").read_text(encoding="utf-8"))
    solutions = {name_of(cell): "".join(cell["source"]) for cell in solved["cells"]}

    def write(change=lambda cells: None, **answers: str):
        for cell in released["cells"]:
            if name_of(cell) in (*answers, "gru-state"):
                cell["source"] = answers.get(name_of(cell)) or solutions[name_of(cell)]
        # What trains and compares is left out: it is judged elsewhere, and takes seconds.
        cells = [cell for cell in released["cells"] if name_of(cell) or "import torch" in "".join(cell["source"])]
        change(cells)
        path = tmp_path / "gru" / "gru.ipynb"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(released | {"cells": cells}), encoding="utf-8")
        return path

    return write


def name_of(cell) -> str:
    return cell["metadata"].get("nbgrader", {}).get("grade_id", "")


def test_a_right_notebook_passes_with_its_points_and_the_bonus_apart(notebook, capsys):
    path = notebook("return 2 * x if os.environ['COURSE_QUICK'] == '1' else 0")
    before = path.read_bytes()
    assert run_check(str(path)) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        f"running {path}, as it is graded",
        "ok     double-check: 3 of 3 points",
        "ok     text-bonus: 2 of 2 points",
        "1 of 1 checks are ok, 3 of 3 points",
        "bonus: 2 of 2 points",
        "1 of 1 questions answered (a person grades them, for 2 points)",
    ]
    assert path.read_bytes() == before


def test_a_wrong_notebook_shows_all_that_the_check_says(notebook, capsys):
    assert run_check(str(notebook("return x"))) == 1
    output = capsys.readouterr().out
    assert "FAILED double-check: 0 of 3 points" in output
    assert "the argument is not doubled" in output and "expected 6" in output
    assert "AssertionError: strings double too" in output
    assert "0 of 1 checks are ok, 0 of 3 points\nbonus: 0 of 2 points" in output


def test_a_question_without_an_answer_is_named_and_costs_the_exit_code(notebook, capsys):
    assert run_check(str(notebook("return 2 * x", answer=""))) == 1
    assert "0 of 1 questions answered (a person grades them, for 2 points); empty: why" in capsys.readouterr().out


def test_a_cell_that_stops_is_named_before_what_it_causes(notebook, capsys):
    assert run_check(str(notebook("return ("))) == 1
    lines = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r"note: double stopped with \w*Error: .*, line 3", lines[1])
    assert lines[2].startswith("FAILED double-check")
    assert lines[3].strip() == lines[1].removeprefix("note: ")  # the cause, and then NameError


def test_a_kernel_that_dies_fails_the_check_at_which_it_died(notebook, capsys):
    assert run_check(str(notebook("os._exit(1)"))) == 1
    assert "the kernel died" in capsys.readouterr().out


def test_partial_points_are_those_of_the_judge(gru, capsys):
    right = "import torch\ndef init_gru_state(batch_size, num_hiddens, device):\n    "
    run_check(str(gru(**{"gru-state": right + "return (torch.zeros(batch_size, num_hiddens),)"})), hints=1)
    output = capsys.readouterr().out
    assert "Hint 1 of 3: Begin with" in output and "Hint 2" not in output and "--hints" not in output
    assert "FAILED gru-state-check: 0." in output and " of 12 points" in output


def test_a_check_that_was_deleted_or_changed_counts_as_it_was_given_out(gru, capsys):
    def change(cells):
        next(cell for cell in cells if name_of(cell) == "gru-state-check")["source"] = "assert True"
        cells[:] = [cell for cell in cells if name_of(cell) not in ("gru-forward-check", "gru-question-1")]

    assert run_check(str(gru(change))) == 1
    output = capsys.readouterr().out
    assert "note: the cell gru-forward-check is missing: it counts all the same" in output
    assert "note: the cell gru-state-check was changed: it counts as it was given out" in output
    assert "note: the cell gru-question-1 is missing, with its answer" in output
    assert "FAILED gru-forward-check: 0 of 5 points" in output and "ok     gru-state-check: 1 of 1" in output
    assert "0 of 3 questions answered" in output
    assert output.splitlines()[-1].startswith("for a hint below each: ./course check") and "Hint 1" not in output


def test_an_answer_in_another_cell_is_found(gru, capsys):
    def change(cells):
        text = "My answer to the first question: the gates are equal in all units, so the two forms agree."
        cells.append({"cell_type": "markdown", "metadata": {}, "source": text})

    run_check(str(gru(change)))
    assert "note: gru-question-1 has nothing in its own cell, but cell" in capsys.readouterr().out


def test_a_notebook_under_another_name_is_known_by_its_cells(gru, tmp_path, capsys):
    path = gru().rename(tmp_path / "gru-Copy1.ipynb")
    run_check(str(path))
    assert "note: gru-Copy1.ipynb is not its name: hand it in as gru.ipynb" in capsys.readouterr().out


def test_an_endless_loop_is_stopped_with_its_line_and_the_rest_is_run(gru, capsys, the_sandbox, monkeypatch):
    monkeypatch.setattr(the_sandbox, "limits", Limits(cell_seconds=2))
    monkeypatch.setattr("course_utils.grading.judging.rehearsal.PATIENCE", 1.0)
    started = time.monotonic()
    endless = "def gru(inputs, state, params):\n    while True:\n        pass"
    assert run_check(str(gru(**{"gru-forward": endless}))) == 1
    output = capsys.readouterr().out
    assert "gru.forward: stopped: the check took more than 2 seconds\n       in your line:" in output
    assert "gru.training: stopped: the check took more than 1 seconds" in output
    assert "ok     gru-state-check" in output and time.monotonic() - started < 60


def test_a_quiz_counts_what_is_answered_and_no_points(tmp_path, capsys):
    path = tmp_path / "quiz" / "quiz.ipynb"
    path.parent.mkdir()
    path.write_bytes((REPOSITORY / "release" / "quiz" / "quiz.ipynb").read_bytes())
    (path.parent / "quiz_answers.json").write_text('{"q1": 2}', encoding="utf-8")
    assert run_check(str(path)) == 1
    output = capsys.readouterr().out
    assert "1 of 12 questions of the quiz are answered" in output and " points" not in output


def test_results_are_printed_as_they_come(notebook, monkeypatch):
    """A pipe sees the first check before the second has run."""
    seen = []
    monkeypatch.setattr(sys.stdout, "write", lambda text: seen.append((time.monotonic(), text)))
    path = notebook("import time; time.sleep(0.3); return 2 * x")
    run_check(str(path))
    first, second = (next(at for at, text in seen if name in text) for name in ("double-check", "text-bonus"))
    assert second - first >= 0.25


def test_a_chapter_has_no_checks_and_is_not_run(monkeypatch):
    monkeypatch.setattr(command, "rehearse", lambda *_: pytest.fail("it was run"))
    with pytest.raises(CourseError, match=r"01_gru\.ipynb has no checks: it is not an assignment's notebook"):
        run_check(str(REPOSITORY / "notebooks" / "01_gru.ipynb"))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "is empty"),
        ("{", "not JSON"),
        ("[1]", "is not a notebook"),
        ('{"cells": []}', "is not a notebook|has no checks"),
    ],
)
def test_a_broken_file_is_named(tmp_path, content, reason):
    path = tmp_path / "mine.ipynb"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(CourseError, match=reason):
        run_check(str(path))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(CourseError, match=r"there is no mine\.ipynb"):
        run_check(str(tmp_path / "mine.ipynb"))


def test_the_students_copy_comes_before_the_released_one(tmp_path):
    for place in ("release", "work"):
        (tmp_path / place / "toy").mkdir(parents=True)
        (tmp_path / place / "toy" / "toy.ipynb").touch()
    assert find_notebook("toy", tmp_path) == tmp_path / "work" / "toy" / "toy.ipynb"


def test_an_unknown_name_lists_the_known(tmp_path):
    (tmp_path / "release" / "toy").mkdir(parents=True)
    with pytest.raises(UsageError, match="known: toy"):
        find_notebook("gru", tmp_path)


def test_in_another_course_an_instructor_s_own_notebook_comes_first(course, tmp_path):
    root = course.root
    for place in ("release", "work"):
        (root / place / "toy").mkdir(parents=True)
        (root / place / "toy" / "toy.ipynb").touch()
    assert find_notebook("toy", root) == root / "source" / "toy" / "toy.ipynb"
    (root / "source" / "toy-bank.yaml").touch()  # a quiz has no questions there
    assert find_notebook("toy", root) == root / "work" / "toy" / "toy.ipynb"


def test_an_instructor_checks_the_own_solution_of_another_course(course, capsys):
    assert main(["check", "toy", "--course", str(course.root)]) == 0
    assert "1 of 1 checks are ok" in capsys.readouterr().out
    assert main(["check", "gru", "--course", str(course.root)]) == 2
    assert "known: toy" in capsys.readouterr().err
