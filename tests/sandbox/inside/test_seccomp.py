"""What a process may no longer ask of the system, tried in one that is thrown away."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

from course_utils.filesystem import REPOSITORY
from course_utils.sandbox.inside.seccomp import REFUSED

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux") or platform.machine() not in REFUSED, reason="the filter is Linux's"
)
BEGIN = """
import ctypes, mmap, os, sys
from course_utils.sandbox.inside.seccomp import REFUSED, refuse_system_calls
libc = ctypes.CDLL(None, use_errno=True)
assert libc.prctl(38, 1, 0, 0, 0) == 0
refuse_system_calls()
"""


def after_the_filter(source: str) -> str:
    command = [sys.executable, "-c", BEGIN + source]
    ran = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_every_call_of_the_list_is_refused_for_want_of_permission():
    source = f"for number in REFUSED[{platform.machine()!r}].values():\n"
    source += "    print(libc.syscall(number, 0, 0, 0, 0, 0), ctypes.get_errno())"
    assert set(after_the_filter(source).splitlines()) == {"-1 1"}


@pytest.mark.skipif(platform.machine() != "x86_64", reason="only there is a second table of numbers")
def test_a_call_by_its_other_number_is_refused_too():
    assert after_the_filter("print(libc.syscall(0x40000000 | 319, b'x', 0), ctypes.get_errno())") == "-1 1\n"


def test_memory_without_a_file_can_be_had_for_oneself_only():
    source = """
for flags in (mmap.MAP_SHARED | mmap.MAP_ANONYMOUS, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS):
    try:
        print(len(mmap.mmap(-1, 4096, flags)))
    except PermissionError:
        print("refused")
"""
    assert after_the_filter(source).split() == ["refused", "4096"]


def test_what_notebooks_do_still_works_in_a_process_and_in_those_it_starts():
    source = """
import multiprocessing, multiprocessing.shared_memory, subprocess, tempfile, threading
thread = threading.Thread(target=print, args=("thread",)); thread.start(); thread.join()
print(subprocess.run(["echo", "program"], capture_output=True, text=True).stdout.strip())
memory = multiprocessing.shared_memory.SharedMemory(create=True, size=100); memory.buf[0] = 7
print(memory.buf[0]); memory.close(); memory.unlink()
with multiprocessing.get_context("fork").Pool(1) as pool: print(pool.map(abs, [-3]))
print(ctypes.CFUNCTYPE(ctypes.c_int)(lambda: 5)())
"""
    assert after_the_filter(source).split() == ["thread", "program", "7", "[3]", "5"]
