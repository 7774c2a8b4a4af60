"""The sandbox, seen from outside: the walls that bubblewrap makes, the warm parent behind them, and its kernels.

    with Sandbox() as sandbox:
        with sandbox.kernel(files) as kernel:
            kernel.ask({"do": "execute", "source": "1 + 1"}, seconds=60, output=print)

One sandbox has one kernel at a time; a worker that grades a class keeps its sandbox.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import psutil

from course_utils.errors import CourseError
from course_utils.sandbox.outside.bubblewrap import INSIDE, IS_VENV, PACKAGE, bubblewrap_arguments, kernel_environment
from course_utils.sandbox.outside.usage import Overuse, require_within
from course_utils.sandbox.protocol.limits import Limits
from course_utils.sandbox.protocol.wire import Closed, Frame, TooSlow, WireError, receive, send
from course_utils.text import tidy

START_SECONDS = 120  # importing torch and its friends takes 5 on a quiet machine
PAUSE = 0.2  # seconds between two looks at what a kernel takes
GRACE_SECONDS = 3  # between asking a kernel to stop what it does and killing it

Output = Callable[[dict[str, Any]], None]


class SandboxError(CourseError):
    """There is no sandbox, or it does not start; the message says what to do."""


class KernelDied(Exception):
    """The kernel is gone; the message is a plain sentence why, for the student and the instructor."""


class KernelTooSlow(Exception):
    """A command was interrupted because its time was over; the kernel goes on."""


def why_no_sandbox() -> str:
    """Why there can be no sandbox on this machine, and what to do; empty when there can."""
    if not sys.platform.startswith("linux"):
        return "the sandbox needs Linux: grade there (a virtual machine will do)"
    if shutil.which("bwrap") is None:
        return "bubblewrap is not installed: apt-get install bubblewrap"
    if Path(sys.base_prefix).is_relative_to("/tmp"):
        return f"Python itself lives in {sys.base_prefix}, and kernels get a /tmp of their own: use another Python"
    probe = [*bubblewrap_arguments(), "--", "/bin/sh", "-c", "exit 0"]
    tried = subprocess.run(probe, capture_output=True, text=True, check=False)
    if tried.returncode:
        reason = (tried.stderr.strip().splitlines() or ["no reason given"])[-1]
        return f"bubblewrap does not work here ({reason}): allow unprivileged user namespaces, or grade as root"
    return ""


@dataclass
class Parent:
    """The process behind the walls, and the socket on which it takes requests.

    It may be another process that uses it: that makes a Parent of the process's number and the socket.
    """

    process: psutil.Process
    control: socket.socket
    words: IO[bytes] | None = None  # what it says when it fails

    @classmethod
    def start(cls, kind: str) -> Parent:
        """Start one, and do not wait until it is warm."""
        ours, theirs = socket.socketpair()
        words = ["-I", "-c", _BOOT]
        if kind == "bubblewrap":
            python = f"{INSIDE}/venv/bin/{Path(sys.executable).name}" if IS_VENV else sys.executable
            command = [*bubblewrap_arguments(), "--", python, *words, f"{INSIDE}/packages", str(theirs.fileno()), "own"]
        else:
            command = [sys.executable, *words, str(PACKAGE.parent), str(theirs.fileno()), "none"]
        said = tempfile.TemporaryFile()  # noqa: SIM115  (as long as the parent)
        with theirs:
            process = psutil.Popen(
                command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                stderr=said, env=kernel_environment(), start_new_session=True,
            )  # fmt: skip
        return cls(process, ours, said)

    def is_warm(self) -> bool:
        """Wait until it is; False when it does not start."""
        self.control.settimeout(START_SECONDS)
        try:
            return self.control.recv(1) == b"+"
        except OSError:
            return False

    def last_words(self) -> str:
        said = b""
        if self.words is not None:
            self.words.seek(0)
            said = self.words.read()
        return (said.decode(errors="replace").strip().splitlines() or ["it did not say why"])[-1]

    def end(self) -> None:
        """It ends when nobody holds the other end of its socket, and with it everything inside."""
        self.control.close()
        try:
            self.process.wait(GRACE_SECONDS)
        except psutil.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Sandbox:
    """A warm parent behind walls.

    kind: "bubblewrap", or "none" for no protection at all; parent: one that was started before. Raises SandboxError
    when it does not start.
    """

    def __init__(self, limits: Limits | None = None, kind: str = "bubblewrap", parent: Parent | None = None) -> None:
        self.limits, self.kind = limits or Limits(), kind
        self._one_at_a_time = threading.Lock()
        self._next_look = 0.0
        if parent is not None and parent.is_warm():
            self._parent = parent
            return
        reason = why_no_sandbox() if kind == "bubblewrap" else ""
        if reason:
            raise SandboxError(reason)
        self._start()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the parent, and with it everything inside."""
        self._parent.end()

    @contextlib.contextmanager
    def kernel(self, files: Mapping[str, bytes] | None = None) -> Iterator[Kernel]:
        """A fresh kernel in a folder that holds `files` (relative names); gone without a trace afterwards."""
        with self._one_at_a_time, contextlib.ExitStack() as stack:
            folder = None
            if self.kind == "none":
                folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="course-kernel-"))
            ours, theirs = socket.socketpair()
            stack.callback(ours.close)
            stack.callback(self._command, b"K")
            self._fork(theirs, folder)
            kernel = Kernel(self, ours)
            if files:
                kernel.hand_over(files)
            yield kernel

    def _start(self) -> None:
        self._parent = Parent.start(self.kind)
        if not self._parent.is_warm():
            self.close()
            raise SandboxError(f"the sandbox does not start: {self._parent.last_words()}")

    def _fork(self, theirs: socket.socket, folder: str | None) -> None:
        request = b"R" + json.dumps({**dataclasses.asdict(self.limits), "folder": folder}).encode()
        with theirs:
            answer = self._request(request, theirs)
            if not answer:  # the parent is gone, killed for lack of memory perhaps
                self.close()
                self._start()
                answer = self._request(request, theirs)
        if answer != b"+":
            raise SandboxError(f"the sandbox makes no kernel: {answer[1:].decode(errors='replace') or 'it is gone'}")

    def _request(self, request: bytes, theirs: socket.socket) -> bytes:
        try:
            socket.send_fds(self._parent.control, [request], [theirs.fileno()])
            return self._parent.control.recv(1024)
        except OSError:
            return b""

    def _command(self, letter: bytes) -> None:
        with contextlib.suppress(OSError):
            self._parent.control.sendall(letter)
            self._parent.control.recv(1024)

    def interrupt(self) -> None:
        """Ask the kernel to stop what it is doing."""
        self._command(b"I")

    def kill(self) -> None:
        """End the kernel and everything it started."""
        self._command(b"K")

    def check_usage(self) -> None:
        """Raises Overuse when what runs inside takes more memory or processes than it may; looks at most once in PAUSE.

        It is called more often: a kernel that speaks all the time is watched as much as a silent one.
        """
        if time.monotonic() >= self._next_look:
            require_within(self._parent.process.pid, self.limits)
            self._next_look = time.monotonic() + PAUSE


