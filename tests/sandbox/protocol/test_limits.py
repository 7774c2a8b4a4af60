"""The limits of a submission travel to the warm parent as JSON, and are the same there."""

from __future__ import annotations

import dataclasses
import json

import pytest

from course_utils.sandbox.protocol.limits import HOME, MEBI, WORK, Limits


def test_limits_come_back_from_json_as_they_were():
    limits = Limits(cell_seconds=1.5, memory=7 * MEBI)
    assert Limits(**json.loads(json.dumps(dataclasses.asdict(limits)))) == limits


def test_limits_cannot_be_changed_by_those_who_share_them():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Limits().memory = 1  # type: ignore[misc]  # that is the test


def test_a_notebook_runs_in_a_folder_of_the_home():
    assert WORK.startswith(HOME + "/")
