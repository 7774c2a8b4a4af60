"""`course new-assignment`: a small assignment with one of each kind of cell, to be rewritten."""

from __future__ import annotations

import re
import shlex

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course_utils.errors import CourseError, UsageError
from course_utils.filesystem import CHAPTERS, REPOSITORY, replace_folder, workspace
from course_utils.grading.course.assignment_spec import is_bonus
from course_utils.grading.course.folder import CourseFolder
from course_utils.grading.course.release import RESERVED
from course_utils.translation import say, to_say

NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")

OPENING = to_say("""\
# Assignment: {name}

Say here what students do and learn, and how long it takes.

| part | what you write | points |
|---|---|---|
| 1 | `share_left`: what a gate leaves | 2 |
| 2 | a question | 1 |""")
TASK = to_say("""\
## Part 1: what a gate leaves

A memory cell keeps the share `keep` of its content at each step. Write a function that returns the share which
is left after `steps` steps.""")
SOLUTION = to_say('''\
def share_left(keep, steps):
    """What is left of 1 after `steps` steps, each of which keeps the share `keep`."""
    ### BEGIN SOLUTION
    return keep**steps
    ### END SOLUTION''')
CHECK = to_say("""\
assert abs(share_left(0.5, 3) - 0.125) < 1e-9, "share_left(0.5, 3) is not 0.125: half is kept, three times"
### BEGIN HIDDEN TESTS
assert share_left(0.9, 0) == 1, "after no step at all everything is left"
assert abs(share_left(0.9, 35) - 0.9**35) < 1e-9, "wrong for another share and more steps"
### END HIDDEN TESTS""")
QUESTION = to_say("""\
## Part 2: a question (1 point)

Which share must be kept at each step, so that half is left after 35 steps? Give the formula and a reason.""")
ANSWER = to_say("""\
**Model answer.** $k^{35} = 0.5$, so $k = 0.5^{1/35} \\approx 0.980$: the shares of all steps are multiplied.

**The point** for the formula and the reason; the number may be off by 0.01. **No point** for $1 - 0.5/35$,
which adds what is lost.""")

NEXT = to_say("""\
next, when you have rewritten it:
  ./course check {place} --course {folder}  your own solution, as it is graded
  ./course build --course {folder}  what students get""")
NO_NAME = to_say(
    "{name} is no name for an assignment; expected a small letter, then small letters, digits, _ or -, 40 at most"
)


def run_new_assignment(course: CourseFolder, name: str) -> None:
    """Make `source/NAME/NAME.ipynb` in one step, and say what comes next.

    Raises: UsageError for a name that does not do or is taken, CourseError when the folder cannot be written.
    """
    _require_name(course, name)
    try:
        with workspace() as temporary:
            made = temporary / name  # a temporary folder itself is private
            made.mkdir()
            nbformat.write(_notebook(name), made / f"{name}.ipynb")
            replace_folder(made, course.source / name)
    except OSError as error:
        reason = {"name": name, "reason": error.strerror}
        raise CourseError(say("source/{name} cannot be written: {reason}", **reason)) from error
    made = course.source / name / f"{name}.ipynb"
    print(say("made {path}: a function, a check with hidden tests, and a question", path=made))
    place = f"source/{name}" if course.root == REPOSITORY else name
    print(say(NEXT, place=place, folder=shlex.quote(str(course.root))))


def _require_name(course: CourseFolder, name: str) -> None:
    if not NAME.fullmatch(name):
        raise UsageError(say(NO_NAME, name=repr(name)))
    if is_bonus(name):
        raise UsageError(
            say('{name} has "bonus" in it: all its cells would count on top, as a bonus does', name=repr(name))
        )
    if name == CHAPTERS:
        raise UsageError(say(RESERVED, name=name))
    if (course.source / name).exists():
        taken = course.source / name
        raise UsageError(say("{path} exists, and nothing is written over; take another name", path=taken))


def _notebook(name: str) -> NotebookNode:
    """One cell of each kind, in the language that is spoken; points are kept by the names of the cells."""
    cells = [
        new_markdown_cell(say(OPENING, name=name), id="text-01"),
        new_markdown_cell(say(TASK), id="text-02"),
        _marked(new_code_cell(say(SOLUTION)), f"{name}-share-left", solution=True),
        _marked(new_code_cell(say(CHECK)), f"{name}-share-left-check", points=2),
        new_markdown_cell(say(QUESTION), id="text-03"),
        _marked(new_markdown_cell(say(ANSWER)), f"{name}-question-1", points=1, solution=True),
    ]
    notebook = new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {
        "display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3",
    }  # fmt: skip
    notebook.metadata["language_info"] = {"name": "python"}
    return notebook


def _marked(cell: NotebookNode, name: str, points: int | None = None, solution: bool = False) -> NotebookNode:
    """The cell with nbgrader's marks."""
    cell.id = name
    cell.metadata["nbgrader"] = {
        "schema_version": 3, "grade_id": name, "grade": points is not None, "solution": solution,
        "locked": not solution, "task": False,
    } | ({} if points is None else {"points": points})  # fmt: skip
    return cell