class Kernel:
    """One kernel: commands go in, outputs and an answer come back. Everything that comes back is a stranger's."""

    def __init__(self, sandbox: Sandbox, connection: socket.socket) -> None:
        self._sandbox, self._connection, self.number = sandbox, connection, 0  # of the last command
        self.died = ""

    @property
    def limits(self) -> Limits:
        return self._sandbox.limits

    def ask(
        self, command: dict[str, Any], buffers: Sequence[bytes] = (), *, seconds: float, output: Output | None = None
    ) -> Frame:
        """Send a command and wait for its answer; `output` is given every output on the way.

        Raises KernelTooSlow when it had to be interrupted, KernelDied when the kernel is gone, or had to go.
        """
        if self.died:
            raise KernelDied(self.died)
        self.number += 1
        try:
            send(self._connection, {**command, "id": self.number}, buffers, seconds)
            return self._answer(time.monotonic() + seconds, output)
        except TooSlow:
            return self._interrupted(seconds, output)
        except Overuse as error:
            raise self._kill(str(error)) from error
        except Closed as error:
            raise self._kill("the kernel died") from error
        except WireError as error:
            raise self._kill("the kernel sent something that is no answer") from error

    def _answer(self, deadline: float, output: Output | None) -> Frame:
        while True:
            frame = receive(self._connection, deadline, self._sandbox.check_usage)
            if frame.header.get("id") == self.number:
                return frame
            if output is not None and "id" not in frame.header:
                output(frame.header)

    def _interrupted(self, seconds: float, output: Output | None) -> Frame:
        self._sandbox.interrupt()
        try:
            self._answer(time.monotonic() + GRACE_SECONDS, output)
        except (WireError, Overuse) as error:
            raise self._kill(f"the kernel was stopped after {seconds:.0f} seconds") from error
        raise KernelTooSlow(f"stopped after {seconds:.0f} seconds")

    def _kill(self, reason: str) -> KernelDied:
        self._sandbox.kill()
        self.died = reason
        return KernelDied(reason)

    def give_up(self, reason: str) -> KernelDied:
        """End the kernel for `reason`; the error to raise."""
        return self._kill(reason)

    def hand_over(self, files: Mapping[str, bytes]) -> None:
        """Write the submission's other files into the kernel's folder, by the kernel's own hand."""
        answer = self.ask({"do": "files", "names": list(files)}, list(files.values()), seconds=30)
        if answer.header.get("is") != "done":
            raise self._kill(tidy(str(answer.header.get("message")), 500))


# -I keeps the environment and the user's packages out of sys.path; the package's folder is put there by name.
_BOOT = (
    "import sys, runpy; sys.path.insert(0, sys.argv.pop(1)); "
    "sys.argv[0] = 'parent'; runpy.run_module('course_utils.sandbox.inside.parent', run_name='__main__')"
)
