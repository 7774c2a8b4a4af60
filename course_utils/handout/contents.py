"""What goes into the student edition: nothing that is not named here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from course_utils.edition import DETAILS, TERM
from course_utils.errors import CourseError, UsageError
from course_utils.filesystem import REPOSITORY, folder_names
from course_utils.grading.course.folder import CONFIG_NAME, CourseFolder
from course_utils.grading.course.language import ENGLISH
from course_utils.grading.course.release import outdated
from course_utils.handout.due_dates import due_dates
from course_utils.handout.package import package_files
from course_utils.translation import LANGUAGES, say

EDITION = "edition"  # the folder of what only the edition has
ONLY_STUDENTS = ("README.md", "Dockerfile", "nbgrader_config.py", ".dockerignore", ".gitattributes")
COPIED = ("course", ".gitignore", "LICENSE", "LICENSE-TEXT", "requirements.lock")
DOCUMENTS = ("docs/student.md", "docs/glossary.md", "docs/public_names.md")
CHAPTERS = ("notebooks/*.ipynb", "notebooks/images/*")
OTHERS = tuple(code for code in LANGUAGES if code != ENGLISH)  # notebooks/zh/, README.zh.md
ONLY_INSTRUCTORS_NEED = {"dask", "distributed"}  # packages; and those of the extra `test`
PICTURE = re.compile(r"\]\((images/[^)\s]+)\)")


@dataclass(frozen=True)
class Edition:
    """All files of an edition, place -> content, its version, when its newest source was changed, and due dates.

    verdicts: how far verdicts and hints go there, one of `edition.DETAILS`.
    hand_in: a folder, or an address, where students hand in; "" where they are told so elsewhere.
    language: in which the course speaks to students who have not chosen; "" for their system's.
    """

    files: dict[str, bytes]
    version: str
    newest: float  # seconds since 1970
    verdicts: str = TERM
    due: dict[str, str] = field(default_factory=dict)
    hand_in: str = ""
    language: str = ""


def collect(course: CourseFolder, commands: Iterable[str], repository: Path = REPOSITORY) -> Edition:
    """The edition of the repository with the assignments that `course` has released, and these commands.

    Raises CourseError when nothing is released, or release/ is not what source/ gives, UsageError for a setting that
    is none.
    """
    _require_release(course)
    pyproject = (repository / "pyproject.toml").read_text(encoding="utf-8")
    packages = _instructors_packages(pyproject)
    sources = dict(_sources(course, commands, repository))
    files = {place: path.read_bytes() for place, path in sources.items()}
    files["pyproject.toml"] = _students_project(pyproject, packages).encode()
    environment = repository / "environment.yml"
    files["environment.yml"] = _students_environment(environment.read_text(encoding="utf-8"), packages).encode()
    found = re.search(r'^version = "(.+)"', pyproject, re.MULTILINE)
    newest = max(path.stat().st_mtime for path in (*sources.values(), environment, repository / "pyproject.toml"))
    due = due_dates(course, folder_names(course.release))
    settings = course.config.get("Course", {})
    language = course.language if settings.get("language") else ""
    hand_in = str(settings.get("hand_in") or "")
    return Edition(files, found[1] if found else "", newest, _detail(course), due, hand_in, language)


def _detail(course: CourseFolder) -> str:
    wished = course.config.get("Course", {}).get("verdicts", TERM)
    if wished not in DETAILS:
        parts = {
            "file": course.root / CONFIG_NAME,
            "wished": repr(wished),
            "choices": say(", ").join(map(repr, DETAILS)),
        }
        raise UsageError(say("{file}: c.Course.verdicts is {wished}; expected one of {choices}", **parts))
    return wished


def _require_release(course: CourseFolder) -> None:
    """What is handed out is what `./course build` makes: a file put into release/ by hand could be a solution."""
    released = folder_names(course.release)
    if not released:
        parts = {"folder": course.release, "run": course.command("build")}
        raise CourseError(say("nothing is released: {folder} has no assignment; run: {run}", **parts))
    differences = outdated(course, released)
    if differences:
        parts = {"differences": say("; ").join(differences), "run": course.command("build")}
        raise CourseError(say("release/ is out of date: {differences}; run: {run}", **parts))


def _sources(course: CourseFolder, commands: Iterable[str], repository: Path) -> Iterator[tuple[str, Path]]:
    """(place in the edition, file that is copied there)."""
    documents = [path for name in DOCUMENTS for path in _in_all_languages(repository / name)]
    pictures = {name for path in documents for name in PICTURE.findall(path.read_text(encoding="utf-8"))}
    patterns = [*CHAPTERS, *(each.replace("/", f"/{code}/", 1) for code in OTHERS for each in CHAPTERS)]
    chapters = [path for pattern in patterns for path in repository.glob(pattern) if _is_kept(path)]
    package = package_files(repository / "course_utils", commands)
    named = [*(repository / name for name in COPIED), *(repository / "docs" / name for name in pictures)]
    for path in (*named, *documents, *chapters, *package):
        yield path.relative_to(repository).as_posix(), path
    for name in folder_names(course.release):
        for path in (course.release / name).rglob("*"):
            if path.is_file() and _is_kept(path):
                yield f"release/{path.relative_to(course.release).as_posix()}", path
    for name in ONLY_STUDENTS:
        yield name, repository / EDITION / name
    yield from _readmes(repository / EDITION / "README.md", course.language)


def _readmes(readme: Path, language: str) -> Iterator[tuple[str, Path]]:
    """The READMEs in all languages; README.md, which sites show, is in the course's language where there is such."""
    for path in _in_all_languages(readme)[1:]:
        yield path.name, path
        if path.name == f"README.{language}.md":
            yield "README.md", path
            yield f"README.{ENGLISH}.md", readme


def _in_all_languages(document: Path) -> list[Path]:
    """The document, and its translations as far as they are there."""
    others = [document.with_name(f"{document.stem}.{code}.md") for code in OTHERS]
    return [document, *(path for path in others if path.is_file())]


def _is_kept(path: Path) -> bool:
    return path.is_file() and not {".ipynb_checkpoints", "__pycache__"} & set(path.parts)


def _instructors_packages(pyproject: str) -> set[str]:
    """The packages that students do without."""
    tests = re.search(r"^test = \[\n(.*?)^\]\n", pyproject, re.MULTILINE | re.DOTALL)
    return ONLY_INSTRUCTORS_NEED | set(re.findall(r'"([\w-]+)', tests[1] if tests else ""))


def _students_project(pyproject: str, packages: set[str]) -> str:
    """pyproject.toml without the tests' packages, and without the settings of the maintainers' tools."""
    installed = pyproject.partition("\n[tool.ruff]")[0]
    return _without(re.sub(r"^test = \[\n.*?^\]\n", "", installed, flags=re.MULTILINE | re.DOTALL), packages)


def _students_environment(environment: str, packages: set[str]) -> str:
    """environment.yml in the same way."""
    lines = _without(environment, packages).replace("[test,site]", "[site]").splitlines(keepends=True)
    return "".join(line for line in lines if "tests/" not in line)


def _without(text: str, packages: set[str]) -> str:
    """The text without the lines that name one of these packages: `"dask>=2025.1",` or `- dask==2026.8.0`."""
    named = re.compile(rf"\s*(?:- |\")(?:{'|'.join(map(re.escape, sorted(packages)))})[<>=]")
    return "".join(line for line in text.splitlines(keepends=True) if not named.match(line))
