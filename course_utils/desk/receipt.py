"""What was handed in: one zip for each time, and its receipt beside it; none is ever replaced."""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from pathlib import Path

from course_utils.filesystem import write_atomically
from course_utils.grading.course.submission import RECEIPT

FOLDER = "handed_in"  # beside work/


@dataclass(frozen=True)
class Receipt:
    """One hand-in. time: in UTC, as ISO 8601 has it; digest: of the files in the zip, see `digest_of`.

    points, max_points: of the public checks, without the questions that a person grades; None where they did not run.
    bonus: points on top of these.
    """

    assignment: str
    time: str
    digest: str
    points: float | None
    max_points: float | None
    warnings: tuple[str, ...]
    bonus: float = 0

    @property
    def stem(self) -> str:
        """How its files are called, on every system."""
        return datetime.fromisoformat(self.time).strftime("%Y-%m-%dT%H-%M-%SZ")


def now() -> str:
    """The time of a receipt."""
    return datetime.now(timezone.utc).isoformat(timespec="seconds")


def digest_of(contents: Mapping[str, bytes]) -> str:
    """One SHA-256 for all files: that of the lines that `sha256sum` prints for them, sorted by name."""
    lines = [f"{hashlib.sha256(contents[name]).hexdigest()}  {name}\n" for name in sorted(contents)]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def keep(receipt: Receipt, contents: Mapping[str, bytes], folder: Path) -> Path:
    """Write the zip, then its receipt, each in one step, to `folder/ASSIGNMENT/`; the zip's path. Raises OSError."""
    place = folder / receipt.assignment
    place.mkdir(parents=True, exist_ok=True)
    path, count = place / f"{receipt.stem}.zip", 1
    while path.exists():
        count += 1
        path = place / f"{receipt.stem}-{count}.zip"
    text = json.dumps(asdict(receipt), indent=1, ensure_ascii=False) + "\n"
    part = place / f".{path.name}.part"
    part.write_bytes(_zipped({**contents, RECEIPT: text.encode()}, receipt.time))
    os.replace(part, path)
    write_atomically(path.with_suffix(".json"), text)
    return path


def _zipped(files: Mapping[str, bytes], time: str) -> bytes:
    moment = datetime.fromisoformat(time).timetuple()[:6]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, moment)
            info.external_attr = 0o100644 << 16
            archive.writestr(info, files[name], zipfile.ZIP_DEFLATED)
    return packed.getvalue()
