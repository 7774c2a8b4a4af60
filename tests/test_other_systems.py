"""`grade`, `report` and `demo` without `resource`, `fcntl`, fork, /proc and bubblewrap, as far as Linux can show it.

What cannot be tried here, Windows and macOS themselves, is said in docs/instructor.md.
"""

from __future__ import annotations

import csv
import subprocess
import sys

import pytest

from course_utils.filesystem import REPOSITORY
from course_utils.grading.course.release import build

PREPARE = f"""
import sys
sys.path.insert(0, {str(REPOSITORY)!r})
from tests.other_systems import HIDE
exec(HIDE)
import course_utils.sandbox.outside.parent as parent
parent.BOOT = HIDE + parent.BOOT
"""
IMPORT_ALL = """
import importlib, pkgutil
import course_utils
refused = []
for module in pkgutil.walk_packages(course_utils.__path__, "course_utils."):
    if ".stub." not in module.name and not module.name.endswith("__main__"):
        try:
            importlib.import_module(module.name)
        except ImportError:
            refused.append(module.name)
print(*refused)
"""
COMMAND = """
from course_utils.commands.cli import main
sys.exit(main(sys.argv[1:]))
"""


def there(code: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the code where those modules and functions are not."""
    return subprocess.run([sys.executable, "-c", PREPARE + code, *words], capture_output=True, text=True, check=False)


def command(course, *words: str) -> subprocess.CompletedProcess[str]:
    return there(COMMAND, *words, "--course", str(course.root))


@pytest.fixture
def submitted(course, hand_in):
    build(course)
    hand_in(course, "right")
    hand_in(course, "wrong", "return x")
    hand_in(course, "endless", "while True: pass")
    with open(course.root / "nbgrader_config.py", "a", encoding="utf-8") as settings:
        settings.write("\nc.Judge.cell_seconds = 2\n")
    return course


def points(course) -> dict[str, str]:
    with open(course.root / "reports" / "toy.csv", encoding="utf-8-sig", newline="") as file:
        return {row["student"]: row["double-check"] for row in csv.DictReader(file)}


def test_the_modules_are_hidden_from_what_is_tried():
    tried = there("import resource")
    assert tried.returncode == 1 and "there is no resource here" in tried.stderr


def test_all_can_be_imported_but_what_runs_behind_the_walls():
    tried = there(IMPORT_ALL)
    assert (tried.returncode, tried.stdout.split()) == (
        0,
        ["course_utils.sandbox.inside.confine", "course_utils.sandbox.inside.parent"],
    )


def test_grading_says_in_one_line_that_there_is_no_sandbox(submitted):
    refused = command(submitted, "grade", "toy")
    assert refused.returncode == 1
    assert len(refused.stderr.splitlines()) == 1 and "--sandbox none runs at your risk" in refused.stderr


@pytest.mark.parametrize("workers", ["1", "2"])
def test_without_a_sandbox_a_class_is_graded_with_a_warning_and_reported(submitted, workers):
    graded = command(submitted, "grade", "toy", "--sandbox", "none", "--workers", workers)
    assert graded.returncode == 0, graded.stderr
    assert graded.stderr.startswith("course: warning: without a sandbox a submission's code runs as you")
    reported = command(submitted, "report", "toy")
    assert reported.returncode == 0, reported.stderr
    assert points(submitted) == {"right": "3", "wrong": "0", "endless": "0"}
