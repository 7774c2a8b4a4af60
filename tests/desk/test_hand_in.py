"""Handing in refuses nothing, says what is missing, and what was handed in is graded as it was checked."""

from __future__ import annotations

import json
import zipfile

import pytest

from course_utils.desk import hand_in as module
from course_utils.desk.hand_in import hand_in
from course_utils.errors import UsageError
from course_utils.grading.class_run.run import grade
from course_utils.grading.platforms.collect import collect
from tests.desk.toy_student import student, toy_course  # noqa: F401  (fixtures)
from tests.grading.platforms.conftest import in_zip, zipped


def test_one_zip_with_a_receipt_and_the_points_of_the_public_checks(student, the_sandbox):  # noqa: F811
    root = student()
    done = hand_in("toy", root)
    receipt = json.loads(done.path.with_suffix(".json").read_text(encoding="utf-8"))
    assert receipt["warnings"] == [] and (receipt["points"], receipt["max_points"], receipt["bonus"]) == (3, 3, 2)
    assert sorted(in_zip(done.path)) == ["receipt.json", "toy.ipynb"]
    assert done.path.parent == root / "handed_in" / "toy" and done.destination.startswith("upload this file")
    with zipfile.ZipFile(done.path) as archive:
        assert json.loads(archive.read("receipt.json")) == receipt
        assert archive.read("toy.ipynb") == (root / "work" / "toy" / "toy.ipynb").read_bytes()


def test_what_is_handed_in_is_collected_and_gets_the_same_points(toy_course, student, the_sandbox):  # noqa: F811
    wrong = hand_in("toy", student(body="return x"))
    root = student(body="return __import__('util').TWO * x")
    (root / "work" / "toy" / "util.py").write_text("TWO = 2", encoding="utf-8")
    right = hand_in("toy", root)
    (toy_course.root / "roster.csv").write_text(
        "student,first_name,last_name,email\nada,Ada,Li,\nbo,Bo,Yu,\n", encoding="utf-8"
    )
    files = {"ada/toy/second.zip": right.path, "ada/toy/first.zip": wrong.path}  # the newest counts
    files["Bo Yu_901_assignsubmission_file/first.zip"] = wrong.path
    platform = zipped(toy_course.root / "all.zip", {name: path.read_bytes() for name, path in files.items()})
    collected = collect(toy_course, "toy", platform)
    assert collected.new == ["ada", "bo"] and collected.beside == ["ada: util.py"]
    assert sorted(path.name for path in (toy_course.submitted / "ada" / "toy").iterdir()) == ["toy.ipynb", "util.py"]
    assert collect(toy_course, "toy", platform).same == ["ada", "bo"]
    grade(toy_course, "toy")
    with toy_course.gradebook() as gradebook:
        found = {name: gradebook.find_submission("toy", name) for name in ("ada", "bo")}
        scores = {name: sum(notebook.score for notebook in each.notebooks) for name, each in found.items()}
    assert scores == {
        "ada": right.receipt.points + right.receipt.bonus,
        "bo": wrong.receipt.points + wrong.receipt.bonus,
    }
    assert scores == {"ada": 5, "bo": 0}


def test_a_broken_notebook_is_handed_in_as_it_is(student):  # noqa: F811
    root = student()
    (root / "work" / "toy" / "toy.ipynb").write_text('{"cells": [', encoding="utf-8")
    done = hand_in("toy", root)
    assert done.receipt.points is None and "is broken: not JSON" in done.receipt.warnings[0]
    assert sorted(in_zip(done.path)) == ["receipt.json", "toy.ipynb"]


def test_checks_that_take_too_long_or_fail_keep_nobody_from_handing_in(student, monkeypatch, the_sandbox):  # noqa: F811
    root = student()
    monkeypatch.setattr(module, "LONGEST", -1)
    late = hand_in("toy", root)
    monkeypatch.setattr(module, "rehearse", lambda *_: 1 / 0)
    failed = hand_in("toy", root)
    assert late.receipt.points is failed.receipt.points is None
    assert late.receipt.warnings[0].startswith("the public checks took longer than")
    assert failed.receipt.warnings[0] == "the public checks could not run: ZeroDivisionError: division by zero"
    assert late.path != failed.path and late.path.exists() and failed.path.exists()


def test_only_what_is_no_assignment_is_refused_with_the_name_that_may_be_meant(student):  # noqa: F811
    root = student()
    with pytest.raises(UsageError, match="'tyo': is toy meant"):
        hand_in("tyo", root)
    chapter = root / "chapter.ipynb"
    chapter.write_text('{"cells": [], "nbformat": 4, "nbformat_minor": 5, "metadata": {}}', encoding="utf-8")
    with pytest.raises(UsageError, match="has no checks and no questions"):
        hand_in(str(chapter), root)
    with pytest.raises(UsageError, match="there is no notebook"):
        hand_in(str(root / "no.ipynb"), root)
    assert not (root / "handed_in").exists()


def test_of_a_folder_full_of_other_things_only_the_notebook_goes(student, tmp_path):  # noqa: F811
    root = student()
    elsewhere = tmp_path / "Downloads"
    elsewhere.mkdir()
    (elsewhere / "toy (1).ipynb").write_bytes((root / "work" / "toy" / "toy.ipynb").read_bytes())
    (elsewhere / "private.txt").write_text("mine", encoding="utf-8")
    done = hand_in(str(elsewhere / "toy (1).ipynb"), root, is_checked=False)
    assert sorted(in_zip(done.path)) == ["receipt.json", "toy.ipynb"]
    assert done.path.parent == elsewhere / "handed_in" / "toy"
    assert done.receipt.warnings[0] == "toy (1).ipynb is handed in under the name that the assignment has: toy.ipynb"
