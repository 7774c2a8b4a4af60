"""A quiz whose clicks are lost or misnamed waits for a person, and gives no key away before that."""

from __future__ import annotations

import json

import pytest

from course_utils.errors import CourseError
from course_utils.filesystem import REPOSITORY
from course_utils.grading.class_run.run import grade
from course_utils.grading.gradebook.results import State
from course_utils.quiz.bank import load_bank
from course_utils.quiz.page import html
from tests.grading.handed_in import cell_named, class_of, decided, dumped, points_of, result_of, text, waiting, zipped

BANK = load_bank((REPOSITORY / "source" / "quiz-bank.yaml").read_text(encoding="utf-8"))
KEYS = {name: BANK.questions[name].keys[0] for name in BANK.graded}
CLICKS = json.dumps(KEYS).encode()
WRONG = json.dumps({name: key % 4 + 1 for name, key in KEYS.items()}).encode()


def quiz(answers: str = "answers = {}\n", note: str = "") -> bytes:
    notebook = json.loads((REPOSITORY / "release" / "quiz" / "quiz.ipynb").read_text(encoding="utf-8"))
    cell_named(notebook, "quiz-answers")["source"] = answers
    if note:
        notebook["cells"].append(text(note))
    return dumped(notebook)


LOST = {
    "copy": {"quiz_answers (1).json": CLICKS},
    "txt": {"quiz_answers.json.txt": CLICKS},
    "subfolder": {"quiz/quiz_answers.json": CLICKS},
    "zip": {"quiz.zip": zipped({"quiz_answers.json": CLICKS, "quiz.ipynb": quiz()})},
    "upper case": {"Quiz_Answers.JSON": CLICKS},
    "beside an empty one": {"quiz_answers.json": b"{}", "quiz_answers (1).json": CLICKS},
    "absent": {},
    "broken": {"quiz_answers.json": b'{"q1": 2'},
    "second notebook": {"quiz (1).ipynb": quiz(f"answers = {KEYS}")},
}
KNOWN = {
    "clicked": {"quiz.ipynb": quiz(), "quiz_answers.json": CLICKS},
    "typed": {"quiz.ipynb": quiz(f"answers = {KEYS}")},
    "typed, and a copy": {"quiz.ipynb": quiz(f"answers = {KEYS}"), "quiz_answers (1).json": WRONG},
    "wrong, and a copy": {"quiz.ipynb": quiz(), "quiz_answers.json": WRONG, "quiz_answers (1).json": CLICKS},
    "nothing clicked": {"quiz.ipynb": quiz(), "quiz_answers.json": b"{}"},
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory, the_sandbox):
    submissions = {student: {"quiz.ipynb": quiz(), **files} for student, files in LOST.items()}
    submissions |= KNOWN | {"clicks alone": {"quiz_answers.json": CLICKS}}
    submissions |= {"as a note": {"quiz.ipynb": quiz(note="q1: 2, q2: 3, q5: 1"), "quiz_answers.json": b"{}"}}
    course = class_of(tmp_path_factory.mktemp("quiz") / "course", submissions, "quiz")
    return course, grade(course, "quiz", workers=1)


