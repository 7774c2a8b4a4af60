"""The students' way works in an edition: set up, its own commands, a chapter, a right answer; and its image's steps."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from importlib.machinery import SourceFileLoader
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from course_utils.filesystem import REPOSITORY
from tests.handout.conftest import own_package

RIGHT = REPOSITORY / "examples" / "submitted" / "amina" / "gru"
PUBLIC_NAMES = """
import course_utils as d2l
assert d2l.__file__.startswith({!r})
for name in d2l.__all__:
    getattr(d2l, name)
"""


@pytest.fixture(scope="module")
def unpacked(planted, tmp_path_factory) -> Path:
    """The zip, unpacked by a student, with a finished set-up whose packages are those of this environment."""
    folder = tmp_path_factory.mktemp("a student")
    shutil.unpack_archive(planted / "out" / "edition.zip", folder)
    root = folder / "course"
    venv.create(root / ".venv", symlinks=True)
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(root / ".venv")}))
    (packages / "this.pth").write_text(f"{root}\n{sysconfig.get_path('purelib')}\n")
    loader = SourceFileLoader("course_script", str(root / "course"))
    script = importlib.util.module_from_spec(importlib.util.spec_from_loader("course_script", loader))
    loader.exec_module(script)
    Path(script.READY).write_text(json.dumps(script.wanted(script.venv_version())))
    return root


def course(root, *arguments):
    environment = own_package(root)
    environment.pop("PYTHONPATH")
    command = [sys.executable, str(root / "course"), *arguments]
    return subprocess.run(command, cwd=root.parent, env=environment, capture_output=True, text=True, timeout=120)


def test_help_lists_the_students_commands_and_no_others(unpacked):
    shown = course(unpacked, "--help")
    assert (shown.returncode, shown.stderr) == (0, "")
    listed = {"doctor", "lab", "status", "check", "submit", "update", "site"}
    assert set(re.findall(r"^│ (\w+)  ", shown.stdout, re.MULTILINE)) == listed
    assert "demo" not in shown.stdout


@pytest.mark.parametrize("arguments", [["demo"], ["grade", "gru", "--force"], ["handout", "x"], ["test", "-k", "gru"]])
def test_the_instructors_commands_say_whose_they_are(arguments, unpacked):
    run = course(unpacked, *arguments)
    said = f"course: `course {arguments[0]}` belongs to the instructor's edition; this is the students'\n"
    assert (run.returncode, run.stdout, run.stderr) == (1, "", said)


def test_lab_makes_the_students_copies_and_a_right_answer_passes(unpacked):
    shown = course(unpacked, "lab", "--version")
    assert shown.returncode == 0 and "your copy of gru: work/gru/" in shown.stderr
    shutil.copytree(RIGHT, unpacked / "work" / "gru", dirs_exist_ok=True)
    run = course(unpacked, "check", "gru")
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith("running work/gru/gru.ipynb") and "5 of 5 checks are ok" in run.stdout


def test_its_kernel_runs_a_chapter_of_the_edition(unpacked):
    chapter = nbformat.read(unpacked / "notebooks" / "05_quiz.ipynb", as_version=4)
    chapter.cells.append(nbformat.v4.new_code_cell(PUBLIC_NAMES.format(str(unpacked))))
    client = NotebookClient(chapter, timeout=60, resources={"metadata": {"path": str(unpacked / "notebooks")}})
    client.execute(env=own_package(unpacked) | {"COURSE_QUICK": "1"})


def test_pip_installs_the_zip_with_the_command_as_an_assignment_s_first_cell_says(planted, tmp_path):
    zipped, target = planted / "out" / "edition.zip", tmp_path / "packages"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*pip, "--target", str(target), str(zipped)], check=True)
    program = [sys.executable, str(target / "bin" / "course"), "lab"]
    said = subprocess.run(program, cwd=tmp_path, env=own_package(target), capture_output=True, text=True)
    assert (said.returncode, said.stdout) == (2, "") and "needs the course's folder" in said.stderr


def instructions(dockerfile: Path) -> list[tuple[str, str]]:
    """(instruction, its arguments), with continued lines joined."""
    lines = [line for line in dockerfile.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines)).splitlines()
    return [(line.split()[0], line.partition(" ")[2].strip()) for line in joined if line.strip()]


def test_the_image_is_made_by_instructions_that_docker_knows(edition):
    steps = instructions(edition / "Dockerfile")
    known = {"FROM", "RUN", "ARG", "ENV", "WORKDIR", "USER", "COPY", "EXPOSE", "CMD"}
    assert {name for name, _ in steps} <= known and steps[0][0] == "FROM" and steps[-1][0] == "CMD"
    given = {"PATH"} | {words.partition("=")[0] for name, words in steps if name in ("ARG", "ENV")}
    used = {name for _, words in steps for name in re.findall(r"\$\{(\w+)\}", words)}
    assert used <= given
    for name, words in steps:
        if name == "RUN":
            subprocess.run(["sh", "-n", "-c", words], check=True)
    assert json.loads(steps[-1][1])[:4] == ["python", "-m", "course_utils", "lab"]
    settings = re.search(r"JUPYTER_CONFIG_PATH=\$\{HOME\}/course/(\S+)", (edition / "Dockerfile").read_text("utf-8"))
    assert (edition / settings[1] / "jupyter_server_config.json").is_file()
    root_until = [name for name, _ in steps].index("USER")
    assert ("COPY", "--chown=${NB_USER} . .") in steps[root_until:]
    assert ("RUN", "python course doctor") in steps[root_until:]


def test_the_image_has_pythons_version_of_the_conda_environment(edition):
    assert instructions(edition / "Dockerfile")[0] == ("FROM", "python:3.11-slim")
    assert "python=3.11\n" in (edition / "environment.yml").read_text(encoding="utf-8")


def test_the_image_steps_that_need_neither_root_nor_network_run(edition, tmp_path):
    shutil.copytree(edition, tmp_path / "course", ignore=shutil.ignore_patterns(".git"))
    steps = [words for name, words in instructions(edition / "Dockerfile") if name == "RUN"]
    ours = [words for words in steps if not re.match(r"apt-get|useradd|chown|python course", words)]
    assert len(steps) - len(ours) == 4 and len(ours) == 2
    for words in ours:
        subprocess.run(["sh", "-e", "-c", words], cwd=tmp_path / "course", check=True, env={"PATH": "/usr/bin:/bin"})
    assert (tmp_path / "course" / "work").is_dir()
