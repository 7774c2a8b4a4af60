"""The overview knows nothing that is not known, and names first who lost most."""

from __future__ import annotations

import pytest

from course_utils.errors import CourseError
from course_utils.grading.course.release import register
from course_utils.grading.gradebook.overview import CourseOverview, Outcome, course_overview, distribution
from course_utils.grading.gradebook.results import ClassResults, Score, State, StudentResult
from tests.grading.gradebook.conftest import FORWARD, WHY


def of(overview, name):
    (row,) = (row for row in overview.students if row.student == name)
    return row


def test_the_sum_is_of_what_is_known_and_nothing_else_is_a_zero(overview):
    amina, cmd, chen = of(overview, "amina"), of(overview, "=cmd()"), of(overview, "陈, 晨")
    assert (amina.points, amina.known_max, amina.waiting) == (9 + 3, 8 + 6, 2)
    assert (cmd.points, cmd.known_max) == (0, 6)  # lstm was not handed in, and a part of gru waits
    assert (chen.points, chen.known_max) == (None, 0)
    assert of(overview, "bence").points == 4.5 + 7.5


def test_the_report_of_an_assignment_and_the_overview_know_the_same():
    scores = {FORWARD: Score(5.0), WHY: Score(1.5, needs_manual=True)}  # an answer that changed after it had 1.5 points
    waiting = StudentResult("amina", State.NEEDS_MANUAL, "", scores)
    results = ClassResults("gru", (FORWARD, WHY), (waiting,))
    (row,) = CourseOverview((results,)).students
    assert (waiting.points, row.points, waiting.known_max, row.known_max) == (5, 5, 6, 6)
    assert results.percent(waiting) == pytest.approx(100 * row.outcomes[0].share) == pytest.approx(100 * 5 / 6)
    assert results.percent(StudentResult("bo", State.NEEDS_MANUAL, "", {WHY: Score(0, needs_manual=True)})) is None


def test_who_lost_the_largest_share_comes_first_and_who_is_not_known_last(overview):
    needs = {row.student: row.need for row in overview.students}
    assert needs["olga"] == 1 and needs["=cmd()"] == 1  # nothing handed in, or nothing right in what is graded
    assert needs["amina"] == pytest.approx(3 / 14)  # her bonus makes up for nothing
    assert needs["bence"] == pytest.approx(3.5 / 16)  # and his lateness costs nothing here
    shares = [-1 if need is None else need for need in needs.values()]
    assert shares == sorted(shares, reverse=True) and list(needs)[-1] == "priya"


def test_what_calls_for_help_is_said_in_words(overview):
    assert of(overview, "olga").signs == ["not handed in: gru, lstm"]
    assert of(overview, "bence").signs == ["late: lstm"]
    assert of(overview, "=cmd()").signs == ["not handed in: lstm", "over half lost: gru"]
    assert of(overview, "陈, 晨").signs == ["not handed in: lstm", "not graded: gru"]
    assert of(overview, "priya").signs == of(overview, "amina").signs == []


def test_who_never_handed_in_and_who_may_still_do_so(overview):
    assert [row.student for row in overview.never] == ["olga", "priya"]
    assert overview.missing("gru") == ["olga"]
    assert {outcome.state for outcome in of(overview, "priya").outcomes} == {"not due yet"}


def test_the_distribution_is_of_shares_and_counts_nobody_who_is_not_graded():
    def outcome(points):
        return Outcome("gru", 6, StudentResult("x", State.GRADED, "", {FORWARD: Score(points)}))

    ungraded = Outcome("gru", 6, StudentResult("y", State.NOT_GRADED, "broken"))
    counts = distribution([*map(outcome, (0, 0.5, 0.6, 3, 5.4, 6, 7)), ungraded, Outcome("gru", 6, None)])
    assert counts == [2, 1, 0, 0, 0, 1, 0, 0, 0, 3]


# From a course


def test_a_course_of_which_nothing_is_graded_says_what_to_run(course):
    with pytest.raises(CourseError, match=r"nothing has been graded yet; run: \./course grade ASSIGNMENT"):
        course_overview(course)
    register(course, "toy")
    with pytest.raises(CourseError, match="nothing has been graded yet"):
        course_overview(course)


def test_students_of_the_gradebook_who_handed_in_nothing_are_there_with_their_names(again):
    with again.gradebook() as gradebook:
        gradebook.add_student("zoe", first_name="Zoë", last_name="Nagy")
    (again.source / "later").mkdir()
    overview = course_overview(again)
    zoe = of(overview, "zoe")
    assert (zoe.name, zoe.points, [outcome.is_missing for outcome in zoe.outcomes]) == ("Zoë Nagy", None, [True])
    assert overview.students[0] is zoe and overview.ungraded == ("later",)
    late = of(overview, "late")
    assert late.outcomes[0].result.late == 1 and late.signs == ["late: toy"]
    assert (late.points, late.known_max, late.waiting) == (0, 3, 2)  # the penalty of this course takes everything
