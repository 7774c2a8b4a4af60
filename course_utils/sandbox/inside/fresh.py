"""A kernel in a process of its own, where no parent can fork one.

`python -m course_utils.sandbox.inside.fresh PORT FOLDER MAX_OUTPUT` connects to the judge at the port, and proves with
the secret on its standard input that the judge has started it. There the judge also asks for interrupts, with `I`; the
end of it ends the kernel.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading

from course_utils.sandbox.inside.runner import run
from course_utils.sandbox.inside.stand_ins import put_in_place
from course_utils.sandbox.protocol.limits import SECRET_BYTES


def obey() -> None:
    """Interrupt the main thread for each letter on standard input; end the process with it."""
    while os.read(0, 1):
        _interrupt()
    os._exit(0)


def _interrupt() -> None:
    main = threading.main_thread().ident
    if hasattr(signal, "pthread_kill") and main is not None:
        signal.pthread_kill(main, signal.SIGINT)  # wakes it from a system call
    else:
        signal.raise_signal(signal.SIGINT)


def main() -> None:
    """Be one kernel, until the judge hangs up."""
    port, folder, max_output = sys.argv[1:]
    put_in_place()
    secret = os.read(0, SECRET_BYTES)
    connection = socket.create_connection(("127.0.0.1", int(port)))
    connection.sendall(secret)
    threading.Thread(target=obey, daemon=True).start()
    run(connection, folder, int(max_output))


if __name__ == "__main__":
    main()
