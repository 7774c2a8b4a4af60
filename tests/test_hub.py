"""The example of a hub, with a real JupyterHub and real browsers: a quiz goes out, comes back, and is returned."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from urllib.parse import quote

import pytest

from course_utils.filesystem import REPOSITORY, remove_folder
from course_utils.grading.course.folder import open_course
from course_utils.grading.gradebook.results import class_results
from course_utils.quiz.bank import load_bank
from tests.browsers import CHROMIUM, SECONDS, chromium, free_port, wait_until_it_answers
from tests.unix_users import IS_ROOT, People

HUB = REPOSITORY / "examples" / "hub"
PASSWORD = "only for tests"
BANK = load_bank((REPOSITORY / "source" / "quiz-bank.yaml").read_text(encoding="utf-8"))
RIGHT = {question.id: question.keys[0] for question in BANK.asked}
PYTHON = (sys.executable, "-m")


@pytest.fixture
def needed(needs):
    """JupyterHub, its proxy and a browser; the folders of the proxy's command and of its packages."""
    needs("configurable-http-proxy")
    for what, is_there in (("jupyterhub", importlib.util.find_spec("jupyterhub")), (CHROMIUM, CHROMIUM.exists())):
        if not is_there:
            reason = f"there is no {what}"
            pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    if IS_ROOT:
        needs("bwrap")
    proxy = Path(shutil.which("configurable-http-proxy"))
    return proxy.parent, proxy.resolve().parents[2]


@pytest.fixture
def people(needed):
    """A teacher with a course folder that has the quiz, and two students."""
    folder = Path(tempfile.mkdtemp(prefix="hub-"))
    people = People(folder, ("teacher", "ada", "bob"), needed)
    course = people.home("teacher") / "course"
    shutil.copytree(REPOSITORY / "source" / "quiz", course / "source" / "quiz")
    shutil.copy(REPOSITORY / "source" / "quiz-bank.yaml", course / "source")
    shutil.copy(REPOSITORY / "nbgrader_config.py", course)
    with open_course(course).gradebook():
        pass  # made here and not by the formgrader, which starts a program to make one
    people.own("teacher")
    yield people
    remove_folder(folder)


@pytest.fixture
def hub(people):
    """The address of a JupyterHub with the example's settings; as root it starts a Unix user's process per person."""
    public, private, routes = (f"http://127.0.0.1:{free_port()}" for _ in range(3))
    state = people.folder / "hub"
    state.mkdir()
    own_processes = ["--unshare-pid", "--proc", "/proc"] if IS_ROOT else []  # which end with bubblewrap
    words = [*people.machine, *own_processes, *PYTHON, "jupyterhub", "-f", str(HUB / "jupyterhub_config.py"),
             f"--JupyterHub.bind_url={public}", f"--JupyterHub.hub_bind_url={private}",
             f"--ConfigurableHTTPProxy.api_url={routes}", "--JupyterHub.authenticator_class=shared-password",
             f"--SharedPasswordAuthenticator.user_password={PASSWORD}",
             f"--SimpleLocalProcessSpawner.home_dir_template={people.folder}/homes/{{username}}"]  # fmt: skip
    environment = people.environment() | {"COURSE_PASSWORD": PASSWORD}
    with open(state / "log", "wb") as log:
        server = subprocess.Popen(words, cwd=state, env=environment, stdout=log, stderr=log)
    try:
        wait_until_it_answers(f"{public}/hub/health", server, state / "log")
        yield public
    finally:
        server.terminate()
        server.wait(SECONDS)
    with pytest.raises(OSError):
        urllib.request.urlopen(public, timeout=5)


@pytest.fixture
def logged_in(hub):
    """`logged_in("ada", "lab")`: a browser of one's own, on that page of one's server."""

    def log_in(name, path):
        page = browser.new_context(viewport={"width": 1300, "height": 900}).new_page()
        page.set_default_timeout(SECONDS * 1000)
        page.goto(f"{hub}/hub/login?next=" + quote(f"/hub/spawn/{name}?next=/user/{name}/{path}"))
        page.locator("#username_input").fill(name)
        page.locator("#password_input").fill(PASSWORD)
        page.locator("#login_submit").click()
        return page

    with chromium() as browser:
        yield log_in


