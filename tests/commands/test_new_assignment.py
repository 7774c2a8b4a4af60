"""`course new-assignment` makes a notebook that nbgrader builds and the judge grades, as it is."""

from __future__ import annotations

import json
import re
import shlex

import pytest

from course_utils.commands.cli import main
from course_utils.commands.new_assignment import _notebook
from course_utils.grading.class_run.run import grade
from course_utils.grading.course.release import build
from course_utils.translating.units import code_alone
from course_utils.translation import speaking


@pytest.fixture
def new_assignment(course, capfd):
    """Types the command in the toy course; its exit code and what it printed."""

    def type_it(name):
        code = main(["new-assignment", name, "--course", str(course.root)])
        said = capfd.readouterr()
        return code, said.out + said.err

    return type_it


def test_it_builds_at_once_without_solution_hidden_test_and_model_answer(new_assignment, course):
    code, said = new_assignment("mgu-2")
    assert code == 0 and "mgu-2.ipynb" in said and "next, when you have rewritten it" in said
    assert [shlex.split(line)[:2] for line in said.splitlines()[2:]] == [["./course", "check"], ["./course", "build"]]
    assert main(shlex.split(said.splitlines()[2])[1:5]) == 0
    assert build(course) == ["mgu-2", "toy"]
    released = (course.release / "mgu-2" / "mgu-2.ipynb").read_text(encoding="utf-8")
    for secret in ("keep**steps", "HIDDEN", "no step at all", "Model answer"):
        assert secret in (course.source / "mgu-2" / "mgu-2.ipynb").read_text(encoding="utf-8")
        assert secret not in released
    assert "share_left(0.5, 3) is not 0.125" in released and "YOUR ANSWER HERE" in released


def test_in_chinese_its_texts_are_chinese_and_its_code_is_the_same():
    with speaking("zh"):
        chinese = _notebook("mine").cells
    for ours, theirs in zip(_notebook("mine").cells, chinese, strict=True):
        assert re.search("[\u4e00-\u9fff]", theirs.source), theirs.source
        if ours.cell_type == "code":
            assert code_alone(ours.source) == code_alone(theirs.source)
            assert re.findall("^ *###.*", ours.source, re.M) == re.findall("^ *###.*", theirs.source, re.M)


def test_the_judge_runs_its_check_and_its_hidden_test(new_assignment, course, the_sandbox):
    new_assignment("mine")
    build(course)
    assert graded(course, right="return keep**steps", known="return 0.125") == {"right": 2, "known": 0}


def graded(course, **bodies: str) -> dict[str, float]:
    """Student -> points of the check, for these bodies of the function."""
    for student, body in bodies.items():
        notebook = json.loads((course.release / "mine" / "mine.ipynb").read_text(encoding="utf-8"))
        cells = {cell["metadata"].get("nbgrader", {}).get("grade_id"): cell for cell in notebook["cells"]}
        cells["mine-share-left"]["source"] = f"def share_left(keep, steps):\n    {body}\n"
        path = course.submitted / student / "mine" / "mine.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(notebook), encoding="utf-8")
    grade(course, "mine", workers=1)
    with course.gradebook() as gradebook:
        return {name: gradebook.find_submission("mine", name).notebooks[0].code_score for name in bodies}


@pytest.mark.parametrize(
    "name, why",
    [
        ("Two Words", "is no name for an assignment"),
        ("../elsewhere", "is no name for an assignment"),
        ("", "is no name for an assignment"),
        ("my-bonus", "count on top"),
        ("chapters", "students have their copies of the chapters in work/chapters/"),
        ("toy", "nothing is written over"),
    ],
)
def test_a_name_that_does_not_do_is_refused(new_assignment, course, name, why):
    code, said = new_assignment(name)
    assert code == 2 and why in said and course.assignments() == ["toy"]


def test_a_source_that_cannot_be_written_is_named(new_assignment, course, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("course_utils.commands.new_assignment.replace_folder", full)
    code, said = new_assignment("mine")
    assert code == 1 and "source/mine cannot be written: No space left" in said
