"""`course translate`: what it says, and how it ends."""

from __future__ import annotations

import pytest

from course_utils.commands import translate as command
from course_utils.commands.translate import run_translate
from course_utils.errors import CourseError
from course_utils.filesystem import REPOSITORY
from course_utils.translating.course import State


@pytest.mark.parametrize(
    ("state", "check", "code"),
    [
        (State([], []), True, 0),
        (State([], [REPOSITORY / "a.po"]), True, 1),
        (State([], [REPOSITORY / "a.po"]), False, 0),
        (State(["a.po: 1 of 2 units, 0 of them stale"], []), False, 1),
    ],
)
def test_it_fails_for_what_is_missing_and_a_check_for_what_is_not_up_to_date(monkeypatch, capsys, state, check, code):
    monkeypatch.setattr(command, "translate", lambda *_, write: state)
    assert run_translate("zh", check) == code
    said = capsys.readouterr()
    assert ("a.po" in said.out) is bool(state.written)
    assert ("not translated" in said.err) is bool(state.lacks)


def test_a_language_that_the_course_does_not_have_is_refused():
    with pytest.raises(CourseError, match="one of zh; got 'de'"):
        run_translate("de")
