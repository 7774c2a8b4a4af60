"""A Chinese class in a real browser: start page, explorer, wrong answer, quiz, hand-in, and graded feedback."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from course_utils.commands.cli import main
from course_utils.translation import speaking
from tests.browsers import course_lab
from tests.chinese_sentences import assert_chinese
from tests.student_desk import (
    RIGHT,
    SWAPPED,
    Desk,
    answer_the_quiz,
    check_function,
    hand_in,
    reach,
    run,
    save,
    violations,
)
from tests.widgets.moving import require_that_it_moves

PICTURES = os.environ.get("COURSE_PICTURES")  # a folder for pictures of what a student sees, to be looked at
NAMES = "JupyterLab Ht Zt"


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """An instructor's course whose language is Chinese, built."""
    folder = tmp_path_factory.mktemp("course") / "course"
    assert main(["new", str(folder)]) == 0
    settings = folder / "nbgrader_config.py"
    text = settings.read_text(encoding="utf-8")
    assert text.count('# c.Course.language = "zh"') == 1
    settings.write_text(text.replace('# c.Course.language = "zh"', 'c.Course.language = "zh"'), encoding="utf-8")
    assert main(["build", "--course", str(folder)]) == 0
    return folder


@pytest.fixture(scope="module")
def edition(course, tmp_path_factory):
    """What its students get."""
    folder = tmp_path_factory.mktemp("handed out") / "course"
    assert main(["handout", str(folder), "--course", str(course)]) == 0
    return folder


def picture(page, name):
    if PICTURES:
        page.wait_for_timeout(500)
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


def read_the_chapter(desk):
    chapter = desk.open("第 1 章")
    assert "/work/chapters/zh/" in chapter.url
    explorer = reach(chapter, chapter.locator(".course-explorer").first)
    with speaking("zh"):
        require_that_it_moves(chapter, explorer, "gate_explorer")
    assert_chinese(explorer.inner_text(), NAMES)
    assert violations(chapter, ".course-explorer") == []
    picture(chapter, "explorer")


def write_the_function(desk):
    notebook = desk.open("从零开始实现 GRU")
    run(notebook, "from course_utils import check")
    verdict = check_function(notebook, SWAPPED, "中 Z_t 和 1 − Z_t 互换了")
    assert_chinese(verdict.inner_text(), NAMES)
    picture(notebook, "verdict")
    check_function(notebook, RIGHT, "5 分，满分 5 分")
    save(notebook)
    return notebook


def test_a_student_takes_a_chinese_course_and_gets_chinese_feedback(course, edition, browser, tmp_path):
    with course_lab(edition, tmp_path, package=edition, COURSE_LANG="") as (_, _, address):
        desk = Desk(browser, address, 1024, "light", locale="zh-CN")
        assert desk.page.locator("html").get_attribute("lang").startswith("zh")
        assert violations(desk.page) == []
        assert_chinese(desk.page.locator("body").inner_text(), NAMES)
        read_the_chapter(desk)
        notebook = write_the_function(desk)
        hand_in(notebook, "提交 gru", "已提交：gru")
        picture(notebook, "handed-in")
        save(notebook)
        desk.says("已提交：", "检查（上次运行）：5 分，满分 12 分")
        quiz = desk.open("作业：测验")
        answer_the_quiz(quiz, "运行", "运行所有单元格", "算你选 4（点击的，已保存）")
        picture(quiz, "quiz")
        desk.says("12 道题中已答 1 道")
        picture(desk.page, "start")
        desk.end()
    read_the_feedback(browser, graded(course, edition, tmp_path))


def graded(course, edition, folder):
    """The feedback page for what was handed in, by way of the instructor's commands."""
    (handed_in,) = (edition / "handed_in").rglob("*.zip")
    (course / "roster.csv").write_text("student,first_name,last_name,email\nxiaoming,小明,王,\n", encoding="utf-8")
    place = folder / "gru" / "xiaoming"
    place.mkdir(parents=True)
    shutil.copy(handed_in, place)
    assert main(["collect", "gru", str(place.parent), "--course", str(course)]) == 0
    assert main(["grade", "gru", "--course", str(course)]) == 0
    return course / "feedback" / "xiaoming" / "gru" / "gru.html"


def read_the_feedback(browser, path):
    page = browser.new_page(viewport={"width": 1024, "height": 900})
    page.goto(path.as_uri())
    page.get_by_text("gru.forward（5 分，满分 5 分）").first.wait_for()
    picture(page, "feedback")
    told = page.locator("body").inner_text()
    assert "gru（得分：7.0 / 15.0）" in told
    assert "没有作答" in told and "在别处找到了内容" not in told
    assert violations(page) == []
