"""Due dates go from the gradebook to the students' edition."""

import shutil
from datetime import datetime

from course_utils.filesystem import REPOSITORY
from course_utils.grading.course.folder import open_course
from course_utils.handout.due_dates import due_dates


def test_due_dates_are_those_of_the_gradebook_in_utc_and_no_gradebook_is_made_to_look(tmp_path):
    (tmp_path / "source").mkdir()
    shutil.copy(REPOSITORY / "nbgrader_config.py", tmp_path)
    course = open_course(tmp_path)
    assert due_dates(course, ["gru"]) == {} and not list(tmp_path.glob("gradebook*"))
    with course.gradebook() as gradebook:
        gradebook.add_assignment("gru", duedate=datetime(2026, 12, 5, 22, 59))
        gradebook.add_assignment("lstm")
        gradebook.add_assignment("not released", duedate=datetime(2026, 12, 5))
    assert due_dates(course, ["gru", "lstm", "rnn"]) == {"gru": "2026-12-05T22:59:00+00:00"}
