"""What platforms call the files in the zip of an assignment: whose each is, and under which name feedback goes back.

Moodle: `Ada Lovelace_90101_assignsubmission_file/gru.ipynb`; up to version 4.0 with another underscore at the folder's
end, and in one folder `…_file_gru.ipynb`. The number is the participant's in this one assignment. Canvas:
`lovelaceada_LATE_90125_5550001_gru.ipynb`, with the numbers of the user, the same in every assignment, and of the
upload. Source: the public code of both, `mod/assign/classes/downloader.php` and `importziplib.php` of Moodle,
`lib/content_zipper.rb` and `infer_comment_context_from_filename` of Canvas.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MOODLE = re.compile(r"(?P<name>.+?)_(?P<number>\d+)_assignsubmission_(?P<plugin>[a-z]+)(?:_(?P<rest>.*))?")
CANVAS = re.compile(r"(?P<name>[^_/]+)_(?P<late>LATE_)?(?P<number>\d+)_(?P<upload>\d+)_(?P<file>.+)")
TYPED_ON_CANVAS = re.compile(r"[^_/]+_(?:LATE_)?\d+_(?:text|link)\.html")


@dataclass(frozen=True)
class Origin:
    """Whose a file is, as its name says. person and number: the platform's; file: its path in the submission.

    prefix: what stands before the file's own name, also when feedback goes back.
    """

    platform: str
    person: str
    number: str
    file: str
    prefix: str
    is_late: bool = False


def origin_of(path: str) -> Origin | None:
    """Whose this file of the archive is; None for a name of no known form."""
    parts = path.split("/")
    for place, part in enumerate(parts):
        match, below = MOODLE.fullmatch(part), parts[place + 1 :]
        if match is None:
            continue
        own = "/".join(filter(None, [match["rest"], *below]))
        prefix = f"{part}/" if below else part[: len(part) - len(match["rest"] or "")]
        return Origin("moodle", match["name"], match["number"], own, prefix) if own else None
    match = CANVAS.fullmatch(parts[-1])
    if match is None:
        return None
    prefix = parts[-1][: -len(match["file"])]
    return Origin("canvas", match["name"], match["number"], match["file"], prefix, bool(match["late"]))


def is_typed_on_canvas(path: str) -> bool:
    """Whether the file is what a student typed on Canvas in place of an upload."""
    return TYPED_ON_CANVAS.fullmatch(path.rpartition("/")[2]) is not None


def without_number(file: str, wanted: set[str]) -> str:
    """Canvas calls the second upload of gru.ipynb "gru-1.ipynb"; the name without it, where that is a wanted one."""
    plain = re.sub(r"-\d+(?=\.\w+$)", "", file)
    return plain if plain in wanted else file
