"""Tables that a platform or a spreadsheet has saved as text; their encoding and separator are found out."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from course_utils.errors import UsageError
from course_utils.text import one_line
from course_utils.translation import say, to_say

MAX_SIZE = 16 * 2**20
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
SEPARATORS = {",": to_say("commas"), ";": to_say("semicolons"), "\t": to_say("tabs")}
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # .xlsx and .ods; .xls


@dataclass(frozen=True)
class Table:
    """The rows of a file as texts, column -> cell, and how it was read. lines: each row's line in the file."""

    columns: tuple[str, ...]
    rows: tuple[dict[str, str], ...]
    lines: tuple[int, ...]
    encoding: str
    separator: str

    @property
    def how(self) -> str:
        """How the file was read: "utf-8, separated by commas"."""
        return say(
            "{encoding}, separated by {separator}", encoding=self.encoding, separator=say(SEPARATORS[self.separator])
        )

    def column(self, *names: str) -> str | None:
        """The column of the first of these names, whatever their capitals and spaces; None where there is none."""
        known = {plain(column): column for column in self.columns}
        return next((known[plain(name)] for name in names if plain(name) in known), None)


def plain(name: str) -> str:
    """A column's name without capitals, spaces, hyphens and underscores."""
    return "".join(character for character in name.casefold() if character not in " _-\u00a0\t")


def read_table(path: Path, encoding: str | None = None) -> Table:
    """Read the file, by default in the encoding that its bytes show.

    Raises UsageError for a file that is missing, no text, a workbook, or could be of two encodings.
    """
    try:
        if path.stat().st_size > MAX_SIZE:
            raise UsageError(
                say("{file} has more than {size} MiB: that is no table of a class", file=path, size=MAX_SIZE // 2**20)
            )
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(say("{file} cannot be read: {reason}", file=path, reason=error.strerror)) from error
    if content.startswith(WORKBOOKS):
        raise UsageError(
            say(
                "{file} is a zip or a workbook: save a workbook as CSV (in Excel: File, Save As, CSV "
                "UTF-8), and take that file; a zip of submissions is for ./course collect",
                file=path,
            )
        )
    text, encoding = _decoded(content, path, encoding)
    return _parsed(text, encoding, path)


def _decoded(content: bytes, path: Path, encoding: str | None) -> tuple[str, str]:
    if encoding:
        try:
            return content.decode(encoding), encoding
        except (LookupError, ValueError) as error:
            raise UsageError(
                say(
                    "{file} cannot be read as {encoding}: {reason}",
                    file=path,
                    encoding=encoding,
                    reason=one_line(error),
                )
            ) from error
    for mark, name in MARKS:
        if content.startswith(mark):
            return _strictly(content, name, path), name.removesuffix("-sig")
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        name = _national(content, path)
        return _strictly(content, name, path), name


def _strictly(content: bytes, encoding: str, path: Path) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise UsageError(
            say(
                "{file} is damaged: byte {byte} is not {encoding}; save it again as CSV UTF-8",
                file=path,
                byte=error.start,
                encoding=encoding,
            )
        ) from error


def _national(content: bytes, path: Path) -> str:
    """gb18030 or cp1252, both of which can read nearly any bytes.

    A Chinese character is two bytes, and nearly always both are high; a western letter is one, between low ones.
    """
    try:
        wide = [character.encode("gb18030") for character in content.decode("gb18030") if character > "\x7f"]
    except UnicodeDecodeError:
        return "cp1252"
    both_high = sum(code[1] > 0xA0 for code in wide) / len(wide)
    if both_high > 0.5:
        return "gb18030"
    if both_high > 0.1:
        raise UsageError(
            say(
                "{file} could be of two encodings: save it as CSV UTF-8, or add --encoding gb18030 or cp1252", file=path
            )
        )
    return "cp1252"


def _parsed(text: str, encoding: str, path: Path) -> Table:
    if text[:4].lower() == "sep=":  # Excel's own first line
        text = text.partition("\n")[2]
    separator = max(SEPARATORS, key=lambda mark: len(next(csv.reader(io.StringIO(text), delimiter=mark), [])))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    rows, lines = [], []
    try:
        columns = tuple(cell.strip() for cell in next(reader, []))
        for cells in reader:
            if any(cell.strip() for cell in cells):
                filled = [*(cell.strip() for cell in cells), *[""] * len(columns)]
                rows.append(dict(zip(columns, filled, strict=False)))
                lines.append(reader.line_num)
    except csv.Error as error:
        raise UsageError(
            say(
                "{file}, line {line}, is not a line of a table: {reason}", file=path, line=reader.line_num, reason=error
            )
        ) from error
    twice = {name for name in columns if name and columns.count(name) > 1}
    if twice or not any(columns):
        fault = say("has the column {column} twice", column=repr(min(twice))) if twice else say("is empty")
        raise UsageError(
            say("{file} {fault}: expected a first line that names each column once", file=path, fault=fault)
        )
    return Table(columns, tuple(rows), tuple(lines), encoding, separator)


def as_csv(columns: Iterable[str], rows: Iterable[dict[str, str]]) -> str:
    """The rows with commas, quoted where they need it; columns that a row lacks are empty."""
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, list(columns), restval="", extrasaction="ignore", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()
