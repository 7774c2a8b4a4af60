"""The page of written answers: question, model answer, and what the student's own run printed, all of it harmless."""

from __future__ import annotations

import base64
import json

import pytest
from bs4 import BeautifulSoup

from course_utils.errors import CourseError
from course_utils.grading.class_run.run import grade
from course_utils.grading.course.folder import open_course
from course_utils.grading.gradebook.results import class_results
from course_utils.grading.gradebook.written_answers import MAX_CELL, write_answers
from tests.grading.judging.test_pictures import PNG

SCRIPT = "<script>alert(1)</script>"
PICTURE = base64.b64encode(PNG).decode()
OUTPUTS = [
    {"output_type": "stream", "name": "stdout", "text": ["epoch 1, \x1b[31mperplexity 7\x1b[0m\n", SCRIPT]},
    {"output_type": "stream", "name": "stdout", "text": "first" + "x" * 3 * MAX_CELL + "last"},
    {"output_type": "display_data", "data": {"image/png": PICTURE}},
    {"output_type": "display_data", "data": {"image/png": f'{PICTURE}"><script>alert(2)</script>'}},
    {"output_type": "display_data", "data": {"text/html": f"<b onclick=alert(3)>bold</b>{SCRIPT}"}},
    {"output_type": "error", "ename": "ValueError", "evalue": SCRIPT, "traceback": ["secret"]},
    {"output_type": "execute_result", "data": {"application/javascript": "alert(4)"}},
    {"output_type": 3}, 17, {"output_type": "display_data", "data": []},
]  # fmt: skip


@pytest.fixture(scope="module")
def page(needs, new_course, hand_in, tmp_path_factory):
    """The page of a small class: right has run the notebook, wrong has not, broken is no notebook."""
    from course_utils.grading.course.release import build

    needs("bwrap")
    course = new_course(tmp_path_factory.mktemp("answers") / "course")
    source = course.source / "toy" / "toy.ipynb"
    notebook = json.loads(source.read_text(encoding="utf-8"))
    place = next(at for at, cell in enumerate(notebook["cells"]) if cell["source"] == ["Because."])
    asked = {
        "cell_type": "markdown",
        "id": "asked",
        "metadata": {},
        "source": "**Question.** Why is that, as $H_t = \\tanh(x)$?",
    }
    notebook["cells"].insert(place, asked)
    source.write_text(json.dumps(notebook), encoding="utf-8")
    build(course)
    handed_in = hand_in(course, "right", answer=f"So it is. {SCRIPT}")
    notebook = json.loads(handed_in.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            is_check = cell["metadata"]["nbgrader"]["grade_id"] == "double-check"
            cell["outputs"] = [{"output_type": "stream", "text": "all checks ok"}] if is_check else OUTPUTS
    handed_in.write_text(json.dumps(notebook), encoding="utf-8")
    hand_in(course, "wrong", "return x", answer="I think so: $$x^2$$")
    hand_in(course, "silent", answer="YOUR ANSWER HERE")
    hand_in(course, "broken").write_text("{", encoding="utf-8")
    grade(course, "toy", workers=1)
    with course.gradebook() as gradebook:
        score = gradebook.find_grade("why", "toy", "toy", "wrong")
        score.manual_score, score.needs_manual_grade = 1.5, False
        gradebook.update_or_create_student("silent", first_name="Si", last_name="Lent")
        gradebook.update_or_create_student("broken", first_name="Bro", last_name="Ken")
        gradebook.db.commit()
    path = write_answers(open_course(course.root), class_results(course, "toy"), "http://desk/formgrader")
    return course, BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def article(page, student):
    (found,) = [each for each in page[1].find_all("article") if student in each.h3.get_text()]
    return found


def test_the_question_and_the_model_answer_stand_above_the_answers(page):
    question, model = page[1].section.find_all("div", class_="box")
    assert "Why is that" in question.get_text() and "Because." in model.get_text()
    assert "1 of 3 wait for points" in page[1].header.get_text()


def test_who_waits_for_points_comes_first_and_the_others_show_theirs(page):
    assert [each.h3.get_text() for each in page[1].find_all("article")] == ["right", "Si Lent silent", "wrong"]
    assert "waits for points" in article(page, "right").get_text()
    assert "1.5 of 2" in article(page, "wrong").get_text() and "I think so:" in article(page, "wrong").get_text()
    assert "Bro Ken (broken): toy.ipynb is broken" in page[1].find_all("ul")[-1].get_text()


def test_an_answer_as_it_was_handed_out_is_said_to_be_empty(page):
    assert article(page, "silent").find_all("div", class_="text")[-1].get_text() == "left empty"


def test_equations_are_drawn_in_questions_and_answers(page):
    question, _ = page[1].section.find_all("div", class_="box")
    assert question.svg["aria-label"] == r"H_t = \tanh(x)" and "$" not in question.get_text()
    assert article(page, "wrong").svg["aria-label"] == "x^2"


def test_what_the_students_own_run_printed_is_shown_and_said_to_be_theirs(page):
    shown = article(page, "right").details
    assert "epoch 1, perplexity 7" in shown.get_text() and "ValueError: <script>" in shown.get_text()
    assert shown.img["src"] == f"data:image/png;base64,{PICTURE}" and shown.b.get_text() == "bold"
    assert "first" in shown.get_text() and "last" in shown.get_text() and len(shown.get_text()) < 3 * MAX_CELL
    assert "all checks ok" not in shown.get_text()
    assert "without outputs" in article(page, "wrong").get_text()
    assert "the judge has not seen it" in " ".join(page[1].header.get_text().split())


def test_nothing_of_a_students_acts_or_loads(page):
    assert page[1].find_all("script") == []
    assert not [each for each in page[1].find_all(True) if any(name.startswith("on") for name in each.attrs)]
    assert all(each["src"].startswith("data:image/") for each in page[1].find_all("img"))
    assert "default-src 'none'" in page[1].find("meta", attrs={"http-equiv": True})["content"]


def test_the_link_opens_the_submission_in_the_formgrader(page):
    with page[0].gradebook() as gradebook:
        name = gradebook.find_submission_notebook("toy", "toy", "right").id
    assert article(page, "right").a["href"] == f"http://desk/formgrader/submissions/{name}"


def test_an_assignment_without_written_questions_has_no_page(page, tmp_path):
    results = class_results(page[0], "toy")
    only_checks = type(results)("toy", results.parts[:1], results.students)
    assert write_answers(page[0], only_checks) is None


def test_a_source_that_is_gone_is_said(page, monkeypatch):
    results = class_results(page[0], "toy")
    source = page[0].source / "toy" / "toy.ipynb"
    moved = source.rename(source.with_suffix(".moved"))
    with pytest.raises(CourseError, match=r"source/toy: there is no toy\.ipynb"):
        write_answers(page[0], results)
    moved.rename(source)
