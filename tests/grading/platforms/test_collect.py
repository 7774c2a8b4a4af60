"""A platform's zip becomes `submitted/`: by the roster, with the times that are known, and nobody pays for another."""

from __future__ import annotations

from datetime import datetime

import pytest

from course_utils.commands.collect import lines
from course_utils.errors import CourseError
from course_utils.grading.platforms.collect import collect, load_collected
from course_utils.grading.platforms.roster import import_roster
from tests.grading.platforms.conftest import FOLDERS, WORKSHEET, written, zipped


def handed_in(course) -> dict[str, list[str]]:
    return {
        folder.name: sorted(path.name for path in (folder / "toy").iterdir())
        for folder in sorted(course.submitted.iterdir())
        if (folder / "toy").is_dir()
    }


def take(course, files: dict[str, bytes], times=None, **options):
    return collect(course, "toy", zipped(course.root / "all.zip", files, times), **options)


def test_an_odd_file_costs_only_itself_and_is_named(enrolled):
    files = {f"{FOLDERS['ada']}/toy.ipynb": b"1", f"{FOLDERS['ada']}/toy-Copy1.ipynb": b"2"}
    files |= {f"{FOLDERS['bo']}/toy.ipynb": b"3", "readme.txt": b"", "../evil": b""}
    done = take(enrolled, files)
    assert handed_in(enrolled) == {"ada": ["toy-Copy1.ipynb", "toy.ipynb"], "bo": ["toy.ipynb"]}
    assert done.beside == ["ada: toy-Copy1.ipynb"]
    assert [each.partition(" ")[0] for each in done.not_understood] == ["../evil", "readme.txt"]


def test_the_student_is_the_same_under_another_number_and_in_another_assignment_s_zip(enrolled):
    take(enrolled, {"Ada Lovelace_701_assignsubmission_file/toy.ipynb": b"1"})
    done = take(enrolled, {"Ada Lovelace_9333_assignsubmission_file_/toy.ipynb": b"2"})
    assert list(handed_in(enrolled)) == ["ada"] and done.changed == ["ada"]


def test_who_never_handed_in_is_said(enrolled):
    assert take(enrolled, {f"{FOLDERS['ada']}/toy.ipynb": b"1"}).missing == ["bo", "cleo", "max", "xiaoming"]


def test_canvas_s_number_says_who_it_is_and_its_count_of_uploads_is_taken_off(enrolled):
    done = take(enrolled, {"x_90125_51_toy-1.ipynb": b"1", "y_LATE_90127_52_toy.ipynb": b"2", "z_1_53_toy.ipynb": b"3"})
    assert handed_in(enrolled) == {"ada": ["toy.ipynb"], "bo": ["toy.ipynb"]} and done.late == ["bo"]
    assert "nobody in the roster has Canvas's number 1" in done.not_understood[0]
    assert load_collected(enrolled, "toy")["bo"].prefix == "y_LATE_90127_52_"


def test_canvas_s_numbers_do_without_a_roster(course):
    take(course, {"x_90125_51_toy.ipynb": b"1"})
    assert list(handed_in(course)) == ["90125"]


def test_two_students_of_one_name_need_the_worksheet(enrolled):
    import_roster(enrolled, written(enrolled.root / "more.csv", "SIS User ID,name\nS-9,Ada Lovelace\n"))
    files = {f"{FOLDERS['ada']}/toy.ipynb": b"1", f"{FOLDERS['bo']}/toy.ipynb": b"2"}
    assert "S-9 and ada have the name Ada Lovelace: add --worksheet" in take(enrolled, files).not_understood[0]
    assert list(handed_in(enrolled)) == ["bo"]
    take(enrolled, files, worksheet=written(enrolled.root / "sheet.csv", WORKSHEET))
    assert list(handed_in(enrolled)) == ["ada", "bo"]


def test_two_folders_of_one_name_are_not_guessed_when_the_roster_knows_one(enrolled):
    files = {f"Ada Lovelace_{number}_assignsubmission_file/toy.ipynb": b"1" for number in (1, 2)}
    with pytest.raises(CourseError, match="both fit ada: add --worksheet"):
        take(enrolled, files)
    assert handed_in(enrolled) == {}


def test_folders_that_are_named_as_students_are_will_do(enrolled):
    take(enrolled, {"class/ada/toy/toy.ipynb": b"1", "class/Bo Li/toy.ipynb": b"2"})
    assert handed_in(enrolled) == {"ada": ["toy.ipynb"], "bo": ["toy.ipynb"]}


def time_of(course, student: str) -> str:
    path = course.submitted / student / "toy" / "timestamp.txt"
    return path.read_text(encoding="utf-8").strip() if path.exists() else ""


