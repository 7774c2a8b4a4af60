"""The catalogues have every message of the package once."""

from __future__ import annotations

from course_utils.translating.messages import messages_by_room
from course_utils.translating.units import Unit


def test_messages_are_found_in_modules_and_templates_room_by_room(tmp_path):
    (tmp_path / "checks").mkdir()
    (tmp_path / "checks" / "a.py").write_text(
        'say("one {x} " "sentence", x=1)\nTABLE = {1: to_say("later")}\nsay(TABLE[1])'
    )
    (tmp_path / "checks" / "page.html.j2").write_text("<p>{{ say('a page of {n}', n=1) }}</p>")
    (tmp_path / "b.py").write_text('say("later")\nsay("ground")\nprint("not a message")')
    assert messages_by_room(tmp_path) == {
        "ground": [Unit(None, "later"), Unit(None, "ground")],
        "checks": [Unit(None, "one {x} sentence"), Unit(None, "a page of {n}")],
    }
