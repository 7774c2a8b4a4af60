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
