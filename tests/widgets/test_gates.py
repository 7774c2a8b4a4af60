"""The parts that the explorers of gates share: the pulse, the range of a gate, and labels that can be read."""

from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.widgets.gates import PULSE_STEP, STEPS, over_time, require_gates, spread


@dataclass(frozen=True)
class Settings:
    """Of a unit with one gate."""

    G: float = 0.25
    G_at_pulse: float = 0.75
    pulse: float = -1.0


def test_the_input_and_the_gate_change_at_the_pulse_and_nowhere_else():
    steps = list(over_time(Settings(), "G"))
    assert len(steps) == STEPS
    assert steps.pop(PULSE_STEP - 1) == (-1.0, 0.75)
    assert set(steps) == {(0.0, 0.25)}


def test_a_pulse_may_be_negative_and_a_gate_may_not():
    require_gates(Settings(G=0.0, G_at_pulse=1.0, pulse=-1.0))
    with pytest.raises(ValueError, match=r"G_at_pulse is a gate: between 0 and 1, not 1\.5"):
        require_gates(Settings(G_at_pulse=1.5))


@given(heights=st.lists(st.floats(-30, 30), min_size=1, max_size=4))
def test_labels_stay_inside_the_picture_apart_and_in_their_order(heights):
    placed = spread(heights, apart=0.25, limit=1.0)
    assert all(abs(height) <= 1 + 1e-9 for height in placed)
    ordered = sorted(placed)
    assert all(above - below >= 0.25 - 1e-9 for below, above in pairwise(ordered))
    assert sorted(range(len(heights)), key=placed.__getitem__) == sorted(range(len(heights)), key=heights.__getitem__)


def test_labels_that_have_room_stay_where_they_are():
    assert spread([0.5, -0.5, 0.0], apart=0.25, limit=1.0) == [0.5, -0.5, 0.0]


def test_labels_that_are_too_close_move_up_and_down_alike():
    assert spread([0.25, 0.25], apart=0.5, limit=1.0) == [0.0, 0.5]
