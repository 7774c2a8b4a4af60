"""One command at a time writes in a course folder: two would undo each other's work.

The lock is the operating system's, on a file in `records/`: it ends with its process, however that ends. The file
stays, and says who has it, or had it last.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from course_utils.errors import CourseError
from course_utils.grading.course.folder import CourseFolder
from course_utils.translation import say

BEHIND = 2**30  # Windows refuses others the bytes that are locked: those lie far behind the end


@contextlib.contextmanager
def writing(course: CourseFolder, command: str) -> Iterator[None]:
    """Hold the course's lock for a command, such as "./course grade gru".

    Raises CourseError, with what has it and since when, while another process holds it.
    """
    path = course.root / "records" / ".lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab+") as file:
        if not _lock(file):
            raise CourseError(
                say(
                    "{holder}, and writes in {folder}: wait for its end, or stop it, and run the same command again",
                    holder=_holder(path),
                    folder=course.root,
                )
            )
        file.truncate(0)
        held = {"command": command, "pid": os.getpid(), "host": socket.gethostname(), "since": time.time()}
        file.write(json.dumps(held).encode())
        file.flush()
        yield


def _lock(file: IO[bytes]) -> bool:
    """Whether we have it now; also where the system has no locks."""
    try:
        import fcntl
    except ImportError:
        return _lock_on_windows(file)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return True
    return True


def _lock_on_windows(file: IO[bytes]) -> bool:
    try:
        import msvcrt
    except ImportError:
        return True
    file.seek(BEHIND)
    try:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]  # of Windows only
    except OSError:
        return False
    return True


def _holder(path: Path) -> str:
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        since = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(held["since"]))
        return say(
            "`{command}` has been running since {since} (process {process} on {host})",
            command=held["command"],
            since=since,
            process=held["pid"],
            host=held["host"],
        )
    except (OSError, ValueError, KeyError, TypeError):
        return say("another command is running")
