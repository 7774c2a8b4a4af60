"""`./course` sets itself up, heals, and says in one line what is missing. Real environments, no network."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from course_utils.filesystem import REPOSITORY

pytestmark = pytest.mark.skipif(os.name == "nt", reason="kills process groups, makes links")

SCRIPT = REPOSITORY / "course"
CLOSED_PORT = "http://127.0.0.1:9/simple"

# A build backend inside the project needs nothing from an index: the wheel is one .pth and the metadata.
BACKEND = """
import os, time, zipfile
def build_editable(folder, settings=None, metadata=None):
    time.sleep(float(os.environ.get("SLOW_BUILD", "0")))
    info = "toy-1.dist-info/"
    with zipfile.ZipFile(os.path.join(folder, "toy-1-py3-none-any.whl"), "w") as wheel:
        wheel.writestr("toy.pth", os.getcwd())
        wheel.writestr(info + "METADATA", METADATA)
        wheel.writestr(info + "WHEEL", WHEEL)
        wheel.writestr(info + "RECORD", "")
    return "toy-1-py3-none-any.whl"
METADATA = "Metadata-Version: 2.1\\nName: toy\\nVersion: 1\\nProvides-Extra: test\\n"
WHEEL = "Wheel-Version: 1.0\\nGenerator: toy\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
"""
PYPROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "toy"
version = "1"
[project.optional-dependencies]
test = []
"""


def make_checkout(root: Path) -> Path:
    """A small repository with the real script in it; its `python -m course_utils` prints what it was given."""
    (root / "course_utils").mkdir(parents=True)
    (root / "course_utils" / "__init__.py").touch()
    (root / "course_utils" / "__main__.py").write_text("import sys\nprint(sys.argv[1:], sys.prefix)\n")
    (root / "backend.py").write_text(BACKEND)
    (root / "pyproject.toml").write_text(PYPROJECT)
    (root / "requirements.lock").write_text("# nothing\n")
    shutil.copy(SCRIPT, root / "course")
    return root


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "PYTHON"))}
    return {**kept, "PIP_CONFIG_FILE": os.devnull, "PIP_INDEX_URL": CLOSED_PORT, **more}


def course(root: Path, *arguments: str, cwd: Path | None = None, script: Path | None = None, **more: str):
    command = [sys.executable, str(script or root / "course"), *arguments]
    return subprocess.run(
        command, cwd=cwd or root, env=environment(**more), capture_output=True, text=True, timeout=120
    )


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """A checkout, in a path with spaces, whose set-up is done."""
    root = make_checkout(tmp_path_factory.mktemp("a course") / "with spaces")
    run = course(root, "one", "two words")
    assert run.returncode == 0, run.stderr
    assert "['one', 'two words']" in run.stdout
    assert "creating .venv" in run.stderr and "installing" in run.stderr
    return root


@pytest.fixture
def checkout(installed, tmp_path) -> Path:
    """A checkout without .venv."""
    return make_checkout(tmp_path / "checkout")


def test_a_second_call_starts_at_once_and_says_nothing(installed):
    started = time.monotonic()
    run = course(installed, "again")
    assert (run.returncode, run.stderr) == (0, "")
    assert "['again']" in run.stdout
    assert time.monotonic() - started < 2


