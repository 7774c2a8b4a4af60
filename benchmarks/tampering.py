"""What tampering gains, on stock nbgrader and behind the judge: `python benchmarks/tampering.py [--judge]`.

The submissions are those of tests/grading/tampering. On stock nbgrader each is autograded alone, in a course whose
settings do not name the judge, inside a sandbox without network and with limits: the tampering stops there, not in
nbgrader. After it a bystander is graded in the same run: the class goes on, or it does not. With `--judge` the class is
graded by `course_utils.grading.grade`, as in tests/grading/test_tampering.py. Results are kept in benchmarks/results: a
run that was stopped goes on where it was. Printed is a Markdown table.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
from itertools import groupby
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(REPOSITORY), str(REPOSITORY / "tests" / "grading")]

from tampering_class import Tampering, all_tamperings, witness  # noqa: E402
from tampering_outcome import (  # noqa: E402
    Outcome,
    hand_in_all,
    is_honest,
    new_course,
    outcomes,
    save,
)
from tampering_traces import NEIGHBOUR, Surroundings, surroundings  # noqa: E402

from course_utils.grading.build import register  # noqa: E402
from course_utils.grading.records import Record, save_record, submission_digest  # noqa: E402
from course_utils.grading.results import State, class_results  # noqa: E402

RESULTS = REPOSITORY / "benchmarks" / "results"
STOCK, JUDGE = RESULTS / "tampering-stock.json", RESULTS / "tampering-judge.json"
SETTINGS = 'c = get_config()\nc.CourseDirectory.course_id = "gated_rnn"\nc.Application.log_level = "ERROR"\n'
BYSTANDER = "~bystander"
SECONDS, MEMORY, FILE_SIZE = 420, 12 << 30, 600 << 20  # a run's limits on stock nbgrader


def sandboxed(one: Tampering) -> dict[str, Outcome]:
    """Run this file again in a sandbox, for one submission on stock nbgrader; what it found."""
    with tempfile.TemporaryDirectory() as folder:
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
        command = [*limits, *sandbox, sys.executable, str(Path(__file__).resolve()), "--inside", one.student]
        try:
            ended = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=SECONDS)
            why = (ended.stderr.strip().splitlines() or ["no word"])[-1][:200]
        except subprocess.TimeoutExpired:
            why = f"the run was still going after {SECONDS} seconds"
        written = Path(folder) / "outcome.json"
        if written.is_file():
            return {key: Outcome(**value) for key, value in json.loads(written.read_text(encoding="utf-8")).items()}
        return {one.student: Outcome(one.student, one.description, False, why)}


def inside(student: str) -> None:
    """One submission and those beside it, graded by `nbgrader autograde`; what came of them, into a file."""
    one = next(one for one in all_tamperings() if one.student == student)
    work = Path("/tmp/work")
    with surroundings(new_course(work / "course", SETTINGS), work) as around:
        register(around.course, "gru")
        _hand_in(around, one)
        _autograde(around)
        _take_for_graded(around)
        results = class_results(around.course, "gru")
        found = outcomes(around, results, [one])
        bystander = next(result for result in results.students if result.student == BYSTANDER)
        found[BYSTANDER] = Outcome(BYSTANDER, "", bystander.state is not State.NOT_GRADED)
        save(work / "outcome.json", found)


def _hand_in(around: Surroundings, one: Tampering) -> None:
    """The submission, its witness, and a bystander behind it. The neighbour is there to be robbed, made quick too."""
    submitted = around.course.submitted
    one.hand_in(submitted, around.words)
    if one.says("witness"):
        witness("", f"{one.student}-witness").hand_in(submitted, around.words)
    quick = witness("", BYSTANDER).notebook(around.words)
    for cell in quick["cells"]:
        if cell["cell_type"] == "code":
            cell["source"] = "pass"
    (submitted / BYSTANDER / "gru").mkdir(parents=True)
    for student in (NEIGHBOUR, BYSTANDER):
        (submitted / student / "gru" / "gru.ipynb").write_text(json.dumps(quick), encoding="utf-8")


def _autograde(around: Surroundings) -> None:
    """Run `nbgrader autograde`, as an instructor does."""
    nbgrader = str(Path(sys.executable).parent / "nbgrader")
    about = {"cwd": around.course.root, "env": {**os.environ, "COURSE_QUICK": "1"}, "timeout": SECONDS - 60}
    with contextlib.suppress(subprocess.TimeoutExpired):
        subprocess.run([nbgrader, "autograde", "gru"], check=False, **about)


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
    from course_utils.grading.grade import grade
    from course_utils.grading.progress import grading_progress

    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        around = stack.enter_context(surroundings(new_course(folder / "course"), folder))
        progress = stack.enter_context(grading_progress())
        hand_in_all(around, chosen)
        return outcomes(around, grade(around.course, "gru", progress=progress), chosen)


def measure_stock(chosen: list[Tampering]) -> None:
    """Grade those that no earlier run has, and keep each outcome at once."""
    found = load(STOCK)
    for number, one in enumerate(chosen):
        if one.student in found:
            continue
        print(f"{one.student} ({number + 1} of {len(chosen)})", file=sys.stderr, flush=True)
        for student, outcome in sandboxed(one).items():
            if student != NEIGHBOUR:
                found[one.student + BYSTANDER if student == BYSTANDER else student] = outcome
        save(STOCK, found)


def load(path: Path) -> dict[str, Outcome]:
    if not path.is_file():
        return {}
    return {student: Outcome(**value) for student, value in json.loads(path.read_text(encoding="utf-8")).items()}


def table(chosen: list[Tampering], stock: dict[str, Outcome], judge: dict[str, Outcome]) -> str:
    """What it tries | stock nbgrader | the judge."""
    lines = ["| what it tries | stock nbgrader | the judge |", "|---|---|---|"]
    for kind, members in groupby(chosen, lambda one: one.kind):
        lines.append(f"| **{kind}** | | |")
        for one in members:
            lines.append(f"| {cell(one.description)} | {came_of(one, stock)} | {came_of(one, judge)} |")
    return "\n".join([*lines, "", summary("Stock nbgrader", chosen, stock), summary("The judge", chosen, judge)])


def cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


def came_of(one: Tampering, found: dict[str, Outcome]) -> str:
    """An outcome in a few words."""
    outcome = found.get(one.student)
    if outcome is None:
        return "not measured"
    said = [f"**gains {outcome.gained:g}**"] if outcome.gained else []
    if outcome.lost:
        said.append(f"**loses {outcome.lost:g}**")
    said += [f"**{words}**" for words in traces(one, found)]
    if stops_the_class(one, found):
        said.append("**the class is not graded**")
    if not outcome.graded:
        said.append("not graded")
    return cell("; ".join(said)) or ("full points" if is_honest(one) else "nothing")


def traces(one: Tampering, found: dict[str, Outcome]) -> list[str]:
    """What it left or leaked, without the places that differ from run to run; what its witness found too."""
    beside = found.get(f"{one.student}-witness")
    all_traces = [*found[one.student].traces, *(beside.traces if beside else [])]
    kinds = dict.fromkeys(_in_short(trace) for trace in all_traces)
    return list(kinds)


def _in_short(trace: str) -> str:
    if trace.startswith("says"):
        return "gets through"
    if trace.startswith("knows"):
        return trace
    if trace.startswith("visited"):
        return "reaches the host"
    return f"leaves a {trace.removeprefix('the witness found ').split()[0]} behind"


def stops_the_class(one: Tampering, found: dict[str, Outcome]) -> bool:
    beside = [found.get(one.student + BYSTANDER), found.get(f"{one.student}-witness")]
    return any(outcome is not None and not outcome.graded for outcome in beside)


def summary(who: str, chosen: list[Tampering], found: dict[str, Outcome]) -> str:
    measured = [one for one in chosen if one.student in found]
    tampering = [one for one in measured if not is_honest(one)]
    honest = [one for one in measured if is_honest(one)]
    gain = sum(found[one.student].gained > 0 for one in tampering)
    leave = sum(bool(traces(one, found)) for one in tampering)
    stop = sum(stops_the_class(one, found) for one in tampering)
    lose = sum(found[one.student].lost > 0 for one in honest)
    return (
        f"{who}: of {len(tampering)} that tamper, {gain} gain points, {leave} leave or leak something, "
        f"{stop} stop the class; of {len(honest)} that are honest, {lose} lose points.\n"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument(
        "--judge", action="store_true", help="grade with course_utils.grading.grade, not stock nbgrader"
    )
    parser.add_argument("--only", default="", metavar="START", help="students whose names start so, such as `reading`")
    parser.add_argument("--table", action="store_true", help="only print the table of what was measured")
    parser.add_argument("--inside", metavar="STUDENT", help=argparse.SUPPRESS)
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
