"""The pictures that a text cell refers to: kept as its attachments, of known kinds and limited in size, by content.

A picture may be attached to the cell, stand in its text as a data URI, or be a file handed in beside the notebook.
All become attachments of the cell that is made again; a picture that cannot be shown leaves a mark with its name.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from html import escape
from pathlib import PurePosixPath
from urllib.parse import quote, unquote

from course_utils.sandbox.protocol.limits import MEBI
from course_utils.text import tidy
from course_utils.translation import say, to_say

MAX_PICTURE, MAX_ALL, MAX_NUMBER = 2 * MEBI, 8 * MEBI, 50  # bytes of one and of all in a notebook; how many
MAX_INLINE = 2000  # characters of a data URI that may stay where it is
MAGIC = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF87a": "image/gif",
         b"GIF89a": "image/gif"}  # fmt: skip
DATA_URI = re.compile(r"data:image/[a-zA-Z0-9.+-]{1,40};base64,([A-Za-z0-9+/=]*)")
REFERENCES = (  # none of them takes more than a pass over the text, whatever is in it
    re.compile(r"!\[[^\[\]\n]{0,500}\]\(\s{0,9}(?:<([^<>\n]{1,1000})>|([^)\s]{1,1000}))"),  # ![words](plot.png)
    re.compile(r"<img\s[^<>]{0,500}?src\s{0,9}=\s{0,9}[\"']([^\"'\n]{1,1000})[\"']", re.IGNORECASE),
    re.compile(r"^\[[^\[\]\n]{1,200}\]:\s{0,9}(\S{1,1000})", re.MULTILINE),  # [1]: plot.png
)
SHOWN = re.compile(r'<img\b[^>]*?\bsrc="attachment:([^"]*)"[^>]*>')  # as the cleaner writes it
HAS_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//")
PREFIX = "attachment:"


class Pictures:
    """The pictures of one notebook, as they are found; together they stay within the limits.

    files: what was handed in beside the notebook, and the instructor's own files.
    """

    def __init__(self, files: Mapping[str, bytes] | None = None) -> None:
        self._files = {_plain_name(name): content for name, content in (files or {}).items()}
        self._size, self._number = 0, 0

    def of_cell(self, source: str, attachments: object) -> tuple[str, dict[str, dict[str, str]]]:
        """The cell's text, with large data URIs taken out of it, and its pictures as attachments."""
        kept: dict[str, dict[str, str]] = {}
        for name, bundle in attachments.items() if isinstance(attachments, dict) else ():
            for data in bundle.values() if isinstance(bundle, dict) else ():
                if isinstance(name, str) and name not in kept and isinstance(data, str | list):
                    self._keep(kept, name, _decoded("".join(map(str, data))))
        source = DATA_URI.sub(lambda found: self._taken_out(kept, found), source)
        for name in _references(source):
            if name not in kept and not HAS_SCHEME.match(name):
                self._keep(kept, name, self._file(name))
        return source, kept

    def _taken_out(self, kept: dict[str, dict[str, str]], found: re.Match[str]) -> str:
        if len(found[0]) <= MAX_INLINE:
            return found[0]
        name = f"inline-{self._number + 1}.png"
        if self._keep(kept, name, _decoded(found[1])):
            return PREFIX + name
        return f"{PREFIX}a-picture-of-{len(found[1]) * 3 / 4 / MEBI:.1f}-MiB-in-the-text"

    def _file(self, reference: str) -> bytes:
        """The content of the file that is meant: at this place, in other letters, or alone with this last name."""
        wanted = _plain_name(reference)
        if wanted in self._files:
            return self._files[wanted]
        base = PurePosixPath(wanted).name.lower()
        same = [content for name, content in self._files.items() if PurePosixPath(name).name.lower() == base]
        return same[0] if len(same) == 1 else b""

    def _keep(self, kept: dict[str, dict[str, str]], name: str, content: bytes) -> bool:
        kind = picture_kind(content)
        fits = len(content) <= MAX_PICTURE and self._size + len(content) <= MAX_ALL and self._number < MAX_NUMBER
        if not kind or not fits:
            return False
        kept[name.encode("utf-8", "replace").decode()] = {kind: base64.b64encode(content).decode()}
        self._size, self._number = self._size + len(content), self._number + 1
        return True


def picture_kind(content: bytes) -> str:
    """The mime type of a picture that browsers show without running anything, told by its first bytes; else ""."""
    kind = next((kind for magic, kind in MAGIC.items() if content.startswith(magic)), "")
    return kind or ("image/webp" if content[:4] == b"RIFF" and content[8:12] == b"WEBP" else "")


def with_pictures(html: str, attachments: object) -> str:
    """Cleaned HTML with each picture's data in its place, or a mark where there is none."""
    kept = attachments if isinstance(attachments, dict) else {}

    def shown(found: re.Match[str]) -> str:
        name = unquote(found[1])
        data = _data(kept.get(name) or kept.get(unquote(name)) or kept.get(quote(name)))
        if data:
            return found[0].replace(f"{PREFIX}{found[1]}", data, 1)
        missing = to_say("[a picture that is missing, or too large or of a kind that is not shown: {name}]")
        return f"<em>{say(missing, name=_short(name))}</em>"

    return SHOWN.sub(shown, html)


def _data(bundle: object) -> str:
    """The data URI of an attachment; it may come from an older notebook, so it is looked at again."""
    for data in bundle.values() if isinstance(bundle, dict) else ():
        content = _decoded(data) if isinstance(data, str) else b""
        kind = picture_kind(content)
        if kind and len(content) <= MAX_PICTURE:
            return f"data:{kind};base64,{base64.b64encode(content).decode()}"
    return ""


def _references(source: str) -> list[str]:
    found = [next(filter(None, match.groups()), "") for pattern in REFERENCES for match in pattern.finditer(source)]
    return list(dict.fromkeys(found))[:MAX_NUMBER]


def _decoded(data: str) -> bytes:
    if len(data) > 2 * MAX_PICTURE:
        return b""
    try:
        return base64.b64decode(re.sub(r"\s+", "", data), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _plain_name(name: str) -> str:
    return str(PurePosixPath(unquote(name).replace("\\", "/")))


def _short(name: str) -> str:
    return escape(tidy(name, 80))
