"""Memory and processes are counted over all that a process has started."""

from __future__ import annotations

import subprocess
import sys
import time

import psutil
import pytest

from course_utils.sandbox.outside.usage import Overuse, require_within
from course_utils.sandbox.protocol.limits import MEBI, Limits

# As under bubblewrap: two processes of its own, of which the second is the parent, and kernels below.
FAMILY = """
import os, sys, time
count, size = int(sys.argv[1]), int(sys.argv[2])
for number in range(count):
    if os.fork() == 0:
        taken = bytearray(os.urandom(size)) if number == count - 1 else b""
        print("ready", flush=True)
        time.sleep(60)
        os._exit(0)
print("ready", flush=True)
time.sleep(60)
"""


@pytest.fixture
def family():
    started = []

    def start(count: int, size: int = 0) -> int:
        words = [sys.executable, "-c", FAMILY, str(count), str(size)]
        process = subprocess.Popen(words, stdout=subprocess.PIPE)
        started.append(process)
        for _ in range(count + 1):
            process.stdout.readline()
        return process.pid

    yield start
    for process in started:
        for member in [*psutil.Process(process.pid).children(recursive=True), process]:
            member.kill()
        process.wait()
        process.stdout.close()


def test_within_the_limits_nothing_is_said(family):
    assert require_within(family(6, 8 * MEBI), Limits(memory=64 * MEBI, processes=8)) is None


def test_one_process_more_than_is_allowed_is_named(family):
    root = family(7)
    require_within(root, Limits(processes=3))
    with pytest.raises(Overuse, match="more than 2 processes"):
        require_within(root, Limits(processes=2))


def test_memory_of_any_of_them_counts(family):
    with pytest.raises(Overuse, match="more than 16 MiB of memory"):
        require_within(family(4, 40 * MEBI), Limits(memory=16 * MEBI))


def test_a_process_that_is_gone_takes_nothing():
    process = subprocess.Popen(["true"])
    process.wait()
    time.sleep(0.05)
    assert require_within(process.pid, Limits(processes=0)) is None
