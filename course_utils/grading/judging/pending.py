"""What a graded notebook says while somebody has yet to look at what was found elsewhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from course_utils.grading.judging.elsewhere import as_text
from course_utils.grading.judging.judge import Judgement
from course_utils.quiz.form_check import QuizVerdict
from course_utils.translation import say, to_say

KEPT_BACK = to_say("whether an answer is right is said when somebody has looked at what was handed in")


def note(found: Mapping[str, str]) -> NotebookNode:
    """A text cell for the top of the notebook: what was found, and that it is no final zero."""
    text = re.sub(r"([\\`*_{}\[\]()#+!|$~<>&])", r"\\\1", as_text(found))
    head = say("Found elsewhere, somebody will look at it.")
    return new_markdown_cell(f"**{head}** {text}", id="found-elsewhere")


def keep_keys_back(notebook: NotebookNode, judgement: Judgement) -> None:
    """Take the answers out of what a quiz's notebook shows: the clicks that count may still come."""
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        verdicts = judgement.cells[name].verdicts if name in judgement.cells else ()
        if not any(isinstance(verdict, QuizVerdict) for verdict in verdicts):
            continue
        html = "".join(_without_key(verdict)._repr_html_() for verdict in verdicts)
        for output in cell.outputs:
            if "course" in output.metadata:
                output.data["text/html"] = html
                output.metadata["course"] |= {"sentence": say(KEPT_BACK), "english": KEPT_BACK}


def _without_key(verdict: Any) -> Any:
    if not isinstance(verdict, QuizVerdict):
        return verdict
    return replace(verdict, sentence=say(KEPT_BACK), details=(), passed=False, worth="")
