"""The edition has all that students need, and not one word of what is not for them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import zipfile

import pytest
import yaml

from course_utils.commands.cli import students_commands
from course_utils.errors import CourseError, UsageError
from course_utils.filesystem import EDITION, REPOSITORY
from course_utils.grading.course.folder import open_course
from course_utils.grading.course.release import build
from course_utils.handout import contents
from course_utils.handout.contents import COPIED, collect
from course_utils.handout.publish import with_marker
from course_utils.site.build import lay_out
from tests.handout.conftest import MARK


def files_below(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".git" not in path.relative_to(folder).parts
    }


def zipped(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def all_objects(repository):
    """Everything that the repository keeps: files of every commit, folders, messages."""
    command = ["git", "-C", str(repository), "cat-file", "--batch", "--batch-all-objects"]
    return subprocess.run(command, capture_output=True, check=True).stdout


def test_nothing_that_was_planted_is_in_the_edition_its_history_or_its_zip(planted, edition):
    places = files_below(edition) | zipped(planted / "out" / "edition.zip") | {"history": all_objects(edition)}
    assert sorted(name for name, content in places.items() if MARK.encode() in content or MARK in name) == []


def test_the_search_finds_what_is_there(planted):
    assert MARK.encode() in all_objects(planted)
    found = {name: content for name, content in files_below(planted).items() if MARK.encode() in content}
    rooms = {name.split("/")[0] for name in found}
    assert rooms >= {"source", "tests", "examples", "benchmarks", "docs", "course_utils", "notebooks"}
    assert sum(content.count(MARK.encode()) for content in found.values()) > 500


def test_other_solutions_and_keys_make_the_same_edition_byte_for_byte(edition, monkeypatch):
    monkeypatch.setattr(contents, "_require_release", lambda _: None)  # the tests of releases look at that
    ours = collect(open_course(), students_commands()).files
    theirs = files_below(edition)
    theirs.pop(EDITION)
    assert sorted(ours) == sorted(theirs)
    assert [name for name in ours if ours[name] != theirs[name]] == []


def test_what_students_need_is_there(edition):
    names = set(files_below(edition))
    wanted = {path.relative_to(REPOSITORY).as_posix() for path in REPOSITORY.glob("notebooks/*.ipynb")}
    wanted |= {path.relative_to(REPOSITORY).as_posix() for path in REPOSITORY.glob("notebooks/images/*.svg")}
    wanted |= {path.relative_to(REPOSITORY).as_posix() for path in REPOSITORY.glob("release/*/*.*")}
    wanted |= {"README.md", "docs/student.md", "Dockerfile", "environment.yml", "pyproject.toml", "requirements.lock"}
    wanted |= {"course", EDITION, "LICENSE", "LICENSE-TEXT", "course_utils/data/lyrics.txt", ".gitignore"}
    assert wanted <= names
    assert {name.split("/")[0] for name in names if "/" in name} == {"course_utils", "docs", "notebooks", "release"}


def test_every_link_of_its_pages_leads_somewhere(edition):
    for page in (edition / "README.md", edition / "docs" / "student.md"):
        links = re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8"))
        assert [link for link in links if "://" not in link and not (page.parent / link).exists()] == []


def test_the_readme_names_only_what_is_there(edition):
    text = (edition / "README.md").read_text(encoding="utf-8")
    made_later = {"work/", "handed_in/", "site/", ".venv"}
    for name in set(re.findall(r"^\| `([^`]+)`", text, re.MULTILINE)) - made_later:
        assert name.startswith("./course ") or (edition / name).exists(), name
    assert set(re.findall(r"^\| `\./course (\w+)", text, re.MULTILINE)) == set(students_commands())


def test_it_installs_no_package_of_the_tests_or_the_grader(edition):
    project = (edition / "pyproject.toml").read_text(encoding="utf-8")
    lines = yaml.safe_load((edition / "environment.yml").read_text(encoding="utf-8"))["dependencies"][-1]["pip"]
    for name in ("pytest", "dask", "distributed", "playwright", "psycopg2-binary", "mypy"):
        assert f'"{name}' not in project and not any(line.startswith(f"{name}=") for line in lines)
    assert '"torch>=' in project and "-e .[site]" in lines and any(line.startswith("torch==") for line in lines)


@pytest.fixture
def released(course):
    build(course)
    return course


def test_another_course_folder_gives_its_own_assignments(released):
    files = collect(released, ()).files
    assert {name for name in files if name.startswith("release/")} == {"release/toy/toy.ipynb"}
    assert "notebooks/01_gru.ipynb" in files


def test_the_edition_of_a_chinese_course_has_both_languages_and_opens_with_the_chinese_readme(released, tmp_path):
    repository = tmp_path / "repository"
    caches = shutil.ignore_patterns("__pycache__")
    for name in ("course_utils", "docs", "edition"):
        shutil.copytree(REPOSITORY / name, repository / name, ignore=caches)
    for name in (*COPIED, "pyproject.toml", "environment.yml"):
        shutil.copy(REPOSITORY / name, repository / name)
    english = collect(released, (), repository)
    assert english.language == "" and "README.en.md" not in english.files
    for place in (
        "edition/README.zh.md",
        "docs/student.zh.md",
        "notebooks/zh/01_gru.ipynb",
        "notebooks/zh/images/a.svg",
    ):
        (repository / place).parent.mkdir(parents=True, exist_ok=True)
        (repository / place).write_text(f"{place}: 中文", encoding="utf-8")
    assert collect(released, (), repository).files["README.md"] == english.files["README.md"]
    released.config.Course.language = "zh"
    build(released)
    edition = collect(released, (), repository)
    assert edition.language == "zh" and json.loads(with_marker(edition, None)[EDITION])["language"] == "zh"
    assert edition.files["README.md"].decode() == "edition/README.zh.md: 中文" == edition.files["README.zh.md"].decode()
    assert edition.files["README.en.md"] == english.files["README.md"]
    assert {"docs/student.zh.md", "notebooks/zh/01_gru.ipynb", "notebooks/zh/images/a.svg"} <= edition.files.keys()


@pytest.mark.parametrize("wished", ["where", "equation", "term", None])
def test_the_course_says_how_far_verdicts_go(wished, released):
    if wished:
        released.config.Course.verdicts = wished
    assert collect(released, ()).verdicts == (wished or "term")


def test_a_wish_that_is_none_is_refused(released):
    released.config.Course.verdicts = "everything"
    with pytest.raises(
        UsageError, match=r"c\.Course\.verdicts is 'everything'; expected one of 'where', 'equation', 'term'"
    ):
        collect(released, ())


def test_a_release_that_is_not_what_source_gives_is_refused(released):
    path = released.release / "toy" / "toy.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["cells"][1]["source"] = "def double(x):\n    return 2 * x"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    with pytest.raises(CourseError, match=r"out of date: release/toy/toy\.ipynb differs.*run: \./course build"):
        collect(released, ())
    (released.release / "toy" / "key.txt").write_text("2")
    with pytest.raises(CourseError, match=r"release/toy/key\.txt does not come from source/"):
        collect(released, ())


def test_an_assignment_that_is_not_released_yet_is_not_missed(released):
    (released.source / "later").mkdir()
    (released.source / "later" / "later.ipynb").write_text((released.source / "toy" / "toy.ipynb").read_text())
    assert not [name for name in collect(released, ()).files if "later" in name]


def test_without_a_release_it_says_what_to_run(course):
    with pytest.raises(CourseError, match=r"nothing is released.*run: \./course build"):
        collect(course, ())


def test_its_site_has_chapters_assignments_and_the_students_pages(edition, tmp_path):
    lay_out(edition, tmp_path / "source")
    start = (tmp_path / "source" / "index.md").read_text(encoding="utf-8")
    assert all(page in start for page in ("notebooks/01_gru\n", "release/gru/gru\n", "docs/student\n"))
    assert "For instructors" not in start and "For maintainers" not in start and "Measured" not in start
    assert not (tmp_path / "source" / "docs" / "instructor.md").exists()
