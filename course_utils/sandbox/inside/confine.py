"""Shutting a process in: namespaces, a small file system of its own, no privileges, limits. Linux only.

bubblewrap has made the outer walls: a read-only system, no network, none of the course's folders. Here each submission
gets a room of its own behind them, so that nothing passes from one to the next: `fork_into_room` is called by a fork of
the warm parent, which still has the privileges that bubblewrap left it; the child gives them up.
"""

from __future__ import annotations

import ctypes
import os
import resource

from course_utils.sandbox.inside.seccomp import refuse_system_calls
from course_utils.sandbox.protocol.limits import HOME, WORK, Limits

NOBODY = 65534  # the user of a submission when the judge is run by root: root is counted and limited by nobody

NEWNS, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET = (
    0x20000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000,
)  # fmt: skip
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = (
    1, 2, 4, 8, 32, 4096, 16384, 1 << 18,
)  # fmt: skip
PR_SET_DUMPABLE, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 4, 24, 38
LAST_CAPABILITY = 63


_libc = ctypes.CDLL(None, use_errno=True)


def fork_into_room(limits: Limits) -> int:
    """As `os.fork()`, called in a process made for it: the child is shut in, without privileges.

    It is the first process of its process namespace: when it ends, so does all in it.
    """
    _check(_libc.unshare(NEWNS | NEWPID | NEWIPC | NEWNET | NEWUTS), "unshare")
    child = os.fork()
    if child == 0:
        _mount_filesystem(limits)
        _become_nobody()
        limit(limits)
        resource.setrlimit(resource.RLIMIT_NPROC, (limits.processes, limits.processes))
    return child


def _mount_filesystem(limits: Limits) -> None:
    _mount("none", "/", None, MS_REC | MS_PRIVATE)
    size = f"size={limits.written},nr_inodes=20000,mode=755"
    _mount("tmpfs", HOME, "tmpfs", MS_NOSUID | MS_NODEV, size)
    for name, place in (("tmp", "/tmp"), ("shm", "/dev/shm")):
        os.makedirs(f"{HOME}/.{name}")
        os.chmod(f"{HOME}/.{name}", 0o1777)
        _mount(f"{HOME}/.{name}", place, None, MS_BIND)
    os.mkdir(WORK)
    for folder in (HOME, WORK):
        os.chown(folder, *_user())
    _mount("/dev/null", "/dev/zero", None, MS_BIND)  # mapped, it would be memory that belongs to no process
    # Flags that are set already stay set: without root's rights in the outer namespace they are locked.
    flags = os.statvfs("/dev").f_flag & (MS_NOSUID | MS_NODEV | MS_NOEXEC)
    _mount("none", "/dev", None, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | flags)
    _mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC)


def _user() -> tuple[int, int]:
    return (NOBODY, NOBODY) if _is_real_root() else (os.getuid(), os.getgid())


def _is_real_root() -> bool:
    """Whether user 0 here is the machine's root: it can then become another user."""
    with open("/proc/self/uid_map") as file:
        return file.read().split() == ["0", "0", str(2**32 - 1)]


def _become_nobody() -> None:
    uid, gid = _user()
    if _is_real_root():
        os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)
    _libc.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)  # or /proc/self would belong to root, and the map could not be written
    _check(_libc.unshare(NEWUSER), "unshare")
    for name, text in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)
    with open("/proc/sys/user/max_user_namespaces", "w") as file:
        file.write("0")  # no namespaces inside, where a process would be root again
    for capability in range(LAST_CAPABILITY + 1):
        _libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    _drop_capabilities()
    _check(_libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")
    refuse_system_calls()


def _drop_capabilities() -> None:
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)  # version 3, this process
    _check(_libc.capset(header, (ctypes.c_uint32 * 6)()), "capset")


def limit(limits: Limits) -> None:
    """Limits for one process and its children, as far as they can be set from inside; the judge watches the rest.

    The number of processes is not among them: outside a room it would count all that the instructor has running.
    """
    for resource_kind, maximum in (
        (resource.RLIMIT_AS, limits.memory + _address_space()),
        (resource.RLIMIT_FSIZE, limits.written),
        (resource.RLIMIT_NOFILE, 256),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, int(limits.submission_seconds + 10 * limits.cell_seconds) + 60),
    ):
        resource.setrlimit(resource_kind, (maximum, maximum))


def _address_space() -> int:
    """Bytes of address space that the warm parent takes already, most of it never touched."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")


def hide() -> None:
    """Let no process of the same user read this one's memory."""
    _libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)


def _mount(source: str, target: str, kind: str | None, flags: int, options: str = "") -> None:
    encoded = (source.encode(), target.encode(), kind.encode() if kind else None, flags, options.encode())
    _check(_libc.mount(encoded[0], encoded[1], encoded[2], ctypes.c_ulong(encoded[3]), encoded[4]), f"mount {target}")


def _check(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
