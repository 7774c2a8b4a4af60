"""A quiz's notebook gets the questions that its bank picks, and nothing that tells a key."""

from __future__ import annotations

import json
import shutil

import nbformat
import pytest
import yaml

from course_utils.errors import CourseError
from course_utils.filesystem import REPOSITORY
from course_utils.grading.course.folder import CONFIG_NAME, open_course
from course_utils.grading.course.notebook_file import is_check
from course_utils.grading.course.release import build, register
from course_utils.quiz.bank import load_bank

BANK = REPOSITORY / "source" / "quiz-bank.yaml"
TEXT_FILES = {".py", ".ipynb", ".json", ".yaml", ".txt", ".j2", ".md"}


def quiz_course(root):
    """The repository's quiz, alone in a course of its own."""
    (root / "source").mkdir(parents=True)
    shutil.copy(REPOSITORY / CONFIG_NAME, root)
    shutil.copy(BANK, root / "source")
    shutil.copytree(REPOSITORY / "source" / "quiz", root / "source" / "quiz")
    return open_course(root)


def change_bank(course, change):
    path = course.source / "quiz-bank.yaml"
    bank = yaml.safe_load(path.read_text(encoding="utf-8"))
    change(bank)
    path.write_text(yaml.safe_dump(bank, allow_unicode=True, sort_keys=False), encoding="utf-8")


def released(course):
    return {path.name: path.read_text(encoding="utf-8") for path in (course.release / "quiz").iterdir()}


def checks(course):
    notebook = nbformat.read(course.release / "quiz" / "quiz.ipynb", as_version=4)
    return {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells if is_check(cell)}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    course = quiz_course(tmp_path_factory.mktemp("quiz") / "course")
    build(course)
    return course


@pytest.fixture
def fresh(built, tmp_path):
    shutil.copytree(built.root, tmp_path / "course")
    return open_course(tmp_path / "course")


def test_each_picked_question_gets_a_check_worth_one_point(built):
    asked = load_bank(BANK.read_text(encoding="utf-8")).graded
    assert list(checks(built)) == [f"quiz-{name}-check" for name in asked]
    for name, cell in zip(asked, checks(built).values(), strict=True):
        assert cell.source == f'check("quiz.{name}", answers)'
        assert cell.metadata.nbgrader.points == 1


def test_its_text_and_choices_stand_above_the_check_in_both_languages(built):
    notebook = nbformat.read(built.release / "quiz" / "quiz.ipynb", as_version=4)
    for question in load_bank(BANK.read_text(encoding="utf-8")).asked:
        place = next(i for i, cell in enumerate(notebook.cells) if f'"quiz.{question.id}"' in cell.source)
        above = notebook.cells[place - 1].source
        assert question.text.en in above and question.text.zh in above
        assert all(f"{i}. {choice.line}" in above for i, choice in enumerate(question.choices, 1))


def test_a_course_in_chinese_asks_in_chinese_alone(fresh):
    with open(fresh.root / CONFIG_NAME, "a", encoding="utf-8") as settings:
        settings.write('\nc.Course.language = "zh"\n')
    build(open_course(fresh.root))
    notebook = released(fresh)["quiz.ipynb"]
    question = load_bank(BANK.read_text(encoding="utf-8")).asked[0]
    assert f"### {question.id}（1 分）" in notebook
    assert json.dumps(question.text.zh, ensure_ascii=False)[1:-1] in notebook and question.text.en not in notebook


def test_the_cell_for_typing_runs_as_it_is_released(built):
    notebook = nbformat.read(built.release / "quiz" / "quiz.ipynb", as_version=4)
    (cell,) = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == "quiz-answers"]
    assert cell.source.strip() == "answers = {}"
    assert cell.metadata.nbgrader.solution and not cell.metadata.nbgrader.grade


def test_picking_other_questions_changes_all_that_is_released(fresh):
    change_bank(fresh, lambda bank: bank.update(graded=["q9", "q2"]))
    build(fresh)
    assert list(checks(fresh)) == ["quiz-q9-check", "quiz-q2-check"]
    assert [one["id"] for one in json.loads(released(fresh)["questions.json"])] == ["q9", "q2"]
    assert "### q1 " not in released(fresh)["quiz.ipynb"]


# No key leaves