def test_it_works_from_another_folder_and_through_a_link(installed, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(installed / "course")
    (tmp_path / "course_utils.py").write_text("raise SystemExit('shadowed')")
    run = course(installed, "x", cwd=tmp_path, script=link)
    assert run.returncode == 0, run.stderr
    assert str(installed / ".venv") in run.stdout


def test_a_changed_lock_installs_again_without_remaking(installed):
    kept = installed / ".venv" / "kept"
    kept.touch()
    (installed / "requirements.lock").write_text("# changed\n")
    run = course(installed)
    assert run.returncode == 0, run.stderr
    assert "installing" in run.stderr and kept.exists()


def test_without_a_network_one_line_says_so_and_the_old_environment_stays(installed):
    pyproject = installed / "pyproject.toml"
    pyproject.write_text(PYPROJECT.replace("requires = []", 'requires = ["not-there"]'))
    (installed / ".venv" / "kept").touch()
    try:
        run = course(installed)
        assert run.returncode == 1
        assert run.stderr.splitlines()[-1].startswith("course: no network")
        assert "PIP_INDEX_URL=https://" in run.stderr.splitlines()[-1]
        chinese = course(installed, COURSE_LANG="zh").stderr
        assert "网络不通" in chinese and "PIP_INDEX_URL=https://" in chinese
        assert not re.search(r"[a-z]{2,} [a-z]{2,} [a-z]{2,}", chinese.replace(str(installed), ""))
    finally:
        pyproject.write_text(PYPROJECT)
    assert course(installed).returncode == 0
    assert (installed / ".venv" / "kept").exists()


def test_a_set_up_killed_half_way_heals(checkout):
    command = [sys.executable, str(checkout / "course")]
    slow = {"cwd": checkout, "env": environment(SLOW_BUILD="60"), "start_new_session": True}
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, **slow)
    for line in process.stderr:
        if "installing" in line:
            break
    time.sleep(1)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    process.stderr.close()
    (checkout / ".venv" / "half").touch()
    run = course(checkout, "healed")
    assert run.returncode == 0, run.stderr
    assert "['healed']" in run.stdout
    assert not (checkout / ".venv" / "half").exists()


def test_two_at_a_time_wait_for_each_other(checkout):
    command = [sys.executable, str(checkout / "course"), "x"]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    pair = [subprocess.Popen(command, cwd=checkout, env=environment(), **streams) for _ in range(2)]
    outputs = [process.communicate(timeout=120) for process in pair]
    assert [process.returncode for process in pair] == [0, 0], outputs
    messages = outputs[0][1] + outputs[1][1]
    assert messages.count("creating .venv") == 1 and messages.count("waiting for it") == 1


def test_a_strangers_environment_is_used_and_never_deleted(checkout):
    subprocess.run([sys.executable, "-m", "venv", str(checkout / ".venv")], check=True)
    mine = checkout / ".venv" / "mine"
    mine.touch()
    assert course(checkout).returncode == 0
    (checkout / ".venv" / "bin" / "python").unlink()  # now it is broken, and still not ours
    run = course(checkout)
    assert run.returncode == 1 and "not ours to delete" in run.stderr
    assert mine.exists()


def test_a_moved_repository_is_set_up_again(installed, tmp_path):
    moved = tmp_path / "moved"
    shutil.copytree(installed, moved, symlinks=True)
    run = course(moved, "x")
    assert run.returncode == 0, run.stderr
    assert str(moved / ".venv") in run.stdout
    assert json.loads((moved / ".venv" / ".course-ready").read_text())["root"] == str(moved)


def test_python_without_ensurepip_gets_the_remedy(checkout):
    (checkout / "sitecustomize.py").write_text(
        "import importlib.util as u\nf = u.find_spec\n"
        "u.find_spec = lambda name, package=None: None if name == 'ensurepip' else f(name, package)\n"
    )
    run = course(checkout, PYTHONPATH=str(checkout))
    assert run.returncode == 1
    assert len(run.stderr.splitlines()) == 1 and "-venv" in run.stderr


def test_a_full_disk_or_a_read_only_folder_is_named(checkout):
    for cause, words in (
        ("[Errno 28] No space left on device", "disk space"),
        ("[Errno 30] Read-only", "cannot write"),
    ):
        (checkout / "backend.py").write_text(f"def build_editable(*_): raise OSError({cause!r})\n")
        run = course(checkout)
        assert run.returncode == 1
        assert words in run.stderr.splitlines()[-1]


def test_an_old_python_can_read_it():
    source = SCRIPT.read_text(encoding="utf-8")
    nodes = list(ast.walk(ast.parse(source)))
    assert not [node for node in nodes if isinstance(node, (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr, ast.Match))]
    functions = [node for node in nodes if isinstance(node, ast.FunctionDef)]
    assert not [
        function.name for function in functions if function.returns or any(a.annotation for a in function.args.args)
    ]
    starred = [node for node in nodes if isinstance(node, (ast.List, ast.Tuple, ast.Set))]
    assert not [node for node in starred if any(isinstance(item, ast.Starred) for item in node.elts)]
