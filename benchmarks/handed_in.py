"""What honest clumsiness costs, on stock nbgrader and here: `python benchmarks/handed_in.py` prints a Markdown table.

The submissions are those of tests/grading/test_handed_in_*.py: right answers with one defect each. Stock nbgrader
autogrades them with a course's settings that do not name the judge, one student per call, and makes their feedback.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY))

from course_utils.filesystem import put_tools_on_path  # noqa: E402
from course_utils.grading.class_run.run import grade  # noqa: E402
from course_utils.grading.course.folder import CourseFolder, open_course  # noqa: E402
from course_utils.grading.course.release import register  # noqa: E402
from course_utils.grading.gradebook.report import points  # noqa: E402
from course_utils.grading.gradebook.results import State, StudentResult  # noqa: E402
from course_utils.text import tidy  # noqa: E402
from tests.grading import test_handed_in_elsewhere as elsewhere  # noqa: E402
from tests.grading import test_handed_in_order as order  # noqa: E402
from tests.grading import test_handed_in_quiz as quiz  # noqa: E402
from tests.grading import test_handed_in_text as pictures  # noqa: E402
from tests.grading.handed_in import class_of  # noqa: E402

SETTINGS = """\
c = get_config()
c.CourseDirectory.course_id = "gated_rnn"
c.Execute.timeout = 90
c.ClearSolutions.text_stub = "YOUR ANSWER HERE"
"""
TEXTS = {
    "attached": "A picture pasted into the written answer, as an attachment",
    "lost": "The same, and the attachment is lost",
    "inline-huge": "A picture of 2.3 MiB in the text itself, as Colab keeps it",
    "beside": "A picture file beside the notebook",
}
ANSWERS = {
    "answer below": "The written answer in a cell of its own, below",
    "answer in code": "The written answer in a code cell",
    "merged": "The written answer merged into the question's cell",
    "merged, locked": "The written answer merged into a locked check",
    "same id": "The written answer in a copy with the same id",
    "stripped": "All metadata stripped",
}
FUNCTIONS = {
    "same id, function": "A function in a copy with the same id",
    "function as text": "A function in a text cell above its own, which is untouched",
    "function below": "A function at the end, its own cell emptied",
}
BESIDE = ("gru (1).ipynb", "gru.ipynb.txt", "gru.zip", "gru.py", "GRU.IPYNB", "work/gru.ipynb", "gru.docx")
ORDER = {"stripped": "All metadata stripped, and `gru` means something else at the end",
         "checks deleted": "The checks deleted, and `gru` means something else at the end",
         "merged": "A function merged with its check"}  # fmt: skip
QUIZ = {"copy": "The clicks as `quiz_answers (1).json`", "txt": "The clicks as `quiz_answers.json.txt`",
        "subfolder": "The clicks in a subfolder", "absent": "The clicks not handed in"}  # fmt: skip


def submissions() -> dict[str, dict[str, dict[str, bytes]]]:
    """Assignment -> description -> file name -> content."""
    blank = {"gru.ipynb": elsewhere.BLANK}
    gru = {what: pictures.CLASS[name] for name, what in TEXTS.items()}
    gru |= {what: {"gru.ipynb": elsewhere.ANSWERS[name]} for name, what in ANSWERS.items()}
    gru |= {what: {"gru.ipynb": elsewhere.FUNCTIONS[name][0]} for name, what in FUNCTIONS.items()}
    gru |= {f"An untouched notebook beside `{name}`": {**blank, name: elsewhere.BESIDE[name]} for name in BESIDE}
    gru |= {f"Only `{name}`": {name: elsewhere.BESIDE[name]} for name in ("gru.ipynb.txt", "gru.zip")}
    gru |= {"Another assignment's notebook under this name": {"gru.ipynb": elsewhere.LSTM}}
    gru |= {what: {"gru.ipynb": order.CLASS[name]} for name, what in ORDER.items()}
    gru |= {"Blank, with nothing elsewhere": blank, "Right in every way": {"gru.ipynb": elsewhere.RIGHT}}
    clicked = {what: {"quiz.ipynb": quiz.quiz(), **quiz.LOST[name]} for name, what in QUIZ.items()}
    return {"gru": gru, "quiz": clicked}


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    put_tools_on_path()
    print("| what was handed in | stock nbgrader | here |\n|---|---|---|")
    for assignment, cases in submissions().items():
        names = {f"s{number:02}": what for number, what in enumerate(cases)}
        files = {student: cases[what] for student, what in names.items()}
        with tempfile.TemporaryDirectory() as folder:
            stock = _stock(class_of(Path(folder) / "stock", files, assignment), assignment)
            results = grade(class_of(Path(folder) / "here", files, assignment), assignment, workers=1)
            for result in results.students:
                print(f"| {names[result.student]} | {stock[result.student]} | {_here(result)} |", flush=True)


def _here(result: StudentResult) -> str:
    if result.state is State.NOT_GRADED:
        return f"not graded: {result.reason}"
    waiting = sum(score.needs_manual for score in result.scores.values())
    words = f"{points(result.points or 0)} points" + _waiting(waiting)
    found = re.sub(r"(^|\. )[\w, -]+: nothing is written where it belongs; ", "; ", result.found).removeprefix("; ")
    return words + (f": {tidy(found, 130)}" if found else "")


def _waiting(parts: int) -> str:
    return f", {parts} part{'s wait' if parts > 1 else ' waits'} for a person" if parts else ""


def _stock(course: CourseFolder, assignment: str) -> dict[str, str]:
    """What stock nbgrader makes of each submission, in a few words."""
    (course.root / "nbgrader_config.py").write_text(SETTINGS, encoding="utf-8")
    course = open_course(course.root)
    register(course, assignment)
    return {student: _stock_outcome(course, assignment, student) for student in course.students()}


def _stock_outcome(course: CourseFolder, assignment: str, student: str) -> str:
    from nbgrader.api import MissingEntry

    for command in ("autograde", "generate_feedback"):
        nbgrader = str(Path(sys.executable).parent / "nbgrader")
        run = [nbgrader, command, assignment, "--student", student]
        ended = subprocess.run(run, cwd=course.root, capture_output=True, env={**os.environ, "COURSE_QUICK": "1"})
        if ended.returncode and command == "autograde":
            return "not graded, an error in the log"
    with course.gradebook() as gradebook:
        try:
            submission = gradebook.find_submission(assignment, student)
        except MissingEntry:
            return "not graded, and nothing is said"
        waiting = sum(bool(grade.needs_manual_grade) for notebook in submission.notebooks for grade in notebook.grades)
        words = f"{points(submission.score)} points" + _waiting(waiting)
    return words + (", **no feedback page**" if ended.returncode else "")


if __name__ == "__main__":
    main()
