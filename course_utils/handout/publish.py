"""Writes an edition: into a git repository of its own, which grows by commits, or into a zip."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import zipfile
from collections.abc import Iterable
from datetime import datetime, timezone
from pathlib import Path

from course_utils.errors import CourseError, UsageError
from course_utils.filesystem import EDITION
from course_utils.grading.course.folder import CourseFolder
from course_utils.handout.contents import Edition, collect
from course_utils.translation import say, to_say

EXECUTABLE = "course"
TOP = "course"  # the folder that unpacking the zip makes
OF_ANOTHER_REPOSITORY = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR")
# Names that say that no folder is meant.
OTHER_ARCHIVES = (".tar", ".gz", ".tgz", ".bz2", ".tbz2", ".xz", ".txz", ".zst", ".7z", ".rar", ".zipx")
LOCKED = to_say(
    "git failed in {folder}: {fault}; when no other git runs there, delete that file and run the command again"
)
NOT_COMMITTED = to_say(
    "{folder} has changes that are not committed, such as {name}; commit them, or undo them with: "
    "git -C {folder} stash --include-untracked"
)
NOBODY = ("-c", "user.name=The course", "-c", "user.email=course@localhost")  # where git does not know who commits


def hand_out(course: CourseFolder, target: Path, commands: Iterable[str]) -> str:
    """Write the edition to `target`, a folder or a .zip; returns one line that says what became of it.

    Raises UsageError for a target that is not an edition or holds changes of somebody's, CourseError when release/ is
    out of date, git is missing, or the disk does not allow it.
    """
    target = target.expanduser().absolute()
    if not target.exists() and target.name.lower().endswith(OTHER_ARCHIVES):
        raise UsageError(say("{target} is neither a folder nor a zip: expected DIR or FILE.zip", target=target))
    write = _write_zip if target.suffix.lower() == ".zip" else _commit
    try:
        return write(collect(course, commands), target)
    except OSError as error:
        parts = {"target": target, "reason": error.strerror or error}
        raise CourseError(say("the edition cannot be written to {target}: {reason}", **parts)) from error


def with_marker(edition: Edition, old: bytes | None) -> dict[str, bytes]:
    """The files with edition.json: version, date of the newest source, what the course wishes, a digest of every file.

    When nothing else differs from the old edition.json, that one is kept: a date alone makes no new edition.
    """
    date = datetime.fromtimestamp(int(edition.newest), timezone.utc).isoformat()
    digests = {name: hashlib.sha256(edition.files[name]).hexdigest() for name in sorted(edition.files)}
    marker = {
        "version": edition.version,
        "date": date,
        "verdicts": edition.verdicts,
        "due": edition.due,
        "hand_in": edition.hand_in,
        "files": digests,
    }
    if edition.language:
        marker["language"] = edition.language
    known = _read_marker(old)
    if known | {"date": date} == marker:
        marker["date"] = known.get("date", date)
    return edition.files | {EDITION: (json.dumps(marker, indent=1) + "\n").encode()}


def _read_marker(content: bytes | None) -> dict:
    try:
        marker = json.loads(content or b"{}")
    except ValueError:
        return {}
    return marker if isinstance(marker, dict) else {}


def _write_zip(edition: Edition, target: Path) -> str:
    """The same files give the same bytes, on one version of zlib. The old zip stays until the new one is whole."""
    files = with_marker(edition, _zipped_marker(target))
    date = datetime.fromisoformat(json.loads(files[EDITION])["date"])
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(f"{TOP}/{name}", date.timetuple()[:6])
            info.create_system = 3  # Unix, so that the permissions count
            info.external_attr = (0o100755 if name == EXECUTABLE else 0o100644) << 16
            archive.writestr(info, files[name], zipfile.ZIP_DEFLATED)
    os.replace(part, target)
    return say("{count} files in {target}", count=len(files), target=target)


def _zipped_marker(target: Path) -> bytes | None:
    if not target.exists():
        return None
    try:
        with zipfile.ZipFile(target) as archive:
            return archive.read(f"{TOP}/{EDITION}")
    except (zipfile.BadZipFile, KeyError, OSError):
        raise UsageError(
            say("{target} is not a student edition, so it is not replaced; name another file", target=target)
        ) from None


def _commit(edition: Edition, folder: Path) -> str:
    """Bring the folder's repository to this edition, in one commit; after a kill the same call goes on."""
    _require_own(folder)
    if not (folder / ".git").exists():
        folder.mkdir(parents=True, exist_ok=True)
        _git(folder, "init", "--quiet", "--initial-branch=main")
    tracked = _listed(folder, "ls-files", "-z")
    committed = _listed(folder, "ls-tree", "-z", "-r", "--name-only", "HEAD") if _has_commits(folder) else []
    if committed and EDITION not in committed:
        parts = {"folder": folder, "file": EDITION}
        raise UsageError(say("{folder} is not a student edition: it has no {file}; name another folder", **parts))
    old = _git(folder, "show", f"HEAD:{EDITION}") if committed else None
    files = with_marker(edition, old)
    _require_no_changes(folder, files)
    part = Path(os.fsdecode(_git(folder, "rev-parse", "--absolute-git-dir")).strip()) / "course.part"
    for name, content in files.items():
        _write(folder / name, content, part)
    for name in {*tracked, *committed} - files.keys():
        (folder / name).unlink(missing_ok=True)
    _git(folder, "-c", f"core.excludesFile={os.devnull}", "add", "--all")
    _git(folder, "add", "--chmod=+x", EXECUTABLE)
    changes = _git(folder, "diff", "--cached", "--name-status", "--no-renames").decode("utf-8", "replace")
    if not changes:
        return say("nothing has changed in {folder}", folder=folder)
    author = () if _succeeds(folder, "var", "GIT_COMMITTER_IDENT") else NOBODY
    _git(folder, *author, "commit", "--quiet", "--file=-", content=_message(edition, changes, bool(committed)))
    commit = _git(folder, "log", "-1", "--format=%h %s").decode().strip()
    return say("{count} files in {folder}, committed: {commit}", count=len(files), folder=folder, commit=commit)


