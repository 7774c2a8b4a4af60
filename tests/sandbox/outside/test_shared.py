"""A process has one sandbox for each kind and limits, and ends them all."""

from __future__ import annotations

import pytest

from course_utils.sandbox.outside import shared
from course_utils.sandbox.protocol.limits import Limits


class Started:
    def __init__(self, limits, kind, parent) -> None:
        self.limits, self.kind, self.parent, self.is_closed = limits, kind, parent, False

    def close(self) -> None:
        self.is_closed = True


@pytest.fixture(autouse=True)
def nothing_is_started(monkeypatch):
    monkeypatch.setattr(shared, "Sandbox", Started)
    monkeypatch.setattr(shared, "_shared", {})


def test_the_same_limits_and_kind_share_a_sandbox():
    assert shared.shared_sandbox(Limits(), "none") is shared.shared_sandbox(Limits(), "none")


def test_other_limits_or_another_kind_have_their_own():
    ours = shared.shared_sandbox(Limits(), "none")
    assert ours is not shared.shared_sandbox(Limits(), "bubblewrap")
    assert ours is not shared.shared_sandbox(Limits(cell_seconds=1), "none")


def test_all_are_ended_once():
    started = [shared.shared_sandbox(Limits(), kind) for kind in shared.KINDS]
    shared.close_sandboxes()
    assert all(sandbox.is_closed for sandbox in started)
    assert shared.shared_sandbox(Limits(), "none") not in started


class Warming:
    """A parent that was started."""

    def __init__(self, kind="bubblewrap") -> None:
        self.kind, self.process, self.has_ended = kind, self, False

    start = classmethod(lambda cls, kind: cls(kind))

    def kill(self) -> None: ...

    def end(self) -> None:
        self.has_ended = True


@pytest.fixture
def start_early(monkeypatch):
    monkeypatch.setattr(shared, "_early", {})
    monkeypatch.setattr(shared, "Parent", Warming)
    monkeypatch.setattr(shared, "why_no_sandbox", lambda: "")
    return shared.start_early


def test_a_parent_that_was_started_early_is_the_first_sandbox_s(start_early):
    start_early("bubblewrap")
    early = shared._early["bubblewrap"]
    assert shared.shared_sandbox(Limits(), "none").parent is None, "it has walls, and this one none"
    assert shared.shared_sandbox(Limits(), "bubblewrap").parent is early
    assert shared.shared_sandbox(Limits(cell_seconds=1), "bubblewrap").parent is None


def test_a_parent_that_was_started_for_nothing_is_ended(start_early):
    start_early("bubblewrap")
    early = shared._early["bubblewrap"]
    shared.close_sandboxes()
    assert early.has_ended and not shared._early


def test_no_second_one_is_started(start_early):
    start_early("bubblewrap")
    start_early("bubblewrap")
    assert len(shared._early) == 1
    shared.shared_sandbox(Limits(), "bubblewrap")
    start_early("bubblewrap")
    assert not shared._early, "the sandbox is there"


def test_without_bubblewrap_nothing_is_started_early_in_its_place_unless_anything_will_do(start_early, monkeypatch):
    monkeypatch.setattr(shared, "why_no_sandbox", lambda: "bubblewrap is not installed")
    start_early("bubblewrap")
    assert not shared._early
    start_early()
    assert list(shared._early) == ["none"]


def test_nothing_is_started_early_where_a_process_cannot_fork(start_early, monkeypatch):
    monkeypatch.setattr(shared, "can_fork", lambda: False)
    start_early("none")
    assert not shared._early
