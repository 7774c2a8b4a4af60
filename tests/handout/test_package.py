"""Of the package students get what their commands import, and no more of the grader."""

from __future__ import annotations

import pytest

from course_utils.commands.cli import students_commands
from course_utils.filesystem import REPOSITORY
from course_utils.handout.package import ENTRANCES, _imports, _modules, package_files

PACKAGE = REPOSITORY / "course_utils"


@pytest.fixture(scope="module")
def modules():
    """Name -> file of what students get."""
    files = package_files(PACKAGE, students_commands())
    return {name: path for name, path in _modules(PACKAGE).items() if path in files}


def test_all_that_it_imports_is_there(modules):
    known = _modules(PACKAGE)
    for name, path in modules.items():
        if name not in ENTRANCES:
            assert _imports(path, known) <= modules.keys(), name


def test_what_grades_a_class_and_hands_out_is_not_there(modules):
    rooms = ("grading.class_run", "grading.plugins", "handout", "commands.demo", "commands.test", "commands.verdict")
    assert [name for name in modules if name.startswith(rooms)] == []


def test_all_other_rooms_are_there_with_their_data(modules):
    rooms = ("checks", "data", "engine", "equations", "quiz", "sandbox", "site", "student_code", "training", "widgets")
    known = {name for name in _modules(PACKAGE) if name.split(".")[0] in rooms} - {"quiz.build", "quiz.key"}
    assert known <= modules.keys()
    data = {path.name for path in package_files(PACKAGE, ()) if path.suffix != ".py"}
    assert {
        "lyrics.txt",
        "practice.yaml",
        "course.css",
        "explorer.js",
        "explorer.css",
        "gru.js",
        "explorers.js",
    } <= data


@pytest.fixture
def small(tmp_path):
    """A package in which a command for students imports a part of the grader, in a function."""
    files = {
        "__init__.py": "",
        "commands/__init__.py": "",
        "commands/cli.py": "from course_utils.grading import judge",
        "commands/check.py": "def check():\n    from course_utils.grading.reader import read",
        "commands/grade.py": "",
        "grading/__init__.py": "",
        "grading/reader.py": "import course_utils.grading.deeper.words",
        "grading/deeper/__init__.py": "",
        "grading/deeper/words.py": "",
        "grading/judge.py": "",
        "grading/key.yaml": "",
        "data/text.txt": "",
        "data/.key.txt": "",
        "data/.ipynb_checkpoints/text.txt": "",
        "data/text-checkpoint.py": "",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_what_a_students_command_imports_of_the_grader_comes_too_and_nothing_else(small):
    names = {path.relative_to(small).as_posix() for path in package_files(small, ["check"])}
    assert {name for name in names if name.startswith("commands/")} == {
        *("commands/__init__.py", "commands/cli.py", "commands/check.py"),
    }
    assert {name for name in names if name.startswith("grading/")} == {
        *("grading/__init__.py", "grading/reader.py", "grading/deeper/__init__.py", "grading/deeper/words.py"),
    }


def test_hidden_files_copies_and_checkpoints_stay_behind(small):
    names = {path.relative_to(small).as_posix() for path in package_files(small, ["check"])}
    assert "data/text.txt" in names
    assert not [name for name in names if "key" in name or "checkpoint" in name]
