"""The sandbox, seen from outside: the walls that bubblewrap makes, the warm parent behind them, and its kernels.

    with Sandbox() as sandbox:
        with sandbox.kernel(files) as kernel:
            kernel.ask({"do": "execute", "source": "1 + 1"}, seconds=60, output=print)

One sandbox has one kernel at a time; a worker that grades a class keeps its sandbox.
"""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from course_utils.sandbox.outside.bubblewrap import bubblewrap_arguments
from course_utils.sandbox.outside.fresh import FreshKernels
from course_utils.sandbox.outside.parent import GRACE_SECONDS, Parent, ParentGone, SandboxError, can_fork
from course_utils.sandbox.outside.usage import Overuse, require_within
from course_utils.sandbox.protocol.limits import Limits
from course_utils.sandbox.protocol.wire import Closed, Frame, TooSlow, WireError, receive, send
from course_utils.text import tidy
from course_utils.translation import say

PAUSE = 0.2  # seconds between two looks at what a kernel takes

Output = Callable[[dict[str, Any]], None]


class KernelDied(Exception):
    """The kernel is gone; the message is a plain sentence why, for the student and the instructor."""


class SandboxLost(SandboxError):
    """The sandbox ended while a kernel was at work, which nothing inside bubblewrap can bring about by itself."""


class KernelTooSlow(Exception):
    """A command was interrupted because its time was over; the kernel goes on. where: what it says it was doing."""

    def __init__(self, message: str, where: str = "") -> None:
        super().__init__(message)
        self.where = where


def why_no_sandbox() -> str:
    """Why there can be no sandbox on this machine, and what to do; empty when there can."""
    if not sys.platform.startswith("linux"):
        return say("the sandbox needs Linux: grade there (a virtual machine will do)")
    if shutil.which("bwrap") is None:
        return say("bubblewrap is not installed: apt-get install bubblewrap")
    if Path(sys.base_prefix).is_relative_to("/tmp"):
        return say(
            "Python itself lives in {folder}, and kernels get a /tmp of their own: use another Python",
            folder=sys.base_prefix,
        )
    probe = [*bubblewrap_arguments(), "--", "/bin/sh", "-c", "exit 0"]
    tried = subprocess.run(probe, capture_output=True, text=True, check=False)
    if tried.returncode:
        reason = (tried.stderr.strip().splitlines() or [say("no reason given")])[-1]
        return say(
            "bubblewrap does not work here ({reason}): allow unprivileged user namespaces, or grade as root",
            reason=reason,
        )
    return ""


class Sandbox:
    """A warm parent behind walls, or what stands in for both where there are none.

    kind: "bubblewrap", or "none" for no protection at all; parent: one that was started before. Raises SandboxError
    when it does not start.
    """

    def __init__(self, limits: Limits | None = None, kind: str = "bubblewrap", parent: Parent | None = None) -> None:
        self.limits, self.kind = limits or Limits(), kind
        self._one_at_a_time = threading.Lock()
        self._next_look = 0.0
        self._parent: Parent | FreshKernels
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
            connection = self._start_kernel(folder)
            stack.callback(connection.close)
            stack.callback(self._parent.kill)
            kernel = Kernel(self, connection)
            if files:
                kernel.hand_over(files)
            yield kernel

    def _start(self) -> None:
        try:
            self._parent = FreshKernels() if self.kind == "none" and not can_fork() else Parent.start(self.kind)
        except OSError as error:
            raise SandboxError(say("the sandbox does not start: {reason}", reason=error)) from error
        if not self._parent.is_warm():
            self.close()
            raise SandboxError(say("the sandbox does not start: {reason}", reason=self._parent.reason()))

    def _start_kernel(self, folder: str | None) -> socket.socket:
        with contextlib.suppress(ParentGone):
            return self._parent.start_kernel(self.limits, folder)
        self.close()
        self._start()
        try:
            return self._parent.start_kernel(self.limits, folder)
        except ParentGone as error:
            raise SandboxError(say("the sandbox makes no kernel: it is gone")) from error

    def interrupt(self) -> None:
        """Ask the kernel to stop what it is doing."""
        self._parent.interrupt()

    def kill(self) -> None:
        """End the kernel and everything it started."""
        self._parent.kill()

    def require_parent(self) -> None:
        """Raises SandboxLost when the parent is gone: a kernel's end is then no fault of the kernel's."""
        if self.kind == "bubblewrap" and not self._parent.is_alive():
            raise SandboxLost(say("the sandbox was killed while a submission was judged; for want of memory, perhaps"))

    def check_usage(self) -> None:
        """Raises Overuse when what runs inside takes more memory or processes than it may; looks at most once in PAUSE.

        It is called more often: a kernel that speaks all the time is watched as much as a silent one.
        """
        if time.monotonic() >= self._next_look:
            require_within(self._parent.watched, self.limits)
            self._next_look = time.monotonic() + PAUSE


class Kernel:
    """One kernel: commands go in, outputs and an answer come back. Everything that comes back is a stranger's."""

    def __init__(self, sandbox: Sandbox, connection: socket.socket) -> None:
        self._sandbox, self._connection, self.number = sandbox, connection, 0  # of the last command
        self.died = ""

    @property
    def limits(self) -> Limits:
        """Those of its sandbox."""
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
            self._sandbox.require_parent()
            raise self._kill(say("the kernel died")) from error
        except WireError as error:
            raise self._kill(say("the kernel sent something that is no answer")) from error

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
            where = self._answer(time.monotonic() + GRACE_SECONDS, output).header.get("message")
        except (WireError, Overuse) as error:
            raise self._kill(say("the kernel was stopped after {seconds} seconds", seconds=f"{seconds:.0f}")) from error
        raise KernelTooSlow(
            say("stopped after {seconds} seconds", seconds=f"{seconds:.0f}"),
            tidy(where) if isinstance(where, str) else "",
        )

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
