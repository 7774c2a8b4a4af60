"""The table of what stays outside names rooms and stubs that exist."""

from __future__ import annotations

from course_utils.filesystem import REPOSITORY
from course_utils.sandbox.protocol.stubs import STUBS


def test_every_room_and_every_stub_is_there():
    package = REPOSITORY / "course_utils"
    for room, stub in STUBS.items():
        assert (package / room / "__init__.py").is_file()
        assert (package / "sandbox/inside/stub" / stub / "__init__.py").is_file()


def test_what_knows_the_answers_is_in_the_table():
    assert {"equations", "checks", "grading", "sandbox/outside"} <= set(STUBS)