def page_of(graded, student: str) -> str:
    return (graded[0].feedback / student / "quiz" / "quiz.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("student", [*LOST, "as a note"])
def test_lost_clicks_make_every_question_wait(graded, student):
    result = result_of(graded[1], student)
    assert result.state is State.NEEDS_MANUAL and len(waiting(graded[1], student)) == len(KEYS)
    names = [name for name in LOST.get(student, {}) if not name.startswith("quiz_answers.json")] or ["quiz"]
    assert all(name in result.found for name in names[:1])


@pytest.mark.parametrize("student", [*LOST, "as a note"])
def test_no_key_is_given_away_before_somebody_has_looked(graded, student):
    page = page_of(graded, student)
    assert "Right is" not in page and "somebody has looked" in page
    assert not any(html(BANK.questions[name].explanation.en) in page for name in KEYS)


@pytest.mark.parametrize("student", KNOWN)
def test_answers_that_are_known_are_graded_and_explained(graded, student):
    result = result_of(graded[1], student)
    assert result.state is State.GRADED and result.found == ""
    page = page_of(graded, student)
    assert "somebody has looked" not in page
    assert all(html(BANK.questions[name].explanation.en) in page for name in KEYS)


def test_a_wrong_answer_stays_wrong_whatever_lies_beside_it(graded):
    assert sum(points_of(graded[1], "wrong, and a copy").values()) == 0
    assert sum(points_of(graded[1], "typed, and a copy").values()) == len(KEYS)


def test_the_clicks_alone_count(graded):
    assert sum(points_of(graded[1], "clicks alone").values()) == len(KEYS)


def test_adopted_clicks_count_and_the_key_is_explained(graded):
    course, _ = graded
    before = sorted(path.read_bytes() for path in (course.submitted / "copy" / "quiz").iterdir())
    results = decided(course, "quiz", adopt=["copy", "zip=quiz.zip/quiz_answers.json", "second notebook"])
    for student in ("copy", "zip", "second notebook"):
        assert sum(points_of(results, student).values()) == len(KEYS)
        assert (
            result_of(results, student).state is State.GRADED
            and "adopted: quiz" in result_of(results, student).elsewhere
        )
    assert html(BANK.questions[BANK.graded[0]].explanation.en) in page_of(graded, "copy")
    assert before == sorted(path.read_bytes() for path in (course.submitted / "copy" / "quiz").iterdir())


def test_a_dismissed_finding_leaves_the_points_and_explains_the_key(graded):
    result = result_of(decided(graded[0], "quiz", dismiss=["absent"]), "absent")
    assert (result.state, result.points, result.found) == (State.GRADED, 0, "")
    assert "Right is" in page_of(graded, "absent")


def test_what_is_not_there_cannot_be_adopted(graded):
    with pytest.raises(CourseError, match=r"handed in no 'x\.json'"):
        decided(graded[0], "quiz", adopt=["txt=x.json"])
    with pytest.raises(CourseError, match="files that could be meant: none"):
        decided(graded[0], "quiz", adopt=["broken"])
    with pytest.raises(CourseError, match="known students"):
        decided(graded[0], "quiz", adopt=["nobody"])


def test_a_faulty_question_is_mended_after_it_was_handed_in_and_hand_given_points_stay(the_sandbox, tmp_path):
    """One question is dropped and another accepts two keys: only points of these two change, for the better."""
    wrong = json.loads(WRONG)
    other = next(key for key in (1, 2, 3, 4) if key not in (KEYS["q2"], wrong["q2"]))
    answers = wrong | {"q2": other, "q4": KEYS["q4"]}
    submission = {"quiz.ipynb": quiz(f"answers = {answers}"), "quiz_answers.json": b"{}"}
    course = class_of(tmp_path / "course", {"ada": submission}, "quiz")
    assert [result.points for result in grade(course, "quiz", workers=1).students] == [1]
    with course.gradebook() as gradebook:
        score = gradebook.find_grade("quiz-q3-check", "quiz", "quiz", "ada")
        score.manual_score, score.needs_manual_grade = 0.5, False
        gradebook.db.commit()
    bank = course.source / "quiz-bank.yaml"
    text = bank.read_text(encoding="utf-8").replace("  - id: q1\n", "  - id: q1\n    dropped: true\n")
    head, question, rest = text.partition("  - id: q2\n")
    rest = rest.replace(f"    key: {KEYS['q2']}\n", f"    key: [{KEYS['q2']}, {other}]\n", 1)
    bank.write_text(head + question + rest, encoding="utf-8")
    (ada,) = grade(course, "quiz", workers=1).students
    assert (ada.points, ada.state) == (3.5, State.GRADED)
    assert "was dropped" in (course.feedback / "ada" / "quiz" / "quiz.html").read_text(encoding="utf-8")
