"""The files in a platform's zip, or in the folder that a browser made of it, read with care."""

from __future__ import annotations

import contextlib
import os
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from functools import partial
from pathlib import Path, PurePosixPath

from course_utils.errors import UsageError
from course_utils.grading.course.submission import MAX_TOTAL, SKIPPED, is_of_nobody
from course_utils.sandbox.protocol.limits import MEBI
from course_utils.text import tidy
from course_utils.translation import say

MAX_FILES, MAX_NAME = 50_000, 1000
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # another one can make gigabytes of its first bytes
UNIX_TIMES = 0x5455  # the extra field that has the time in UTC
OF_THE_DOWNLOAD = timedelta(minutes=5)  # a class does not hand in within five minutes, but a zip is made in them


@dataclass(frozen=True)
class ArchiveFile:
    """A file of the archive. time: of its last change, in UTC; local_time: the same where no zone is said."""

    path: str
    time: datetime | None
    local_time: datetime | None
    _read: Callable[[int], bytes]

    def content(self) -> bytes:
        """The bytes. Raises Refused for more than a submission may have, and for what cannot be unpacked."""
        try:
            content = self._read(MAX_TOTAL + 1)
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError) as error:
            raise Refused(say("cannot be unpacked: {reason}", reason=tidy(str(error), 100))) from error
        if len(content) > MAX_TOTAL:
            raise Refused(say("has more than {size} MiB", size=MAX_TOTAL // MEBI))
        return content


class Refused(Exception):
    """A file that is not taken; the message says why, after its name."""


@dataclass
class Archive:
    """The files that can be taken, and a sentence for each that cannot."""

    files: list[ArchiveFile] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    @property
    def has_upload_times(self) -> bool:
        """Whether the times can be those of the uploads: many platforms write that of the download."""
        times = [time for file in self.files if (time := file.time or file.local_time)]
        return bool(times) and max(times) - min(times) > OF_THE_DOWNLOAD


@contextlib.contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """The files in the zip, or in the folder. Raises UsageError for anything else."""
    if path.is_dir():
        yield _listed(_in_folder(path))
        return
    try:
        with zipfile.ZipFile(path) as opened:
            yield files_in_zip(opened)
    except (zipfile.BadZipFile, OSError, NotImplementedError) as error:
        reason = getattr(error, "strerror", None) or say("it is not a zip, or it is damaged: download it again")
        raise UsageError(say("{path} cannot be read: {reason}", path=path, reason=reason)) from error


def files_in_zip(opened: zipfile.ZipFile) -> Archive:
    """What is in a zip that is open already. Raises UsageError for more files than a class has."""
    return _listed(_in_zip(opened))


def _listed(found: Iterator[tuple[str, str, ArchiveFile | None]]) -> Archive:
    """From (path, why it is refused, the file)."""
    archive = Archive()
    taken: set[str] = set()
    for path, reason, file in found:
        parts = PurePosixPath(path).parts
        if is_of_nobody(path) or SKIPPED & set(parts):
            continue
        if len(taken) >= MAX_FILES:
            raise UsageError(
                say("there are more than {most} files: that is not one assignment of a class", most=MAX_FILES)
            )
        reason = reason or _fault(path, taken)
        if reason or file is None:
            archive.refused.append(f"{tidy(path, 200)} {reason}")
        else:
            taken.add(path)
            archive.files.append(file)
    return archive


def _fault(path: str, taken: set[str]) -> str:
    parts = path.split("/")
    if path.startswith("/") or ".." in parts or "" in parts or ":" in parts[0] or not path.isprintable():
        return say("has a name that leads elsewhere")
    if len(os.fsencode(path)) > MAX_NAME or any(len(os.fsencode(part)) > 255 for part in parts):
        return say("has too long a name")
    return say("is there twice: the first is taken") if path in taken else ""


def _in_zip(opened: zipfile.ZipFile) -> Iterator[tuple[str, str, ArchiveFile | None]]:
    for member in opened.infolist():
        if member.is_dir():
            continue
        path = unicodedata.normalize("NFC", _name(member).replace("\\", "/"))
        reason = ""
        if stat.S_ISLNK(member.external_attr >> 16):
            reason = say("is a link and not a file")
        elif member.flag_bits & 1 or member.compress_type not in METHODS:
            reason = say("has a password or an odd compression")
        yield path, reason, ArchiveFile(path, _utc(member), _local(member), _reader(opened, member))


def _reader(opened: zipfile.ZipFile, member: zipfile.ZipInfo) -> Callable[[int], bytes]:
    def read(limit: int) -> bytes:
        with opened.open(member) as file:
            return file.read(limit)

    return read


def _name(member: zipfile.ZipInfo) -> str:
    """Zips made on Chinese Windows do not say that their names are GBK; older Macs do not say UTF-8."""
    if member.flag_bits & 0x800:
        return member.filename
    for encoding in ("utf-8", "gb18030"):
        with contextlib.suppress(UnicodeError):
            return member.filename.encode("cp437").decode(encoding)
    return member.filename


def _local(member: zipfile.ZipInfo) -> datetime | None:
    with contextlib.suppress(ValueError):
        moment = datetime(*member.date_time)
        return moment if moment.year > 1980 else None  # the first that a zip can say, for those that say none
    return None


def _utc(member: zipfile.ZipInfo) -> datetime | None:
    extra = member.extra
    while len(extra) >= 4:
        kind, size = struct.unpack("<HH", extra[:4])
        if kind == UNIX_TIMES and size >= 5 and len(extra) >= 9 and extra[4] & 1:
            seconds = struct.unpack("<i", extra[5:9])[0]
            return datetime.fromtimestamp(seconds, timezone.utc).replace(tzinfo=None)
        extra = extra[4 + size :]
    return None


def _in_folder(folder: Path) -> Iterator[tuple[str, str, ArchiveFile | None]]:
    for root, _, names in sorted(os.walk(folder)):
        for name in sorted(names):
            file = Path(root, name)
            path, status = unicodedata.normalize("NFC", file.relative_to(folder).as_posix()), file.lstat()
            if stat.S_ISREG(status.st_mode):
                time = datetime.fromtimestamp(status.st_mtime, timezone.utc).replace(tzinfo=None, microsecond=0)
                yield path, "", ArchiveFile(path, time, None, partial(_first_bytes, file))
            else:
                yield path, say("is a link and not a file"), None


def _first_bytes(file: Path, limit: int) -> bytes:
    with file.open("rb") as opened:
        return opened.read(limit)
