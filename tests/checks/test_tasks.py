"""Tasks are found by name, ask for one function, and never raise whatever a student hands them."""

from __future__ import annotations

import nbformat
import pytest
import torch

from course_utils.checks import EXERCISES, TASKS, find_task
from course_utils.checks.tasks import UnknownTask
from course_utils.filesystem import REPOSITORY

from .answers.gru_forward_right import as_the_equations_say
from .answers.gru_params import in_a_list
from .answers.gru_state import zeros


@pytest.mark.parametrize("name", TASKS)
def test_a_task_is_found_by_its_name(name):
    assert find_task(name).name == name


@pytest.mark.parametrize(
    "name, task",
    [("gru.get_params", "gru.params"), ("gru.init_gru_state", "gru.state"), ("gru.gru", "gru.forward")],
)
def test_a_task_is_found_by_its_function(name, task):
    assert find_task(name) is TASKS[task]


@pytest.mark.parametrize("name", ["gru.nothing", "", "GRU.forward"])
def test_an_unknown_task_is_an_error_that_lists_the_known_ones(name):
    with pytest.raises(UnknownTask, match=rf"gru\.params, gru\.state, gru\.forward.*got '{name}'"):
        find_task(name)


@pytest.mark.parametrize("name", EXERCISES)
def test_an_exercise_is_a_task_without_points(name):
    assert (find_task(name).name, find_task(name).points) == (name, 0)


@pytest.mark.parametrize(
    "name, meant",
    [
        ("exercise.clp", "exercise.clip"),
        ("gru.foward", "gru.forward"),
        ("GRU.params", "gru.params"),
        ("rnn.stp", "rnn.step"),
    ],
)
def test_a_misspelt_task_is_told_which_one_is_meant(name, meant):
    with pytest.raises(UnknownTask, match=rf"no task is called '{name}': did you mean {meant}\?"):
        find_task(name)


def test_a_misspelt_exercise_lists_the_exercises_and_no_graded_task():
    with pytest.raises(UnknownTask) as failure:
        find_task("exercise.nothing_at_all")
    assert "exercise.perplexity" in str(failure.value) and "gru.params" not in str(failure.value)


def test_the_older_name_of_a_task_asks_the_same():
    older, new = find_task("gru.bonus"), find_task("gru.after")
    assert (older.function, older.networks, older.examiner) == (new.function, new.networks, new.examiner)


@pytest.mark.parametrize("part", ["params", "state", "forward"])
@pytest.mark.parametrize("assignment", ["rnn", "gru", "lstm", "deep_rnn", "birnn"])
def test_every_assignment_of_the_contract_has_its_three_parts(assignment, part):
    assert find_task(f"{assignment}.{part}").points > 0


def test_an_answer_is_judged_the_same_way_twice():
    task = find_task("gru.forward")
    assert task.examine(as_the_equations_say).text() == task.examine(as_the_equations_say).text()


@pytest.mark.parametrize("name", [*TASKS, *EXERCISES])
@pytest.mark.parametrize("thing", [None, 3, "gru", [as_the_equations_say]], ids=["none", "number", "name", "list"])
def test_an_object_that_is_no_function_is_refused(name, thing):
    verdict = find_task(name).examine(thing)
    assert verdict.points == 0
    assert f"expected the function {find_task(name).function}, got a {type(thing).__name__}" in verdict.text()
    assert "run that cell" in verdict.text()


@pytest.mark.parametrize("objects", [(), (as_the_equations_say, as_the_equations_say)], ids=["none", "two"])
def test_a_task_asks_for_one_function(objects):
    verdict = find_task("gru.forward").examine(*objects)
    assert verdict.points == 0
    assert f'check("gru.forward", gru); got {len(objects)} objects' in verdict.text()


class Unprintable(Exception):
    def __str__(self):
        raise ValueError("no words")


class Hostile:
    """Whatever is asked of it, it raises."""

    def __getattribute__(self, name):
        raise RuntimeError(name)


def raises_what_cannot_be_printed(*arguments):
    raise Unprintable


def returns_something_hostile(*arguments):
    return Hostile()


def leaves_python(*arguments):
    raise SystemExit(1)


def yields_instead(*arguments):
    yield from arguments


FURTHER = ("rnn.step", "lstm.forget_bias", "deep_rnn.residual", "deep_rnn.signal", "birnn.gap")
MISCHIEF = [
    raises_what_cannot_be_printed,
    returns_something_hostile,
    leaves_python,
    yields_instead,
    dict,
    len,
]


@pytest.mark.parametrize("name", [name for name in TASKS if name.startswith("gru.")] + [*EXERCISES, *FURTHER])
@pytest.mark.parametrize("mischief", MISCHIEF, ids=lambda thing: thing.__name__)
def test_nothing_a_student_writes_makes_an_examination_raise(name, mischief):
    assert find_task(name).examine(mischief).points == 0


@pytest.mark.parametrize("default", ["meta", "cuda"])
@pytest.mark.parametrize(
    "name", [name for name in TASKS if name.startswith("gru.") and name not in ("gru.after", "gru.bonus")]
)
def test_a_default_device_of_the_students_changes_no_verdict(name, default):
    """Whether this machine has it or not: a default may be set before anything is made there."""
    answer = {"gru.params": in_a_list, "gru.state": zeros}.get(name, as_the_equations_say)
    with torch.device(default):
        verdict = find_task(name).examine(answer)
    assert verdict.passed, verdict.text()


def test_a_check_leaves_the_draws_of_a_gpu_alone(monkeypatch):
    seeded = []
    monkeypatch.setattr(torch.cuda, "manual_seed_all", lambda seed: seeded.append(seed))
    assert find_task("gru.params").examine(in_a_list).passed
    assert seeded == []


@pytest.mark.parametrize("assignment", ["rnn", "gru", "lstm", "deep_rnn", "birnn"])
def test_the_points_of_a_check_s_cell_are_those_of_its_task(assignment):
    cells = nbformat.read(REPOSITORY / "source" / assignment / f"{assignment}.ipynb", as_version=4).cells
    asked = [(cell.metadata.nbgrader.points, cell.source.split('"')[1]) for cell in cells if "check(" in cell.source]
    assert len(asked) >= 5
    assert [(points, name) for points, name in asked if points != TASKS[name].points] == []
