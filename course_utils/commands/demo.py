"""`course demo`: the whole course once, on embedded data: a model is trained, a class is graded."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from course_utils.errors import CourseError
from course_utils.filesystem import remove_folder, write_atomically
from course_utils.grading.course.folder import CourseFolder, open_course
from course_utils.translation import say

if TYPE_CHECKING:
    from course_utils.training.history import History

NUM_EPOCHS = 80  # half of the chapter's: perplexity is near 1 long before, and the demo should take under five minutes
PREFIXES = ["分开", "不分开"]
ORDER = ("rnn", "gru", "lstm", "deep_rnn", "birnn", "quiz")  # of the chapters; others follow


def run_demo(course: CourseFolder | None = None) -> Path:
    """Train the GRU, build the assignments, grade the sample class; everything goes to `demo/`, whose path is returned.

    An old `demo/` is replaced. Raises CourseError when the sources, the corpus or the sample class are broken, and
    KeyboardInterrupt when it is stopped, while the model trains too.
    """
    course = course or open_course()
    course.require("gru")
    console = Console(highlight=False, soft_wrap=True)
    folder = course.root / "demo"
    remove_folder(folder)
    folder.mkdir()
    started = time.monotonic()
    _heading(console, say("1. A chapter's model: nn.GRU, {epochs} epochs on the course's corpus", epochs=NUM_EPOCHS))
    pictures = train(folder)
    _heading(console, say("2. The assignments: source/ to release/, through nbgrader"))
    _build(console, course, folder / "course" / "release")
    _heading(console, say("3. A class: the students of examples/, judged in a sandbox"))
    pages = _grade(console, course, folder / "course")
    seconds = f"{time.monotonic() - started:.0f}"
    _heading(console, say("Done in {seconds} seconds. Look at:", seconds=seconds))
    for path in (*pages, folder / "course" / "feedback", folder / "course" / "release", *pictures):
        console.print(f"  {path}", markup=False)
    return folder


def train(folder: Path) -> tuple[Path, Path]:
    """Train the concise GRU with the tutorial's hyperparameters; writes perplexity plot and samples into `folder`.

    Returns their paths. Raises CourseError for a corpus that cannot be used, KeyboardInterrupt when it is stopped.
    """
    import torch  # here, as everything heavy, so that the first heading appears at once
    from torch import nn

    from course_utils.data.corpus import CorpusError, load_data_jay_lyrics
    from course_utils.training.loop import set_seed, train_and_predict_rnn_pytorch
    from course_utils.training.models import RNNModel

    try:
        corpus_indices, char_to_idx, idx_to_char, vocab_size = load_data_jay_lyrics()
    except CorpusError as error:
        raise CourseError(str(error)) from error
    set_seed(0)
    num_hiddens, device = 256, torch.device("cuda" if torch.cuda.is_available() else "cpu")
    history = train_and_predict_rnn_pytorch(
        RNNModel(nn.GRU(vocab_size, num_hiddens), vocab_size),
        num_hiddens,
        vocab_size,
        device,
        corpus_indices,
        idx_to_char,
        char_to_idx,
        num_epochs=NUM_EPOCHS,
        num_steps=35,
        lr=1e-2,
        clipping_theta=1e-2,
        batch_size=32,
        pred_period=NUM_EPOCHS // 4,
        pred_len=50,
        prefixes=PREFIXES,
        seed=0,
    )
    if history.stopped == "interrupted":  # the trainer ends its run on Ctrl-C; the demo has to end too
        raise KeyboardInterrupt
    return _draw(history, folder / "gru-perplexity.png"), _write_samples(history, folder / "gru-samples.txt")


def _draw(history: History, path: Path) -> Path:
    from matplotlib.figure import Figure  # not pyplot's: there may be no screen

    from course_utils.training.plots import SIZE

    figure = Figure(figsize=SIZE, layout="constrained")
    history.plot(figure.subplots())
    figure.savefig(path, dpi=150, bbox_inches="tight")
    return path


def _write_samples(history: History, path: Path) -> Path:
    write_atomically(
        path, "".join(say("epoch {epoch}: {text}", epoch=epoch, text=text) + "\n" for epoch, text in history.samples)
    )
    return path


def _build(console: Console, course: CourseFolder, release: Path) -> None:
    from course_utils.grading.course.release import build, stale_files

    names = build(course, release)
    stale = stale_files(release, course)
    built = say(", ").join(names)
    line = say("built {names}; the repository's release/ is up to date", names=built)
    if stale:
        line = say("built {names}; the repository's release/ is not up to date ({differences}): run ./course build",
                   names=built, differences=say("; ").join(stale))  # fmt: skip
    console.print(line, markup=False)


def _grade(console: Console, course: CourseFolder, folder: Path) -> list[Path]:
    """Grade the submissions of the sample class; returns the paths of the reports."""
    from course_utils.grading.class_run.progress import grading_progress
    from course_utils.grading.class_run.run import grade
    from course_utils.grading.course.folder import sample_course
    from course_utils.grading.gradebook.class_table import print_report
    from course_utils.grading.gradebook.report import write_report
    from course_utils.sandbox.outside.kernel import why_no_sandbox

    sample = sample_course(folder, course.root / "examples" / "submitted", course)
    reason, pages = why_no_sandbox(), list[Path]()
    if reason:
        line = say("without a sandbox, as these students are ours: {reason}", reason=reason)
        console.print(line, style="yellow", markup=False)
    for name in sorted(sample.assignments(), key=_place):
        if any((sample.submitted / student / name).is_dir() for student in sample.students()):
            with grading_progress() as progress:
                results = grade(sample, name, progress=progress, workers=1, sandbox="none" if reason else None)
            print_report(results)
            pages += write_report(sample, results)
    return pages


def _place(assignment: str) -> tuple[int, str]:
    """By this assignments are sorted: in the order of the chapters, others behind them by name."""
    return (ORDER.index(assignment) if assignment in ORDER else len(ORDER)), assignment


def _heading(console: Console, text: str) -> None:
    console.print(f"\n{text}", style="bold", markup=False)
