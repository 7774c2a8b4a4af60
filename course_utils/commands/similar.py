"""`course similar`: pairs of answers that are near-copies, with what they share, as a hint."""

from __future__ import annotations

from rich.console import Console

from course_utils.errors import CourseError
from course_utils.grading.course.folder import CourseFolder
from course_utils.grading.gradebook.results import names_of
from course_utils.grading.gradebook.similar import Match, Pair, similar_pairs
from course_utils.text import tidy
from course_utils.translation import say, to_say

SHOWN = 8  # lines or passages of a match
WHAT_IT_IS = to_say(
    "This is a hint and no proof: two people may have worked together as they were allowed to, read the same page, or "
    "had the same idea. Look at both answers, and talk to both."
)
HOW = to_say(
    "How it was found: of code, statements are compared without comments, layout, order and names of their own; of "
    "texts, words in a row. What stands in the assignment, its model solution or the chapters counts nothing, and what "
    "many wrote counts little: short right functions are alike by nature, so a copy of the usual answer is not found."
)

ONE_PAIR = to_say("{name}: 1 pair of {students} students with near-copies")
PAIRS = to_say("{name}: {count} pairs of {students} students with near-copies")


def run_similar(course: CourseFolder, assignment: str, console: Console | None = None) -> int:
    """Print the pairs. Raises UsageError for an unknown assignment, CourseError when nobody is graded."""
    pairs, compared, left_out = similar_pairs(course, assignment)
    if not compared:
        run = course.command(f"grade {assignment}")
        raise CourseError(
            say("no submission of {assignment} is graded yet; run: {run}", assignment=assignment, run=run)
        )
    with course.gradebook() as gradebook:
        names = names_of(gradebook)
    console = console or Console(highlight=False)
    heading = ONE_PAIR if len(pairs) == 1 else PAIRS
    title = say(heading, name=assignment, count=len(pairs), students=compared)
    console.print(f"{title}\n", style="bold", markup=False)
    for pair in pairs:
        _print_pair(pair, names, console)
    if left_out:
        left = say(", ").join(map(tidy, left_out))
        console.print(say("not compared, as they are not graded: {names}", names=left), markup=False)
    for paragraph in (*([WHAT_IT_IS] if pairs else []), HOW):
        console.print(say(paragraph), style="dim", markup=False)
    return 0


def _print_pair(pair: Pair, names: dict[str, str], console: Console) -> None:
    first, second = map(tidy, pair.students)
    both = (" ".join(filter(None, (tidy(student), tidy(names.get(student, ""))))) for student in pair.students)
    console.print(say("{one} and {other}", one=next(both), other=next(both)), style="bold", markup=False)
    for match in pair.matches:
        shared = {"part": match.part, "share": f"{100 * match.share:.0f}"}
        line = say("{part}: {share} % of what is uncommon in the two is the same", **shared)
        console.print(f"  {line}", markup=False)
        for line in _lines(match, first, second):
            console.print(f"    {line}", markup=False, soft_wrap=True)
    console.print()


def _lines(match: Match, first: str, second: str) -> list[str]:
    lines = []
    for one, other, count in match.shown[:SHOWN]:
        rarity = {"count": count, "total": match.answers}
        one, other = tidy(one), tidy(other)
        lines += (
            [say("both, in {count} of {total} answers: {line}", **rarity, line=one)]
            if one == other
            else [say("in {count} of {total} answers:", **rarity), f"  {first}: {one}", f"  {second}: {other}"]
        )
    more = len(match.shown) - SHOWN
    return [*lines, *([say("and {count} more", count=more)] if more > 0 else [])]
