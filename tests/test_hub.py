"""The example of a hub, with a real JupyterHub and real browsers: a quiz goes out, comes back, and is returned."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from urllib.parse import quote

import pytest

from course_utils.filesystem import REPOSITORY, remove_folder
from course_utils.quiz.bank import load_bank
from tests.unix_users import IS_ROOT, People

HUB = REPOSITORY / "examples" / "hub"
CHROMIUM = Path("/usr/bin/chromium")
QUIET = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
PASSWORD = "only for tests"
SECONDS = 90
BANK = load_bank((REPOSITORY / "source" / "quiz-bank.yaml").read_text(encoding="utf-8"))
RIGHT = {question.id: question.key for question in BANK.asked}
PYTHON = (sys.executable, "-m")


@pytest.fixture(scope="module")
def needed(needs):
    """JupyterHub, its proxy and a browser; the proxy's folder."""
    needs("configurable-http-proxy")
    for what, is_there in (("jupyterhub", importlib.util.find_spec("jupyterhub")), (CHROMIUM, CHROMIUM.exists())):
        if not is_there:
            reason = f"there is no {what}"
            pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    if IS_ROOT:
        needs("bwrap")
    return Path(shutil.which("configurable-http-proxy")).resolve().parents[1]


@pytest.fixture(scope="module")
def people(needed):
    """A teacher with a course folder that has the quiz, and two students."""
    folder = Path(tempfile.mkdtemp(prefix="hub-"))
    people = People(folder, ("teacher", "ada", "bob"), (needed,))
    course = people.home("teacher") / "course"
    shutil.copytree(REPOSITORY / "source" / "quiz", course / "source" / "quiz")
    shutil.copy(REPOSITORY / "source" / "quiz-bank.yaml", course / "source")
    shutil.copy(REPOSITORY / "nbgrader_config.py", course)
    people.own("teacher")
    yield people
    remove_folder(folder)


@pytest.fixture(scope="module")
def hub(people):
    """The address of a JupyterHub with the example's settings; as root it starts a Unix user's process per person."""
    public, private, routes = (f"http://127.0.0.1:{free_port()}" for _ in range(3))
    state = people.folder / "hub"
    state.mkdir()
    words = [*people.machine, *PYTHON, "jupyterhub", "-f", str(HUB / "jupyterhub_config.py"),
             f"--JupyterHub.bind_url={public}", f"--JupyterHub.hub_bind_url={private}",
             f"--ConfigurableHTTPProxy.api_url={routes}", "--JupyterHub.authenticator_class=shared-password",
             f"--SharedPasswordAuthenticator.user_password={PASSWORD}",
             f"--SimpleLocalProcessSpawner.home_dir_template={people.folder}/homes/{{username}}"]  # fmt: skip
    environment = people.environment() | {"COURSE_PASSWORD": PASSWORD}
    with open(state / "log", "wb") as log:
        server = subprocess.Popen(words, cwd=state, env=environment, stdout=log, stderr=log)
    try:
        wait_for(f"{public}/hub/health", server, state / "log")
        yield public
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(SECONDS)


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def wait_for(address, server, log):
    for _ in range(SECONDS * 5):
        if server.poll() is not None:
            break
        try:
            return urllib.request.urlopen(address, timeout=5)
        except OSError:
            time.sleep(0.2)
    pytest.fail(log.read_text(errors="replace")[-2000:])


@pytest.fixture(scope="module")
def logged_in(hub):
    """`logged_in("ada", "lab")`: a browser of one's own, on that page of one's server."""
    from playwright.sync_api import sync_playwright

    def log_in(name, path):
        page = browser.new_context(viewport={"width": 1300, "height": 900}).new_page()
        page.set_default_timeout(SECONDS * 1000)
        page.goto(f"{hub}/hub/login?next=" + quote(f"/hub/spawn/{name}?next=/user/{name}/{path}"))
        page.locator("#username_input").fill(name)
        page.locator("#password_input").fill(PASSWORD)
        page.locator("#login_submit").click()
        return page

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield log_in
        browser.close()
