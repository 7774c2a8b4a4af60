"""The class that tampers is what it says, and what it leaves behind would be found."""

from __future__ import annotations

import ast
import json
import socket
from collections import Counter
from pathlib import Path

import pytest
from IPython.core.inputtransformer2 import TransformerManager

from tests.browsers import chromium
from tests.grading.tampering_class import PARTS, all_tamperings, cell_named, fill_in, pieces, witness
from tests.grading.tampering_outcome import is_honest, new_course
from tests.grading.tampering_page import live_places, open_page
from tests.grading.tampering_traces import NEIGHBOUR, surroundings, traces_in_outputs, traces_on_the_machine

ALL = all_tamperings()


@pytest.fixture(scope="module")
def around(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tampering")
    with surroundings(new_course(folder / "course"), folder) as around:
        yield around


def test_there_are_enough_of_every_kind():
    assert sum(not is_honest(one) for one in ALL) >= 45
    assert sum(is_honest(one) for one in ALL) >= 15
    assert all(count >= 5 for count in Counter(one.kind for one in ALL).values())


def test_everybody_says_what_they_try_in_one_line_and_has_a_name_of_their_own():
    assert all(len(one.description.split()) >= 3 and one.text.startswith("# ") for one in ALL)
    assert len({one.name for one in ALL if one.says("witness")}) == sum(one.says("witness") for one in ALL)
    assert all(set(one.expected) <= set(PARTS) for one in ALL)


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.student)
def test_everybody_hands_in_something(around, one):
    one.hand_in(around.course.submitted, around.words)
    assert (around.course.submitted / one.student / "gru" / "gru.ipynb").is_symlink() or list(
        (around.course.submitted / one.student / "gru").iterdir()
    )


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.student)
def test_every_cell_is_code_that_runs(around, one):
    """What stops at a typing mistake would gain nothing either, and prove nothing."""
    for place, source in pieces(fill_in(one.text, around.words | {"@NAME@": one.name})):
        if not place.endswith("markdown") and place != "gru-question-1":
            code = TransformerManager().transform_cell(source)
            compile(code, place, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)


def test_a_piece_stands_where_its_mark_says(around):
    notebook = witness("", "w").notebook(around.words)
    sources = ["".join(cell["source"]) for cell in notebook["cells"]]
    assert "WORDS" in sources[0] and "witness:" in sources[-1]
    assert "ParameterList" not in cell_named(notebook, "gru-params")["source"]
    assert "def three" in cell_named(notebook, "gru-params")["source"], "amina's answer"


def test_a_file_in_the_home_folder_and_a_visit_are_found(around):
    (around.home / ".bashrc").write_text("# course-marker-writes_home\n", encoding="utf-8")
    with socket.create_connection(("127.0.0.1", around.port), 2) as door:
        door.sendall(b"course-marker-knocks\n")
        door.shutdown(socket.SHUT_WR)
        door.recv(1)
    found = traces_on_the_machine(around)
    assert found["writes_home"] == ["file .bashrc"]
    assert found["knocks"] == ["visited a socket of the host"]


def test_where_nobody_was_nothing_is_found(tmp_path):
    with surroundings(new_course(tmp_path / "course"), tmp_path) as around:
        assert traces_on_the_machine(around) == {}


def test_a_new_file_in_a_submission_is_found_and_what_was_handed_in_is_not(around):
    own = around.course.submitted / "writer" / "gru" / "course-marker-own"
    own.parent.mkdir(parents=True)
    own.write_text("", encoding="utf-8")
    around.remember_submissions()
    (own.parent / "course-marker-intruder").write_text("", encoding="utf-8")
    found = traces_on_the_machine(around)
    assert found["intruder"] == ["file course-marker-intruder"]
    assert "own" not in found


def test_a_file_beside_the_gradebook_is_found(around):
    Path(around.course.root, "course-marker-beside").write_text("", encoding="utf-8")
    assert traces_on_the_machine(around)["beside"] == ["file course-marker-beside"]


@pytest.mark.parametrize("what", ["source", "neighbour", "gradebook", "environment", "home"])
def test_a_secret_in_the_outputs_is_found(around, what):
    show(around, f"here it is: {around.secrets[what]}")
    assert traces_in_outputs(around, "thief") == [f"knows the secret of the {what}"]


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


@pytest.mark.parametrize(
    ("body", "trace"),
    [
        ("<script>window.tampered = 1</script>", "runs in the reader's browser"),
        ("<img src=x onerror='window.tampered = 1'>", "runs in the reader's browser"),
        ("<a href='javascript:window.tampered = 1'>x</a>", "runs in the reader's browser"),
        ("<img src='http://127.0.0.1:1/pixel'>", "lets the reader's browser ask an address"),
        ("<style>* {display: none}</style>", "hides the score from the reader"),
    ],
)
def test_what_a_page_does_to_its_reader_is_found(browser, tmp_path, body, trace):
    page = tmp_path / "page.html"
    page.write_text(f"<html><body><h1>Score: 0</h1>{body}</body></html>", encoding="utf-8")
    assert open_page(browser, page).traces() == [trace]


def test_a_page_that_only_speaks_of_scripts_is_left_alone(browser, tmp_path):
    page = tmp_path / "page.html"
    text = (
        "<html><body>Score: 0 &lt;script&gt;window.tampered = 1&lt;/script&gt;<script>var fine</script></body></html>"
    )
    page.write_text(text, encoding="utf-8")
    assert (open_page(browser, page).traces(), live_places(text)) == ([], [])


@pytest.mark.parametrize("live", ["<svg onload=tampered()>", "<a href=' JavaScript:x'>", "<base href=x>", "<form>"])
def test_live_places_are_found_by_reading(live):
    assert len(live_places(f"<p>fine</p>{live}")) == 1


def test_what_worked_and_what_a_witness_found_are_found(around):
    show(around, 'tampering worked: disk\nwitness: {"left": ["thread course-marker-x"], "network": false}')
    assert traces_in_outputs(around, "thief") == [
        "says: tampering worked (disk)",
        "the witness found thread course-marker-x",
    ]


def test_a_flood_is_found(around):
    show(around, "x" * (21 << 20))
    assert traces_in_outputs(around, "thief") == ["puts out more than a page can hold"]


def test_nothing_is_found_where_nothing_happened(around):
    show(around, "✗ gru.forward: not written yet")
    assert traces_in_outputs(around, "thief") == []
    assert (around.course.submitted / NEIGHBOUR / "gru" / "notes.txt").is_file()


def show(around, text: str) -> None:
    """A graded notebook whose only cell has put this out."""
    folder = around.course.autograded / "thief" / "gru"
    folder.mkdir(parents=True, exist_ok=True)
    cell = {"cell_type": "code", "outputs": [{"output_type": "stream", "name": "stdout", "text": text}]}
    (folder / "gru.ipynb").write_text(json.dumps({"cells": [cell]}), encoding="utf-8")
