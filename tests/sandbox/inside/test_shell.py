"""A shell's output is messages, in order."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from course_utils.filesystem import REPOSITORY

CODE = """
import json, sys
from course_utils.sandbox.inside import shell
real, messages = sys.stdout, []
made = shell.listen(messages.append)
made.run_cell(sys.argv[1])
shell.flush()
print(json.dumps([messages, made.history_manager.enabled]), file=real)
"""


def messages_of(source: str) -> list[dict]:
    """The shell is one per process."""
    done = subprocess.run(
        [sys.executable, "-c", CODE, source], capture_output=True, text=True, cwd=REPOSITORY, check=True
    )
    messages, keeps_a_history = json.loads(done.stdout)
    assert not keeps_a_history
    return messages


def test_text_on_both_streams_and_a_result_come_as_messages_in_order():
    first, second, third = messages_of("import sys\nprint('a')\nsys.stdout.flush()\nprint('b', file=sys.stderr)\n7")
    assert (first["text"], second["text"], second["name"]) == ("a\n", "b\n", "stderr")
    assert (third["is"], third["data"]["text/plain"]) == ("result", "7")


def test_many_characters_are_passed_on_before_the_end():
    texts = [message["text"] for message in messages_of("for _ in range(3): print('x' * 9000)")]
    assert len(texts) >= 3 and "".join(texts) == ("x" * 9000 + "\n") * 3


def test_an_error_comes_with_its_name_even_where_its_message_cannot_be_read():
    (message,) = messages_of("class Mute(Exception):\n    def __str__(self): raise ValueError\nraise Mute")
    assert (message["is"], message["ename"], message["evalue"]) == ("error", "Mute", "(its message cannot be read)")


@pytest.mark.parametrize("value", ["b'x'", "7"])
def test_a_stream_takes_text_only(value):
    (message,) = messages_of(f"import sys\nsys.stdout.write({value})")
    assert message["ename"] == "TypeError"
