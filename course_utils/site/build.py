"""`course site`: lays the pages out for Sphinx, runs it, and replaces the old site in one step."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from course_utils.errors import CourseError, UsageError
from course_utils.filesystem import REPOSITORY, folder_names, replace_folder, workspace
from course_utils.site.explorers import let_explorers_move
from course_utils.translation import LANGUAGES, say, to_say

SETTINGS = Path(__file__).parent  # the folder of conf.py
NEEDED = ("sphinx", "myst_nb", "furo", "ziamath")  # which the extra `site` installs
MARK = ".buildinfo"  # Sphinx leaves it in every site that it makes
IGNORED = (".ipynb_checkpoints", "__pycache__", ".*")

# Pages in docs/, in this order under these captions; a page that is not named here comes last.
DOCUMENTS = {
    to_say("For students"): ("student", "glossary", "public_names"),
    to_say("Measured"): ("results", "performance", "diagnosis"),
    to_say("For instructors"): ("instructor", "quiz", "handed_in", "hub", "security"),
    to_say("For maintainers"): ("design", "extending", "engine", "environment"),
}
NO_SPHINX = to_say(
    "the site is built with Sphinx, and {names} cannot be imported; run: pip install -c requirements.lock -e .[site]"
)

TRANSLATED = ("README.{}.md", "notebooks/{}/*.ipynb", "docs/*.{}.md")
BESIDE_THE_README = ("CONTRIBUTING", "CHANGELOG")  # pages too, after the last of those


def build_site(output: Path, *sphinx_options: str, release: Path | None = None) -> Path:
    """Build the site into the folder `output`, replacing an old site in one step; returns the path of index.html.

    Notebooks are shown with the outputs that are saved in them: nothing is run or fetched. Sphinx's warnings go to
    stderr; `sphinx_options`, such as "-W", go to Sphinx. release: the folder of another course's assignments.

    Raises UsageError when `output` is anything but a site or an empty folder, and CourseError when Sphinx is not
    installed, a page cannot be built, or `output` cannot be written. Source: Sphinx's documentation of `sphinx-build`.
    """
    output = output.expanduser().resolve()
    _require_sphinx()
    _require_replaceable(output)
    with workspace() as temporary:
        source, made = temporary / "source", temporary / "site"
        lay_out(REPOSITORY, source, release)
        _run_sphinx(source, made, sphinx_options)
        try:
            replace_folder(made, output)
        except OSError as error:
            parts = {"folder": output, "reason": error.strerror}
            raise CourseError(say("the site cannot be written to {folder}: {reason}", **parts)) from error
    return output / "index.html"


def lay_out(repository: Path, source: Path, release: Path | None = None) -> None:
    """Copy pages and pictures into the new folder `source`, at their places in the repository, so that links hold."""
    source.mkdir()
    folders = {name: repository / name for name in ("notebooks", "release", "docs")}
    folders["release"] = release or folders["release"]
    for name, folder in folders.items():
        if folder.is_dir():
            shutil.copytree(folder, source / name, ignore=shutil.ignore_patterns(*IGNORED))
    for path in (source / "notebooks").rglob("*.ipynb"):
        let_explorers_move(path)
    for path in repository.glob("README.*.md"):
        text = path.read_text(encoding="utf-8").replace("(README.md)", "(index.md)")  # which the start page is
        (source / path.name).write_text(text, encoding="utf-8")
    for path in [*repository.glob("LICENSE*"), *(repository / f"{name}.md" for name in BESIDE_THE_README)]:
        if path.exists():
            shutil.copy(path, source)
    (source / "index.md").write_text(_start_page(repository, source), encoding="utf-8")


def _start_page(repository: Path, source: Path) -> str:
    """The README, with the lists of all pages after its opening."""
    opening, heading, rest = (repository / "README.md").read_text(encoding="utf-8").partition("\n## ")
    chapters = sorted(f"notebooks/{path.stem}" for path in source.glob("notebooks/*.ipynb"))
    lists = [
        _pages(say("The chapters"), chapters),
        _pages(say("The assignments"), _assignments(source, chapters)),
        *(_pages(caption, pages) for caption, pages in _translated(source).items()),
        *(_pages(say(caption), pages, "hidden") for caption, pages in _documents(source).items()),
    ]
    return "\n\n".join([opening.strip(), *filter(None, lists)]) + f"\n{heading}{rest}"


def _assignments(source: Path, chapters: Iterable[str]) -> list[str]:
    """The notebooks in release/, in the order of the chapters of the same names."""
    names = folder_names(source / "release")
    ordered = [name for chapter in chapters if (name := chapter.partition("_")[2]) in names]
    ordered += [name for name in names if name not in ordered]
    notebooks = [path for name in ordered for path in sorted((source / "release" / name).glob("*.ipynb"))]
    return [path.relative_to(source).with_suffix("").as_posix() for path in notebooks]


def _translated(source: Path) -> dict[str, list[str]]:
    """The name of each other language -> the pages in it."""
    found = {
        name: [path for pattern in TRANSLATED for path in sorted(source.glob(pattern.format(code)))]
        for code, name in LANGUAGES.items()
    }
    return {
        name: [path.relative_to(source).with_suffix("").as_posix() for path in paths] for name, paths in found.items()
    }


def _documents(source: Path) -> dict[str, list[str]]:
    """Caption -> pages of docs/."""
    pages = sorted(path.stem for path in source.glob("docs/*.md") if "." not in path.stem)  # student.zh is elsewhere
    placed = {caption: [name for name in names if name in pages] for caption, names in DOCUMENTS.items()}
    last = list(placed)[-1]
    placed[last] += [name for name in pages if not any(name in names for names in placed.values())]
    documents: dict[str, list[str]] = {caption: [f"docs/{name}" for name in names] for caption, names in placed.items()}
    documents[last] += [name for name in BESIDE_THE_README if (source / f"{name}.md").exists()]
    return documents


def _pages(caption: str, pages: list[str], *options: str) -> str:
    """A list of pages, on the start page (unless "hidden") and in the sidebar of every page."""
    if not pages:
        return ""
    lines = [f":caption: {caption}", ":maxdepth: 1", *(f":{option}:" for option in options), *pages]
    return "\n".join(["```{toctree}", *lines, "```"])


def _require_sphinx() -> None:
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise CourseError(say(NO_SPHINX, names=say(", ").join(missing)))


def _require_replaceable(output: Path) -> None:
    if output.is_dir() and (not any(output.iterdir()) or (output / MARK).exists()):
        return
    if output.exists():
        raise UsageError(
            say(
                "{folder} is not a site, so it is not replaced; name a new or an empty folder with --output",
                folder=output,
            )
        )


def _run_sphinx(source: Path, made: Path, options: Iterable[str]) -> None:
    sphinx = [sys.executable, "-m", "sphinx", "-b", "html", "-q", "-j", "auto", "-c", str(SETTINGS), *options]
    folders = ["-d", str(made.with_name("doctrees")), str(source), str(made)]
    code = subprocess.call([*sphinx, *folders], stdout=subprocess.DEVNULL)
    if code:
        raise CourseError(say("Sphinx could not build the site; its messages are above"))