def test_what_is_released_does_not_depend_on_keys_and_explanations(fresh):
    """The strongest form: with every key and explanation another, not one byte of release/ changes."""

    def others(bank):
        for question in bank["questions"]:
            question["key"] = question["key"] % 4 + 1
            question["explanation"] = {"en": "something else", "zh": "别的"}
        bank["questions"][0]["dropped"] = True
        bank["questions"][1]["key"] = [1, 2]

    before = released(fresh)
    change_bank(fresh, others)
    build(fresh)
    assert released(fresh) == before


def test_the_release_has_two_files_and_no_field_called_key(built):
    assert set(released(built)) == {"quiz.ipynb", "questions.json"}
    for question in json.loads(released(built)["questions.json"]):
        assert set(question) == {"id", "topic", "text", "choices", "block"}


def told_by(text, bank):
    """The explanations in a text, line ends apart, and the row of keys of the questions that are asked."""
    secrets = {said for one in bank.questions.values() for said in (one.explanation.en, one.explanation.zh)}
    keys = [str(one.keys[0]) for one in bank.asked]
    return [secret for secret in secrets | {", ".join(keys), "".join(keys)} if secret in " ".join(text.split())]


@pytest.mark.parametrize("place", ["release", "course_utils"])
def test_no_file_that_students_get_contains_a_graded_key(place):
    bank = load_bank(BANK.read_text(encoding="utf-8"))
    texts = {text for one in bank.questions.values() for text in (one.text.en, one.text.zh)}
    files = [path for path in (REPOSITORY / place).rglob("*") if path.suffix in TEXT_FILES]
    assert files
    for path in files:
        found = path.read_text(encoding="utf-8")
        assert told_by(found, bank) == [], path
        if place == "course_utils":  # the questions to practise with stand there beside their keys
            assert [text for text in texts if text in " ".join(found.split())] == [], path


def test_the_search_finds_what_a_careless_build_would_leave():
    bank = load_bank(BANK.read_text(encoding="utf-8"))
    whole_bank = json.dumps(yaml.safe_load(BANK.read_text(encoding="utf-8")), ensure_ascii=False, indent=1)
    assert len(told_by(whole_bank, bank)) == 2 * len(bank.questions)
    assert told_by("key = [2, 4, 3, 1, 4, 2, 3, 2, 4, 3, 1, 3]", bank)


# The gradebook


def test_the_gradebook_knows_the_questions_that_are_picked(fresh):
    register(fresh, "quiz")
    with fresh.gradebook() as gradebook:
        cells = gradebook.find_notebook("quiz", "quiz").grade_cells
        assert sorted(cell.name for cell in cells) == sorted(checks(fresh))
        assert gradebook.find_assignment("quiz").max_score == 12


def test_after_somebody_has_handed_in_the_order_may_change_and_the_choice_of_questions_not(fresh):
    register(fresh, "quiz")
    with fresh.gradebook() as gradebook:
        gradebook.add_student("amina")
        gradebook.add_submission("quiz", "amina")
    change_bank(fresh, lambda bank: bank["graded"].reverse())
    register(fresh, "quiz")
    change_bank(fresh, lambda bank: bank.update(graded=["q1", "q9"]))
    with pytest.raises(CourseError, match=r"source/quiz has other cells than the gradebook.*`dropped: true`"):
        register(fresh, "quiz")


# Mistakes of an instructor


def no_place(course):
    path = course.source / "quiz" / "quiz.ipynb"
    path.write_text(path.read_text(encoding="utf-8").replace("quiz-questions", "something"), encoding="utf-8")


MISTAKES = {
    "a key of 7": (lambda course: change_bank(course, lambda bank: bank["questions"][2].update(key=7)), "key is 7"),
    "a bank that is no YAML": (lambda course: (course.source / "quiz-bank.yaml").write_text("["), "not YAML"),
    "an unknown question": (lambda course: change_bank(course, lambda bank: bank.update(graded=["q99"])), "'q99'"),
    "another id": (
        lambda course: change_bank(course, lambda bank: (bank.pop("graded"), bank["questions"][0].update(id="p1"))),
        "'p1' is not called q and a number",
    ),
    "no place for the questions": (no_place, "one notebook with a cell tagged quiz-questions, got 0"),
}


@pytest.mark.parametrize(("spoil", "message"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_named_with_its_file_and_the_old_release_stays(fresh, spoil, message):
    before = released(fresh)
    spoil(fresh)
    with pytest.raises(CourseError, match=message) as error:
        build(fresh)
    assert "source/quiz" in str(error.value)
    assert released(fresh) == before
