"""Outside of the course's folder, and where packages are missing: one line says what to do."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest

import course_utils
from course_utils.errors import CourseError
from course_utils.filesystem import REPOSITORY
from course_utils.installation import MissingPackageError, how_to_install, is_package_alone

HIDDEN = "raise ModuleNotFoundError(f'No module named {__name__!r}', name=__name__)\n"


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """The package alone, as pip puts it beside other packages."""
    folder = tmp_path_factory.mktemp("packages")
    shutil.copytree(REPOSITORY / "course_utils", folder / "course_utils", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.fixture
def run(package, tmp_path):
    """`course` in an empty folder; `run(*words, without=("torch",))` where these modules are missing."""

    def run(*words, without=(), code="from course_utils.__main__ import main; sys.exit(main())"):
        for module in without:
            (tmp_path / f"{module}.py").write_text(HIDDEN)
        (tmp_path / "empty").mkdir(exist_ok=True)
        path = os.pathsep.join([str(tmp_path), str(package)])
        command = [sys.executable, "-c", f"import sys; {code}", *words]
        environment = {**os.environ, "PYTHONPATH": path, "COLUMNS": "300"}
        return subprocess.run(command, cwd=tmp_path / "empty", env=environment, capture_output=True, text=True)

    return run


@pytest.mark.parametrize("words", [["lab"], ["grade", "gru"], ["site", "--course", "."]], ids=" ".join)
def test_a_command_that_needs_the_folder_says_so_and_what_works_without(words, run):
    said = run(*words)
    assert (said.returncode, said.stdout) == (2, "")
    assert said.stderr.startswith(f"course: `course {words[0]}` needs the course's folder")
    assert "course check NOTEBOOK.ipynb" in said.stderr and len(said.stderr.splitlines()) == 1


def test_help_and_the_folder_that_is_named_are_not_refused(run):
    assert run("lab", "--help").returncode == 0
    assert "no chapters" in run("status", "--course", ".").stdout


def test_the_doctor_names_all_that_is_missing_even_without_the_command_line_s_own_packages(run):
    said = run("doctor", without=("typer", "torch", "nbgrader", "matplotlib"))
    lines = {line.split()[1]: line for line in said.stdout.splitlines()}
    assert said.returncode == 1 and lines["torch"].startswith("problem")
    assert lines["torch"].endswith(f"{sys.executable} -m pip install torch") and "Traceback" not in said.stderr


def test_any_other_command_without_typer_is_one_line(run):
    said = run("status", without=("typer",))
    assert (said.returncode, said.stdout, said.stderr) == (1, "", f"course: {how_to_install('typer')}\n")


@pytest.mark.parametrize("words, code", [
    (("check", "gru.ipynb"), "from course_utils.__main__ import main; sys.exit(main())"),
    ((), "from course_utils import check; check('gru.forward', print)"),
], ids=["course check", "check in a notebook"])  # fmt: skip
def test_without_torch_one_line_says_how_to_install_it(words, code, run):
    said = run(*words, without=("torch",), code=code)
    assert said.returncode == 1 and said.stderr.splitlines()[-1].endswith(how_to_install("torch"))
    assert ("Traceback" in said.stderr) == (not words)  # in a notebook the message alone is shown


def test_a_notebook_shows_the_message_alone_and_the_error_is_still_an_import_error(monkeypatch):
    def missing(name):
        raise ModuleNotFoundError("No module named 'torch.nn'", name="torch.nn")

    monkeypatch.setattr(course_utils, "import_module", missing)
    with pytest.raises(MissingPackageError) as caught:
        course_utils.__getattr__("RNNModel")
    assert isinstance(caught.value, CourseError) and isinstance(caught.value, ModuleNotFoundError)
    assert caught.value._render_traceback_() == [how_to_install("torch")] and caught.value.name == "torch"


def test_pip_s_names_are_used():
    assert how_to_install("yaml", "torch").endswith(" -m pip install pyyaml torch")
    assert not is_package_alone()


@pytest.mark.parametrize("path", sorted(REPOSITORY.glob("release/*/*.ipynb")), ids=lambda path: path.stem)
def test_the_first_cell_of_an_assignment_says_what_to_install_where_the_package_is_missing(path, monkeypatch):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    first = "".join(next(cell for cell in cells if cell["cell_type"] == "code")["source"])
    exec(first, {})  # where it is there, nothing is said
    monkeypatch.setitem(sys.modules, "course_utils", None)
    with pytest.raises(ModuleNotFoundError, match=r"%pip install NAME\.zip"):
        exec(first, {})
