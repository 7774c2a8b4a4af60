"""A class in Chinese, from the build to the pages: the same points as in English, and no English on any page."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from datetime import datetime

import nbformat
import pytest
from babel.messages import Catalog
from rich.console import Console

from course_utils.grading.class_run.run import grade
from course_utils.grading.course.folder import open_course
from course_utils.grading.course.release import build, register
from course_utils.grading.gradebook.class_table import print_report
from course_utils.grading.gradebook.report import csv_report, html_report
from course_utils.grading.gradebook.results import State, class_results
from course_utils.grading.gradebook.written_answers import write_answers
from course_utils.translating import catalogues
from course_utils.translating.units import notebook_units
from course_utils.translation import speaking
from tests.chinese import assert_chinese

SETTINGS = '\nc.LateSubmissionPlugin.penalty_method = "zero"\n'
CHINESE = {
    "# A toy": "# 练习",
    "Because.": "因为。",
    "double(3) is not 6: the argument is not doubled\\nexpected 6": "`double(3)` 不是 6：参数没有加倍\\n应为 6",
    "strings double too": "字符串也要加倍",
}
CODE = "In double check text bonus why toy Out CheckFailed SyntaxError NameError AssertionError NotImplementedError"
CODE += " name is not defined invalid syntax line"  # what Python says
STUDENTS = "blank broken chinese english late right wrong"
TOLD_IN_ENGLISH = "stopped with"  # quoted from the notebook of who chose English
BROKEN = "return 2 *"  # no Python: the judge says which cell stopped

NO_TEXT = re.compile(r"<(style|script|pre|code|svg|head)\b.*?</\1>|<!--.*?-->", re.DOTALL)
SHOWN_ATTRIBUTES = re.compile(r"""\b(?:title|alt|aria-label)=(?:"([^"]*)"|'([^']*)')""")


def shown_in(page):
    """What a reader of a page can see or hear of it, without code."""
    body = NO_TEXT.sub(" ", page)
    attributes = [first or second for first, second in SHOWN_ATTRIBUTES.findall(body)]
    return html.unescape(" ".join([re.sub(r"<[^>]*>|https?://\S+", " ", body), *attributes]))


def a_class(make, hand_in, root, language):
    """A course in the language, and its class, graded."""
    course = make(root)
    path = course.source / "toy" / "toy.ipynb"
    notebook = nbformat.read(path, 4)
    for cell in notebook.cells if language == "zh" else ():
        for english, chinese in CHINESE.items() if cell.cell_type == "code" else ():
            cell.source = cell.source.replace(english, chinese)
    nbformat.write(notebook, path)
    catalogue = catalogues.synced(Catalog(locale="zh"), notebook_units(json.loads(path.read_text(encoding="utf-8"))))
    for message in catalogue:
        message.string = CHINESE.get(message.id, "")
    catalogues.write(catalogue, course.root / "translations" / "zh" / "assignments" / "toy.po")
    with (course.root / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write(f'{SETTINGS}c.Course.language = "{language}"\n')
    course = open_course(course.root)
    build(course)
    register(course, "toy")
    with course.gradebook() as gradebook:
        gradebook.update_or_create_assignment("toy", duedate=datetime(2026, 1, 10, 12))
    hand_in(course, "right", answer="答案在这里。")
    hand_in(course, "wrong", "return x", answer="答案在这里。")
    hand_in(course, "broken", f"x = x\n{BROKEN}", answer="答案在这里。")
    hand_in(course, "english", f'language("en")\n{BROKEN}', answer="答案在这里。")
    hand_in(course, "chinese", f'language("zh")\n{BROKEN}', answer="答案在这里。")
    hand_in(course, "late", answer="答案在这里。").with_name("timestamp.txt").write_text("2026-01-10 14:00:01 UTC")
    released = json.loads((course.release / "toy" / "toy.ipynb").read_text(encoding="utf-8"))
    blank = course.submitted / "blank" / "toy" / "toy.ipynb"
    blank.parent.mkdir(parents=True)
    blank.write_text(json.dumps(released), encoding="utf-8")
    grade(course, "toy", workers=1)
    return course


@pytest.fixture(scope="module")
def chinese(needs, new_course, hand_in, tmp_path_factory):
    needs("bwrap")
    return a_class(new_course, hand_in, tmp_path_factory.mktemp("chinese") / "a course", "zh")


@pytest.fixture(scope="module")
def english(needs, new_course, hand_in, tmp_path_factory):
    needs("bwrap")
    return a_class(new_course, hand_in, tmp_path_factory.mktemp("english") / "a course", "en")


def page(course, student):
    return (course.feedback / student / "toy" / "toy.html").read_text(encoding="utf-8")


def points(course):
    return {result.student: (result.state, result.points) for result in class_results(course, "toy").students}


def test_the_points_are_the_same_in_both_languages(chinese, english):
    assert points(chinese) == points(english)
    assert points(chinese)["wrong"] == (State.NEEDS_MANUAL, 0.0) and points(chinese)["right"][1] == 5.0


@pytest.mark.parametrize("student", ["blank", "broken", "late", "right", "wrong"])
def test_the_feedback_of_a_chinese_course_is_chinese(chinese, student):
    shown = page(chinese, student)
    assert '<html lang="zh">' in shown and "练习" in shown_in(shown), "by the catalogue in the course's folder"
    assert_chinese(shown_in(shown), CODE)


def test_what_the_feedback_says_is_what_was_judged(chinese):
    assert "得分：3.0 / 3.0" in page(chinese, "right") and "`double(3)` 不是 6：参数没有加倍" in page(chinese, "wrong")
    assert "在学生的内核中运行" in page(chinese, "broken") and "迟交扣分" in page(chinese, "late")


def test_a_student_chooses_the_language_of_the_feedback(chinese, english):
    assert "Score: 0.0 / 3.0" in page(chinese, "english") and "not by the judge" in page(chinese, "english")
    assert "得分：0.0 / 3.0" in page(english, "chinese") and "不是由评分程序" in page(english, "chinese")


def test_the_report_is_in_the_instructors_language(chinese):
    results = class_results(chinese, "toy")
    with speaking("zh"):
        report = html_report(results)
        said = io.StringIO()
        print_report(results, Console(file=said, width=200))
        answers = write_answers(chinese, results).read_text(encoding="utf-8")
    for shown in (shown_in(report), said.getvalue(), shown_in(answers)):
        assert_chinese(shown, f"{CODE} {STUDENTS} {TOLD_IN_ENGLISH} formgrader")
    assert "待人工评分" in report and '<span class="pill needs-manual-grading">' in report


def test_a_mistake_is_counted_once_whatever_language_it_was_told_in(chinese):
    results = class_results(chinese, "toy")
    for language, words in (("zh", "double 运行中断：SyntaxError"), ("en", "double stopped with SyntaxError")):
        with speaking(language):
            found = [each for each in results.misunderstandings() if "SyntaxError" in each.diagnosis]
        assert [each.students for each in found] == [("broken", "chinese", "english")]
        assert found[0].diagnosis.startswith(words)


def test_the_table_has_the_same_keys_in_every_language(chinese):
    results = class_results(chinese, "toy")
    tables = []
    for language in ("en", "zh"):
        with speaking(language):
            tables.append(list(csv.DictReader(io.StringIO(csv_report(results), newline=""))))
    assert tables[0][0].keys() == tables[1][0].keys()
    assert {row["state"] for row in tables[1]} == {state.value for state in State} & {row["state"] for row in tables[0]}
    assert not re.search("[\u4e00-\u9fff]", "".join(tables[1][0]))
