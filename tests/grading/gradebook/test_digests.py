"""A grade expires when anything changes that decides on points, and for nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from traitlets.config import Config

from course_utils.filesystem import REPOSITORY
from course_utils.grading.course.assignment_spec import CellSpec, NotebookSpec
from course_utils.grading.gradebook import digests
from course_utils.grading.gradebook.digests import grader_digest, submission_digest, what_changed
from course_utils.grading.messages import GradingSettings
from course_utils.sandbox.protocol.limits import Limits
from tests.style_rules import imports, modules

TEXT = CellSpec("text", "markdown", "Read this.", "1", True, False, False, False, None)
ANSWER = CellSpec("answer", "code", "# YOUR CODE HERE", "2", False, False, True, False, None)
CHECK = CellSpec("check", "code", "check('a')", "3", True, True, False, False, 3.0)
BANK = """\
graded: [q1]
questions:
  - {id: q1, topic: a, text: {en: "Which?", zh: 哪}, key: 2, explanation: {en: So., zh: 因}, choices: [A, B, C, D]}
""".replace("[A, B, C, D]", "[{en: A, zh: A}, {en: B, zh: B}, {en: C, zh: C}, {en: D, zh: D}]")


def settings(cells=(TEXT, ANSWER, CHECK), bank=BANK, **changes):
    spec = NotebookSpec("toy", {}, tuple(cells), ("a text cell",))
    first = GradingSettings({"toy": spec}, {"data.txt": b"1"}, bank, Limits(), "bubblewrap", Config())
    return replace(first, **changes)


def without_text(cell):
    return settings([cell if each.name == cell.name else each for each in (TEXT, ANSWER, CHECK)])


@pytest.mark.parametrize(
    ("now", "changed"),
    [
        (settings(), ""),
        (without_text(replace(TEXT, source="Read that.")), ""),
        (settings(bank=BANK.replace("Which?", "Whose?").replace("So.", "Because.")), ""),
        (settings(config=Config({"HTMLExporter": {"exclude_input": True}})), ""),
        (settings(sandbox="none"), ""),
        (without_text(replace(CHECK, source="check('b')")), "graded cells"),
        (without_text(replace(CHECK, points=4.0)), "graded cells"),
        (without_text(replace(ANSWER, source="# WRITE HERE")), "graded cells"),
        (settings([TEXT, CHECK, ANSWER]), "graded cells"),
        (settings(bank=BANK.replace("key: 2", "key: 3")), "quiz keys"),
        (settings(files={"data.txt": b"2"}), "files in source"),
        (settings(limits=Limits(cell_seconds=1)), "limits"),
        (settings(config=Config({"IgnorePattern": {"pattern": "old"}})), "limits"),
        (settings(files={}, bank=BANK.replace("key: 2", "key: 3")), "quiz keys, files in source"),
    ],
)
def test_what_decides_on_points_is_told_from_what_does_not(now, changed):
    assert what_changed(grader_digest(settings()), grader_digest(now)) == changed


def test_another_version_of_a_file_that_decides_is_named_as_the_package(monkeypatch, tmp_path):
    before = grader_digest(settings())
    (tmp_path / "judge.py").write_text("new", encoding="utf-8")
    monkeypatch.setattr(digests, "grader_places", lambda: [tmp_path / "judge.py"])
    assert what_changed(before, grader_digest(settings())) == "course_utils"
    assert what_changed("a digest of version 0.2", grader_digest(settings())) == "course_utils"


def test_when_it_was_handed_in_is_no_part_of_what_was_handed_in(course):
    folder = course.submitted / "ada" / "toy"
    (folder / "more").mkdir(parents=True)
    (folder / "toy.ipynb").write_text("{}", encoding="utf-8")
    before = submission_digest(course, "toy", "ada")
    (folder / "timestamp.txt").write_text("2026-01-01 10:00:00 UTC", encoding="utf-8")
    assert submission_digest(course, "toy", "ada") == before
    (folder / "more" / "timestamp.txt").write_text("mine", encoding="utf-8")
    assert submission_digest(course, "toy", "ada") != before


def test_everything_that_decides_on_points_exists():
    assert len(digests.grader_places()) == len(digests.DECIDES_ON_POINTS)


def test_a_name_that_does_not_exist_is_an_error_and_not_skipped(monkeypatch):
    monkeypatch.setattr(digests, "DECIDES_ON_POINTS", ("checks", "renamed.py"))
    with pytest.raises(FileNotFoundError, match=r"renamed\.py is named in DECIDES_ON_POINTS"):
        digests.grader_places()


# Modules that what judges imports, and on which no point depends, and why.
DECIDES_NOTHING = {
    "course_utils": "the public names",
    "edition": "what a verdict says, and not what it is worth",
    "filesystem": "folders and files",
    "frontend": "who listens",
    "installation": "what is installed, and how to install it",
    "links": "where a text leads",
    "grading.course.folder": "where the course is",
    "grading.course.language": "the words of stubs and of feedback",
    "grading.course.gradebook_copy": "copies rows, and changes none",
    "grading.course.gradebook_file": "what is wrong with a gradebook, in words",
    "grading.gradebook.answers": "decides whether points by hand stay, and gives none",
    "grading.gradebook.digests": "decides who is judged, and gives no points",
    "grading.gradebook.journal": "keeps what was decided",
    "grading.gradebook.records": "keeps what was decided",
    **{f"translating.{name}": "what it is called in Chinese" for name in ("catalogues", "course", "messages", "units")},
    "translation": "the language of what is said",
}


def test_all_that_the_judge_and_the_ledger_import_decides_on_points_or_is_named_as_what_does_not():
    graph = {}
    for importing, imported, _ in imports(REPOSITORY):
        graph.setdefault(importing, set()).add(imported)
    reached, waiting = set(), ["grading.class_run.worker", "grading.gradebook.ledger"]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += graph.get(name, ())
    package = REPOSITORY / "course_utils"
    places = digests.grader_places()
    files = {name: path for name, path in modules(REPOSITORY).items() if name in reached}
    outside = {name for name, path in files.items()
               if not any(path == place or place in path.parents for place in places)}  # fmt: skip
    outside = {name for name in outside if files[name].name != "__init__.py" or name == "course_utils"}
    assert outside == set(DECIDES_NOTHING) & outside, outside - set(DECIDES_NOTHING)
    assert package / "checks" in places
