"""bubblewrap's arguments: the files that can be seen inside the sandbox."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import course_utils
from course_utils.sandbox.protocol.limits import HOME
from course_utils.sandbox.protocol.stubs import STUBS

PACKAGE = Path(course_utils.__file__).resolve().parent
INSIDE = "/course"  # where packages are found inside; a course in /tmp would be hidden by the kernels' own /tmp
IS_VENV = sys.prefix != sys.base_prefix


def kernel_environment() -> dict[str, str]:
    """The environment variables of all that runs inside."""
    return {
        "PATH": f"{INSIDE}/venv/bin:{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
        "HOME": HOME,
        "USER": "student",
        "LANG": "C.UTF-8",
        "TMPDIR": "/tmp",
        "MPLCONFIGDIR": "/tmp",
        "OMP_NUM_THREADS": "1",
        "CUDA_VISIBLE_DEVICES": "",  # a fork of a process that has met a GPU cannot use it
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "TORCHDYNAMO_DISABLE": "1",  # torch.compile gives back what it is given: compiled code fills a temporary folder
        "PYTHONDONTWRITEBYTECODE": "1",
        "COURSE_QUICK": "1",
        "COURSE_GRADING": "1",
        "NBGRADER_EXECUTION": "autograde",
    }


def bubblewrap_arguments() -> list[str]:
    """bubblewrap's arguments: the system, Python and its packages can be seen inside; no course, and nobody's home."""
    arguments = ["bwrap", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"]
    arguments += [] if os.getuid() == 0 else ["--unshare-user"]
    arguments += ["--cap-add", "ALL"]
    for place in ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64"):
        if os.path.islink(place):
            arguments += ["--symlink", os.readlink(place), place]
        elif os.path.isdir(place):
            arguments += ["--ro-bind", place, place]
    for place in ("/etc/ld.so.cache", "/etc/localtime", "/etc/alternatives", "/etc/fonts"):
        arguments += ["--ro-bind-try", place, place]
    arguments += _places()
    arguments += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--dir", HOME, "--remount-ro", "/"]
    return [*arguments, "--chdir", "/"]


def _places() -> list[str]:
    """Python, its packages and the course's, each where it is found inside, with stubs for rooms that stay outside."""
    binds: dict[str, str] = {}
    if not any(Path(sys.base_prefix).is_relative_to(place) for place in ("/usr", "/bin", "/lib")):
        binds |= {place: place for place in (os.path.realpath(sys.base_prefix), os.path.abspath(sys.base_prefix))}
    if IS_VENV:
        binds[sys.prefix] = f"{INSIDE}/venv"
    binds[str(PACKAGE)] = f"{INSIDE}/packages/{PACKAGE.name}"
    arguments = []
    for place, inside in binds.items():
        for parent in reversed(Path(inside).parents[:-1]):
            arguments += ["--dir", str(parent)]  # bubblewrap's own would be closed to a kernel's user
        arguments += ["--ro-bind", place, inside]
    for package in _copies(binds):
        for name, stub in STUBS.items():
            arguments += ["--ro-bind", str(_stub(name, stub)), f"{package}/{name}"]
    return arguments


def _stub(name: str, stub: str) -> Path:
    """Raises FileNotFoundError for a name that is not in the package: its room would not be hidden."""
    place = PACKAGE / "sandbox" / "inside" / "stub" / stub
    for needed in (PACKAGE / name, place):
        if not needed.is_dir():
            raise FileNotFoundError(f"{needed} is named in STUBS, but does not exist")
    return place


def _copies(binds: dict[str, str]) -> list[str]:
    """Where the course's package can be seen inside: also among Python's packages, when it is installed there."""
    seen = {f"{INSIDE}/packages/{PACKAGE.name}"}
    for place, inside in [*binds.items(), ("/usr", "/usr")]:
        if Path(place) != PACKAGE and PACKAGE.is_relative_to(place):
            seen.add(str(Path(inside) / PACKAGE.relative_to(place)))
    return sorted(seen)
