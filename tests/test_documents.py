"""The documents keep up with the code: every module, every variable and every page has its place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from course_utils.checks import own_tasks
from course_utils.filesystem import REPOSITORY
from course_utils.sandbox.outside.bubblewrap import kernel_environment
from course_utils.site.build import DOCUMENTS
from tests import style_rules
from tests.style_rules import modules, python_files

DOCS = REPOSITORY / "docs"
READ = re.compile(r"""(?:environ\b|setenv\().*?["']([A-Z][A-Z0-9_]*[A-Z0-9])["']|\b(COURSE_[A-Z]+)\b""")
NO_NAMES = {"CONFIG", "PYTHON"}  # parts of names
OWN = {"JUPYTER_DATA_DIR", "COURSE_LANG", "COURSE_SECRET", "SLOW_BUILD"}  # what only a test reads or sets


def variables_in(files: list[Path]) -> set[str]:
    """The names of environment variables that these files read or set."""
    texts = [path.read_text(encoding="utf-8") for path in files if path != Path(__file__)]
    return {name for text in texts for match in READ.findall(text) for name in match} - NO_NAMES - {""}


def variables_of_the_code() -> set[str]:
    """Those of the package, the script and the tests, and those that the sandbox sets."""
    package = [REPOSITORY / "course", *python_files(REPOSITORY, "course_utils", "benchmarks")]
    tests = [path for path in python_files(REPOSITORY, "tests") if "tampering" not in path.parts]
    return {*variables_in(package), *(variables_in(tests) - OWN), *kernel_environment()}


def variables_of_the_page() -> set[str]:
    text = (DOCS / "environment.md").read_text(encoding="utf-8")
    cells = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    return {name for cell in cells for name in re.findall(r"`(\w+)`", cell)}


def test_every_environment_variable_is_in_the_table_and_no_other():
    set_up = set(re.findall(r'"([A-Z_]+)": "', (REPOSITORY / "course").read_text(encoding="utf-8")))
    assert variables_of_the_page() == variables_of_the_code() | {f"PIP_{name}" for name in set_up}


@pytest.mark.parametrize("line", ["os.environ.get('COURSE_X')", 'env = {**os.environ, "A_B": "1"}', "# COURSE_X=0"])
def test_a_variable_is_found_however_it_is_read(line):
    assert {name for match in READ.findall(line) for name in match if name} <= {"COURSE_X", "A_B"}
    assert READ.findall(line)


def test_every_document_is_placed_on_the_site_and_is_there():
    placed = sorted(name for names in DOCUMENTS.values() for name in names)
    in_english = (
        path.stem for path in DOCS.glob("*.md") if "." not in path.stem
    )  # student.zh stands with its language
    assert placed == sorted(in_english)


def test_the_rules_are_written_as_they_are_checked():
    text = " ".join((REPOSITORY / "CONTRIBUTING.md").read_text(encoding="utf-8").split())
    sizes = style_rules.FUNCTION, style_rules.CLASS, style_rules.FILE, style_rules.TEST_FILE
    assert "A function has at most {} lines, a class {}, a file {}, a file of tests {}.".format(*sizes) in text


def test_the_changes_begin_with_the_version_and_each_says_what_becomes_of_grades():
    _, *versions = re.split(r"^## ", (REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    project = (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8")
    assert versions[0].split()[0] == re.search(r'^version = "(.+)"', project, re.MULTILINE)[1]
    assert all("\n**Grades**" in version for version in versions)


def places_in(tree: str) -> set[str]:
    """The modules and folders that a tree names, as course_utils.modules has them: the first words of its lines."""
    path: list[str] = []
    places = set()
    for line in filter(None, tree.splitlines()):
        depth = (len(line) - len(line.lstrip())) // 2
        names = re.match(r"\w+/?(?:, \w+)*", line.strip())[0].split(", ")
        path = [*path[:depth], names[0].rstrip("/")]
        places |= {".".join([*path[1:-1], name.rstrip("/")]) for name in names}
    return places - {""}


def test_the_design_names_every_module_at_its_place_and_no_other():
    tree = (DOCS / "design.md").read_text(encoding="utf-8").split("```")[1]
    known = {name for name, file in modules(REPOSITORY).items() if "stub." not in name} - {"course_utils"}
    folders = {"sandbox.inside.stub", "course_utils"}
    assert places_in(tree) - folders == known


def test_a_tree_is_read_by_its_indentation():
    tree = (
        "\ncourse_utils/\n  errors   words\n\n  data/   words\n    corpus, batches  text\n    deep/\n      a  b\n  c\n"
    )
    names = {"errors", "data", "data.corpus", "data.batches", "data.deep", "data.deep.a", "c", "course_utils"}
    assert places_in(tree) == names


def files_named_in(text: str) -> set[str]:
    """The Python files that a page names in backticks; `A/B.py` stands for any."""
    return {name for name in re.findall(r"`([\w./]+\.py)`", text) if not re.search(r"\bA/", name)}


PAGES = [*sorted(DOCS.glob("*.md")), *(REPOSITORY / f"{name}.md" for name in ("README", "CONTRIBUTING", "CHANGELOG"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_python_file_that_a_document_names_is_there(page):
    places = ("course_utils", "benchmarks", "tests", "examples")
    files = [*python_files(REPOSITORY, *places), *REPOSITORY.glob("*.py")]
    known = {"/" + path.relative_to(REPOSITORY).as_posix() for path in files}
    known.add(f"/{own_tasks.FILE}")  # which instructors write
    named = files_named_in(page.read_text(encoding="utf-8"))
    assert {name for name in named if not any(path.endswith(f"/{name}") for path in known)} == set()


def test_a_file_is_found_by_its_backticks():
    assert files_named_in("`gru.py`, `A/B.py` and `tests/A/test_B.py`, gone.py, `python x.py`, `data/corpus.py`") == {
        "gru.py",
        "data/corpus.py",
    }
