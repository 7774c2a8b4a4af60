"""A grade expires when anything changes that decides on points."""

import pytest

from course_utils.grading.gradebook import records


def test_everything_that_decides_on_points_exists():
    assert len(records.grader_places()) == len(records.DECIDES_ON_POINTS)


def test_a_name_that_does_not_exist_is_an_error_and_not_skipped(monkeypatch):
    monkeypatch.setattr(records, "DECIDES_ON_POINTS", ("checks", "renamed.py"))
    with pytest.raises(FileNotFoundError, match=r"renamed\.py is named in DECIDES_ON_POINTS"):
        records.grader_places()
