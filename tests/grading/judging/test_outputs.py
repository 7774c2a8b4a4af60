"""A cell's outputs, as they are shown and as they count."""

from __future__ import annotations

import pytest

from course_utils.grading.judging.outputs import Flood, Outputs


def display(text: str, place: str | None = None, kind: str = "display") -> dict:
    return {"is": kind, "data": {"text/plain": text}, "place": place}


def test_what_is_shown_in_two_places_changes_in_both():
    shown: dict = {}
    first, second = Outputs(shown), Outputs(shown)
    first.add(display("old", "here"))
    second.add(display("old", "here"))
    second.add(display("new", "here", "update"))
    assert [node.data["text/plain"] for node in (*first.nodes, *second.nodes)] == ["new", "new"]


def test_a_change_counts_for_every_place_where_it_is_shown():
    outputs = Outputs({}, max_size=10_000)
    for _ in range(100):
        outputs.add(display("x", "here"))
    with pytest.raises(Flood):
        outputs.add(display("y" * 1000, "here", "update"))
    assert {node.data["text/plain"] for node in outputs.nodes} == {"x"}


def test_a_change_of_what_was_never_shown_harms_nothing():
    outputs = Outputs()
    outputs.add(display("x", "nowhere", "update"))
    assert outputs.nodes == []
