"""The messages between the class run and its workers travel as they are, and start empty."""

from __future__ import annotations

import pickle

import pytest

from course_utils.grading.messages import CellResult, GradebookScores, GradedSubmission, Submission


@pytest.mark.parametrize(
    "message",
    [
        Submission("ada", {"gru": b"{}"}, {"notes.txt": b"x"}, {"gru": 7}),
        GradedSubmission("ada", cells={"gru": {"check": CellResult(1.0, 2.0, "Z is exchanged")}}),
        GradebookScores({"check": {"score": 1.0}}, 1.0, 2.0, 0.5),
    ],
)
def test_a_message_arrives_as_it_was_sent(message):
    assert pickle.loads(pickle.dumps(message)) == message


def test_two_graded_submissions_share_nothing():
    first, second = GradedSubmission("ada"), GradedSubmission("bo")
    first.notebooks["gru"] = "{}"
    assert second.notebooks == {}
