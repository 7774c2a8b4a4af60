"""`course update`: a new edition, and what the student has is kept."""

from __future__ import annotations

from pathlib import Path

from course_utils.commands.words import folder_of
from course_utils.desk.copies import content, edition_files
from course_utils.desk.editions import NewEdition, advance, earlier_versions, fetched, marker_of, read_edition
from course_utils.desk.install import Installed, install
from course_utils.desk.renew import Renewed, Versions, renew
from course_utils.errors import CourseError, UsageError
from course_utils.filesystem import is_student_edition
from course_utils.translation import say


def run_update(source: Path | None, course: Path | None = None) -> int:
    """Bring a new edition, then the copies in `work/`, and say what became of each file.

    Raises UsageError for a source that is no edition, or an older one; CourseError when git or the disk fails.
    """
    root = folder_of(course)
    try:
        versions = _handed_out(root)
        edition = _edition(root, source)
        if edition:
            _bring(root, edition)
        renewed = renew(root, versions)
    except OSError as error:
        reason = f"{error.filename}: {error.strerror}" if error.filename else str(error)
        raise CourseError(say("the edition cannot be written: {reason}", reason=reason)) from error
    for line in _copies_lines(renewed):
        print(line)
    return 0


def _edition(root: Path, source: Path | None) -> NewEdition | None:
    """The edition that is to be brought; None where only the copies are, which is said."""
    if not is_student_edition(root):
        if source:
            raise UsageError(
                say("{root} is no student edition, and only such a folder is updated from a file", root=root)
            )
        print(say("this folder is the whole course: bring it up to date with git; here are your copies"))
        return None
    edition = read_edition(source) if source else fetched(root)
    if edition is None:
        print(say("this folder was not cloned with git. A new edition comes as a file: ./course update FILE.zip"))
    return edition


def _handed_out(root: Path) -> Versions:
    """What may have been handed out at the places of which nothing was recorded."""
    versions = {}
    for place, path in edition_files(root).items():
        if (root / "work" / place).exists() and not (root / "work" / ".base" / place).exists():
            earlier = earlier_versions(root, path.relative_to(root).as_posix())
            versions[place] = tuple(dict.fromkeys((content(place, path), *earlier)))
    return versions


def _bring(root: Path, edition: NewEdition) -> None:
    here = marker_of(root)
    if str(edition.marker.get("date", "")) < str(here.get("date", "")):
        dates = {"old": str(edition.marker.get("date"))[:10], "here": str(here.get("date"))[:10]}
        raise UsageError(say("that edition is of {old}, and older than the one that is here, of {here}", **dates))
    for line in _edition_lines(edition, install(root, edition)):
        print(line)
    if edition.commit:
        advance(root, edition.commit)


def _edition_lines(edition: NewEdition, done: Installed) -> list[str]:
    if not (done.new or done.replaced or done.gone):
        return [say("you have the newest edition: {name}", name=edition.name)]
    counts = {"replaced": len(done.replaced), "new": len(done.new), "gone": len(done.gone)}
    lines = [say("edition {name}: {replaced} files replaced, {new} new, {gone} removed", name=edition.name, **counts)]
    for name, kept in done.beside:
        lines.append("  " + say("{name}: you had changed it; yours is kept as {kept}", name=name, kept=kept))
    if {"requirements.lock", "pyproject.toml"} & {*done.replaced}:
        lines.append("  " + say("the next ./course command installs the packages that are new"))
    return lines


def _copies_lines(renewed: list[Renewed]) -> list[str]:
    if not renewed:
        return [say("your copies in work/ are as they were")]
    lines = [say("your copies in work/:")]
    for each in renewed:
        first, *more = each.lines
        lines += [f"  {each.place}: {first}", *(f"      {line}" for line in more)]
    return [*lines, say("In JupyterLab, reload what is open: File ▸ Reload Notebook from Disk.")]
