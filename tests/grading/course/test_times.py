"""A time is read in one way or refused with the remedy, by us and by nbgrader's own commands in a course folder."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime

import pytest

from course_utils.grading.course.times import AmbiguousTime, parse_time

NOON = datetime(2026, 1, 31, 12)


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-31 12:00 UTC", "2026-01-31T12:00:00Z", "2026-01-31 20:00 +0800", "2026-01-31T20:00:00+08:00",
        "2026-01-31 20:00 Asia/Shanghai", "2026-01-31 07:00:00 America/New_York", "2026-01-31 06:30:00.000 -0530",
    ],
)  # fmt: skip
def test_one_moment_in_many_writings(text):
    assert parse_time(text) == NOON


def test_what_nbgrader_writes_is_read_as_nbgrader_means_it():
    assert parse_time("2015-02-02 15:58:23.948203 America/Los_Angeles") == datetime(2015, 2, 2, 23, 58, 23, 948203)
    assert parse_time("2015-02-02 15:58:23.948203 UTC") == datetime(2015, 2, 2, 15, 58, 23, 948203)
    assert parse_time("2026-01-31 12:00:00", naive_is_utc=True) == NOON


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-31 23:59 CST", "2026-01-31 23:59 EST", "2026-01-31 11:30 PM", "11:30 PM", "02/12",
        "02/12/2026 23:59 UTC", "2026-01-31", "2026-01-31 23:59", "31.01.2026 12:00 UTC",
        "2026-02-30 12:00 UTC", "2026-01-31 25:00 UTC", "2026-01-31 12:00 Asia/Shangai",
        "2026-01-31 12:00 ../../etc", "2026-01-31 12:00 +2500", "tomorrow", "",
        "2026-10-25 02:30 Europe/Vienna", "2026-03-29 02:30 Europe/Vienna", "2026-01-31 12:00 800",
    ],
)  # fmt: skip
def test_what_is_ambiguous_is_refused_with_a_way_to_write_it(text):
    with pytest.raises(AmbiguousTime, match=r"; write .*UTC|; write 2026-01-31 23:59 Asia/Shanghai"):
        parse_time(text, naive_is_utc=True)


def test_a_naive_time_is_refused_where_people_write_it():
    with pytest.raises(AmbiguousTime, match="does not say in which time zone"):
        parse_time("2026-01-31 23:59:00")


@pytest.fixture
def add(course):
    """`nbgrader db assignment add toy --duedate …` in a course folder; what became of it."""

    def run(duedate: str) -> tuple[str, list[datetime | None]]:
        command = [sys.executable, "-m", "nbgrader", "db", "assignment", "add", "toy", "--duedate", duedate]
        done = subprocess.run(command, cwd=course.root, capture_output=True, text=True, timeout=120, check=False)
        with course.gradebook() as gradebook:
            return done.stderr, [assignment.duedate for assignment in gradebook.assignments]

    return run


def test_nbgraders_own_command_reads_due_dates_as_strictly(add):
    said, due = add("2026-01-31 23:59 CST")
    assert due == [] and said.count("\n") == 1 and "write 2026-01-31 23:59 Asia/Shanghai" in said
    assert add("2026-01-31 20:00 +0800") == ("", [NOON])
    said, due = add("02/12")
    assert due == [NOON] and "can be read in one way only" in said
