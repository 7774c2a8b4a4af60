"""One sandbox per process, shared by all submissions that it judges."""

from __future__ import annotations

import atexit
import contextlib

from course_utils.sandbox.outside.kernel import Parent, Sandbox, why_no_sandbox
from course_utils.sandbox.protocol.limits import Limits
from course_utils.translation import to_say

KINDS = ("bubblewrap", "none")
RISK = to_say(
    "without a sandbox a submission's code runs as you: it can read and change your files, the gradebook and other "
    "students' work, and reach the network"
)


_shared: dict[tuple[Limits, str], Sandbox] = {}
_early: list[Parent] = []


def start_early(kind: str) -> None:
    """Let a parent behind walls warm up while this process imports what it needs: both take seconds."""
    if kind == "bubblewrap" and not (_early or _shared or why_no_sandbox()):
        with contextlib.suppress(OSError):  # what is wrong with it is said when it is needed
            _early.append(Parent.start(kind))


def taken_early(kind: str) -> Parent | None:
    """A parent that was started early, for whoever asks first; None where there is none."""
    return _early.pop() if kind == "bubblewrap" and _early else None


def shared_sandbox(limits: Limits, kind: str, parent: Parent | None = None) -> Sandbox:
    """This process's sandbox, started at first use: importing torch takes longer than judging a notebook."""
    if (limits, kind) not in _shared:
        _shared[limits, kind] = Sandbox(limits, kind, parent or taken_early(kind))
    return _shared[limits, kind]


@atexit.register
def close_sandboxes() -> None:
    """End this process's sandboxes, and what was started early for nothing."""
    while _early:
        _early[-1].process.kill()
        _early.pop().end()
    while _shared:
        _shared.popitem()[1].close()
