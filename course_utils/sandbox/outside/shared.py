"""One sandbox per process, shared by all submissions that it judges."""

from __future__ import annotations

import atexit
import contextlib

from course_utils.sandbox.outside.kernel import Sandbox, why_no_sandbox
from course_utils.sandbox.outside.parent import Parent, can_fork
from course_utils.sandbox.protocol.limits import Limits
from course_utils.translation import to_say

KINDS = ("bubblewrap", "none")
RISK = to_say(
    "without a sandbox a submission's code runs as you: it can read and change your files, the gradebook and other "
    "students' work, and reach the network"
)


_shared: dict[tuple[Limits, str], Sandbox] = {}
_early: dict[str, Parent] = {}  # by its kind


def start_early(kind: str = "") -> None:
    """Let a parent warm up while this process imports what it needs: both take seconds.

    kind: by default the best that this machine has. What is wrong with it is said when it is needed.
    """
    if _early or _shared:
        return
    has_walls = kind != "none" and not why_no_sandbox()
    kind = kind or ("bubblewrap" if has_walls else "none")
    if has_walls or (kind == "none" and can_fork()):
        with contextlib.suppress(OSError):
            _early[kind] = Parent.start(kind)


def taken_early(kind: str) -> Parent | None:
    """A parent that was started early, for whoever asks first; None where there is none."""
    return _early.pop(kind, None)


def shared_sandbox(limits: Limits, kind: str, parent: Parent | None = None) -> Sandbox:
    """This process's sandbox, started at first use: importing torch takes longer than judging a notebook."""
    if (limits, kind) not in _shared:
        _shared[limits, kind] = Sandbox(limits, kind, parent or taken_early(kind))
    return _shared[limits, kind]


@atexit.register
def close_sandboxes() -> None:
    """End this process's sandboxes, and what was started early for nothing."""
    while _early:
        _, parent = _early.popitem()
        parent.process.kill()
        parent.end()
    while _shared:
        _shared.popitem()[1].close()
