"""The start page as HTML; a real server and browser show it in tests/test_student_way.py."""

import re

from course_utils.desk import page
from course_utils.desk.copies import hand_out
from course_utils.desk.page import course_in, render
from course_utils.desk.progress import read_progress
from course_utils.desk.status import in_text
from course_utils.translation import speaking
from tests.desk.conftest import code, passed, text, write_notebook


def links(shown):
    """Text -> address, of all links."""
    found = re.findall(r'<a [^>]*?href="([^"]*)"[^>]*>([^<]*)</a>', shown)
    return {text: address for address, text in found}


def test_each_chapter_and_assignment_is_a_link_to_the_student_s_copy_in_lab(course):
    found = links(render(course, course, "/"))
    assert found["Chapter 1: Gates (门控循环单元)"] == "/lab/workspaces/course-01_gru/tree/work/chapters/01_gru.ipynb"
    assert found["Assignment: a GRU"] == "/lab/workspaces/course-gru/tree/work/gru/gru.ipynb"
    assert found["Go on: Chapter 0: A network"] == found["Chapter 0: A network"]
    assert "How to take the course" not in found  # there is no such page in this folder


def test_addresses_are_those_of_the_server_and_of_its_folder(course):
    (course / "docs").mkdir()
    (course / "docs/student.md").write_text("text")
    found = links(render(course, course.parent, "/user/ada/"))
    assert found["Assignment: a GRU"] == "/user/ada/lab/workspaces/course-gru/tree/the%20course/work/gru/gru.ipynb"
    assert found["How to take the course"].endswith("/tree/the%20course/docs/student.md")


def test_titles_are_text_and_the_page_loads_nothing(course):
    write_notebook(course / "notebooks/01_gru.ipynb", text("# <script>alert(1)</script>"))
    shown = render(course, course, "/")
    assert "<script>alert" not in shown and "&lt;script&gt;alert" in shown
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//|@import|url\(", shown)


def test_what_is_done_is_shown_as_far_as_it_is(course):
    write_notebook(course / "work/chapters/00_rnn.ipynb", code("a", count=1), code("b"))
    check = code("check()", "check", 3, points=5, outputs=[passed(2)])
    write_notebook(course / "work/gru/gru.ipynb", code("mine", "gru", 2), check)
    shown = render(course, course, "/")
    assert "<li>1 of 2 cells were run</li>" in shown and "width: 50%" in shown
    assert "<li>checks, when last run: 2 of 5 points</li>" in shown and "width: 40%" in shown
    assert "Go on: Assignment: a GRU" in shown


def test_the_course_is_the_server_s_folder_or_lies_in_it(course, tmp_path, monkeypatch):
    assert course_in(course) == course
    assert course_in(tmp_path / "empty") == tmp_path / "empty"
    course.rename(tmp_path / "course")
    assert course_in(tmp_path) == tmp_path / "course"
    monkeypatch.setattr(page, "REPOSITORY", (tmp_path / "course").rename(tmp_path / "clone"))
    assert course_in(tmp_path) == tmp_path / "clone"


def test_in_chinese_the_page_and_the_status_have_the_chinese_chapters_and_no_english_word(course):
    write_notebook(course / "notebooks/zh/00_rnn.ipynb", text("# 会读文本的网络"), code("a"))
    write_notebook(course / "notebooks/zh/01_gru.ipynb", text("# 门控循环单元"), code("a"))
    for name, title in (("gru", "作业：门控循环单元"), ("essay", "作业：短文")):
        write_notebook(
            course / f"release/{name}/{name}.ipynb", text(f"# {title}"), code("...", "gru"), code("b", "c", points=5)
        )
    (course / "README.zh.md").write_text("# 循环神经网络\n", encoding="utf-8")
    (course / "docs").mkdir()
    for place in ("docs/student.md", "docs/student.zh.md"):
        (course / place).write_text("text")
    write_notebook(course / "work/gru/gru.ipynb", code("mine", "gru", 2), code("b", "c", 3, points=5))
    hand_out(course)
    assert "/tree/work/chapters/00_rnn.ipynb" in render(course, course, "/")
    with speaking("zh"):
        shown, status = render(course, course, "/"), in_text(read_progress(course))
    assert '<html lang="zh">' in shown
    found = links(shown)
    assert found["第 0 章：会读文本的网络"].endswith("/tree/work/chapters/zh/00_rnn.ipynb")
    assert found["怎样学习这门课"].endswith("docs/student.zh.md")
    seen = re.sub(r"<(script|style)\b.*?</\1>|<[^>]*>", " ", shown, flags=re.DOTALL)
    assert set(re.findall(r"[A-Za-z]{2,}", seen + status)) == {"JupyterLab"}
    assert status.startswith("循环神经网络\n") and "5 分" in status and "未提交" in status
