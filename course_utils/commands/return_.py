"""`course return`: feedback and grades for a learning platform, and who is not among them. (`return` is a keyword.)"""

from __future__ import annotations

from pathlib import Path

from course_utils.grading.course.folder import CourseFolder
from course_utils.grading.course.lock import writing
from course_utils.grading.platforms.give_back import Returned, give_back
from course_utils.grading.platforms.roster import Roster, read_roster
from course_utils.translation import say, to_say

WITHOUT_PAGE = to_say(
    "without a page in feedback.zip, as these did not come from {platform} and have no name to go back under (the "
    "grades are in grades.csv): {names}"
)


def run_return(
    course: CourseFolder, assignment: str, platform: str | None, worksheet: Path | None, column: str | None
) -> None:
    """Make it, and print what was made and who is named with an empty grade."""
    with writing(course, f"./course return {assignment}"):
        done = give_back(course, assignment, platform, worksheet, column)
    for line in lines(done, read_roster(course)):
        print(line)


def lines(done: Returned, roster: Roster) -> list[str]:
    """What is printed."""

    def called(student: str) -> str:
        person = roster.people.get(student)
        if person is None or person.name == student:
            return student
        return say("{name} ({student})", name=person.name, student=student)

    said = [say("{count} graded, for {platform}", count=len(done.graded), platform=done.platform)]
    if done.waiting:
        names = say(", ").join(map(called, done.waiting))
        said.append(say("needs manual grading, without grade and feedback: {names}", names=names))
    said += [
        say("the version before is graded, and goes back: {who}: {why}", who=called(who), why=why)
        for who, why in done.earlier.items()
    ]
    said += [
        say("not graded, without grade and feedback: {who}: {why}", who=called(who), why=why)
        for who, why in done.not_graded.items()
    ]
    said += [say("left out: {who} {why}", who=called(who), why=why) for who, why in done.left_out.items()]
    if done.without_page:
        names = say(", ").join(map(called, done.without_page))
        said.append(say(WITHOUT_PAGE, platform=done.platform.capitalize(), names=names))
    return said + done.notes + [str(path) for path in done.files]
