"""The warm parent from outside: started ahead, handed over, killed, and without any walls."""

from __future__ import annotations

import resource
import socket
import sys
import time
from pathlib import Path

import psutil
import pytest

from course_utils.sandbox.outside import parent as parent_module
from course_utils.sandbox.outside.kernel import KernelDied, KernelTooSlow, Sandbox, SandboxLost
from course_utils.sandbox.outside.parent import START_SECONDS, Parent, SandboxError
from tests.sandbox.outside.asking import run, settles


def test_a_parent_that_cannot_start_says_why(monkeypatch, needs):
    needs("bwrap")
    monkeypatch.setattr(parent_module, "BOOT", "raise SystemExit('torch is broken')")
    with pytest.raises(SandboxError, match="torch is broken"):
        Sandbox()


def test_a_sandbox_whose_parent_was_killed_starts_again(sandbox):
    psutil.Process(sandbox._parent.process.pid).children(recursive=True)[1].kill()
    with sandbox.kernel() as kernel:
        assert run(kernel, "print(1)") == "1\n"


def test_a_kernels_end_is_the_kernels_own_only_while_the_parent_answers(sandbox):
    with sandbox.kernel() as kernel, pytest.raises(KernelDied):
        run(kernel, "import os; os._exit(1)")
    assert sandbox._parent.is_alive()
    with sandbox.kernel() as kernel:
        for process in psutil.Process(sandbox._parent.process.pid).children(recursive=True):
            process.kill()
        with pytest.raises(SandboxLost, match="killed while a submission was judged"):
            run(kernel, "print(1)")
    assert not sandbox._parent.is_alive()


def test_a_parent_that_another_process_started_is_used_and_ended(needs):
    """As a worker of dask uses one: it has the number of the process, and the socket."""
    needs("bwrap")
    started = Parent.start("bubblewrap")
    handed_over = Parent(psutil.Process(started.process.pid), started.control.dup())
    started.control.close()
    with Sandbox(parent=handed_over) as sandbox, sandbox.kernel() as kernel:
        assert run(kernel, "print(1)") == "1\n"
        assert sandbox._parent is handed_over
    assert settles(lambda: not psutil.pid_exists(started.process.pid))


def test_in_the_place_of_a_parent_that_is_gone_another_one_is_started(needs):
    needs("bwrap")
    gone = Parent.start("bubblewrap")
    gone.process.kill()
    with Sandbox(parent=gone) as sandbox, sandbox.kernel() as kernel:
        assert run(kernel, "print(1)") == "1\n"


def test_a_parent_that_is_gone_is_not_waited_for_though_something_holds_its_socket():
    ours, theirs = socket.socketpair()
    process = psutil.Popen([sys.executable, "-c", ""])
    process.wait()
    start = time.monotonic()
    with theirs:
        assert not Parent(process, ours).is_warm()
    assert time.monotonic() - start < START_SECONDS / 2


def test_without_a_sandbox_cells_run_in_a_temporary_folder_of_their_own(unprotected):
    with unprotected.kernel({"notes.txt": b"mine"}) as kernel:
        folder = run(kernel, "import os; print(os.getcwd())").strip()
        assert run(kernel, "print(open('notes.txt').read())") == "mine\n"
        assert Path(folder, "notes.txt").exists()
    assert not Path(folder).exists()


def test_without_a_sandbox_a_slow_cell_and_what_it_started_end_too(unprotected):
    with unprotected.kernel() as kernel:
        run(kernel, "import subprocess; child = subprocess.Popen(['sleep', '1000'])")
        child = psutil.Process(int(run(kernel, "print(child.pid)")))
        with pytest.raises(KernelTooSlow):
            run(kernel, "while True: pass", seconds=1)
    assert settles(lambda: has_ended(child))


def test_without_a_sandbox_threads_can_be_started_beside_all_that_the_instructor_runs(unprotected):
    with unprotected.kernel() as kernel:
        inside = run(kernel, "import resource; print(resource.getrlimit(resource.RLIMIT_NPROC))")
    assert inside.strip() == str(resource.getrlimit(resource.RLIMIT_NPROC))


@pytest.fixture(scope="module")
def unprotected():
    """Closing it is a test, too."""
    with Sandbox(kind="none") as sandbox:
        yield sandbox
        process = psutil.Process(sandbox._parent.process.pid)
        family = [process, *process.children(recursive=True)]
    assert settles(lambda: all(map(has_ended, family)))


def has_ended(process):
    """Whether it is gone, or waits only for the system to take note of its end."""
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
