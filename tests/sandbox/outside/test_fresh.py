"""Kernels in processes of their own, for systems that cannot fork."""

from __future__ import annotations

import socket
import threading

import psutil
import pytest

from course_utils.sandbox.outside import fresh
from course_utils.sandbox.outside import kernel as kernel_module
from course_utils.sandbox.outside.fresh import FreshKernels
from course_utils.sandbox.outside.kernel import KernelDied, KernelTooSlow, Sandbox
from course_utils.sandbox.outside.parent import SandboxError
from course_utils.sandbox.protocol.limits import Limits
from tests.sandbox.outside.asking import run, settles


@pytest.fixture(scope="module")
def cannot_fork():
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(kernel_module, "can_fork", lambda: False)
        with Sandbox(kind="none") as sandbox:
            yield sandbox


@pytest.fixture
def kernel(cannot_fork):
    with cannot_fork.kernel({"notes.txt": b"mine"}) as kernel:
        yield kernel


def test_where_no_process_can_fork_each_kernel_is_a_fresh_process(kernel):
    process = psutil.Process(int(run(kernel, "import os; print(os.getpid())")))
    assert process.ppid() == psutil.Process().pid


def test_a_fresh_kernel_runs_beside_the_files_that_were_handed_in(kernel):
    assert run(kernel, "print(open('notes.txt').read())") == "mine\n"


def test_a_fresh_kernel_is_interrupted_when_a_cell_takes_too_long_and_goes_on(kernel):
    run(kernel, "x = 3")
    with pytest.raises(KernelTooSlow):
        run(kernel, "import time; time.sleep(1000)", seconds=1)
    assert run(kernel, "print(x)") == "3\n"


def test_a_fresh_kernel_that_ignores_interrupts_is_killed(kernel):
    run(kernel, "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)")
    with pytest.raises(KernelDied, match="stopped after 1 seconds"):
        run(kernel, "while True: pass", seconds=1)


def test_a_fresh_kernel_ends_with_its_use_and_with_it_what_it_started(cannot_fork):
    with cannot_fork.kernel() as kernel:
        numbers = run(kernel, "import os, subprocess; print(os.getpid(), subprocess.Popen(['sleep', '1000']).pid)")
    assert settles(lambda: not any(psutil.pid_exists(int(number)) for number in numbers.split()))


def test_a_fresh_kernel_that_does_not_start_says_why(cannot_fork, monkeypatch):
    monkeypatch.setattr(fresh, "BOOT", "raise SystemExit('torch is broken')")
    with pytest.raises(SandboxError, match="torch is broken"), cannot_fork.kernel():
        pass


def test_a_stranger_who_connects_first_is_not_taken_for_the_kernel(tmp_path, monkeypatch):
    created = socket.create_server

    def with_a_stranger(address):
        server = created(address)
        stranger = socket.create_connection(server.getsockname())
        threading.Timer(0.1, stranger.sendall, [b"0" * fresh.SECRET_BYTES]).start()
        return server

    monkeypatch.setattr(socket, "create_server", with_a_stranger)
    kernels = FreshKernels()
    with kernels.start_kernel(Limits(), str(tmp_path)) as connection:
        assert kernels.process is not None
        ends = {connection.laddr for connection in kernels.process.net_connections()}
        assert connection.getpeername() in {tuple(end) for end in ends}
    kernels.end()
