"""The judge as nbgrader's preprocessor, in the place of its Execute: the formgrader's button uses it too."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Enum, Float, Integer

from course_utils.grading.files import merged, read_files
from course_utils.grading.judge import judge
from course_utils.grading.records import note_seed
from course_utils.quiz.key import bank_text, quiz_with
from course_utils.sandbox.outside.shared import KINDS, shared_sandbox
from course_utils.sandbox.protocol.limits import MEBI, Limits


class Judge(NbGraderPreprocessor):
    """Runs and judges a notebook. Its settings stand in nbgrader_config.py as `c.Judge.cell_seconds = 60`."""

    sandbox = Enum(KINDS, "bubblewrap", help="what shuts a submission in; 'none' protects nothing").tag(config=True)
    cell_seconds = Float(60, help="seconds that a cell, or a check, may take").tag(config=True)
    submission_seconds = Float(300, help="seconds that all of a submission may take").tag(config=True)
    memory_mib = Integer(4096, help="MiB of memory, all processes of a submission together").tag(config=True)
    processes = Integer(64, help="processes and threads at a time").tag(config=True)
    written_mib = Integer(64, help="MiB that a submission may have in files").tag(config=True)
    output_mib = Integer(1, help="MiB of output a cell").tag(config=True)

    @property
    def limits(self) -> Limits:
        """The settings, in bytes and seconds."""
        return Limits(
            cell_seconds=self.cell_seconds,
            submission_seconds=self.submission_seconds,
            memory=self.memory_mib * MEBI,
            processes=self.processes,
            written=self.written_mib * MEBI,
            output=self.output_mib * MEBI,
        )

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        about, course = resources["nbgrader"], self.parent.parent.coursedir
        root, assignment, student = Path(course.root), about["assignment"], about["student"]
        submitted = Path(course.format_path(course.submitted_directory, student, assignment))
        source = Path(course.format_path(course.source_directory, ".", assignment))
        own = read_files(submitted)
        quiz = quiz_with(bank_text(source.parent, assignment), own)
        sandbox = shared_sandbox(self.limits, self.sandbox)
        judgement = judge(nb, sandbox, merged(own, read_files(source)), answer_quiz=quiz)
        note_seed(root, assignment, student, about["notebook"], judgement.seed)
        return nb, resources


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
