"""`course status`: how far a student is, in the terminal."""

from __future__ import annotations

from pathlib import Path

from course_utils.commands.words import folder_of
from course_utils.desk.progress import read_progress
from course_utils.desk.status import in_text


def run_status(course: Path | None = None) -> None:
    """Print it. Raises UsageError when the folder `course` is none."""
    print(in_text(read_progress(folder_of(course))))
