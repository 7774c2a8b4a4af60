"""What tampering gains, on stock nbgrader and behind the judge: `python benchmarks/tampering.py [--judge]`.

The submissions are those of tests/grading/tampering. On stock nbgrader they are autograded in a course whose
settings do not name the judge, inside a sandbox without network and with limits: the tampering stops there, not in
nbgrader. Last in each run a bystander is graded: the class goes on, or it does not. With `--judge` the class is
graded by `./course grade`'s code, as in tests/grading/test_tampering.py. Results are kept in benchmarks/results: a run
that was stopped goes on where it was. Printed is a Markdown table.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY))

from tampering_table import BYSTANDER, table  # noqa: E402

from course_utils.grading.course.folder import open_course  # noqa: E402
from course_utils.grading.course.release import register  # noqa: E402
from course_utils.grading.gradebook.digests import submission_digest  # noqa: E402
from course_utils.grading.gradebook.records import Record, save_record  # noqa: E402
from course_utils.grading.gradebook.results import State, class_results  # noqa: E402
from tests.grading.tampering_class import Tampering, all_tamperings, witness  # noqa: E402
from tests.grading.tampering_outcome import (  # noqa: E402
    Outcome,
    hand_in_all,
    new_course,
    outcomes,
    save,
)
from tests.grading.tampering_page import chromium, open_page  # noqa: E402
from tests.grading.tampering_traces import NEIGHBOUR, Surroundings, surroundings  # noqa: E402

RESULTS = REPOSITORY / "benchmarks" / "results"
STOCK, JUDGE = RESULTS / "tampering-stock.json", RESULTS / "tampering-judge.json"
READ_BY_PEOPLE = "browser"
MEMORY, FILE_SIZE = 12 << 30, 600 << 20  # limits on stock nbgrader; what a cell may take is in the settings
SETTINGS = """\
c = get_config()
c.CourseDirectory.course_id = "gated_rnn"
c.Execute.timeout = 90
"""
# What these try touches nobody else, so that some are graded in one run.
MILD = ("browser", "checks", "errors", "honest", "library", "network", "notebook", "outputs", "reading", "returns")
TOGETHER = 10


def stock_course(root: Path) -> None:
    """A course whose gradebook knows the assignment, to be copied for each submission."""
    register(new_course(root, SETTINGS), "gru")


def sandboxed(members: list[Tampering], template: Path) -> dict[str, Outcome]:
    """Run this file again in a sandbox, for one run of stock nbgrader; what it found."""
    seconds = seconds_for(members)
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(template, Path(folder) / "course")
        limits = ["prlimit", f"--as={MEMORY}", f"--fsize={FILE_SIZE}"]
        sandbox = [
            "bwrap",
            "--die-with-parent",
            "--unshare-net",
            "--unshare-pid",
            "--unshare-ipc",
            "--ro-bind",
            "/",
            "/",
        ]
        for place in ("/tmp", "/var/tmp", "/run"):
            sandbox += ["--tmpfs", place]
        sandbox += ["--ro-bind", str(REPOSITORY), str(REPOSITORY), "--bind", folder, "/tmp/work"]
        sandbox += ["--dev", "/dev", "--proc", "/proc", "--chdir", "/tmp/work"]
        itself = [sys.executable, str(Path(__file__).resolve()), "--inside", *(one.student for one in members)]
        try:
            command = [*limits, *sandbox, *itself]
            ended = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=2 * seconds)
            why = (ended.stderr.strip().splitlines() or ["no word"])[-1][:200]
        except subprocess.TimeoutExpired:
            why = f"the run was still going after {2 * seconds} seconds"
        found = load(Path(folder) / "outcome.json")
        found = found or {one.student: Outcome(one.student, one.description, False, why) for one in members}
        return read_by_people(found, Path(folder) / "course" / "feedback", members)


def inside(students: list[str]) -> None:
    """Submissions and those beside them, graded by `nbgrader autograde`; what came of them, into a file."""
    members = [one for one in all_tamperings() if one.student in students]
    work = Path("/tmp/work")
    with surroundings(open_course(work / "course"), work) as around:
        _hand_in(around, members)
        _nbgrader(around, "autograde", seconds_for(members))
        if any(one.kind == READ_BY_PEOPLE for one in members):
            _nbgrader(around, "generate_feedback", seconds_for(members))
        _take_for_graded(around)
        results = class_results(around.course, "gru")
        found = outcomes(around, results, members)
        bystander = next(result for result in results.students if result.student == BYSTANDER)
        found[BYSTANDER] = Outcome(BYSTANDER, "", bystander.state is not State.NOT_GRADED)
        save(work / "outcome.json", found)


def _hand_in(around: Surroundings, members: list[Tampering]) -> None:
    """The submissions, their witnesses, a bystander behind. The neighbour is quick too where nobody copies it."""
    submitted = around.course.submitted
    for one in members:
        one.hand_in(submitted, around.words)
        if one.says("witness"):
            witness("", f"{one.student}-witness").hand_in(submitted, around.words)
    quick = witness("", BYSTANDER).notebook(around.words)
    for cell in quick["cells"]:
        if cell["cell_type"] == "code":
            cell["source"] = "pass"
    (submitted / BYSTANDER / "gru").mkdir(parents=True)
    hurried = (BYSTANDER,) if any(one.kind == "folder" for one in members) else (NEIGHBOUR, BYSTANDER)
    for student in hurried:
        (submitted / student / "gru" / "gru.ipynb").write_text(json.dumps(quick), encoding="utf-8")
    around.remember_submissions()


def seconds_for(members: list[Tampering]) -> int:
    """How long a run may take: enough on a busy machine, and for some cells that run into their limit."""
    return 300 + 60 * len(members)


def _nbgrader(around: Surroundings, command: str, seconds: int) -> None:
    """Run nbgrader's command, as an instructor does."""
    nbgrader = str(Path(sys.executable).parent / "nbgrader")
    about = {"cwd": around.course.root, "env": {**os.environ, "COURSE_QUICK": "1"}, "timeout": seconds}
    with contextlib.suppress(subprocess.TimeoutExpired):
        subprocess.run([nbgrader, command, "gru"], check=False, **about)


