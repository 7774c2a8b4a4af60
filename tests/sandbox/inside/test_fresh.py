"""A kernel that was started by nobody's fork proves itself, obeys its standard input, and ends with it."""

from __future__ import annotations

import socket
import subprocess
import sys
import time

import pytest

from course_utils.filesystem import REPOSITORY
from course_utils.sandbox.protocol.limits import SECRET_BYTES
from course_utils.sandbox.protocol.wire import receive, send

SECRET = bytes(range(SECRET_BYTES))


@pytest.fixture
def kernel(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        words = [str(server.getsockname()[1]), str(tmp_path), "10000"]
        command = [sys.executable, "-m", "course_utils.sandbox.inside.fresh", *words]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, cwd=REPOSITORY)
        process.stdin.write(SECRET)
        process.stdin.flush()
        server.settimeout(60)
        connection, _ = server.accept()
        yield process, connection
        connection.close()
        process.kill()
        process.wait()
        process.stdin.close()


def test_it_sends_the_secret_and_then_answers(kernel):
    _, connection = kernel
    assert connection.recv(SECRET_BYTES, socket.MSG_WAITALL) == SECRET
    send(connection, {"do": "execute", "source": "x = 1", "id": 1})
    assert receive(connection, time.monotonic() + 30).header == {"is": "done", "ok": True, "id": 1}


def test_a_letter_interrupts_it_and_the_end_of_its_input_ends_it(kernel):
    process, connection = kernel
    connection.recv(SECRET_BYTES, socket.MSG_WAITALL)
    # Many short sleeps: one that begins just after the interrupt came does not notice it.
    source = "import time; print('on', flush=True)\nwhile True: time.sleep(0.1)"
    send(connection, {"do": "execute", "source": source, "id": 1})
    assert receive(connection, time.monotonic() + 30).header["text"] == "on\n"
    process.stdin.write(b"I")
    process.stdin.flush()
    assert receive(connection, time.monotonic() + 10).header["ename"] == "KeyboardInterrupt"
    process.stdin.close()
    assert process.wait(10) == 0
