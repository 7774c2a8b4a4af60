"""`course lab`: JupyterLab, and the students' own copies of chapters and assignments."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from course_utils.commands.words import folder_of
from course_utils.desk.copies import hand_out
from course_utils.filesystem import put_tools_on_path
from course_utils.translation import say


def run_lab(arguments: Sequence[str] = (), course: Path | None = None) -> int:
    """Hand out what is new, and open JupyterLab at the course's root; returns its exit code, 0 or 1.

    Raises UsageError when the folder `course` is none. JupyterLab reads nbgrader's settings there.
    """
    root = folder_of(course)
    for name in hand_out(root):
        print(say("your copy of {name}: work/{name}/", name=name), file=sys.stderr)
    put_tools_on_path()
    os.environ.setdefault("VIRTUAL_ENV", sys.prefix)
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={root}", *arguments]
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for JupyterLab, which asks before it stops
    try:
        # The child has to receive Ctrl-C again, so it starts with the default handler.
        reset_handler = None if os.name == "nt" else lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)
        return min(1, abs(subprocess.call(command, cwd=root, preexec_fn=reset_handler)))
    finally:
        signal.signal(signal.SIGINT, before)
