"""What is missing in a notebook that is about to be handed in, as far as its file says: one sentence for each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from course_utils.grading.judging.placing import cell_name, cell_text, names_defined, names_used, places
from course_utils.grading.judging.work import Work
from course_utils.quiz.answers import FILE_NAME
from course_utils.student_code.defined import cell_tree
from course_utils.translation import say


def missing(work: Work) -> Iterator[str]:
    """Unanswered questions, clicks that are not there, cells that are no Python, that never ran, or ran too early."""
    yield from _questions(work)
    if _is_quiz(work) and FILE_NAME not in work.files:
        yield say("{file} is not there: nothing was clicked in the quiz, or the file lies elsewhere", file=FILE_NAME)
    at = places(work.cells, work.spec)
    code = [(_label(work.cells[index], index), work.cells[index]) for index in sorted(_code(work))]
    for label, cell in code:
        if cell_tree(cell_text(cell)) is None:
            yield say("the cell {cell} is not Python: it cannot run", cell=label)
    ran = {name: work.cells[index].get("execution_count") for name, index in at.items() if index in _code(work)}
    if code and not any(cell.get("execution_count") for _, cell in code):
        yield say("no cell of the saved notebook has run: its outputs are missing")
        return
    yield from _outdated(work, at, ran)


def _questions(work: Work) -> Iterator[str]:
    unanswered = work.unanswered()
    if unanswered:
        counts = {"count": len(work.questions) - len(unanswered), "total": len(work.questions)}
        names = ", ".join(cell.name for cell in unanswered)
        yield say("{count} of {total} questions are answered; empty: {names}", **counts, names=names)


def _is_quiz(work: Work) -> bool:
    return any('"quiz.' in cell.source for cell in work.checks)


def _code(work: Work) -> set[int]:
    """The cells that hold code."""
    return {
        index for index, cell in enumerate(work.cells) if cell.get("cell_type") == "code" and cell_text(cell).strip()
    }


def _outdated(work: Work, at: dict[str, int], ran: dict[str, Any]) -> Iterator[str]:
    """The checks that never ran, or ran before the cell of what they check ran last."""
    for check in work.checks:
        if check.name not in ran:
            continue
        when = ran[check.name]
        if not isinstance(when, int):
            yield say("the check {cell} never ran in the saved notebook", cell=check.name)
            continue
        used = names_used(check.source)
        for name, later in ran.items():
            is_used = used & names_defined(cell_text(work.cells[at[name]]))
            if is_used and isinstance(later, int) and later > when:
                yield say("the check {cell} is older than {answer}, which ran after it", cell=check.name, answer=name)


def _label(cell: dict[str, Any], index: int) -> str:
    return cell_name(cell) or str(index + 1)
