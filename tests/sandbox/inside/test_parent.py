"""The warm parent, asked as the judge asks it: over its control socket."""

from __future__ import annotations

import dataclasses
import json
import socket
import time

import psutil
import pytest

from course_utils.sandbox.outside.parent import Parent
from course_utils.sandbox.protocol.limits import Limits
from course_utils.sandbox.protocol.wire import Closed, receive, send
from tests.sandbox.outside.asking import settles


@pytest.fixture(scope="module")
def parent():
    parent = Parent.start("none")
    assert parent.is_warm(), parent.reason()
    yield parent
    parent.end()


@pytest.fixture
def kernel(parent, tmp_path):
    with parent.start_kernel(Limits(), str(tmp_path)) as connection:
        yield connection


def printed(connection, source: str) -> str:
    send(connection, {"do": "execute", "source": source, "id": 1})
    text = ""
    while "id" not in (frame := receive(connection, time.monotonic() + 30)).header:
        text += frame.header.get("text", "")
    return text


def test_a_kernel_has_everything_imported_already(kernel):
    source = "import sys; print({'torch', 'IPython', 'matplotlib.pyplot', 'ipywidgets'} <= set(sys.modules))"
    assert printed(kernel, source) == "True\n"


def test_a_kernel_collects_its_own_garbage_and_leaves_alone_what_was_imported(kernel):
    source = "import gc; print(gc.isenabled(), gc.get_threshold()[0], gc.get_freeze_count() > 100_000)"
    assert printed(kernel, source) == "True 700 True\n"


def test_a_kernel_holds_no_other_socket_than_its_own(kernel):
    source = """
import os, stat
print(sum(stat.S_ISSOCK(os.stat(f"/proc/self/fd/{fd}").st_mode) for fd in os.listdir("/proc/self/fd")
          if os.path.exists(f"/proc/self/fd/{fd}")))"""
    assert printed(kernel, source) == "1\n"


def test_the_next_kernel_ends_the_one_before(parent, kernel, tmp_path):
    with parent.start_kernel(Limits(), str(tmp_path)) as following:
        assert printed(following, "print(1)") == "1\n"
        with pytest.raises(Closed):
            receive(kernel, time.monotonic() + 5)


def test_a_kernel_that_is_killed_is_gone(parent, kernel):
    process = psutil.Process(int(printed(kernel, "import os; print(os.getpid())")))
    parent.kill()
    assert settles(lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE)
    with pytest.raises(Closed):
        receive(kernel, time.monotonic() + 5)


def test_a_request_that_makes_no_sense_is_answered_with_a_reason_and_the_next_one_works(parent, tmp_path):
    request = {**dataclasses.asdict(Limits()), "folder": str(tmp_path), "colour": "red"}
    ours, theirs = socket.socketpair()
    with ours, theirs:
        socket.send_fds(parent.control, [b"R" + json.dumps(request).encode()], [theirs.fileno()])
        assert parent.control.recv(1024).startswith(b"-TypeError")
    with parent.start_kernel(Limits(), str(tmp_path)) as connection:
        assert printed(connection, "print(2)") == "2\n"
