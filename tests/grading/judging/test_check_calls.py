"""The checks of a graded cell are read from its source, and from nothing that runs."""

from __future__ import annotations

import pytest

from course_utils.grading.judging.check_calls import CheckCall, CheckCalls, check_calls_in


def test_a_cell_with_one_check_asks_for_its_task_and_expressions():
    assert check_calls_in('check("gru.forward", gru)') == CheckCalls((CheckCall("gru.forward", ("gru",)),), "")


def test_a_check_of_the_package_and_of_the_quiz_is_one_too():
    calls = check_calls_in('d2l.check("gru.state", init)\ncheck("quiz.q1", answers["a"])').calls
    assert calls == (CheckCall("gru.state", ("init",)), CheckCall("quiz.q1", ("answers['a']",)))


def test_all_else_in_the_cell_is_the_rest_without_the_checks():
    asked = check_calls_in('import math\ncheck("gru.state", init)\nassert math.pi > 3')
    assert asked.rest == "import math\nassert math.pi > 3"
    assert len(asked.calls) == 1


@pytest.mark.parametrize(
    "source",
    [
        'check("something of the instructor\'s", x)',
        'check(task, gru)',
        'check("gru.forward", function=gru)',
        'check()',
        'x = check("gru.forward", gru)',
        'if True:\n    check("gru.forward", gru)',
        '"check(\\"gru.forward\\", gru)"',
        "this is no Python",
        "\0",
    ],
)  # fmt: skip
def test_anything_else_is_left_to_the_students_kernel_as_it_is(source):
    assert check_calls_in(source) == CheckCalls((), source)


def test_a_magic_beside_a_check_does_not_hide_it():
    assert check_calls_in('%matplotlib inline\ncheck("gru.forward", gru)').calls
