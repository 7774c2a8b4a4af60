"""Links of chapters and assignments lead to what they name, in the repository and in a student's copies."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest

from course_utils.desk.copies import content, edition_files
from course_utils.filesystem import REPOSITORY
from course_utils.links import in_work, moved

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
CHAPTERS = sorted(path.stem for path in REPOSITORY.glob("notebooks/*.ipynb"))
COPIES = {f"work/{place}": path for place, path in edition_files(REPOSITORY).items()}
NOTEBOOKS = {place: path for place, path in COPIES.items() if path.suffix == ".ipynb"}


def targets(raw: bytes, place: str) -> list[str]:
    """What the text cells of a notebook at that place link to, as paths from the course's root on."""
    texts = ["".join(cell["source"]) for cell in json.loads(raw)["cells"] if cell["cell_type"] == "markdown"]
    links = [link for text in texts for link in LINK.findall(text) if not link.startswith(("http", "data:", "#"))]
    folder = (REPOSITORY / place).parent
    return [Path(folder, link.partition("#")[0]).resolve().relative_to(REPOSITORY).as_posix() for link in links]


def chapter_of(name: str) -> str:
    return next(stem for stem in CHAPTERS if stem.partition("_")[2] == name)


@pytest.mark.parametrize("place", NOTEBOOKS)
def test_every_link_of_a_notebook_leads_to_a_file_in_the_repository_and_to_the_copy_in_work(place):
    path = NOTEBOOKS[place]
    original = path.relative_to(REPOSITORY).as_posix()
    there = targets(path.read_bytes(), original)
    assert there and [target for target in there if not (REPOSITORY / target).is_file()] == []
    copied = targets(content(place.removeprefix("work/"), path), place)
    assert copied == [in_work(target) for target in there]
    assert [target for target in copied if target not in COPIES and not target.startswith("docs/")] == []


@pytest.mark.parametrize("stem, following", [*pairwise(CHAPTERS), (CHAPTERS[-1], None)])
def test_a_chapter_leads_to_its_assignment_the_glossary_and_the_next_chapter_and_the_assignment_back(stem, following):
    name = stem.partition("_")[2]
    places = {f"work/chapters/{stem}.ipynb": f"work/{name}/{name}.ipynb"}
    places |= {assignment: chapter for chapter, assignment in places.items()}
    for place, other in places.items():
        leads = targets(content(place.removeprefix("work/"), COPIES[place]), place)
        assert other in leads
        assert following is None or f"work/chapters/{following}.ipynb" in leads
        assert ("docs/glossary.md" in leads) == (place.startswith("work/chapters"))
        assert ("docs/student.md" in leads) != (place.startswith("work/chapters"))


def test_a_section_that_is_linked_is_in_its_document():
    text = "\n".join(path.read_text(encoding="utf-8") for path in NOTEBOOKS.values())
    for name, section in set(re.findall(r"/docs/(\w+)\.md#([\w-]+)\)", text)):
        headings = re.findall(r"^#+ (.+)$", (REPOSITORY / f"docs/{name}.md").read_text(encoding="utf-8"), re.MULTILINE)
        assert section in [heading.lower().replace(" ", "-") for heading in headings]


def test_an_assignment_names_its_own_hand_in():
    for place, path in NOTEBOOKS.items():
        if not place.startswith("work/chapters"):
            assert f"`./course submit {path.stem}`" in path.read_text(encoding="utf-8")


def notebook(*cells: dict) -> bytes:
    return (json.dumps({"cells": list(cells)}, indent=1) + "\n").encode()


def text(source: str | list[str], **metadata: object) -> dict:
    return {"cell_type": "markdown", "metadata": metadata, "source": source}


@pytest.mark.parametrize(
    "old, link, new",
    [
        ("release/gru/gru.ipynb", "../../notebooks/01_gru.ipynb", "../chapters/01_gru.ipynb"),
        ("release/gru/gru.ipynb", "../lstm/lstm.ipynb#part-3", "../lstm/lstm.ipynb#part-3"),
        ("release/gru/gru.ipynb", "../../docs/student.md#how", "../../docs/student.md#how"),
        ("notebooks/01_gru.ipynb", "../release/gru/gru.ipynb", "../gru/gru.ipynb"),
        ("notebooks/01_gru.ipynb", "../docs/glossary.md#gates", "../../docs/glossary.md#gates"),
        ("notebooks/01_gru.ipynb", "images/gru.svg", "images/gru.svg"),
        ("notebooks/01_gru.ipynb", "https://d2l.ai/../notebooks/x", "https://d2l.ai/../notebooks/x"),
        ("notebooks/01_gru.ipynb", "#the-equations", "#the-equations"),
        ("notebooks/01_gru.ipynb", "/lab", "/lab"),
        ("notebooks/01_gru.ipynb", "../../elsewhere.md", "../../elsewhere.md"),
    ],
)
def test_a_link_is_right_at_the_place_of_the_copy(old, link, new):
    made = json.loads(moved(notebook(text(["See\n", f"[it]({link}).\n"]), text(f"[it]({link})")), old))
    assert made["cells"][0]["source"] == ["See\n", f"[it]({new}).\n"]
    assert made["cells"][1]["source"] == f"[it]({new})"


def test_code_and_graded_cells_keep_what_they_say_and_what_is_no_notebook_stays():
    link = "[it](../release/gru/gru.ipynb)"
    code = {"cell_type": "code", "metadata": {}, "source": f"# {link}"}
    for raw in (notebook(code, text(link, nbgrader={"grade_id": "q"})), b"text", b"[]", b'{"cells": 3}', b"\xff"):
        assert moved(raw, "notebooks/01_gru.ipynb") == raw
