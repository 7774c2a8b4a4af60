"""A new edition: from the repository that this one was cloned from, from a zip, or from a folder."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import tarfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from course_utils.errors import CourseError, UsageError
from course_utils.filesystem import EDITION
from course_utils.text import one_line
from course_utils.translation import say

NEVER = ("work", "handed_in", ".git", ".venv")  # a student's, whatever a file of an edition says
OF_ANOTHER_REPOSITORY = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR")
NOBODY = ("-c", "user.name=The course", "-c", "user.email=course@localhost")  # where git does not know who commits


@dataclass(frozen=True)
class NewEdition:
    """All files of an edition, with what its edition.json says. commit: of git, "" for one from elsewhere."""

    files: Mapping[str, bytes]
    marker: Mapping[str, Any]
    commit: str = ""

    @property
    def name(self) -> str:
        """Version and date, as they are said."""
        return say("{version} of {date}", version=self.marker.get("version"), date=str(self.marker.get("date"))[:10])


def marker_of(root: Path) -> dict[str, Any]:
    """What the folder's edition.json says; {} where it is missing or no such file."""
    try:
        return _marker((root / EDITION).read_bytes())
    except OSError:
        return {}


def read_edition(source: Path) -> NewEdition:
    """The edition in a zip or a folder. Raises UsageError for anything else, and for one that is not whole."""
    source = source.expanduser()
    try:
        if source.is_dir():
            paths = json.loads((source / EDITION).read_text(encoding="utf-8"))["files"]
            files = {name: (source / name).read_bytes() for name in [EDITION, *paths] if _is_safe(name)}
        else:
            files = _zipped(source)
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile, NotImplementedError) as error:
        reason = one_line(error)
        raise UsageError(say("{source} is no student edition: {reason}", source=source, reason=reason)) from error
    return _whole(files, str(source))


def fetched(root: Path) -> NewEdition | None:
    """The newest edition of the repository that the folder was cloned from; None where there is none to ask.

    Raises CourseError with the line in which git says what is wrong, or when what it has is no edition.
    """
    if not (root / ".git").exists() or not git(root, "remote").strip():
        return None
    git(root, "fetch", "--quiet")
    commit = _upstream(root)
    with tarfile.open(fileobj=io.BytesIO(git(root, "archive", "--format=tar", commit))) as archive:
        members = [(member.name, archive.extractfile(member)) for member in archive if member.isreg()]
        files = {name: opened.read() for name, opened in members if opened and _is_safe(name)}
    edition = _whole(files, say("what the repository has"))
    return NewEdition(edition.files, edition.marker, commit)


def earlier_versions(root: Path, name: str, most: int = 30) -> tuple[bytes, ...]:
    """The contents that a file has had in the editions that git knows, the newest first; none without a remote."""
    if not (root / ".git").exists() or not git(root, "remote").strip():
        return ()
    try:  # the student's own commits are no editions
        commits = git(root, "log", f"-{most}", "--format=%H", _upstream(root), "--", name).decode().split()
        return tuple(git(root, "cat-file", "blob", f"{commit}:{name}") for commit in commits)
    except CourseError:
        return ()


def advance(root: Path, commit: str) -> None:
    """Let the branch be at the edition whose files are here already; a student's own commits stay in its history."""
    head = git(root, "rev-parse", "HEAD").decode().strip()
    if _succeeds(root, "merge-base", "--is-ancestor", commit, head):
        return
    if _succeeds(root, "merge-base", "--is-ancestor", head, commit):
        git(root, "reset", "--quiet", commit)
        return
    git(root, "add", "--all")
    tree = git(root, "write-tree").decode().strip()
    author = () if _succeeds(root, "var", "GIT_COMMITTER_IDENT") else NOBODY
    joined = git(root, *author, "commit-tree", tree, "-p", head, "-p", commit, "-m", "Bring in a new edition")
    git(root, "reset", "--quiet", "--soft", joined.decode().strip())


def git(root: Path, *arguments: str) -> bytes:
    """git's output. Raises CourseError with the line in which git says what is wrong."""
    run = _run(root, *arguments)
    if run.returncode:
        said = run.stderr.decode("utf-8", "replace").strip().splitlines() or [say("no message")]
        fault = next((line for line in said if line.startswith(("fatal:", "error:"))), said[-1])
        raise CourseError(say("git cannot bring the new edition: {fault}", fault=fault))
    return run.stdout


def _upstream(root: Path) -> str:
    """The commit that the branch follows; without one the first remote's own branch."""
    remote = git(root, "remote").decode().split()[0]
    for name in ("@{upstream}", f"{remote}/HEAD", f"{remote}/main", f"{remote}/master"):
        if _succeeds(root, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}"):
            return git(root, "rev-parse", f"{name}^{{commit}}").decode().strip()
    raise CourseError(say("the repository {remote} has no branch main: ask your teacher", remote=remote))


def _zipped(source: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(source) as archive:
        top = next((name.removesuffix(EDITION) for name in archive.namelist() if name.endswith(f"/{EDITION}")), "")
        names = [name for name in archive.namelist() if name.startswith(top) and not name.endswith("/")]
        return {name.removeprefix(top): archive.read(name) for name in names if _is_safe(name.removeprefix(top))}


def _whole(files: Mapping[str, bytes], source: str) -> NewEdition:
    """The files that the edition says it is made of, each with its digest. Raises UsageError."""
    marker = _marker(files.get(EDITION, b""))
    digests = marker.get("files")
    if not isinstance(digests, dict) or not digests:
        raise UsageError(say("{source} is no student edition: it has no {name}", source=source, name=EDITION))
    for name, digest in digests.items():
        if name not in files or hashlib.sha256(files[name]).hexdigest() != digest:
            raise UsageError(say("{source} is not whole: {name} is missing or damaged", source=source, name=name))
    return NewEdition({name: files[name] for name in [*digests, EDITION]}, marker)


def _marker(raw: bytes) -> dict[str, Any]:
    try:
        marker = json.loads(raw)
    except ValueError:
        return {}
    return marker if isinstance(marker, dict) else {}


def _is_safe(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return bool(parts) and ".." not in parts and not name.startswith("/") and parts[0] not in NEVER and "\\" not in name


def _succeeds(root: Path, *arguments: str) -> bool:
    return _run(root, *arguments).returncode == 0


def _run(root: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    environment = {name: value for name, value in os.environ.items() if name not in OF_ANOTHER_REPOSITORY}
    try:
        return subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, env=environment)
    except FileNotFoundError:
        raise CourseError(
            say("git is not installed; bring the new edition as a file: ./course update FILE.zip")
        ) from None
