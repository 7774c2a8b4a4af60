"""The overview's page and table: safe to open, and without a zero for what is not known."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace

from course_utils.grading.gradebook.overview_page import csv_overview, html_overview, write_overview


def rows(overview):
    return {row["student"]: row for row in csv.DictReader(io.StringIO(csv_overview(overview), newline=""))}


def test_the_table_has_a_row_a_student_in_the_order_of_need_and_empty_fields_for_what_is_not_known(overview):
    table = rows(overview)
    assert list(table)[-1] == "priya" and len(table) == 7
    amina, olga = table["amina"], table["olga"]
    assert (amina["name"], amina["gru points"], amina["gru of"], amina["gru state"]) == (
        "Amina Haddad", "9", "8", "graded"
    )  # fmt: skip
    assert (amina["lstm points"], amina["lstm of"], amina["lstm state"]) == ("3", "6", "needs manual grading")
    assert (amina["known points"], amina["known of"], amina["waiting"]) == ("12", "14", "2")
    assert (olga["gru points"], olga["known points"], olga["gru state"]) == ("", "", "not handed in")
    assert "'=cmd()" in table


def test_the_page_has_names_and_reasons_as_text_only_and_loads_nothing(overview):
    page = html_overview(overview)
    assert "<script" not in page and "&lt;script&gt;" in page and "Amina Haddad" in page
    assert not re.search(r"<[^>]*\b(src|href)\s*=|url\(|@import|https?://", page)
    assert "prefers-color-scheme: dark" in page and "@media print" in page


def test_the_page_says_by_what_it_is_sorted_and_who_did_not_hand_in(overview):
    page = " ".join(html_overview(overview).split())
    assert "the larger the share of points lost, the higher" in page
    assert "Handed in nothing at all" in page and "not due yet" in page and "1 h late" in page


def test_an_anonymous_page_has_no_order_of_need_and_no_signs(overview):
    shown = replace(overview, is_anonymous=True)
    page = html_overview(shown)
    assert "signs" not in page and "larger the share" not in page
    assert [row.student for row in shown.students] == sorted(row.student for row in shown.students)
    assert {"name", "signs"}.isdisjoint(rows(shown)["olga"])


def test_anonymous_files_have_a_folder_of_their_own(course, overview):
    written = [*write_overview(course, overview), *write_overview(course, replace(overview, is_anonymous=True))]
    assert [path.relative_to(course.reports).as_posix() for path in written] == [
        "overview.html", "overview.csv", "anonymous/overview.html", "anonymous/overview.csv"
    ]  # fmt: skip
    assert written[1].read_text(encoding="utf-8").startswith("\ufeffstudent,name,gru points")
