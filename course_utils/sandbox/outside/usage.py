"""The memory and processes of a kernel, counted from outside, where nothing can be hidden."""

from __future__ import annotations

import contextlib

import psutil

from course_utils.sandbox.protocol.limits import MEBI, Limits
from course_utils.translation import say


class Overuse(Exception):
    """A kernel takes more than it may; the message names the resource."""


def require_within(root: int, limits: Limits) -> None:
    """Look at all that the process `root` has started. Raises Overuse for too much memory or too many processes.

    Memory is what was written by each process: what a fork shares with the warm parent counts once, for the parent.
    """
    try:
        family = psutil.Process(root).children(recursive=True)
    except psutil.Error:
        return
    sizes = [size for size in map(_written, family) if size is not None]
    # bubblewrap's own two processes, the parent, the process that waits for the kernel's end, and the kernel.
    if len(sizes) > limits.processes + 4:
        raise Overuse(say("the kernel was stopped: more than {most} processes", most=limits.processes))
    if not sizes:
        return
    shared = sizes[1] if len(sizes) > 1 else 0
    if sum(max(0, size - shared) for size in sizes[2:]) > limits.memory:
        raise Overuse(say("the kernel was stopped: more than {size} MiB of memory", size=limits.memory // MEBI))


def _written(process: psutil.Process) -> int | None:
    """Bytes of memory that are the process's own, moved to the disk or not: not from files, not given back."""
    with contextlib.suppress(OSError, ValueError), open(f"/proc/{process.pid}/status") as file:
        fields = dict(line.split(":", 1) for line in file if line.startswith(("RssAnon", "RssShmem", "VmSwap")))
        return sum(int(value.split()[0]) for value in fields.values()) * 1024
    return None
