"""`course verdict` as it is typed: what it prints, what it refuses, and its exit codes."""

from __future__ import annotations

import json
import re
import shutil

import pytest

from course_utils.commands import verdict
from course_utils.commands.cli import main
from course_utils.grading.class_run.run import grade
from course_utils.grading.course.folder import open_course
from course_utils.grading.course.release import build
from course_utils.grading.gradebook.records import Grading, Record
from tests.grading.judged import REPOSITORY


@pytest.fixture(scope="module")
def graded(the_sandbox, new_course, hand_in, tmp_path_factory):
    course = new_course(tmp_path_factory.mktemp("graded") / "a course")
    build(course)
    hand_in(course, "right")
    hand_in(course, "wrong", "return x")
    grade(course, "toy", workers=1)
    return course


def run(course, *words: str) -> int:
    return main([*words, "--course", str(course.root)])


def test_a_verdict_can_be_repeated_and_changes_nothing(graded, capfd):
    before = {path: path.read_bytes() for path in graded.root.rglob("*") if path.is_file() and path.suffix != ".db"}
    assert run(graded, "verdict", "toy", "wrong") == 0
    output = capfd.readouterr().out
    assert "double-check: 0 of 3" in output and "argument is not doubled" in output
    assert re.search(
        r"^graded \d{4}-\d\d-\d\d \d\d:\d\d UTC by ./course grade: course_utils \S+, torch \S+, nbgrader", output
    )
    assert "other versions" not in output and "changed since" not in output
    assert before == {path: path.read_bytes() for path in before}


def test_what_is_another_since_then_is_said_first(monkeypatch):
    monkeypatch.setattr(verdict, "versions", lambda: {"torch": "9.9"})
    last = Grading("nbgrader autograde", {"toy": 1}, "2026-03-01T08:15:00Z", {"torch": "2.0"})
    record = Record(True, grader="graded cells=1; limits=2")
    assert list(verdict._circumstances(last, record, "graded cells=3; limits=2")) == [
        "graded 2026-03-01 08:15 UTC by nbgrader autograde: torch 2.0",
        "judged now by other versions: torch 9.9",
        "changed since it was graded: graded cells; this is today's judgement",
    ]
    of_an_older_version = Grading("./course grade", {"toy": 1})
    assert list(verdict._circumstances(of_an_older_version, record, record.grader)) == []


def test_a_verdict_is_repeated_on_the_very_cases_of_the_grading(the_sandbox, tmp_path, capfd):
    """The seed decides: a function that fails only for some cases fails for the same ones again."""
    shutil.copytree(REPOSITORY / "source" / "gru", tmp_path / "source" / "gru")
    shutil.copy(REPOSITORY / "nbgrader_config.py", tmp_path)
    course = open_course(tmp_path)
    notebook = json.loads((REPOSITORY / "source" / "gru" / "gru.ipynb").read_text(encoding="utf-8"))
    notebook["cells"] = [
        cell for cell in notebook["cells"] if cell["metadata"].get("nbgrader") or "import" in cell["source"][0]
    ]
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "gru-state":
            cell["source"] = [
                "import torch\n",
                "def init_gru_state(batch_size, num_hiddens, device):\n",
                "    print('asked for', batch_size)\n",
                "    return (torch.full((batch_size, num_hiddens), float(batch_size > 4)),)\n",
            ]
    (tmp_path / "submitted" / "ann" / "gru").mkdir(parents=True)
    (tmp_path / "submitted" / "ann" / "gru" / "gru.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    points = {part.name: score.points for part, score in grade(course, "gru", workers=1).students[0].scores.items()}
    capfd.readouterr()
    for _ in range(2):
        assert run(course, "verdict", "gru", "ann") == 0
        assert f"gru-state-check: {points['gru-state-check']:g} of 1" in capfd.readouterr().out


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("verdict", "toy", "nobody"), 2, "known students: right, wrong"),
        (("verdict", "nothing", "right"), 2, "known: toy"),
    ],
)
def test_an_unknown_student_or_assignment_is_answered_with_the_known_ones(graded, capfd, words, code, says):
    assert run(graded, *words) == code
    assert says in capfd.readouterr().err


def test_a_verdict_before_any_grading_says_so(course, hand_in, capfd):
    build(course)
    hand_in(course, "right")
    assert run(course, "verdict", "toy", "right") == 1
    assert "grade first" in capfd.readouterr().err
