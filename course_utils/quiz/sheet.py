"""The answer sheet: the buttons of the graded quiz, and the line below them that says which answer counts.

Line and check are one verdict. After every cell all lines are made again, so that a typed number shows at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from course_utils.frontend import someone_is_there
from course_utils.quiz.answers import FILE_NAME
from course_utils.quiz.bank import NUM_CHOICES, QUESTIONS_FILE, PublicQuestion, read_questions
from course_utils.quiz.clicks import save_click
from course_utils.quiz.form_check import PREFIX, QuizTask, looked_at
from course_utils.quiz.page import head_html, html, label, plain
from course_utils.translation import say, to_say

if TYPE_CHECKING:
    from course_utils.quiz.choices import Group, Shown, State

ANSWERS = "answers"  # what the quiz's notebook calls the numbers that were typed
SAFE = to_say("Run this cell to answer again; your answers are safe in {file}.")


@dataclass
class _Sheet:
    """Buttons that are shown, the folder of their clicks, and the typed answers that came with them."""

    shown: Shown
    typed: object
    folder: Path = field(default_factory=Path.cwd)


_SHEETS: dict[tuple[str, ...], _Sheet] = {}  # by the questions' ids: a cell that runs again shows the same buttons


def ask(task: QuizTask, typed: object) -> bool:
    """Shows the buttons of the task's question with its verdict, if somebody can click them; whether it did."""
    if not someone_is_there():
        return False
    question = task.name.removeprefix(PREFIX)
    show_sheet([_strip(question, {each.id: each for each in questions() or []}.get(question))], typed)
    return True


def questions() -> list[PublicQuestion] | None:
    """The questions beside the notebook; None where there are none, or something else."""
    try:
        return read_questions(Path(QUESTIONS_FILE))
    except (OSError, ValueError, TypeError, KeyError):
        return None


def card(question: PublicQuestion) -> Group:
    """The question with all its words, each choice beside its button."""
    from course_utils.quiz.choices import Group

    labels = [f"{i}. {html(choice.line)}" for i, choice in enumerate(question.choices, 1)]
    return Group(question.id, head_html(question), labels)


def _strip(name: str, question: PublicQuestion | None) -> Group:
    """Four numbers below a question that the notebook shows itself; its words are read aloud."""
    from course_utils.quiz.choices import Group

    numbers = [str(i) for i in range(1, NUM_CHOICES + 1)]
    if question is None:
        return Group(name, name, numbers, is_hidden=True, lead=say("Your answer:"), in_a_row=True)
    names = [f"{number}. {label(choice)}" for number, choice in zip(numbers, question.choices, strict=True)]
    head = f"{name} {html(plain(question.text.line))}"
    return Group(name, head, numbers, is_hidden=True, lead=say("Your answer:"), names=names, in_a_row=True)


def show_sheet(groups: Sequence[Group], typed: object = None) -> None:
    """Show buttons for some questions, at the answers that count now.

    typed: what `answers` is; None to look at the notebook's.
    """
    from course_utils.quiz.choices import Choices, Shown

    names = tuple(group.id for group in groups)
    typed, sheet = _typed_now({}) if typed is None else typed, _SHEETS.get(names)
    states = {name: state(name, typed, Path.cwd()) for name in names}
    if sheet is None or sheet.shown.widget.comm is None:
        _follow_cells()
        widget = Choices(groups, states, _save, {"gone": say(SAFE, file=FILE_NAME)})
        sheet = _SHEETS[names] = _Sheet(Shown(widget), typed)
    sheet.typed, sheet.folder = typed, Path.cwd()
    sheet.shown.widget.change(states)
    sheet.shown.show(_still(names, sheet, typed))


def refresh(*_event: object) -> None:
    """Make all lines again, from `answers` as it is now and from the clicks."""
    for names, sheet in _SHEETS.items():
        typed = _typed_now(sheet.typed)
        if sheet.shown.widget.change({name: state(name, typed, sheet.folder) for name in names}):
            sheet.shown.update(_still(names, sheet, typed))


def state(question: str, typed: object, folder: Path) -> State:
    """What the buttons of a question show: the choice that counts, and the check's own words."""
    from course_utils.quiz.choices import State

    answer, verdict = looked_at(question, typed, folder)
    lines = [verdict.marked_sentence(), *verdict.details]
    is_typed = answer.source == "typed"
    if is_typed:
        lines.append(say('To use the buttons, take "{question}" out of `answers` and run its cell.', question=question))
    tone = "good" if verdict.passed else "bad" if answer.notes else ""
    return State(answer.choice, "<br>".join(map(html, lines)), tone, is_locked=is_typed)


def _save(question: str, choice: int) -> dict[str, State]:
    """Keep a click; what to say of it. All buttons of that question follow."""
    sheet = next(sheet for names, sheet in _SHEETS.items() if question in names)
    folder, typed = sheet.folder, _typed_now(sheet.typed)
    try:
        aside = save_click(folder / FILE_NAME, question, choice)
    except OSError as error:
        line = say("✗ NOT saved ({reason}): type the number into `answers` instead", reason=error.strerror)
        return {question: replace(state(question, typed, folder), line=html(line), tone="bad")}
    refresh()
    now = state(question, typed, folder)
    if aside is not None:
        kept = say("The old {file} could not be read and is kept as {aside}.", file=FILE_NAME, aside=aside.name)
        now = replace(now, line=f"{now.line}<br>{html(kept)}")
    return {question: now}


def _still(names: Sequence[str], sheet: _Sheet, typed: object) -> dict[str, str]:
    """What a page says without the buttons: which answers counted, when, and what to do."""
    verdicts = [looked_at(name, typed, sheet.folder)[1] for name in names]
    text = "\n".join(verdict.text() for verdict in verdicts)
    when = say("At {time}:", time=f"{datetime.now():%Y-%m-%d %H:%M}")
    lines = [when, *(f"{name}: {verdict.sentence}" for name, verdict in zip(names, verdicts, strict=True))]
    return {"text/plain": text, "text/html": "<br>".join(map(html, [*lines, say(SAFE, file=FILE_NAME)]))}


def _typed_now(otherwise: object) -> object:
    """What `answers` is in the notebook at this moment."""
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    return otherwise if shell is None else shell.user_ns.get(ANSWERS, otherwise)


def _follow_cells() -> None:
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    if shell is not None and not _SHEETS:
        shell.events.register("post_run_cell", refresh)