def test_the_zip_s_times_are_taken_in_the_zone_that_is_named(enrolled):
    files = {f"{FOLDERS[who]}/toy.ipynb": b"1" for who in ("ada", "bo")}
    times = {f"{FOLDERS['ada']}/toy.ipynb": datetime(2026, 12, 1, 20, 15)}
    assert take(enrolled, files, times).untimed == ["ada", "bo"], "which zone they are of, the zip does not say"
    done = take(enrolled, files, times, zone="Europe/Vienna")
    assert time_of(enrolled, "ada") == "2026-12-01 19:15:00 UTC" and done.same == ["ada", "bo"]
    assert done.newly_timed == ["ada", "bo"] and "times of 2 written" in lines(done, "toy")
    assert not take(enrolled, files, times, zone="Europe/Vienna").newly_timed


def test_times_of_the_download_are_taken_for_nobody_s(enrolled):
    done = take(enrolled, {f"{FOLDERS['ada']}/toy.ipynb": b"1"}, zone="Europe/Vienna")
    assert done.untimed == ["ada"] and not time_of(enrolled, "ada")


def test_the_worksheet_s_times_go_before_the_zip_s(enrolled):
    sheet = written(enrolled.root / "sheet.csv", WORKSHEET)
    take(enrolled, {f"{FOLDERS['ada']}/toy.ipynb": b"1"}, worksheet=sheet, zone="Asia/Shanghai")
    assert time_of(enrolled, "ada") == "2026-12-01 12:15:00 UTC"


def test_a_time_that_somebody_wrote_stays_while_the_submission_is_the_same(enrolled):
    files = {f"{FOLDERS['ada']}/toy.ipynb": b"1"}
    take(enrolled, files)
    written(enrolled.submitted / "ada" / "toy" / "timestamp.txt", "2026-12-01 23:00:00 UTC")
    take(enrolled, files)
    assert time_of(enrolled, "ada") == "2026-12-01 23:00:00 UTC"


def test_a_student_sets_no_time_and_no_secret(enrolled):
    files = {f"{FOLDERS['ada']}/{name}": b"1" for name in ("toy.ipynb", "timestamp.txt", "submission_secret.txt")}
    assert len(take(enrolled, files).not_understood) == 2 and handed_in(enrolled) == {"ada": ["toy.ipynb"]}


def test_a_version_that_is_replaced_is_kept(enrolled):
    for content in (b"first", b"second", b"third"):
        done = take(enrolled, {f"{FOLDERS['ada']}/toy.ipynb": content})
    assert done.changed == ["ada"]
    kept = enrolled.root / "downloaded" / "toy" / "earlier" / "ada"
    assert [(kept / number / "toy.ipynb").read_bytes() for number in ("001", "002")] == [b"first", b"second"]


def test_one_student_s_flood_is_nobody_else_s(enrolled):
    files = {f"{FOLDERS['ada']}/{number}.txt": b"" for number in range(505)} | {f"{FOLDERS['bo']}/toy.ipynb": b"2"}
    done = take(enrolled, files)
    assert len(done.not_understood) == 5 and "ada" in done.not_understood[0] and "bo" in handed_in(enrolled)


def test_a_zip_of_something_else_is_refused(enrolled):
    with pytest.raises(CourseError, match=r"nothing in all\.zip is known as a submission: holiday"):
        take(enrolled, {"holiday.jpg": b""})


def test_the_zip_of_another_assignment_takes_nobody_s_work_away(enrolled):
    take(enrolled, {f"{FOLDERS[who]}/toy.ipynb": b"1" for who in ("ada", "bo")})
    with pytest.raises(CourseError, match=r"is a notebook of toy; it has gru\.ipynb: is it the zip of another"):
        take(enrolled, {f"{FOLDERS[who]}/gru.ipynb": b"2" for who in ("ada", "bo")})
    done = take(enrolled, {f"{FOLDERS['ada']}/gru.ipynb": b"2", f"{FOLDERS['bo']}/toy.ipynb": b"2"})
    assert done.kept == ["ada (no toy.ipynb)"] and done.changed == ["bo"]
    assert handed_in(enrolled) == {"ada": ["toy.ipynb"], "bo": ["toy.ipynb"]}


@pytest.mark.parametrize("moment", [1, 2, 3, 4, 5])
def test_after_a_kill_the_same_command_completes(enrolled, killed_at, moment):
    take(enrolled, {f"{FOLDERS['ada']}/toy.ipynb": b"old"})
    path = zipped(enrolled.root / "all.zip", {f"{FOLDERS[who]}/toy.ipynb": b"new" for who in ("ada", "bo")})
    killed_at(moment, lambda: collect(enrolled, "toy", path))
    collect(enrolled, "toy", path)
    assert handed_in(enrolled) == {"ada": ["toy.ipynb"], "bo": ["toy.ipynb"]}
    assert set(load_collected(enrolled, "toy")) == {"ada", "bo"}
    kept = (enrolled.root / "downloaded" / "toy" / "earlier" / "ada").glob("*/toy.ipynb")
    assert b"old" in [file.read_bytes() for file in kept], "the version before is nowhere lost"
