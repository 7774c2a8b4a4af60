"""`course similar`: pairs of answers that are near-copies, with what they share, as a hint."""

from __future__ import annotations

from rich.console import Console

from course_utils.errors import CourseError
from course_utils.grading.course.folder import CourseFolder
from course_utils.grading.gradebook.results import names_of
from course_utils.grading.gradebook.similar import Match, Pair, similar_pairs
from course_utils.text import tidy
from course_utils.translation import say

SHOWN = 8  # lines or passages of a match
WHAT_IT_IS = (
    "This is a hint and no proof: two people may have worked together as they were allowed to, read the same page, or "
    "had the same idea. Look at both answers, and talk to both."
)
HOW = (
    "How it was found: of code, statements are compared without comments, layout, order and names of their own; of "
    "texts, words in a row. What stands in the assignment, its model solution or the chapters counts nothing, and what "
    "many wrote counts little: short right functions are alike by nature, so a copy of the usual answer is not found."
)


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
    count = f"{len(pairs)} pairs" if len(pairs) != 1 else "1 pair"
    console.print(f"{assignment}: {count} of {compared} students with near-copies\n", style="bold", markup=False)
    for pair in pairs:
        _print_pair(pair, names, console)
    if left_out:
        console.print(f"not compared, as they are not graded: {', '.join(map(tidy, left_out))}", markup=False)
    for paragraph in (*([WHAT_IT_IS] if pairs else []), HOW):
        console.print(paragraph, style="dim", markup=False)
    return 0


def _print_pair(pair: Pair, names: dict[str, str], console: Console) -> None:
    first, second = map(tidy, pair.students)
    both = (" ".join(filter(None, (tidy(student), tidy(names.get(student, ""))))) for student in pair.students)
    console.print(" and ".join(both), style="bold", markup=False)
    for match in pair.matches:
        console.print(
            f"  {match.part}: {100 * match.share:.0f} % of what is uncommon in the two is the same", markup=False
        )
        for line in _lines(match, first, second):
            console.print(f"    {line}", markup=False, soft_wrap=True)
    console.print()


def _lines(match: Match, first: str, second: str) -> list[str]:
    lines = []
    for one, other, count in match.shown[:SHOWN]:
        rarity = f"in {count} of {match.answers} answers"
        one, other = tidy(one), tidy(other)
        lines += (
            [f"both, {rarity}: {one}"] if one == other else [f"{rarity}:", f"  {first}: {one}", f"  {second}: {other}"]
        )
    more = len(match.shown) - SHOWN
    return [*lines, *([f"and {more} more"] if more > 0 else [])]
