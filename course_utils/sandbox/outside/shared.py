"""One sandbox per process, shared by all submissions that it judges."""

from __future__ import annotations

import atexit

from course_utils.sandbox.outside.kernel import Parent, Sandbox
from course_utils.sandbox.protocol.limits import Limits

KINDS = ("bubblewrap", "none")
RISK = (
    "without a sandbox a submission's code runs as you: it can read and change your files, the gradebook and other "
    "students' work, and reach the network"
)


_shared: dict[tuple[Limits, str], Sandbox] = {}


def shared_sandbox(limits: Limits, kind: str, parent: Parent | None = None) -> Sandbox:
    """This process's sandbox, started at first use: importing torch takes longer than judging a notebook."""
    if (limits, kind) not in _shared:
        _shared[limits, kind] = Sandbox(limits, kind, parent)
    return _shared[limits, kind]


@atexit.register
def close_sandboxes() -> None:
    """End this process's sandboxes."""
    while _shared:
        _shared.popitem()[1].close()
