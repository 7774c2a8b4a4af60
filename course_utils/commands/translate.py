"""`course translate`: the course in another language, from its catalogues."""

from __future__ import annotations

import sys

from course_utils.errors import CourseError
from course_utils.filesystem import REPOSITORY
from course_utils.translating.course import State, translate
from course_utils.translation import LANGUAGES, say, to_say


def run_translate(language: str = "zh", check: bool = False) -> int:
    """Bring catalogues and what is made of them up to date; with `check` only say what is not. Returns 0 or 1.

    Raises CourseError for a language that the course does not have.
    """
    others = [code for code in LANGUAGES if code != "en"]
    if language not in others:
        parts = {"languages": say(", ").join(others), "language": repr(language)}
        raise CourseError(say("expected a language other than English, one of {languages}; got {language}", **parts))
    state: State = translate(language, REPOSITORY, write=not check)
    for path in state.written:
        line = to_say("not up to date: {path}") if check else to_say("written: {path}")
        print(say(line, path=path.relative_to(REPOSITORY)))
    for lack in state.lacks:
        print(say("not translated: {line}", line=lack), file=sys.stderr)
    return 1 if state.lacks or (check and state.written) else 0
