"""Names for the lecture: two words that stand for a student in every report, and say nothing of who it is.

They are drawn at random and kept in `records/pseudonyms.json`: what is computed from an id can be computed again by
whoever has the class list.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import count

from course_utils.errors import CourseError
from course_utils.filesystem import write_atomically
from course_utils.grading.course.folder import CourseFolder
from course_utils.grading.gradebook.results import ClassResults
from course_utils.translation import say

FIRST = (  # noqa: SIM905
    "amber ashen azure brave bright bronze calm chalk clear cloudy copper coral crimson dusky fair gentle "
    "golden green hazel humble indigo ivory jade jolly keen lemon little lunar mellow misty noble olive opal "
    "pale pearl plain quick quiet rosy ruby rustic sandy scarlet silver sunny swift tawny velvet violet warm wild "
    "young"
).split()
SECOND = (  # noqa: SIM905
    "acorn alder anchor aspen badger beetle birch brook canyon cedar cherry clover comet cove crane cricket dune "
    "elm ember falcon fern finch fjord fox glade grove harbor hare heron hill ibis island juniper kettle lagoon "
    "lake larch lark lynx maple marsh meadow moon moss oak orchard otter owl peak pebble pine plover pond poplar "
    "quail raven reed ridge river robin sparrow spruce star stone stork swan thistle tide valley willow wren"
).split()


def pseudonyms(course: CourseFolder, students: Iterable[str]) -> dict[str, str]:
    """Student -> pseudonym; those who have none yet get one, and keep it.

    Raises CourseError for a file of pseudonyms that cannot be read: others in its place would not be the same.
    """
    path = course.root / "records" / "pseudonyms.json"
    try:
        kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        known = {str(student): str(name) for student, name in kept.items()}
    except (OSError, ValueError, AttributeError) as error:
        raise CourseError(
            say("{file} cannot be read; put a copy in its place, or remove it for new pseudonyms", file=path)
        ) from error
    new = [student for student in students if student not in known]
    drawn = dict(zip(new, _drawn(set(known.values())), strict=False))
    if drawn:
        write_atomically(path, json.dumps(known | drawn, ensure_ascii=False, indent=1) + "\n")
    return known | drawn


def _drawn(taken: set[str]) -> Iterator[str]:
    """Pseudonyms that nobody has, in a random order, without end."""
    pairs = [f"{first} {second}" for first in FIRST for second in SECOND]
    secrets.SystemRandom().shuffle(pairs)
    for number in count(1):
        names = pairs if number == 1 else [f"{pair} {number}" for pair in pairs]
        yield from (name for name in names if name not in taken)


def anonymous(course: CourseFolder, results: ClassResults) -> ClassResults:
    """The results with pseudonyms, in their order, which is random; without reasons, which quote names of files."""
    names = pseudonyms(course, [*(result.student for result in results.students), *results.absent])
    students = (
        replace(result, student=names[result.student], reason="", found="", adopted=()) for result in results.students
    )
    return replace(
        results,
        students=tuple(sorted(students, key=lambda result: result.student)),
        absent=tuple(sorted(names[student] for student in results.absent)),
        not_due=frozenset(names[student] for student in results.not_due if student in names),
        names={},
    )
