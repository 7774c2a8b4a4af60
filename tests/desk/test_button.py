"""The button hands in what is saved; where nobody can click, nothing is handed in."""

from __future__ import annotations

import pytest

import course_utils
from course_utils.desk import button
from tests.desk.toy_student import student, toy_course  # noqa: F401  (fixtures)


@pytest.fixture
def shown(monkeypatch):
    """What is displayed, in a front end where somebody is."""
    bundles = []
    monkeypatch.setattr("IPython.display.display", lambda bundle, raw: bundles.append(bundle))
    monkeypatch.setattr(button, "someone_is_there", lambda: True)
    return bundles


def test_a_click_hands_in_the_file_beside_and_shows_the_receipt(student, monkeypatch, shown):  # noqa: F811
    root = student()
    monkeypatch.chdir(root / "work" / "toy")
    monkeypatch.setenv("FORCE_COLOR", "1")  # as ipykernel does
    box = button._button("toy")
    click, page = box.children
    click.click()
    assert "toy.ipynb, as it was saved at " in page.value and "handed in: toy, " in page.value
    assert "3 of 3 points in the public checks, and 2 of bonus" in page.value and 'role="status"' in page.value
    assert "\x1b" not in page.value
    assert list((root / "work" / "toy" / "handed_in" / "toy").glob("*.zip")) and not click.disabled


def test_a_saved_page_says_how_to_hand_in_without_a_kernel(shown):
    course_utils.submit("gru")
    assert "application/vnd.jupyter.widget-view+json" in shown[0]
    assert shown[0]["text/plain"].endswith("./course submit gru")


def test_where_nobody_can_click_nothing_is_handed_in(shown, monkeypatch):
    monkeypatch.setattr(button, "someone_is_there", lambda: False)
    course_utils.submit("gru")
    assert list(shown[0]) == ["text/plain"]
