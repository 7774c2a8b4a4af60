"""Where no walls hide them, the rooms that stay outside are met as their stubs, which have the names they need."""

from __future__ import annotations

import importlib

import pytest

import course_utils
from course_utils import checks, equations
from course_utils.sandbox.inside.stand_ins import StandIns
from course_utils.sandbox.inside.stub import equations as stub
from course_utils.student_code.library_cells import ReferenceUsed
from tests.grading.judged import judged

FIND = StandIns().find_spec


@pytest.mark.parametrize("room", ["equations", "checks", "grading", "sandbox.outside"])
def test_a_room_that_stays_outside_is_found_as_its_stub(room):
    spec = FIND(f"course_utils.{room}")
    assert spec is not None and "/stub/" in spec.origin.replace("\\", "/")


def test_any_other_module_is_left_to_python():
    assert FIND("course_utils.training") is FIND("course_utils.equations.networks") is FIND("torch") is None


def test_the_equations_that_cannot_be_seen_have_the_names_of_those_that_can():
    assert stub.__all__ == equations.__all__


@pytest.mark.parametrize(
    "use",
    [
        lambda name: name(),
        lambda name: name[0],
        lambda name: list(name),
        lambda name: name.parameters,
        lambda name: "gru" in name,
    ],
    ids=["called", "indexed", "gone through", "looked into", "searched"],
)
def test_a_stand_in_says_why_it_is_of_no_use(use):
    with pytest.raises(ReferenceUsed, match="GRU is the course's own and no answer; it is not there when"):
        use(stub.GRU)


def test_a_stand_in_can_be_shown():
    assert repr(stub.GRU).startswith("GRU (of the course's own equations")
    assert not hasattr(stub.GRU, "_repr_html_")


def test_every_public_name_can_be_imported_where_a_notebook_is_graded(sandbox):
    """An import that fails takes the rest of its cell with it: a new name of the checks needs one in their stub."""
    names = [f"from course_utils import {name}" for name in course_utils.__all__]
    names += [f"from course_utils.equations import {name}" for name in equations.__all__]
    names += [f"from course_utils.checks import {name}" for name in ("CheckFailed", "check", "hint")]
    assert {"check", "hint"} <= set(checks.__all__)
    cell = judged(sandbox, "\n".join([*names, "hint('gru.forward')", "print('imported')"])).notebook.cells[0]
    (output,) = cell.outputs
    assert output.text == "gru.forward: hints are given in your notebook, before it is handed in\nimported\n"


def test_the_stub_of_what_grades_says_that_it_stays_outside():
    with pytest.raises(ImportError, match="stays outside when a notebook is graded"):
        importlib.import_module("course_utils.sandbox.inside.stub.withheld")