def menu_of(page, item=None):
    """What the lab's menu of nbgrader offers; `item` is clicked."""
    page.locator(".lm-MenuBar-itemLabel", has_text="Nbgrader").click()
    items = page.locator(".lm-Menu-itemLabel")
    names = [name for name in items.all_inner_texts() if name]
    items.filter(has_text=item).click()
    return names


def press(page, button):
    """Press a button of the list of assignments."""
    page.locator("#assignments").get_by_role("button", name=button, exact=True).click()


def press_in_formgrader(page, column):
    """Press the button of the only assignment, and confirm that it went well."""
    page.locator(f"td.{column} a").first.click()
    page.locator(".modal.in .modal-title", has_text="Success").wait_for()
    page.locator(".modal.in button", has_text="OK").click()
    page.locator(".modal.in").wait_for(state="detached")


def appears(pattern, folder):
    """The one path below the folder, as soon as it is there."""
    for _ in range(SECONDS * 5):
        if found := list(folder.glob(pattern)):
            (path,) = found
            return path
        time.sleep(0.2)
    pytest.fail(f"there is no {pattern} in {folder}")


def as_student(people, name, *words):
    settings = os.pathsep.join([str(HUB / "students"), str(HUB / "everybody")])
    done = people.run(name, *words, settings=settings)
    assert done.returncode == 0, done.stderr
    return done


def as_teacher(people, *words):
    settings = os.pathsep.join([str(HUB / "instructors"), str(HUB / "everybody")])
    done = people.run("teacher", *words, folder="course", settings=settings)
    assert done.returncode == 0, done.stderr
    return done


def answer(people, name, answers):
    """What the quiz's buttons save, beside the fetched notebook."""
    (people.home(name) / "quiz" / "quiz_answers.json").write_text(json.dumps(answers), encoding="utf-8")
    people.own(name)


def require_privacy(people):
    """No student sees who handed in, what others handed in, whose feedback is there, or the teacher's course."""
    exchange = people.exchange / "gated_rnn"
    for folder in (exchange / "inbound", exchange / "feedback", people.home("teacher"), people.home("ada")):
        assert "Permission denied" in people.run("bob", "ls", str(folder)).stderr


def test_a_quiz_is_released_fetched_handed_in_graded_and_returned(people, logged_in):
    ada, teacher = logged_in("ada", "lab"), logged_in("teacher", "formgrader")
    press_in_formgrader(teacher, "assign")
    press_in_formgrader(teacher, "release")

    assert menu_of(ada, "Assignment List") == ["Assignment List"]
    press(ada, "Fetch")
    notebook = appears("quiz/quiz.ipynb", people.home("ada")).read_text(encoding="utf-8")
    assert all(f'check(\\"quiz.{name}\\", answers)' in notebook for name in RIGHT)
    answer(people, "ada", RIGHT)
    press(ada, "Submit")
    as_student(people, "bob", *PYTHON, "nbgrader", "fetch_assignment", "quiz")
    answer(people, "bob", RIGHT | {"q1": RIGHT["q1"] % 4 + 1})
    as_student(people, "bob", *PYTHON, "nbgrader", "submit", "quiz")
    appears("ada+quiz+*", people.exchange / "gated_rnn" / "inbound")

    as_teacher(people, *PYTHON, "nbgrader", "collect", "quiz")
    as_teacher(people, *PYTHON, "course_utils", "grade", "quiz", "--course", ".")
    results = class_results(open_course(people.home("teacher") / "course"), "quiz")
    points = {result.student: result.points for result in results.students}
    assert points == {"ada": len(RIGHT), "bob": len(RIGHT) - 1}

    as_teacher(people, *PYTHON, "nbgrader", "release_feedback", "quiz")
    as_student(people, "bob", *PYTHON, "nbgrader", "fetch_feedback", "quiz")
    ada.locator("#refresh_assignments_list").click()
    press(ada, "Fetch Feedback")
    pages = {name: appears("quiz/feedback/*/quiz.html", people.home(name)) for name in ("ada", "bob")}
    assert "(Score: 12.0 / 12.0)" in pages["ada"].read_text(encoding="utf-8")
    assert "(Score: 11.0 / 12.0)" in pages["bob"].read_text(encoding="utf-8")

    assert ada.request.get(ada.url.split("/user/")[0] + "/user/ada/formgrader").status == 404
    assert "There are no chapters" in ada.request.get(ada.url.split("/user/")[0] + "/user/ada/course").text()
    if IS_ROOT:
        require_privacy(people)
