"""The language of a course's assignments: `c.Course.language` in its settings, and English without it.

`source/` is written once, in English; its catalogues are in `translations/LANGUAGE/assignments/`, of the course folder
or else of this repository. An assignment without a catalogue is taken as it is: it may have been written in that
language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from nbformat.notebooknode import NotebookNode
from traitlets.config import Config

from course_utils.errors import UsageError
from course_utils.filesystem import REPOSITORY
from course_utils.grading.course.notebook_file import read_notebook
from course_utils.translation import LANGUAGES, say, speaking, to_say

ENGLISH = "en"
ASKED = re.compile(r"""^[ \t]*(?:d2l\.|course_utils\.)?language\(\s*["'](\w+)["']\s*\)""", re.MULTILINE)
TEXT_STUB = to_say("YOUR ANSWER HERE")
CODE_COMMENT = to_say("# YOUR CODE HERE")
CODE_ERROR = to_say("write this part, then run the check below")


def course_language(config: Config) -> str:
    """The code of the language. Raises UsageError for one that the course does not have."""
    language = config.get("Course", {}).get("language", ENGLISH)
    if language not in LANGUAGES:
        known = say(" or ").join(repr(code) for code in LANGUAGES)
        raise UsageError(
            say("nbgrader_config.py: expected c.Course.language to be {known}, got {language}", known=known,
                language=repr(language))
        )  # fmt: skip
    return str(language)


def source_notebook(path: Path, language: str) -> NotebookNode:
    """An assignment's notebook of `source/` in a language. Raises NotebookFileError as `read_notebook`."""
    return in_language(read_notebook(path), path, language)


def in_language(notebook: NotebookNode, path: Path, language: str) -> NotebookNode:
    """The notebook that was read from `source/ASSIGNMENT/NAME.ipynb`, in another language."""
    if language == ENGLISH:
        return notebook
    from course_utils.translating.course import assignment_in  # needs babel, and is rarely needed

    course = path.resolve().parents[2]
    for root in (course, REPOSITORY):
        catalogue = root / "translations" / language / "assignments" / f"{path.stem}.po"
        if catalogue.exists():
            return assignment_in(notebook, catalogue, language)
    return notebook


def stubs(language: str) -> tuple[str, str]:
    """What stands in place of a written answer, and of code, in what students get."""
    with speaking(language):
        return say(TEXT_STUB), f'{say(CODE_COMMENT)}\nraise NotImplementedError("{say(CODE_ERROR)}")'


@cache
def stub_lines() -> frozenset[str]:
    """The lines of all stubs, in all languages: nobody's answer."""
    return frozenset(line for language in LANGUAGES for stub in stubs(language) for line in stub.splitlines())


def submission_language(cells: Iterable[Mapping[str, Any]]) -> str | None:
    """The language that a submission asks for: its last `language("zh")` in a code cell; None when it says nothing."""
    sources = (cell.get("source") for cell in cells if cell.get("cell_type") == "code")
    texts = (source if isinstance(source, str) else "".join(map(str, source or ())) for source in sources)
    asked = [code for text in texts for code in ASKED.findall(text) if code in LANGUAGES]
    return asked[-1] if asked else None
