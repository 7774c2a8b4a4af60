"""Limits that a process sets for itself; the walls around it are tested in outside/test_kernel.py."""

from __future__ import annotations

import subprocess
import sys

from course_utils.filesystem import REPOSITORY

LIMITED = """
import sys
from course_utils.sandbox.inside import confine
from course_utils.sandbox.protocol.limits import MEBI, Limits
confine.limit(Limits(memory=256 * MEBI, written=MEBI, submission_seconds=10))
"""


def there(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", LIMITED + code], capture_output=True, text=True, cwd=REPOSITORY, check=False
    )


def test_memory_is_limited_on_top_of_what_the_parent_takes():
    assert there("bytearray(64 * MEBI); print('fits')").stdout == "fits\n"
    assert "MemoryError" in there("bytearray(512 * MEBI)").stderr


def test_a_file_ends_at_its_limit(tmp_path):
    tried = there(f"open({str(tmp_path / 'large')!r}, 'wb').write(bytes(2 * MEBI))")
    assert tried.returncode != 0 and (tmp_path / "large").stat().st_size <= 2**20


def test_files_and_seconds_are_limited_and_no_core_is_dumped():
    limits = (
        "import resource as r; print(*(r.getrlimit(kind) for kind in (r.RLIMIT_NOFILE, r.RLIMIT_CPU, r.RLIMIT_CORE)))"
    )
    assert there(limits).stdout == "(256, 256) (670, 670) (0, 0)\n"


def test_a_hidden_process_cannot_be_looked_into():
    hidden = "confine.hide(); import ctypes; print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))"  # 3: PR_GET_DUMPABLE
    assert there(hidden).stdout == "0\n"
