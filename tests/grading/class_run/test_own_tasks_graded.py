"""An assignment's own network is judged by the file in `source/`; one that a student hands in is never run."""

from __future__ import annotations

import json
import re
import shutil

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from course_utils.commands.cli import main
from course_utils.errors import CourseError
from course_utils.filesystem import REPOSITORY
from course_utils.grading.class_run.run import grade
from course_utils.grading.course.release import build
from tests.own_network import MGU, SWAPPED
from tests.toy_course import marked

FILE = "course_tasks.py"


@pytest.fixture
def mgu_course(course):
    """The toy course with the guide's network as its only assignment, built."""
    shutil.rmtree(course.source / "toy")
    folder = course.source / "mgu"
    folder.mkdir()
    guide = (REPOSITORY / "docs" / "instructor.md").read_text(encoding="utf-8")
    text = re.search(r"```python\n# source/mgu/course_tasks\.py\n(.*?)```", guide, re.DOTALL)[1]
    (folder / FILE).write_text(text, encoding="utf-8")
    cells = [
        marked(new_code_cell(f"### BEGIN SOLUTION\n{MGU}\n### END SOLUTION"), "mgu", solution=True),
        marked(new_code_cell('check("mgu.forward", mgu)'), "mgu-check", points=5),
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernel}), folder / "mgu.ipynb")
    build(course)
    return course


def hand_in(course, folder, answer: str):
    shutil.copytree(course.release / "mgu", folder)
    notebook = json.loads((folder / "mgu.ipynb").read_text(encoding="utf-8"))
    notebook["cells"][0]["source"] = answer
    (folder / "mgu.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    return folder


def put_a_trap(folder, mark):
    """In place of the file one that leaves a mark where it is run, and calls the swapped blend right."""
    text = (folder / FILE).read_text(encoding="utf-8")
    swapped = text.replace("(1 - F[t]) * H[t - 1] + F[t]", "F[t] * H[t - 1] + (1 - F[t])")
    assert swapped != text
    (folder / FILE).write_text(f"open({str(mark)!r}, 'w').close()\n{swapped}", encoding="utf-8")


def test_the_class_is_judged_by_the_instructor_s_file_also_on_workers(mgu_course, the_sandbox, tmp_path):
    hand_in(mgu_course, mgu_course.submitted / "right" / "mgu", MGU)
    put_a_trap(hand_in(mgu_course, mgu_course.submitted / "trap" / "mgu", SWAPPED), tmp_path / "run")
    grade(mgu_course, "mgu", workers=2)
    with mgu_course.gradebook() as gradebook:
        points = {name: gradebook.find_submission("mgu", name).score for name in ("right", "trap")}
    assert points["right"] == 5 and points["trap"] < 5 and not (tmp_path / "run").exists()
    assert "are swapped in H_t" in (mgu_course.feedback / "trap" / "mgu" / "mgu.html").read_text(encoding="utf-8")


def test_check_knows_the_network_in_source_and_in_a_student_s_copy(mgu_course, the_sandbox, tmp_path, capsys):
    root = str(mgu_course.root)
    assert main(["check", "mgu", "--course", root]) == 0
    put_a_trap(hand_in(mgu_course, tmp_path / "theirs" / "mgu", SWAPPED), tmp_path / "run")
    assert main(["check", str(tmp_path / "theirs" / "mgu"), "--course", root]) == 1
    assert "are swapped in H_t" in capsys.readouterr().out and not (tmp_path / "run").exists()
    assert main(["check", str(tmp_path / "theirs" / "mgu")]) == 1  # unknown here: the folder's file is not run
    assert not (tmp_path / "run").exists()


def test_a_file_that_does_not_load_stops_the_run_before_the_first_submission(mgu_course, the_sandbox):
    (mgu_course.source / "mgu" / FILE).write_text("import nothing_like_this\n")
    hand_in(mgu_course, mgu_course.submitted / "right" / "mgu", MGU)
    with pytest.raises(CourseError, match=r"course_tasks\.py, line 1 does not load"):
        grade(mgu_course, "mgu", workers=1)
