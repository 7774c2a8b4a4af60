"""Checks that were deleted or lost their marks stand in the instructor's order; what a name means there is judged."""

from __future__ import annotations

import pytest

from course_utils.errors import CourseError
from course_utils.grading.class_run.run import grade
from course_utils.grading.gradebook.records import load_record, mark_outdated
from tests.grading.handed_in import (
    CODE_PARTS,
    QUESTIONS,
    blank,
    cell_named,
    class_of,
    code,
    decided,
    dumped,
    place,
    points_of,
    result_of,
    right,
    waiting,
    without_marks,
    zipped,
)

REUSED = code("gru = nn.GRU(8, 16)\nget_params = init_gru_state = None")


def reused(notebook: dict) -> bytes:
    """The notebook, in which the names get another meaning at the end."""
    notebook["cells"].append(REUSED)
    return dumped(notebook)


def without_checks() -> dict:
    notebook = right()
    notebook["cells"] = [cell for cell in notebook["cells"] if not _is_check(cell)]
    return notebook


def _is_check(cell: dict) -> bool:
    return cell["metadata"].get("nbgrader", {}).get("grade_id", "").endswith("-check")


def merged_with_its_check() -> dict:
    notebook = right()
    at = place(notebook, "gru-forward")
    check = notebook["cells"].pop(at + 1)
    notebook["cells"][at]["source"] += "\n\n" + "".join(check["source"])
    return notebook


def all_in_one() -> dict:
    """Every function in one cell without marks, the checks deleted."""
    notebook = without_marks(without_checks())
    sources = [cell["source"] for cell in notebook["cells"] if "def " in cell["source"]]
    notebook["cells"] = [cell for cell in notebook["cells"] if "def " not in cell["source"]]
    notebook["cells"].append(code("\n\n".join(sources)))
    return notebook


def own_marks_of(name: str) -> dict:
    """Everything but one cell has lost its marks."""
    notebook = right()
    marks = cell_named(notebook, name)["metadata"]
    notebook = without_marks(notebook)
    notebook["cells"][place(right(), name)]["metadata"] = marks
    return notebook


CLASS = {
    "stripped": reused(without_marks(right())),
    "checks deleted": reused(without_checks()),
    "merged": reused(merged_with_its_check()),
    "all in one": reused(all_in_one()),
    "one left": reused(own_marks_of("gru-state-check")),
    "stripped, checks deleted": reused(without_marks(without_checks())),
}
ZIPPED = zipped({"gru/gru.ipynb": dumped(right())})
PY = "import torch\nfrom torch import nn\n\n" + "\n\n".join(
    cell_named(right(), name)["source"] for name in ("gru-params", "gru-state", "gru-forward", "gru-after")
)
TO_ADOPT = {
    "copy": {"gru.ipynb": dumped(blank()), "gru (1).ipynb": dumped(right())},
    "zip": {"gru.ipynb": dumped(blank()), "gru.zip": ZIPPED},
    "txt alone": {"gru.ipynb.txt": dumped(right())},
    "py": {"gru.py": PY.encode()},
    "two": {"gru.ipynb": dumped(blank()), "gru (1).ipynb": dumped(right()), "gru (2).ipynb": dumped(right())},
    "a=b": {"GRU.ipynb": dumped(right())},
    "html": {"gru.ipynb": dumped(blank()), "gru.html": f"<pre>{PY}</pre>".encode()},
    "pdf": {"gru.ipynb": dumped(blank()), "gru.pdf": b"%PDF-1.4"},
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory, the_sandbox):
    submissions = {student: {"gru.ipynb": content} for student, content in CLASS.items()}
    course = class_of(tmp_path_factory.mktemp("order") / "course", submissions | TO_ADOPT)
    return course, grade(course, "gru", workers=1)


@pytest.mark.parametrize("student", CLASS)
def test_what_a_name_means_at_its_checks_place_is_judged(graded, student):
    assert {name: points_of(graded[1], student)[name] for name in CODE_PARTS} == CODE_PARTS


@pytest.mark.parametrize("student", CLASS)
def test_a_written_answer_is_never_lost(graded, student):
    assert waiting(graded[1], student) >= QUESTIONS


def test_what_was_known_by_its_content_is_said(graded):
    assert "known by what is in them: gru-params, " in result_of(graded[1], "stripped").found


@pytest.fixture(scope="module")
def adopted(graded):
    requests = ["copy", "zip", "txt alone", "py", "two=gru (2).ipynb", "a=b"]
    return decided(graded[0], "gru", adopt=requests)


@pytest.mark.parametrize("student", ["copy", "zip", "txt alone", "py", "two", "a=b"])
def test_an_adopted_file_earns_what_it_earns(graded, adopted, student):
    assert waiting(graded[1], student) >= set(CODE_PARTS)
    assert {name: points_of(adopted, student)[name] for name in CODE_PARTS} == CODE_PARTS
    assert waiting(adopted, student) == (QUESTIONS if student != "py" else set())
    assert result_of(adopted, student).elsewhere.startswith("adopted: ")


def test_the_record_says_what_was_adopted_and_the_submission_is_untouched(graded, adopted):
    course = graded[0]
    assert list(load_record(course, "gru", "zip").adopted) == ["gru.zip/gru/gru.ipynb"]
    assert (course.submitted / "zip" / "gru" / "gru.ipynb").read_bytes() == dumped(blank())
    assert (course.submitted / "zip" / "gru" / "gru.zip").read_bytes() == ZIPPED


def test_an_adoption_stays_until_the_student_hands_in_again(graded, adopted):
    course = graded[0]
    mark_outdated(course, "gru", "copy", grader="")
    assert points_of(grade(course, "gru", workers=1), "copy")["gru-forward-check"] == 5
    (course.submitted / "copy" / "gru" / "notes.txt").write_text("new", encoding="utf-8")
    assert waiting(grade(course, "gru", workers=1), "copy") >= set(CODE_PARTS)


@pytest.mark.parametrize(
    ("request_", "reason"),
    [("two", "could be meant: gru \\(1\\).ipynb, gru \\(2\\).ipynb"), ("html=gru.html", "grade it by hand"),
     ("pdf=gru.pdf", "grade it by hand"), ("zip=../gru.ipynb", "handed in no")],
)  # fmt: skip
def test_what_cannot_be_adopted_is_said(graded, request_, reason):
    student = request_.partition("=")[0]
    (graded[0].root / "records" / "gru.jsonl").unlink(missing_ok=True)
    with pytest.raises(CourseError, match=reason):
        decided(graded[0], "gru", adopt=[request_])
    assert load_record(graded[0], "gru", student) is None