def _take_for_graded(around: Surroundings) -> None:
    """Record as graded what nbgrader takes for graded: a folder in `autograded/` and a row in the gradebook."""
    from nbgrader.api import MissingEntry

    for student in around.course.students():
        graded = (around.course.autograded / student / "gru" / "gru.ipynb").is_file()
        with around.course.gradebook() as gradebook:
            try:
                gradebook.find_submission("gru", student)
            except MissingEntry:
                graded = False
        digest = submission_digest(around.course, "gru", student)
        reason = "" if graded else "nbgrader did not grade it"
        save_record(around.course, "gru", student, Record(graded, reason, digest, ""))


def grade_with_the_judge(chosen: list[Tampering]) -> dict[str, Outcome]:
    """The whole class at once, through `grade`."""
    from course_utils.grading.class_run.progress import grading_progress
    from course_utils.grading.class_run.run import grade

    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        around = stack.enter_context(surroundings(new_course(folder / "course"), folder))
        progress = stack.enter_context(grading_progress())
        hand_in_all(around, chosen)
        found = outcomes(around, grade(around.course, "gru", progress=progress), chosen)
        return read_by_people(found, around.course.feedback, chosen)


def read_by_people(found: dict[str, Outcome], feedback: Path, chosen: list[Tampering]) -> dict[str, Outcome]:
    """The outcomes, with what the feedback pages of some do to who opens them."""
    pages = {one.student: feedback / one.student / "gru" / "gru.html" for one in chosen if one.kind == READ_BY_PEOPLE}
    pages = {student: page for student, page in pages.items() if page.is_file()}
    if not pages:
        return found
    with chromium() as browser:
        seen = {student: open_page(browser, page).traces() for student, page in pages.items()}
    return found | {student: replace(found[student], traces=found[student].traces + seen[student]) for student in seen}


def measure_stock(chosen: list[Tampering]) -> None:
    """Grade those that no earlier run has, and keep each outcome at once."""
    left = runs([one for one in chosen if one.student not in load(STOCK)])
    with tempfile.TemporaryDirectory() as folder:
        stock_course(Path(folder) / "course")
        while left:
            members = left.pop(0)
            print(
                f"{members[0].student} and {len(members) - 1} more; then {len(left)} runs", file=sys.stderr, flush=True
            )
            found = sandboxed(members, Path(folder) / "course")
            bystander = found.pop(BYSTANDER, None)
            if len(members) > 1 and not (bystander and bystander.graded):
                left += [[one] for one in members]  # one of them stopped the rest: each alone shows which
                continue
            found.pop(NEIGHBOUR, None)
            stopped = {} if bystander is None else {one.student + BYSTANDER: bystander for one in members}
            save(STOCK, load(STOCK) | found | stopped)


def runs(chosen: list[Tampering]) -> list[list[Tampering]]:
    """Who is graded in one run of nbgrader: some at once where nothing is tried at others, else each alone."""
    mild = [one for one in chosen if one.kind in MILD and not one.says("slow")]
    wild = [[one] for one in chosen if one not in mild]
    return [mild[start : start + TOGETHER] for start in range(0, len(mild), TOGETHER)] + wild


def load(path: Path) -> dict[str, Outcome]:
    if not path.is_file():
        return {}
    return {student: Outcome(**value) for student, value in json.loads(path.read_text(encoding="utf-8")).items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument(
        "--judge", action="store_true", help="grade with course_utils.grading.class_run.run, not stock nbgrader"
    )
    parser.add_argument("--only", default="", metavar="START", help="students whose names start so, such as `reading`")
    parser.add_argument("--table", action="store_true", help="only print the table of what was measured")
    parser.add_argument("--inside", nargs="+", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.inside:
        return inside(arguments.inside)
    chosen = [one for one in all_tamperings() if one.student.startswith(arguments.only)]
    if arguments.judge and not arguments.table:
        save(JUDGE, load(JUDGE) | grade_with_the_judge(chosen))
    elif not arguments.table:
        measure_stock(chosen)
    print(table(chosen, load(STOCK), load(JUDGE)))


if __name__ == "__main__":
    main()
