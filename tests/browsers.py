"""Servers that a test starts, and the browser that it opens on them."""

from __future__ import annotations

import socket
import time
import urllib.request
from pathlib import Path

import pytest

CHROMIUM = Path("/usr/bin/chromium")
SECONDS = 90  # for a server to answer, and for a page to change
QUIET = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip


def free_port():
    """A port of this machine that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def wait_until_it_answers(address, server, log):
    """Fails with the end of the log when the server ends, or does not answer."""
    for _ in range(SECONDS * 5):
        if server.poll() is not None:
            break
        try:
            return urllib.request.urlopen(address, timeout=5)
        except OSError:
            time.sleep(0.2)
    pytest.fail(log.read_text(errors="replace")[-2000:])
