"""Times as people and platforms write them, read strictly: what could mean two moments is refused, and never guessed.

nbgrader's own reader takes "+0800" for 800 seconds, and a zone that it does not know, such as CST, for none.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from datetime import datetime, timedelta, timezone, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from nbgrader.utils import parse_utc

from course_utils.translation import say, to_say

EXAMPLES = to_say("2026-01-31 23:59 Asia/Shanghai, 2026-01-31 23:59 +0800 or 2026-01-31T15:59:00Z")
TIME = re.compile(
    r"(?P<date>\d{4}-\d{2}-\d{2})[T ](?P<clock>\d{2}:\d{2}(?P<seconds>:\d{2}(?:[.,]\d{1,9})?)?)"
    r"\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2}|[A-Za-z]+(?:/[A-Za-z0-9_+-]+)+)?",
)


class AmbiguousTime(ValueError):
    """A text that is no time, or could be several; the message says how to write it."""


def parse_time(text: str, naive_is_utc: bool = False) -> datetime:
    """The moment, in UTC and without a zone, as nbgrader keeps it.

    The date and the time of day are ISO 8601's, followed by Z, UTC, an offset or a name of the IANA's. naive_is_utc:
    whether a time with seconds and without a zone is UTC's, as what nbgrader's collectors write.

    Raises AmbiguousTime.
    """
    match = TIME.fullmatch(text.strip())
    if match is None:
        raise AmbiguousTime(
            say(
                "{text} is not a time that can be read in one way only; write {examples}",
                text=_quoted(text),
                examples=say(EXAMPLES),
            )
        )
    if match["zone"] is None and not (naive_is_utc and match["seconds"]):
        raise AmbiguousTime(
            say("{text} does not say in which time zone; write {examples}", text=_quoted(text), examples=say(EXAMPLES))
        )
    clock = match["clock"].replace(",", ".")
    whole, _, fraction = clock.partition(".")
    try:
        local = datetime.fromisoformat(f"{match['date']} {whole}")
    except ValueError as error:
        raise AmbiguousTime(
            say(
                "{text} is not a time: {reason}; write {examples}",
                text=_quoted(text),
                reason=error,
                examples=say(EXAMPLES),
            )
        ) from error
    local += timedelta(microseconds=int(fraction[:6].ljust(6, "0")) if fraction else 0)
    return _in_utc(local, match["zone"] or "UTC", text)


def _in_utc(local: datetime, zone: str, text: str) -> datetime:
    moments = {
        local.replace(tzinfo=_zone(zone, text), fold=fold).astimezone(timezone.utc).replace(tzinfo=None)
        for fold in (0, 1)
    }
    if len(moments) > 1:  # clocks were put back, or forward
        choices = say(" or ").join(f"{moment} UTC" for moment in sorted(moments))
        raise AmbiguousTime(
            say(
                "{text} is not one moment, as clocks were changed then; write {choices}",
                text=_quoted(text),
                choices=choices,
            )
        )
    return moments.pop()


def _zone(name: str, text: str) -> tzinfo:
    if name in ("Z", "UTC", "GMT"):
        return timezone.utc
    if name[0] in "+-":
        hours, minutes = int(name[1:3]), int(name[-2:])
        if hours > 14 or minutes > 59:
            raise AmbiguousTime(
                say(
                    "{text}: there is no offset {offset}; write {examples}",
                    text=_quoted(text),
                    offset=name,
                    examples=say(EXAMPLES),
                )
            )
        return timezone((-1 if name[0] == "-" else 1) * timedelta(hours=hours, minutes=minutes))
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError) as error:  # KeyError: ZoneInfoNotFoundError
        raise AmbiguousTime(
            say(
                "{text}: no time zone is called {zone}; write {examples}",
                text=_quoted(text),
                zone=name,
                examples=say(EXAMPLES),
            )
        ) from error


def _quoted(text: str) -> str:
    shown = "".join(character if character.isprintable() else " " for character in text.strip()[:60])
    return f'"{shown}"'


def read_times_strictly() -> None:
    """Let nbgrader's own commands and its formgrader read times as `parse_time` does; nbgrader_config.py calls it.

    Due dates are people's: they need a zone. In timestamp.txt a time without one is UTC, as nbgrader's collectors
    write it.
    """
    from nbgrader import coursedir
    from nbgrader.api import Gradebook

    if getattr(Gradebook, "reads_strictly", False):
        return
    update = Gradebook.update_or_create_assignment

    def update_or_create_assignment(self: Any, name: str, **values: Any) -> Any:
        if values.get("duedate") and isinstance(values["duedate"], str):
            values["duedate"] = parse_time(values["duedate"])
        return update(self, name, **values)

    Gradebook.update_or_create_assignment = update_or_create_assignment
    Gradebook.reads_strictly = True
    readers = [coursedir, sys.modules.get("nbgrader.apps.api")]
    for module in filter(None, readers):
        module.parse_utc = _time_stamp  # type: ignore[attr-defined]  # it has imported the function by name
    sys.excepthook = _said_in_one_line(sys.excepthook)


def _time_stamp(given: Any) -> Any:
    return parse_time(given, naive_is_utc=True) if isinstance(given, str) else parse_utc(given)


def _said_in_one_line(before: Callable[..., Any]) -> Callable[..., Any]:
    """For nbgrader's own programs: a time that is refused is no defect, and needs no traceback."""

    def hook(kind: type[BaseException], error: BaseException, traceback: Any) -> None:
        if isinstance(error, AmbiguousTime):
            print(f"{Path(sys.argv[0]).name}: {error}", file=sys.stderr)
        else:
            before(kind, error, traceback)

    return hook
