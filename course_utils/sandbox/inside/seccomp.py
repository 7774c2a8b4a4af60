"""System calls that no notebook needs and that reach past the walls or the watch: here they are refused.

What they would give: memory that belongs to no process, so that nobody counts it (files and segments without a name),
keys in the keyring of whoever grades, which stay there for the next submission, and large young parts of the system.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct

SECCOMP_SET_MODE_FILTER, SPEC_ALLOW = 1, 4
ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | errno.EPERM
LOAD, AND, EQUAL, AT_LEAST, RETURN = 0x20, 0x54, 0x15, 0x35, 0x06  # of the classic packet filter
NUMBER, ARCHITECTURE, FLAGS = 0, 4, 16 + 3 * 8  # places in what a filter is shown: the call, the fourth argument
SHARED_WITHOUT_FILE = 0x01 | 0x20  # mmap's MAP_SHARED | MAP_ANONYMOUS
OTHER_TABLE = 0x40000000  # from here on the numbers of x32, with which every call could be made again

_NAMES = (
    "memfd_create memfd_secret shmget msgget io_uring_setup add_key request_key keyctl userfaultfd perf_event_open bpf"
)
# machine -> its number for audits, and those of `seccomp`, `mmap` and _NAMES
_TABLES = {
    "x86_64": (0xC000003E, 317, 9, (319, 447, 29, 68, 425, 248, 249, 250, 323, 298, 321)),
    "aarch64": (0xC00000B7, 277, 222, (279, 447, 194, 186, 425, 217, 218, 219, 282, 241, 280)),
}
REFUSED = {machine: dict(zip(_NAMES.split(), table[3], strict=True)) for machine, table in _TABLES.items()}


def refuse_system_calls() -> None:
    """From now on, for this process and all that it starts. It must have no way to new privileges.

    On a machine whose numbers are not known here, and on a system without such filters, nothing is refused.
    Raises OSError when the system does not take the filter.
    """
    table = _TABLES.get(platform.machine())
    if table is None:
        return
    program = b"".join(_program(table[0], table[2], table[3]))
    held = ctypes.create_string_buffer(program, len(program))
    described = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(held))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syscall(table[1], SECCOMP_SET_MODE_FILTER, SPEC_ALLOW, described):
        number = ctypes.get_errno()
        if number not in (errno.ENOSYS, errno.EINVAL):
            raise OSError(number, f"seccomp: {os.strerror(number)}")


def _program(architecture: int, mmap: int, refused: tuple[int, ...]) -> list[bytes]:
    """Instructions: what, jump if so, jump if not, number. The last two are where every jump leads."""
    middle = [(EQUAL, "refuse", "next", number) for number in refused]
    steps = [
        (LOAD, "next", "next", ARCHITECTURE),
        (EQUAL, "next", "refuse", architecture),
        (LOAD, "next", "next", NUMBER),
        (AT_LEAST, "refuse", "next", OTHER_TABLE),
        *middle,
        (EQUAL, "next", "allow", mmap),
        (LOAD, "next", "next", FLAGS),
        (AND, "next", "next", SHARED_WITHOUT_FILE),
        (EQUAL, "refuse", "allow", SHARED_WITHOUT_FILE),
    ]

    def jump(place: int, where: str) -> int:
        return {"next": 0, "allow": len(steps) - place - 1, "refuse": len(steps) - place}[where]

    body = [
        struct.pack("HBBI", what, jump(i, yes), jump(i, no), number) for i, (what, yes, no, number) in enumerate(steps)
    ]
    return [*body, struct.pack("HBBI", RETURN, 0, 0, ALLOW), struct.pack("HBBI", RETURN, 0, 0, REFUSE)]
