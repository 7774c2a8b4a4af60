"""The warm parent, seen from outside: it has imported everything, and forks a kernel when it is asked to."""

from __future__ import annotations

import dataclasses
import json
import os
import select
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psutil

from course_utils.errors import CourseError
from course_utils.sandbox.outside.bubblewrap import INSIDE, IS_VENV, PACKAGE, bubblewrap_arguments, kernel_environment
from course_utils.sandbox.protocol.limits import Limits
from course_utils.translation import language, say

START_SECONDS = 120  # importing torch and its friends takes 5 on a quiet machine
GRACE_SECONDS = 3  # between asking a process to stop and killing it

# -I keeps the environment and the user's packages out of sys.path; the package's folder is put there by name.
BOOT = (
    "import sys, runpy; sys.path.insert(0, sys.argv.pop(1)); "
    "runpy.run_module('course_utils.sandbox.inside.' + sys.argv.pop(1), run_name='__main__')"
)


class SandboxError(CourseError):
    """There is no sandbox, or it does not start; the message says what to do."""


class ParentGone(Exception):
    """The warm parent does not answer: it was killed, for lack of memory perhaps."""


def can_fork() -> bool:
    """Whether this system has what a warm parent needs: forks, and sockets that can be handed over; Linux has."""
    return hasattr(os, "fork") and hasattr(socket, "send_fds") and os.path.isdir("/proc/self/fd")


@dataclass
class Parent:
    """The process behind the walls, and the socket on which it takes requests.

    It may be another process that uses it: that makes a Parent of the process's number and the socket.
    """

    process: psutil.Process
    control: socket.socket
    errors: IO[bytes] | None = None  # what it writes to stderr

    @classmethod
    def start(cls, kind: str) -> Parent:
        """Start one, and do not wait until it is warm."""
        ours, theirs = socket.socketpair()
        words = ["-I", "-c", BOOT]
        if kind == "bubblewrap":
            python = f"{INSIDE}/venv/bin/{Path(sys.executable).name}" if IS_VENV else sys.executable
            command = [*bubblewrap_arguments(), "--", python, *words, f"{INSIDE}/packages", "parent"]
        else:
            command = [sys.executable, *words, str(PACKAGE.parent), "parent"]
        errors = tempfile.TemporaryFile()  # noqa: SIM115  (as long as the parent)
        with theirs:
            process = psutil.Popen(
                [*command, str(theirs.fileno()), "own" if kind == "bubblewrap" else "none"],
                pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                stderr=errors, env=kernel_environment(), start_new_session=True,
            )  # fmt: skip
        return cls(process, ours, errors)

    def is_warm(self) -> bool:
        """Wait until it is; False when it does not start, or has ended, whoever still holds its socket."""
        self.control.settimeout(START_SECONDS)
        deadline = time.monotonic() + START_SECONDS
        while not select.select([self.control], [], [], 1)[0]:
            if self._has_ended() or time.monotonic() > deadline:
                return False
        try:
            return self.control.recv(1) == b"+"
        except OSError:
            return False

    def _has_ended(self) -> bool:
        try:
            return self.process.status() == psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return True

    def is_alive(self) -> bool:
        """Whether it answers: to an interrupt, which means nothing to a kernel that has ended."""
        return self._command(b"I") == b"+"

    def reason(self) -> str:
        """Why it does not start, as far as it has said so."""
        return last_line(self.errors)

    @property
    def watched(self) -> int:
        """The process whose descendants are counted."""
        return self.process.pid

    def start_kernel(self, limits: Limits, folder: str | None) -> socket.socket:
        """A fresh kernel, which speaks our language; our end of its socket.

        Raises ParentGone, or SandboxError with the parent's reason.
        """
        request = b"R" + json.dumps({**dataclasses.asdict(limits), "folder": folder, "language": language()}).encode()
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                socket.send_fds(self.control, [request], [theirs.fileno()])
                answer = self.control.recv(1024)
        except OSError:
            answer = b""
        if answer != b"+":
            ours.close()
            if not answer:
                raise ParentGone
            raise SandboxError(say("the sandbox makes no kernel: {reason}", reason=answer[1:].decode(errors="replace")))
        return ours

    def interrupt(self) -> None:
        """Interrupt the newest kernel."""
        self._command(b"I")

    def kill(self) -> None:
        """Kill the newest kernel."""
        self._command(b"K")

    def _command(self, letter: bytes) -> bytes:
        """The answer, b"" when there is none."""
        try:
            self.control.sendall(letter)
            return self.control.recv(1024)
        except OSError:
            return b""

    def end(self) -> None:
        """It ends when nobody holds the other end of its socket, and with it everything inside."""
        self.control.close()
        try:
            self.process.wait(GRACE_SECONDS)
        except psutil.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def last_line(errors: IO[bytes] | None) -> str:
    """The last line that a process wrote into the file."""
    text = b""
    if errors is not None:
        errors.seek(0)
        text = errors.read()
    return (text.decode(errors="replace").strip().splitlines() or [say("it did not say why")])[-1]
