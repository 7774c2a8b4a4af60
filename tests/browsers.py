"""Servers that a test starts, and the browser that it opens on them."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

from course_utils.filesystem import REPOSITORY

CHROMIUM = Path("/usr/bin/chromium")
TOKEN = "tests"
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


@contextmanager
def chromium():
    """The system's Chromium; without one a test is skipped on a maintainer's machine, and fails in CI."""
    if not CHROMIUM.exists():
        reason = f"there is no {CHROMIUM}"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@contextmanager
def jupyter_lab(folder, own, *options):
    """The address of a plain JupyterLab on `folder`; its settings and its log are in `own`, its token is TOKEN."""
    port, log = free_port(), own / "log"
    environment = os.environ | {f"JUPYTER_{name}_DIR": str(own / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, [str(REPOSITORY), os.environ.get("PYTHONPATH")]))
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}",
               f"--IdentityProvider.token={TOKEN}", *options]  # fmt: skip
    with open(log, "wb") as file:
        server = subprocess.Popen(command, cwd=folder, env=environment, stdout=file, stderr=file)
    try:
        wait_until_it_answers(f"http://127.0.0.1:{port}/api", server, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(SECONDS)


def user_settings(own, name):
    """The file with a student's settings of one of that JupyterLab's plugins; its folder is made."""
    path = own / "CONFIG" / "lab" / "user-settings" / f"{name}.jupyterlab-settings"
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def start_course_lab(root, home, *arguments, package=REPOSITORY, **variables):
    """The process of `course lab`, and its lines up to the one about Ctrl-C, or to its end."""
    environment = {**os.environ, "HOME": str(home), "PYTHONPATH": str(package), "COURSE_LANG": "en", **variables}
    command = [sys.executable, "-m", "course_utils", "lab", "--course", str(root), "--allow-root", *arguments]
    server = subprocess.Popen(command, cwd=package, stderr=subprocess.PIPE, text=True, env=environment)
    timer = threading.Timer(SECONDS, server.kill)
    timer.start()
    lines = []
    for line in server.stderr:
        lines.append(line.rstrip())
        if "Ctrl-C" in line:
            break
    timer.cancel()
    return server, lines


@contextmanager
def course_lab(root, home, *arguments, **variables):
    """(server, lines, address with its token) of `course lab` without a browser, until it is told to end."""
    server, lines = start_course_lab(root, home, "--no-browser", *arguments, **variables)
    try:
        yield server, lines, re.search(r"http\S+", "\n".join(lines))[0]
    finally:
        server.terminate()
        server.wait(SECONDS)
