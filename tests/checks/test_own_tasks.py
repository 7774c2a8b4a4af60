"""`course_tasks.py`: an assignment's own network is checked like the course's."""

from __future__ import annotations

import re

import pytest

from course_utils.checks.notebook import CheckFailed, check
from course_utils.checks.own_tasks import FILE, own_tasks
from course_utils.checks.tasks import UnknownTask, find_task, with_own
from course_utils.errors import CourseError
from course_utils.filesystem import REPOSITORY
from tests.own_network import MGU, SWAPPED, function_of

RIGHT = function_of(MGU)


def the_guide_s_file() -> bytes:
    guide = (REPOSITORY / "docs" / "instructor.md").read_text(encoding="utf-8")
    return re.search(r"```python\n# source/mgu/course_tasks\.py\n(.*?)```", guide, re.DOTALL)[1].encode()


@pytest.fixture
def beside(tmp_path, monkeypatch):
    """The kernel runs in a folder with the guide's file."""
    (tmp_path / FILE).write_bytes(the_guide_s_file())
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_guide_s_network_has_the_five_tasks_and_names_a_mistake():
    tasks = own_tasks({FILE: the_guide_s_file()})
    assert list(tasks) == ["mgu.params", "mgu.state", "mgu.forward", "mgu.gradients", "mgu.training"]
    assert tasks["mgu.forward"].examine(RIGHT).passed
    assert "F_t and 1 − F_t are swapped in H_t" in tasks["mgu.forward"].examine(function_of(SWAPPED)).sentence


def test_a_student_s_check_finds_it_beside_the_notebook_and_only_there(beside, tmp_path, monkeypatch):
    check("mgu.forward", RIGHT)
    with pytest.raises(CheckFailed, match="are swapped"):
        check("mgu.forward", function_of(SWAPPED))
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    with pytest.raises(CheckFailed, match=r"no task|expected one of"):
        check("mgu.forward", RIGHT)


def test_a_file_that_is_broken_is_named_to_the_student_with_its_line(beside):
    (beside / FILE).write_text("x = 1\nNetwork()\n")
    with pytest.raises(CheckFailed, match=r"course_tasks\.py, line 2 does not load: .*Network"):
        check("mgu.forward", RIGHT)


def test_own_tasks_are_known_only_meanwhile():
    with with_own(own_tasks({FILE: the_guide_s_file()})):
        assert find_task("mgu.forward").function == "mgu"
    with pytest.raises(UnknownTask):
        find_task("mgu.forward")


def test_without_the_file_nothing_is_added():
    assert own_tasks({"data.txt": b""}) == {}


TASK = """\
from course_utils.checks.tasks import Task
from course_utils.checks.forward import examine_forward
from course_utils.equations import GRU
TASK = Task("{}", "mine", 2, (GRU,) * 3, examine_forward)
"""


def test_a_task_in_it_is_one_as_it_stands():
    assert own_tasks({FILE: TASK.format("mine.gru").encode()})["mine.gru"].points == 2


@pytest.mark.parametrize(
    "text, why",
    [
        (TASK.format("gru.forward"), "a task cannot be called 'gru.forward'"),
        (TASK.format("quiz.q1"), "a task cannot be called 'quiz.q1'"),
        ("import nothing_like_this", "line 1 does not load"),
        ("def f(:", "does not load"),
        ("\xff", "does not load"),
    ],
)
def test_what_does_not_do_is_said_in_one_line(text, why):
    with pytest.raises(CourseError, match=why):
        own_tasks({FILE: text.encode("latin-1")})


@pytest.mark.parametrize(
    "old, new, why",
    [('name="mgu"', 'name="gru"', "has a network called 'gru'"), ("@ W_hf +", "@ W_hh @ W_hq +", "does not load")],
)
def test_a_network_that_cannot_be_computed_or_has_a_taken_name_is_refused(old, new, why):
    changed = the_guide_s_file().decode().replace(old, new)
    assert changed.encode() != the_guide_s_file()
    with pytest.raises(CourseError, match=why):
        own_tasks({FILE: changed.encode()})
