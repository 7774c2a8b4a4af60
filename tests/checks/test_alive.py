"""A check that takes long says so below its cell, in a line that the verdict replaces."""

from __future__ import annotations

import time

import pytest

from course_utils.checks import alive
from course_utils.checks.alive import Alive


class Publisher:
    """Keeps what is published, as a notebook does: a display that is updated is one display."""

    def __init__(self) -> None:
        self.shown: list[str] = []
        self.places: dict[str, int] = {}

    def publish(self, data, metadata=None, transient=None, update=False):
        self.metadata = metadata
        place = (transient or {}).get("display_id")
        if update:
            self.shown[self.places[place]] = data["text/plain"]
        else:
            self.places[place] = len(self.shown)
            self.shown.append(data["text/plain"])


@pytest.fixture
def publisher(monkeypatch):
    monkeypatch.setattr(alive, "FIRST", 0.05)
    monkeypatch.setattr(alive, "NEXT", 0.02)
    return Publisher()


def test_a_long_check_has_one_line_that_is_kept_new_and_then_replaced(publisher):
    with Alive("gru.forward", publisher) as line:
        deadline = time.monotonic() + 10
        while not publisher.shown and time.monotonic() < deadline:
            time.sleep(0.01)
    (words,) = publisher.shown
    assert words.startswith("gru.forward: still running after 0 s") and "stops it" in words
    line.show({"text/plain": "right"}, {"course": {"passed": True}})
    assert publisher.shown == ["right"] and publisher.metadata == {"course": {"passed": True}}


def test_a_short_check_shows_its_verdict_only(publisher, monkeypatch):
    monkeypatch.setattr(alive, "FIRST", 60)
    with Alive("gru.forward", publisher) as line:
        pass
    line.show({"text/plain": "right"})
    assert publisher.shown == ["right"]


def test_where_nobody_sees_a_line_there_is_no_thread():
    with Alive("gru.forward", None) as line:
        assert line.seconds >= 0 and not hasattr(line, "_thread")
