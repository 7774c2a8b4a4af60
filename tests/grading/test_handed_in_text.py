"""Text cells keep what they refer to, through the real pipeline: what readers see, and that nobody loses a page."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from nbconvert.exporters import HTMLExporter
from nbgrader.converters import GenerateFeedback
from nbgrader.server_extensions import formgrader

from course_utils.grading.class_run.run import grade
from course_utils.grading.course.folder import open_course
from course_utils.grading.course.nbgrader_convert import convert
from tests.grading.handed_in import (
    ANSWER,
    cell_named,
    class_of,
    coded,
    dumped,
    png,
    points_of,
    right,
    text,
)

SMALL, FIGURE, LARGE, HUGE = png(30), png(40), png(620), png(900)
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


def answered(source: str, attachments: dict | None = None) -> dict:
    notebook = right(source)
    if attachments:
        cell_named(notebook, "gru-question-1")["attachments"] = attachments
    return notebook


def with_note(source: str, attachments: dict) -> dict:
    notebook = right()
    notebook["cells"].insert(2, text(source) | {"attachments": attachments})
    return notebook


def with_figure(course) -> None:
    """Give the instructor's notebook a locked text with a picture in it."""
    path = course.source / "gru" / "gru.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    marks = {
        "grade": False,
        "grade_id": "gru-figure",
        "locked": True,
        "schema_version": 3,
        "solution": False,
        "task": False,
    }
    figure = {"attachments": {"f.png": {"image/png": coded(FIGURE)}}}
    notebook["cells"].insert(2, text("See ![f](attachment:f.png)", nbgrader=marks) | figure)
    path.write_text(json.dumps(notebook), encoding="utf-8")


ATTACHED = {"7c1f.png": {"image/png": coded(SMALL)}}
CLASS = {
    "attached": {"gru.ipynb": dumped(answered(ANSWER + "\n\n![image.png](attachment:7c1f.png)", ATTACHED))},
    "note": {"gru.ipynb": dumped(with_note("my note ![i](attachment:7c1f.png)", ATTACHED))},
    "lost": {"gru.ipynb": dumped(answered(ANSWER + " ![image.png](attachment:gone.png)"))},
    "svg": {
        "gru.ipynb": dumped(answered(ANSWER + " ![s](attachment:a.svg)", {"a.svg": {"image/svg+xml": coded(SVG)}}))
    },
    "disguised": {
        "gru.ipynb": dumped(answered(ANSWER + " ![s](attachment:a.png)", {"a.png": {"image/png": coded(SVG)}}))
    },
    "inline": {"gru.ipynb": dumped(answered(f"{ANSWER}\n\n![shot](data:image/png;base64,{coded(LARGE)})\n\nafter it"))},
    "inline-huge": {"gru.ipynb": dumped(answered(f"{ANSWER} ![s](data:image/png;base64,{coded(HUGE)}) after it"))},
    "inline-html": {
        "gru.ipynb": dumped(answered(f'{ANSWER} <img src="data:image/png;base64,{coded(LARGE)}"> after it'))
    },
    "beside": {"gru.ipynb": dumped(answered(ANSWER + " ![p](plot.png)")), "plot.png": SMALL},
    "beside-flat": {"gru.ipynb": dumped(answered(ANSWER + " ![p](images/My%20Plot.PNG)")), "My Plot.PNG": SMALL},
    "beside-missing": {"gru.ipynb": dumped(answered(ANSWER + " ![p](plot.png)"))},
    "beside-is-no-picture": {"gru.ipynb": dumped(answered(ANSWER + " ![p](plot.png)")), "plot.png": b"no picture"},
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory, the_sandbox):
    course = class_of(tmp_path_factory.mktemp("text") / "course", CLASS)
    with_figure(course)
    return course, grade(course, "gru", workers=1)


def page_of(graded, student: str) -> str:
    return (graded[0].feedback / student / "gru" / "gru.html").read_text(encoding="utf-8")


def shows(page: str, picture: bytes) -> bool:
    return f'src="data:image/png;base64,{coded(picture)}"' in page


@pytest.mark.parametrize("student", CLASS)
def test_the_page_is_whole_and_the_written_words_are_in_it(graded, student):
    page = page_of(graded, student)
    assert "MY-WRITTEN-ANSWER" in page and "gru-forward" in page
    assert points_of(graded[1], student)["gru-forward-check"] == 5


@pytest.mark.parametrize(
    ("student", "picture"),
    [
        ("attached", SMALL),
        ("note", SMALL),
        ("inline", LARGE),
        ("inline-html", LARGE),
        ("beside", SMALL),
        ("beside-flat", SMALL),
    ],
)
def test_a_picture_is_shown(graded, student, picture):
    assert shows(page_of(graded, student), picture)


@pytest.mark.parametrize(
    ("student", "name"),
    [
        ("lost", "gone.png"),
        ("svg", "a.svg"),
        ("disguised", "a.png"),
        ("inline-huge", "2.3-MiB"),
        ("beside-missing", "plot.png"),
        ("beside-is-no-picture", "plot.png"),
    ],
)
def test_a_picture_that_cannot_be_shown_leaves_a_mark_with_its_name(graded, student, name):
    (mark,) = re.findall(
        r"\[a picture that is missing, or too large or of a kind that is not shown: (.*?)\]", page_of(graded, student)
    )
    assert name in mark


def test_the_words_around_a_large_inline_picture_stay(graded):
    assert all("after it" in page_of(graded, student) for student in ("inline", "inline-huge", "inline-html"))


def test_no_script_of_a_picture_is_in_any_page(graded):
    assert not any(
        "alert(1)" in page_of(graded, student) or coded(SVG) in page_of(graded, student) for student in CLASS
    )


def test_nbgraders_own_feedback_is_made_for_everybody(graded):
    for student in CLASS:
        directory = open_course(graded[0].root).nbgrader()
        directory.assignment_id, directory.student_id = "gru", student
        convert(GenerateFeedback, directory)
        assert "MY-WRITTEN-ANSWER" in page_of(graded, student)
    assert shows(page_of(graded, "attached"), SMALL)


def test_the_formgraders_page_shows_them(graded):
    config = graded[0].config.copy()
    config.HTMLExporter.template_name = "formgrade"
    config.HTMLExporter.extra_template_basedirs = [str(Path(formgrader.__file__).parent / "templates")]
    names = (
        "assignment_id",
        "notebook_id",
        "submission_id",
        "base_url",
        "student",
        "last_name",
        "first_name",
        "notebook_path",
    )
    for student, picture in (("attached", SMALL), ("lost", None), ("inline", LARGE), ("beside", SMALL)):
        notebook = graded[0].autograded / student / "gru" / "gru.ipynb"
        resources = {"index": 0, "total": 1} | dict.fromkeys(names, "x")
        page, _ = HTMLExporter(config=config).from_filename(str(notebook), resources=resources)
        assert "MY-WRITTEN-ANSWER" in page
        assert picture is None or coded(picture) in page


def test_a_picture_of_the_instructors_is_shown_to_everybody(graded):
    assert all(shows(page_of(graded, student), FIGURE) for student in CLASS)
