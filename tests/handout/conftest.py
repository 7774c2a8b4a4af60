"""A student edition of a copy of this repository, whose instructors' files are full of words that nobody else has."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from itertools import count
from pathlib import Path

import pytest
import yaml
from filelock import FileLock

from course_utils.commands.cli import students_commands
from course_utils.filesystem import REPOSITORY
from course_utils.handout.contents import PICTURE
from course_utils.handout.package import package_files

MARK = "planted-"  # how each of these words begins
COPIED = ("course_utils", "notebooks", "source", "release", "edition", "docs", "examples", "benchmarks", "tests")
NOT_PLANTED = {"notebooks", "release", "edition", "LICENSE", "LICENSE-TEXT", "course", ".gitignore"}  # for students
NOT_PLANTED |= {"requirements.lock", "pyproject.toml", "environment.yml", "source", ".git"}  # for them too, or done
MAKE = (
    "import sys; from course_utils.commands.cli import main; "
    "sys.exit(main(['build']) or main(['handout', 'out/edition']) or main(['handout', 'out/edition.zip']))"
)
word = (f"{MARK}{number:04}" for number in count())


def copy_of_the_repository(root: Path) -> Path:
    """This repository as it stands here, with a history of its own that has a secret."""
    for name in COPIED:
        caches = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints", "tampering")
        shutil.copytree(REPOSITORY / name, root / name, ignore=caches)
    for path in REPOSITORY.iterdir():
        if path.is_file() and path.name != ".git":  # of a worktree
            shutil.copy2(path, root)
    (root / "solution.txt").write_text(next(word))
    for arguments in (
        ["init", "-q"],
        ["add", "solution.txt"],
        ["commit", "-qm", "a key"],
        ["rm", "-q", "solution.txt"],
    ):
        name = ["-c", "user.name=Ada", "-c", "user.email=ada@localhost"]
        subprocess.run(["git", "-C", str(root), *name, *arguments], check=True)
    return root


def plant(root: Path) -> None:
    """Change every solution, hidden test, model answer, key and explanation, and all that is not for students."""
    for path in root.glob("source/*/*.ipynb"):
        plant_notebook(path)
    plant_bank(root / "source" / "quiz-bank.yaml")
    code = set(package_files(root / "course_utils", students_commands()))
    names = ("student", "glossary", "public_names")
    pages = {path for name in names for path in (root / "docs").glob(f"{name}*.md")}  # in all languages
    pictures = {name for path in pages for name in PICTURE.findall(path.read_text(encoding="utf-8"))}
    documents = pages | {root / "docs" / name for name in pictures}
    for path in set(root.rglob("*")) - code - documents:
        if path.is_file() and path.relative_to(root).parts[0] not in NOT_PLANTED:
            with open(path, "a", encoding="utf-8") as file:
                file.write(f"\n# {next(word)}\n")
    strays = ("notebooks/.ipynb_checkpoints/01_gru-checkpoint.ipynb", "release/gru/.ipynb_checkpoints/gru.ipynb")
    strays += ("course_utils/__pycache__/key.pyc", "course_utils/checks/.key.yaml", "course_utils/checks/tasks.py~")
    strays += ("notebooks/predictions.json", "notebooks/images/.ipynb_checkpoints/key.svg", "docs/images/key.png")
    strays += ("edition/key.md", "work/gru/gru.ipynb", "backups/1/gradebook.db", "submitted/ada/gru/gru.ipynb")
    for name in strays:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(next(word))


def plant_notebook(path: Path) -> None:
    """A new line in each solution, a hidden test in each check, another model answer, and a solution's output."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        marks = cell["metadata"].get("nbgrader", {})
        source = "".join(cell["source"])
        if marks.get("solution") and cell["cell_type"] == "markdown":
            cell["source"] = f"{next(word)} is the answer."
        elif marks.get("solution"):
            assert "### BEGIN SOLUTION\n" in source
            cell["source"] = source.replace("### BEGIN SOLUTION\n", f"### BEGIN SOLUTION\n# {next(word)}\n")
            stream = {"output_type": "stream", "name": "stdout", "text": [next(word)]}
            cell["outputs"] = [stream]
        elif marks.get("grade"):
            hidden = f"assert True, {next(word)!r}"
            cell["source"] = f"{source}\n### BEGIN HIDDEN TESTS\n{hidden}\n### END HIDDEN TESTS"
    path.write_text(json.dumps(notebook), encoding="utf-8")


def plant_bank(path: Path) -> None:
    """Another key and another explanation for each question; those that are not asked become others altogether."""
    bank = yaml.safe_load(path.read_text(encoding="utf-8"))
    for question in bank["questions"]:
        question["key"] = question["key"] % 4 + 1
        question["explanation"] = {"en": next(word), "zh": next(word)}
        if question["id"] not in bank["graded"]:
            question["text"] = {"en": next(word), "zh": next(word)}
            question["choices"] = [{"en": next(word), "zh": next(word)} for _ in range(4)]
    path.write_text(yaml.safe_dump(bank, allow_unicode=True), encoding="utf-8")


@pytest.fixture(scope="session")
def planted(tmp_path_factory, testrun_uid) -> Path:
    """The copy, after `build` and two times `handout`: out/edition and out/edition.zip. Made once for all processes."""
    root = tmp_path_factory.getbasetemp().parent / f"planted-copy-{testrun_uid}"
    with FileLock(f"{root}.lock"):
        if not root.exists():
            copy_of_the_repository(root)
            plant(root)
            command = [sys.executable, "-c", MAKE]
            run = subprocess.run(command, cwd=root, env=own_package(root), capture_output=True, text=True)
            assert run.returncode == 0, run.stderr
    return root


@pytest.fixture(scope="session")
def edition(planted) -> Path:
    return planted / "out" / "edition"


def own_package(root: Path) -> dict[str, str]:
    """The environment in which Python imports the package of that folder."""
    return {**os.environ, "PYTHONPATH": str(root), "OMP_NUM_THREADS": "1"}
