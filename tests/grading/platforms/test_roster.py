"""The roster takes a platform's list as it is, keeps what the platform calls a student, and loses nothing."""

from __future__ import annotations

import pytest

from course_utils.errors import UsageError
from course_utils.grading.platforms.roster import CANVAS_FILE, import_roster, read_roster

CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,toy (7001),Current Score
,,,,,Manual Posting,(read only)
    Points Possible,,,,,15,(read only)
"Lovelace, Ada",90125,S-1,ada,Seminar A,12,80
王小明,90127,S-3,xiaoming,Seminar B,,
"Student, Test",90999,,0f3a,Seminar A,,
"""
MOODLE = """\
Identifier,Full name,ID number,Email address,Status,Grade,Maximum grade,Last modified (grade),Feedback comments
Participant 90101,Ada Lovelace,S-1,ada@uni.edu,Submitted for grading,,15.00,-,
Participant 90102,Grace Hopper,S-2,grace@uni.edu,No submission,,15.00,-,
"""


def take(course, text: str, name: str = "list.csv", **options):
    path = course.root / name
    path.write_bytes(text.encode())
    return import_roster(course, path, **options)


def names(course) -> dict[str, str]:
    return {student: person.name for student, person in read_roster(course).people.items()}


def in_gradebook(course) -> dict[str, tuple]:
    with course.gradebook() as gradebook:
        return {each.id: (each.first_name, each.last_name, each.email, each.lms_user_id) for each in gradebook.students}


def test_canvas_s_gradebook_is_a_roster_without_its_other_rows(course):
    done = take(course, CANVAS)
    assert names(course) == {"ada": "Ada Lovelace", "xiaoming": "王小明"} and not done.problems
    assert in_gradebook(course)["ada"] == ("Ada", "Lovelace", None, "90125")
    assert read_roster(course).people["ada"].columns["SIS User ID"] == "S-1"
    assert "toy (7001)" in (course.root / CANVAS_FILE).read_text(encoding="utf-8")
    assert ",12" not in (course.root / "roster.csv").read_text(encoding="utf-8"), "Canvas's old points are kept nowhere"


def test_moodle_s_worksheet_gives_people_and_none_of_its_numbers_for_one_assignment(course):
    take(course, MOODLE)
    assert names(course) == {"S-1": "Ada Lovelace", "S-2": "Grace Hopper"}
    assert "90101" not in (course.root / "roster.csv").read_text(encoding="utf-8")
    assert in_gradebook(course)["S-2"] == ("Grace", "Hopper", "grace@uni.edu", None)


def test_a_chinese_list_out_of_excel_is_a_roster(course):
    path = course.root / "名单.csv"
    path.write_bytes("学号;姓名;邮箱\n2026001;王小明;xm@uni.cn\n2026002;欧阳修;oy@uni.cn\n".encode("gb18030"))
    assert import_roster(course, path).how == "gb18030, separated by semicolons"
    assert names(course) == {"2026001": "王小明", "2026002": "欧阳修"}


def test_the_second_import_brings_up_to_date_and_removes_nobody(course):
    take(course, "id,first_name,last_name,email\nada,Ada,Byron,ada@uni.edu\nbo,Bo,Li,\n")
    done = take(course, "id,first_name,last_name,email\nada,Ada,Lovelace,\ncleo,Cleo,Ray,\n")
    assert (done.added, list(done.changed), done.not_in_the_file) == (["cleo"], ["ada"], ["bo"])
    assert in_gradebook(course)["ada"][:3] == ("Ada", "Lovelace", "ada@uni.edu"), "an empty cell empties nothing"
    again = take(course, "id,first_name,last_name,email\nada,Ada,Lovelace,\ncleo,Cleo,Ray,\n")
    assert not again.added and not again.changed


@pytest.mark.parametrize("name", ["王 小明", "王小明", "李小红"])
def test_a_full_name_that_cannot_be_parted_empties_no_name(course, name):
    take(course, 'id,name\n1,"王, 小明"\n')
    take(course, f"id,name\n1,{name}\n")
    assert in_gradebook(course)["1"][:2] == ("小明", "王")


def test_what_a_list_says_goes_before_a_name_that_was_parted_by_guess(course):
    take(course, "id,name\n1,Anna Maria Ray\n")
    done = take(course, 'id,name\n1,"Ray, Anna Maria"\n')
    assert done.changed == {
        "1": "first name Anna → Anna Maria; last name Maria Ray → Ray; name Anna Maria Ray → Ray, Anna Maria"
    }
    take(course, "id,name\n1,Anna Maria Ray\n")
    assert in_gradebook(course)["1"][:2] == ("Anna Maria", "Ray")


def test_a_number_of_the_university_is_the_same_on_every_platform(course):
    take(course, CANVAS)
    assert take(course, MOODLE).added == ["S-2"], "Moodle's ID number S-1 is Canvas's SIS User ID S-1"


def test_somebody_is_known_again_by_any_id_that_does_not_change(course):
    take(course, MOODLE)
    take(course, "Username,ID number,Full name\nlovelace1,S-1,Ada King\n")
    assert names(course) == {"S-1": "Ada King", "S-2": "Grace Hopper"}
    assert read_roster(course).people["S-1"].columns["Username"] == "lovelace1"


def test_a_course_that_has_begun_keeps_its_ids(course, hand_in):
    (course.submitted / "90125" / "toy").mkdir(parents=True)
    take(course, CANVAS)
    assert set(names(course)) == {"90125", "xiaoming"}


def test_what_does_not_fit_is_a_line_each_and_costs_nobody_else_anything(course):
    text = "id,name,email\nada,Ada,\nada,Ada again,\n,Nobody,\n../evil,Eve,\nbo,Bo,bo@uni.edu\n"
    done = take(course, text)
    assert set(names(course)) == {"ada", "bo"}
    assert [problem.partition(":")[0] for problem in done.problems] == ["line 3", "line 4", "line 5"]
    assert "is ada again, as in line 2" in done.problems[0] and "no id" in done.problems[1]


def test_a_line_that_fits_two_students_is_not_guessed(course):
    take(course, "Username,Email address\nada,a@uni.edu\nbo,b@uni.edu\n")
    done = take(course, "Username,Email address\nada,b@uni.edu\n")
    assert "fits ada and bo in the roster" in done.problems[0]


def test_the_column_of_ids_can_be_named(course):
    take(course, CANVAS, id_column="SIS User ID")
    assert set(names(course)) == {"S-1", "S-3"}


@pytest.mark.parametrize(("options", "said"), [({}, "says who is who"), ({"id_column": "key"}, "has no column 'key'")])
def test_a_file_without_ids_is_refused(course, options, said):
    with pytest.raises(UsageError, match=said):
        take(course, "vegetable,colour\ncarrot,orange\n", **options)


def test_a_name_is_found_in_every_order_and_a_double_one_twice(course):
    take(course, 'id,name\n1,"O\'Brien, Anna-Maria"\n2,王伟\n3,王伟\n')
    roster = read_roster(course)
    assert [person.student for person in roster.named("Anna Maria OBrien")] == ["1"]
    assert [person.student for person in roster.named("王伟")] == ["2", "3"] and not roster.named("Nobody")
