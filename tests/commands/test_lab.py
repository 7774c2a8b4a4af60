"""`course lab`: a real JupyterLab on the start page, which ends with its process. Its browser: test_student_way.py."""

import html
import json
import os
import re
import signal
import urllib.error
import urllib.parse
import urllib.request
import webbrowser

import psutil
import pytest

from course_utils.commands.cli import main
from tests.browsers import course_lab, start_course_lab, wait_until_it_answers
from tests.desk.conftest import code, text, write_notebook

QUIZ = code('check("quiz.q1", answers)', "quiz-1", points=1)
ANSWER = code('answers = {"q1": 2}', "answers")


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    """A student edition with a chapter and a quiz, and a home."""
    root, home = tmp_path_factory.mktemp("course"), tmp_path_factory.mktemp("home")
    title = text("# A network\n\n[Its quiz](../release/quiz/quiz.ipynb), [words](../docs/glossary.md#gates)")
    write_notebook(root / "notebooks/00_rnn.ipynb", title, code("1 + 1", count=1), code("2 + 2", count=2))
    imports = code("from course_utils import check")
    task = text("# Assignment: the quiz\n\n[Its chapter](../../notebooks/00_rnn.ipynb)")
    write_notebook(root / "release/quiz/quiz.ipynb", task, imports, ANSWER, QUIZ)
    (root / "docs").mkdir()
    (root / "docs/glossary.md").write_text("# Glossary\n\n**state**: what is kept\n\n## Gates\n\nText.\n")
    (root / "edition.json").write_text('{"due": {"quiz": "2026-12-05T22:59:00+00:00"}}')
    return root, home


@pytest.fixture(scope="module")
def started(places):
    """(server, lines, address with its token)."""
    with course_lab(*places) as running:
        yield running


def test_the_terminal_says_what_was_copied_and_where_the_course_is(started):
    _, lines, address = started
    assert lines == [
        "your copy of chapters: work/chapters/",
        "your copy of quiz: work/quiz/",
        f"the course: {address}",
        "Ctrl-C stops it",
    ]
    assert re.fullmatch(r"http://(localhost|127\.0\.0\.1):\d+/course\?token=\w{30,}", address)


def test_what_the_edition_has_newer_than_the_copies_is_said(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("course_utils.commands.lab.running_lab", lambda *_: None)
    monkeypatch.setattr("course_utils.commands.lab.serve", lambda *_: None)
    for source in ("# Before", "# Corrected"):
        write_notebook(tmp_path / "release/toy/toy.ipynb", text(source))
        assert main(["lab", "--course", str(tmp_path)]) == 0
    assert capsys.readouterr().err.splitlines() == [
        "your copy of toy: work/toy/",
        "newer in the edition than your copies in work/: toy. Bring it in: ./course update",
    ]


def test_a_second_lab_of_the_course_says_where_the_first_one_is_and_opens_it(started, places, monkeypatch, capsys):
    root, home = places
    opened = []
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setattr(webbrowser, "open", opened.append)
    assert main(["lab", "--course", str(root), "--no-browser"]) == 0 and not opened
    assert main(["lab", "--course", str(root)]) == 0
    assert capsys.readouterr().err == 2 * f"a lab of this course is running already, at {started[2]}\n"
    (file,) = map(urllib.request.urlopen, opened)  # in which Jupyter keeps the address, and not in a list of processes
    assert started[2] in html.unescape(file.read().decode())


def test_nobody_without_the_token_sees_the_page_and_students_have_no_formgrader(started):
    address, token = started[2].split("?")
    assert "login" in urllib.request.urlopen(address).url
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(address.replace("/course", "/formgrader") + "?" + token)


def test_students_have_no_empty_menu_no_news_and_widgets_that_are_saved(started):
    address, token = started[2].split("?")
    lab_page = urllib.request.urlopen(address.replace("/course", "/lab") + "?" + token).read().decode()
    disabled = json.loads(re.search(r'id="jupyter-config-data"[^>]*>(.*?)</script>', lab_page, re.DOTALL)[1])
    names = ("menu", "formgrader", "create-assignment", "assignment-list", "course-list")
    assert {f"@jupyter/nbgrader:{name}" for name in names} <= set(disabled["disabledExtensions"])
    assert setting(started[2], "@jupyter-widgets/jupyterlab-manager:plugin", "saveState") is True
    assert setting(started[2], "@jupyterlab/apputils-extension:notification", "fetchNews") == "false"
    viewers = setting(started[2], "@jupyterlab/docmanager-extension:plugin", "defaultViewers")
    assert viewers["markdown"] == "Markdown Preview"


def setting(course, plugin, name):
    """The default that JupyterLab's server gives to the browser."""
    address = course.replace("/course", f"/lab/api/settings/{urllib.parse.quote(plugin)}")
    return json.loads(urllib.request.urlopen(address).read())["schema"]["properties"][name]["default"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
def test_without_any_browser_it_runs_on_the_next_port_until_its_terminal_is_closed(started, places, tmp_path):
    taken = re.search(r":(\d+)/", started[2])[1]
    write_notebook(tmp_path / "release/gru/gru.ipynb", text("# Assignment: a GRU"))
    (tmp_path / "nbgrader_config.py").touch()
    other, lines = start_course_lab(tmp_path, places[1], f"--port={taken}", PATH=str(tmp_path), BROWSER="", DISPLAY="")
    try:
        assert lines[0] == "your copy of gru: work/gru/" and len(lines) == 3
        page = wait_until_it_answers(re.search(r"http\S+", lines[1])[0], other, tmp_path / "nbgrader_config.py")
        assert "Assignment: a GRU" in page.read().decode()
        assert f":{taken}/" not in lines[1]
        other.send_signal(signal.SIGHUP)
        assert other.wait(30) == 0
    finally:
        other.kill()
        other.wait()


def test_links_lead_from_copy_to_copy_and_to_the_glossary_as_a_page(started, browser):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(30_000)
    page.goto(started[2].replace("/course?", "/lab/workspaces/links/tree/work/chapters/00_rnn.ipynb?"))
    page.get_by_role("link", name="Its quiz").click()
    page.wait_for_url("**/tree/work/quiz/quiz.ipynb")
    page.get_by_role("link", name="Its chapter").click()
    page.wait_for_url("**/tree/work/chapters/00_rnn.ipynb")
    page.get_by_role("link", name="words").click()
    page.get_by_role("heading", name="Gates").wait_for()  # the Markdown as it is meant to be read
    assert page.url.partition("#")[0].endswith("/tree/docs/glossary.md")
    page.close()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
def test_an_order_to_end_leaves_no_process(started):
    server = started[0]
    family = psutil.Process(server.pid).children(recursive=True)
    server.send_signal(signal.SIGTERM)
    assert server.wait(30) == 0
    _, alive = psutil.wait_procs(family, timeout=10)
    assert not alive
