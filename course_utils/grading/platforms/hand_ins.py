"""The zip that `course submit` makes, where a platform's zip holds it: its files, in place of the zip."""

from __future__ import annotations

import io
import json
import zipfile
from functools import partial

from course_utils.errors import UsageError
from course_utils.grading.course.submission import RECEIPT
from course_utils.grading.platforms.archive import ArchiveFile, Refused, files_in_zip


def files_of(file: ArchiveFile) -> tuple[str, list[ArchiveFile]] | None:
    """(The receipt's time, the files) of a hand-in; None for any other file, also for another zip.

    The time says which of a student's hand-ins is the newest; it is the student's word, and no time of an upload.
    """
    if not file.path.lower().endswith(".zip"):
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(file.content())) as opened:
            files = files_in_zip(opened).files
            receipt = next((inner for inner in files if inner.path == RECEIPT), None)
            known = json.loads(receipt.content()) if receipt else None
    except (zipfile.BadZipFile, NotImplementedError, ValueError, RecursionError, Refused, UsageError):
        return None
    if not isinstance(known, dict) or not isinstance(known.get("time"), str):
        return None
    return known["time"], [
        ArchiveFile(inner.path, file.time, file.local_time, partial(_read, file, inner.path))  # as it was uploaded
        for inner in files
        if inner.path != RECEIPT
    ]


def _read(file: ArchiveFile, path: str, limit: int) -> bytes:
    """A file of the hand-in; the zip is opened again, so that a class's zips are not in memory together."""
    with zipfile.ZipFile(io.BytesIO(file.content())) as opened:
        return next(inner for inner in files_in_zip(opened).files if inner.path == path).content()[:limit]
