"""What the other files of a submission are, by their content: nothing is written, run, or unpacked without limits."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from pathlib import PurePosixPath
from typing import Any

from course_utils.grading.course.notebook_file import NotebookFileError, parse_submission
from course_utils.grading.course.submission import OF_NBGRADER, is_of_nobody
from course_utils.grading.judging.pictures import picture_kind
from course_utils.quiz.answers import NAME, BrokenClicks, parse_clicks
from course_utils.sandbox.protocol.limits import MEBI

MAX_FILES, MAX_SIZE, MAX_UNPACKED, MAX_DEPTH = 100, 8 * MEBI, 16 * MEBI, 2
ARCHIVES = (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")
DOCUMENTS = (b"%PDF", b"\xd0\xcf\x11\xe0", b"{\\rtf")
OFFICE = {"word/document.xml", "content.xml", "ppt/presentation.xml", "xl/workbook.xml"}
NO_ANSWERS = {*OF_NBGRADER, "feedback.html"}
DATA = ("jaychou_lyrics",)
TAG = re.compile(r"<[^<>]*>")
CLOSED = "closed"  # an archive that is not looked into


@dataclass(frozen=True)
class OtherFile:
    """A file, or a member of an archive, `gru.zip/gru.ipynb`.

    kind: "notebook", "clicks", "text", "picture", "document", or CLOSED.
    """

    name: str
    kind: str
    content: bytes = field(default=b"", repr=False)
    cells: tuple[dict[str, Any], ...] = field(default=(), repr=False)

    @property
    def text(self) -> str:
        """The content as text, whatever it is; of a page without its tags."""
        try:
            text = self.content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = self.content.decode("gb18030", "replace")
        return unescape(TAG.sub("", text)) if self.name.lower().endswith((".html", ".htm")) else text


def other_files(files: Mapping[str, bytes]) -> list[OtherFile]:
    """The files that somebody could have put an answer into, with what is in their archives; data are left out."""
    found: list[OtherFile] = []
    room = [MAX_UNPACKED]
    for name, content in files.items():
        if len(found) < MAX_FILES and content and PurePosixPath(name).name not in NO_ANSWERS:
            found += _looked_at(name, content, room, MAX_DEPTH)
    return found[:MAX_FILES]


def _looked_at(name: str, content: bytes, room: list[int], depth: int) -> Iterator[OtherFile]:
    if PurePosixPath(name).name.startswith(DATA):
        return
    if content.startswith(b"PK\x03\x04"):
        yield from _in_zip(name, content, room, depth)
    elif content.startswith(ARCHIVES) or content[257:262] == b"ustar":
        yield OtherFile(name, CLOSED)
    elif content.startswith(DOCUMENTS):
        yield OtherFile(name, "document")
    elif picture_kind(content):
        yield OtherFile(name, "picture")
    elif len(content) <= MAX_SIZE:
        yield from _text(name, content)


def _text(name: str, content: bytes) -> Iterator[OtherFile]:
    try:
        yield OtherFile(name, "notebook", content, tuple(parse_submission(name, content)))
        return
    except NotebookFileError:
        pass
    try:
        if any(NAME.fullmatch(key) for key in parse_clicks(content)):
            yield OtherFile(name, "clicks", content)
            return
    except BrokenClicks:
        pass
    if b"\0" not in content[:4096] and content.strip():
        yield OtherFile(name, "text", content)


def _in_zip(name: str, content: bytes, room: list[int], depth: int) -> Iterator[OtherFile]:
    """The members of a zip file. A name in it is only a name: nothing is written to any place."""
    if depth == 0 or len(content) > MAX_SIZE:
        yield OtherFile(name, CLOSED)
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            if OFFICE & {member.filename for member in members}:
                yield OtherFile(name, "document")
                return
            for member in members[:MAX_FILES]:
                if not is_of_nobody(member.filename):
                    yield from _member(archive, member, name, room, depth)
            if len(members) > MAX_FILES:
                yield OtherFile(name, CLOSED)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        yield OtherFile(name, CLOSED)


def _member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, room: list[int], depth: int
) -> Iterator[OtherFile]:
    full = f"{name}/{member.filename}"
    limit = min(room[0], MAX_SIZE)
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or member.flag_bits & 1:
        yield OtherFile(full, CLOSED)  # another method can make gigabytes of its first bytes; or there is a password
        return
    try:
        with archive.open(member) as file:
            content = file.read(limit + 1)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError):
        content = b""
    room[0] = max(0, room[0] - len(content))
    if not content or len(content) > limit:
        yield OtherFile(full, CLOSED)
    else:
        yield from _looked_at(full, content, room, depth - 1)
