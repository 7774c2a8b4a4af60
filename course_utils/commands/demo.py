"""`course demo`: the whole course once, on embedded data: a model learns, a class is graded."""

from __future__ import annotations

import time
from pathlib import Path

from rich.console import Console

from course_utils.errors import CourseError
from course_utils.filesystem import remove_folder, write_atomically
from course_utils.grading.course.folder import CourseFolder, open_course

NUM_EPOCHS = 80  # half of the chapter's: perplexity is near 1 long before, and the demo has to end in five minutes
PREFIXES = ["分开", "不分开"]


def run_demo(course: CourseFolder | None = None) -> Path:
    """Train the GRU, build the assignments, grade the sample class; everything goes to `demo/`, whose path it returns.

    `demo/` is made anew each time. Raises: CourseError when the sources, the corpus or the sample class are broken.
    """
    course = course or open_course()
    course.require("gru")
    console = Console(highlight=False, soft_wrap=True)
    folder = course.root / "demo"
    remove_folder(folder)
    folder.mkdir()
    started = time.monotonic()
    _heading(console, f"1. A chapter's model: nn.GRU, {NUM_EPOCHS} epochs on the course's corpus")
    pictures = train(folder)
    _heading(console, "2. The assignments: source/ to release/, through nbgrader")
    _build(console, course, folder / "course" / "release")
    _heading(console, "3. A class: the students of examples/, judged in a sandbox")
    pages = _grade(console, course, folder / "course")
    _heading(console, f"Done in {time.monotonic() - started:.0f} seconds. Look at:")
    for path in (*pages, folder / "course" / "feedback", folder / "course" / "release", *pictures):
        console.print(f"  {path}", markup=False)
    return folder


def train(folder: Path) -> tuple[Path, Path]:
    """Train the concise GRU with the tutorial's hyperparameters; the perplexity plot and the samples in `folder`."""
    import torch
    from torch import nn

    import course_utils as d2l
    from course_utils.data.corpus import CorpusError

    try:
        corpus_indices, char_to_idx, idx_to_char, vocab_size = d2l.load_data_jay_lyrics()
    except CorpusError as error:
        raise CourseError(str(error)) from error
    d2l.set_seed(0)
    num_hiddens, device = 256, torch.device("cuda" if torch.cuda.is_available() else "cpu")
    history = d2l.train_and_predict_rnn_pytorch(
        d2l.RNNModel(nn.GRU(vocab_size, num_hiddens), vocab_size),
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
    return _draw(history, folder / "gru-perplexity.png"), _write_samples(history, folder / "gru-samples.txt")


def _draw(history, path: Path) -> Path:
    import matplotlib

    matplotlib.use("Agg")  # there may be no screen
    axes = history.plot()
    axes.figure.savefig(path, dpi=150, bbox_inches="tight")
    return path


def _write_samples(history, path: Path) -> Path:
    write_atomically(path, "".join(f"epoch {epoch}: {text}\n" for epoch, text in history.samples))
    return path


def _build(console: Console, course: CourseFolder, release: Path) -> None:
    from course_utils.grading.course.release import build, stale_files

    names = build(course, release)
    stale = stale_files(release, course)
    state = f"not up to date ({'; '.join(stale)}): run ./course build" if stale else "up to date"
    console.print(f"built {', '.join(names)}; the release/ in the repository is {state}", markup=False)


def _grade(console: Console, course: CourseFolder, folder: Path) -> list[Path]:
    """Grade what the sample class handed in; the report of each assignment."""
    from course_utils.grading.class_run.progress import grading_progress
    from course_utils.grading.class_run.run import grade
    from course_utils.grading.course.folder import sample_course
    from course_utils.grading.gradebook.report import print_report, write_report
    from course_utils.sandbox.outside.kernel import why_no_sandbox

    sample = sample_course(folder, course.root / "examples" / "submitted", course)
    reason, pages = why_no_sandbox(), []
    if reason:
        console.print(f"without a sandbox, as these students are ours: {reason}", style="yellow", markup=False)
    for name in sample.assignments():
        if any((sample.submitted / student / name).is_dir() for student in sample.students()):
            with grading_progress() as progress:
                results = grade(sample, name, progress=progress, workers=1, sandbox="none" if reason else None)
            print_report(results)
            pages += write_report(sample, results)
    return pages


def _heading(console: Console, text: str) -> None:
    console.print(f"\n{text}", style="bold", markup=False)
