"""A message that is recognised where it is read again, in whatever language it was said or stored."""

from __future__ import annotations

from collections.abc import Iterable

from course_utils.translation import begins_as, to_say

NOT_WRITTEN = to_say("not written yet: {what}")
RAISES = to_say("the cell still raises NotImplementedError")


def says_unwritten(text: str, languages: Iterable[str] = ()) -> bool:
    """Whether a message says that a function is not written yet, in English, the language spoken, or one of these.

    A task's name may stand before it.
    """
    return any(begins_as(part, NOT_WRITTEN, languages) for part in (text, text.partition(": ")[2]))
