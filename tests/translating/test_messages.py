"""The catalogues have every message of the package once."""

from __future__ import annotations

import re

from babel.messages.pofile import read_po

from course_utils.translating.messages import messages_by_room
from course_utils.translating.units import Unit
from course_utils.translation import CATALOGUES


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


def test_what_help_shows_of_a_command_is_a_message(tmp_path):
    (tmp_path / "commands").mkdir()
    (tmp_path / "commands" / "cli.py").write_text(
        '@app.command()\ndef lab():\n    """Open it.\n\n    More.\n    """\n\ndef other():\n    """No command."""\n'
    )
    assert messages_by_room(tmp_path) == {"commands": [Unit(None, "Open it.\n\nMore.")]}


def test_no_translation_asks_for_a_part_that_its_english_does_not_have():
    for path in CATALOGUES.glob("*/*.po"):
        with open(path, "rb") as file:
            messages = [message for message in read_po(file) if message.id and message.string]
        wrong = [message.id for message in messages if not parts(message.string) <= parts(message.id)]
        assert wrong == [], path.name


def parts(message):
    """What is filled in: a message without names in braces is taken as it is."""
    return set(re.findall(r"\{([a-z]\w*)\}", message))
