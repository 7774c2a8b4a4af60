"""Kernels without a warm parent and without any protection, for systems that cannot fork: Windows, and macOS.

Each kernel is a process that imports everything again, and talks over the loopback interface; a secret that it reads
from its standard input proves that it is ours.
"""

from __future__ import annotations

import contextlib
import hmac
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time

import psutil

from course_utils.sandbox.outside.bubblewrap import PACKAGE, kernel_environment
from course_utils.sandbox.outside.parent import BOOT, START_SECONDS, SandboxError, last_line
from course_utils.sandbox.protocol.limits import SECRET_BYTES, Limits
from course_utils.translation import language, say


class FreshKernels:
    """As a `Parent`: starts kernels, one at a time, each in a process of its own."""

    def __init__(self) -> None:
        self.process: psutil.Popen | None = None

    def is_warm(self) -> bool:
        """There is nothing to wait for."""
        return True

    def reason(self) -> str:
        """Nothing can have failed before there is a kernel."""
        return ""

    @property
    def watched(self) -> int:
        """The process whose descendants are counted."""
        return self.process.pid if self.process else 0

    def start_kernel(self, limits: Limits, folder: str | None) -> socket.socket:
        """A fresh kernel in the folder; our end of its socket. Raises SandboxError when it does not start."""
        secret = secrets.token_bytes(SECRET_BYTES)
        with socket.create_server(("127.0.0.1", 0)) as server, tempfile.TemporaryFile() as errors:
            words = [str(PACKAGE.parent), "fresh", str(server.getsockname()[1]), str(folder), str(limits.output)]
            self.process = psutil.Popen(
                [sys.executable, "-I", "-c", BOOT, *words],
                stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=errors, env=_environment(str(folder)),
            )  # fmt: skip
            self._write(secret)
            connection = self._connected(server, secret)
            if connection is None:
                self.kill()
                raise SandboxError(say("the kernel does not start: {reason}", reason=last_line(errors)))
        return connection

    def _connected(self, server: socket.socket, secret: bytes) -> socket.socket | None:
        """The first connection that begins with the secret; None when the process ends, or after START_SECONDS."""
        deadline = time.monotonic() + START_SECONDS
        server.settimeout(0.2)
        while time.monotonic() < deadline and self.process is not None and self.process.poll() is None:
            with contextlib.suppress(OSError):
                connection, _ = server.accept()
                if _begins_with(connection, secret):
                    return connection
                connection.close()
        return None

    def is_alive(self) -> bool:
        """Always: there is nothing that could be gone."""
        return True

    def interrupt(self) -> None:
        """Interrupt the newest kernel."""
        self._write(b"I")

    def _write(self, text: bytes) -> None:
        with contextlib.suppress(OSError, ValueError, AttributeError):  # it has ended, or there is none
            self.process.stdin.write(text)  # type: ignore[union-attr]  # suppressed
            self.process.stdin.flush()  # type: ignore[union-attr]  # suppressed

    def kill(self) -> None:
        """End the newest kernel, and all that it started, as far as it can be found."""
        process, self.process = self.process, None
        if process is None:
            return
        family: list[psutil.Process] = [process]
        with contextlib.suppress(psutil.Error):
            family += process.children(recursive=True)
        for member in family:
            with contextlib.suppress(psutil.Error):
                member.kill()
        process.wait()
        with contextlib.suppress(OSError):
            process.stdin.close()

    def end(self) -> None:
        """Nothing stays when the last kernel is gone."""
        self.kill()


def _begins_with(connection: socket.socket, secret: bytes) -> bool:
    connection.settimeout(5)
    received = b""
    while len(received) < len(secret):
        piece = connection.recv(len(secret) - len(received))
        if not piece:
            return False
        received += piece
    return hmac.compare_digest(received, secret)


def _environment(folder: str) -> dict[str, str]:
    """As in the sandbox, with what Windows cannot do without, the kernel's folder for a home, and our language."""
    needed = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    own = dict.fromkeys(("HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP", "MPLCONFIGDIR"), folder)
    return kernel_environment() | needed | own | {"COURSE_LANG": language()}