def _message(edition: Edition, changes: str, again: bool) -> bytes:
    """What changed, with every file by its name unless it is the first edition."""
    if not again:
        return f"Hand out the course, version {edition.version}\n".encode()
    lines = [line for line in changes.splitlines() if line.partition("\t")[2] != EDITION]
    counts = {kind: sum(line.startswith(kind) for line in lines) for kind in "MAD"}
    words = [f"{n} {word}" for n, word in zip(counts.values(), ("changed", "new", "removed"), strict=True) if n]
    subject = f"Hand out version {edition.version} again: {', '.join(words) or 'other due dates'}"
    return "\n".join([subject, "", *lines, ""]).encode()


def _require_own(folder: Path) -> None:
    """A new or an empty folder, or one with a repository of its own."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(say("{folder} is a file: name a folder, or a file whose name ends in .zip", folder=folder))
    if folder.is_dir() and any(folder.iterdir()) and not (folder / ".git").exists():
        raise UsageError(
            say(
                "{folder} holds files and is not the git repository of an edition; name a new or an empty folder",
                folder=folder,
            )
        )


def _require_no_changes(folder: Path, files: dict[str, bytes]) -> None:
    """Refuse what somebody has changed and not committed; what a killed run of this edition wrote is no change.

    Raises UsageError.
    """
    status = ("-c", "status.renames=false", "status", "--porcelain", "-z", "--untracked-files=all")
    for entry in _listed(folder, *status):
        path = folder / (name := entry[3:])
        ours = (path.is_file() and path.read_bytes() == files.get(name)) or (not path.exists() and name not in files)
        if not ours:
            raise UsageError(say(NOT_COMMITTED, folder=folder, name=name))


def _write(path: Path, content: bytes, part: Path) -> None:
    """Write a file in one step, if it is another; what a kill leaves, `part`, lies in .git, where it is no change."""
    if path.is_file() and path.read_bytes() == content:
        return
    part.write_bytes(content)
    part.chmod(0o755 if path.name == EXECUTABLE else 0o644)
    path.parent.mkdir(parents=True, exist_ok=True)
    os.replace(part, path)


def _has_commits(folder: Path) -> bool:
    return _succeeds(folder, "rev-parse", "--verify", "--quiet", "HEAD")


def _listed(folder: Path, *arguments: str) -> list[str]:
    return [name for name in os.fsdecode(_git(folder, *arguments)).split("\0") if name]


def _succeeds(folder: Path, *arguments: str) -> bool:
    return _run(folder, *arguments).returncode == 0


def _git(folder: Path, *arguments: str, content: bytes | None = None) -> bytes:
    """git's output. Raises CourseError with the line in which git says what is wrong."""
    run = _run(folder, *arguments, content=content)
    if run.returncode:
        said = run.stderr.decode("utf-8", "replace").strip().splitlines() or [say("no message")]
        fault = next((line for line in said if line.startswith(("fatal:", "error:"))), said[-1])
        failed = LOCKED if ".lock'" in fault else to_say("git failed in {folder}: {fault}")
        raise CourseError(say(failed, folder=folder, fault=fault.rstrip(".")))
    return run.stdout


def _run(folder: Path, *arguments: str, content: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    environment = {name: value for name, value in os.environ.items() if name not in OF_ANOTHER_REPOSITORY}
    command = ["git", "-C", str(folder), *arguments]
    try:
        return subprocess.run(command, input=content or b"", capture_output=True, env=environment)
    except FileNotFoundError:
        raise CourseError(
            say("git is not installed, and a folder's editions are its commits; name a FILE.zip")
        ) from None
