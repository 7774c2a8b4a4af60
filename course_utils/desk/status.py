"""What is said of a student's progress: in a terminal, and in a notebook. The start page says the same sentences."""

from __future__ import annotations

from datetime import datetime
from html import escape
from pathlib import Path

from rich.cells import cell_len, set_cell_size

from course_utils.desk.progress import Assignment, Chapter, Progress, Step, find_root, read_progress
from course_utils.translation import say

DONE, BEGUN, NEW = "✓", "◐", "○"
WIDTH = 80


class Status:
    """The progress, as text or as HTML, whatever the front end takes."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress

    def __repr__(self) -> str:
        return in_text(self.progress)

    def _repr_html_(self) -> str:
        return in_html(self.progress)


def status(folder: str | Path | None = None) -> Status:
    """How far you are: chapters, checks with their points, what is handed in, and where to go on.

    folder: the course's, or one in it; by default the notebook's own.
    """
    return Status(read_progress(find_root(Path(folder) if folder else None)))


def facts(step: Step) -> list[str]:
    """What is known of a chapter or an assignment, one phrase each."""
    return _of_chapter(step) if isinstance(step, Chapter) else _of_assignment(step)


def mark(step: Step) -> str:
    """Done, begun, or new, in one sign."""
    return DONE if step.is_done else BEGUN if step.is_begun else NEW


def state(step: Step) -> str:
    """The same in words."""
    return say("done") if step.is_done else say("begun") if step.is_begun else say("not begun")


def go_on(progress: Progress) -> str:
    """The sentence on the button."""
    if not progress.steps:
        return say("There are no chapters and no assignments in this folder")
    if progress.next is None:
        return say("All chapters are run and all assignments are handed in")
    return say("Go on: {title}", title=progress.next.title)


def local(time: datetime) -> str:
    """A time on this machine's clock."""
    return time.astimezone().strftime("%Y-%m-%d %H:%M")


def in_text(progress: Progress) -> str:
    """For a terminal: no line is wider than 80 columns."""
    lines = [progress.title, ""]
    for step in progress.steps:
        lines.append(_fit(f"{mark(step)} {step.title}"))
        lines += _filled(facts(step), indent="    ")
    return "\n".join([*lines, "", _fit(go_on(progress))])


def in_html(progress: Progress) -> str:
    """For a notebook."""
    rows = "".join(
        f"<li style='margin:.3em 0'><span aria-hidden='true'>{mark(step)}</span> <b>{escape(step.title)}</b> "
        f"<span>({escape(state(step))})</span><br><span>{escape(' · '.join(facts(step)))}</span></li>"
        for step in progress.steps
    )
    return (
        f"<div style='line-height:1.5'><b>{escape(progress.title)}</b>"
        f"<ul style='list-style:none;padding-left:0'>{rows}</ul><p>{escape(go_on(progress))}</p></div>"
    )


def _of_chapter(chapter: Chapter) -> list[str]:
    if not chapter.is_begun:
        return [say("not begun")]
    if chapter.is_done:
        return [say("all {cells} cells were run", cells=chapter.cells)]
    return [say("{run} of {cells} cells were run", run=chapter.run, cells=chapter.cells)]


def _of_assignment(assignment: Assignment) -> list[str]:
    return [*_of_score(assignment), *_of_times(assignment)]


def _of_score(assignment: Assignment) -> list[str]:
    found = assignment.score
    if not assignment.is_begun:
        return [say("not begun")]
    said = []
    if found.max_points:
        parts = {"points": f"{found.points:g}", "total": f"{found.max_points:g}", "bonus": f"{found.bonus:g}"}
        said.append(
            say("checks, when last run: {points} of {total} points, and {bonus} as a bonus", **parts)
            if found.bonus
            else say("checks, when last run: {points} of {total} points", points=parts["points"], total=parts["total"])
        )
    if found.questions:
        said.append(say("{count} of {total} questions are answered", count=found.answered, total=found.questions))
    return said


def _of_times(assignment: Assignment) -> list[str]:
    said = []
    if assignment.receipt is None:
        said += [say("not handed in")] if assignment.is_begun else []
    elif assignment.receipt.is_current:
        said.append(say("handed in: {time}", time=local(assignment.receipt.time)))
    else:
        said.append(say("handed in: {time}, and changed since", time=local(assignment.receipt.time)))
    if assignment.due is not None:
        said.append(say("due: {time}", time=local(assignment.due)))
    return said


def _fit(line: str) -> str:
    return line if cell_len(line) <= WIDTH else set_cell_size(line, WIDTH - 1).rstrip() + "…"


def _filled(phrases: list[str], indent: str) -> list[str]:
    """The phrases in as few lines as hold them."""
    lines = [""]
    for phrase in phrases:
        longer = say("; ").join([lines[-1], phrase]) if lines[-1] else phrase
        lines[-1:] = [longer] if cell_len(indent + longer) <= WIDTH else [lines[-1], phrase]
    return [_fit(indent + line) for line in lines if line]
