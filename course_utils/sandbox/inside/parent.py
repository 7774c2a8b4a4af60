"""The warm parent: imports everything a notebook needs once, then forks a kernel for each submission.

`python -m course_utils.sandbox.inside.parent FD ROOM` reads requests from the socket FD; at its other end is the judge:

    b"R" + settings in JSON, and one socket      a new kernel talks on that socket      -> b"+", or b"-" and a reason
    b"I", b"K"                                   interrupt or kill the newest kernel    -> b"+"

ROOM is "own" inside bubblewrap, where every kernel gets namespaces of its own, and "none" without a sandbox. The parent
runs no code of a student; a kernel cannot reach it, being in other namespaces, with another user or no privileges.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import re
import signal
import socket
import stat
import sys

import course_utils.sandbox.inside.runner as runner
from course_utils.sandbox.inside import confine
from course_utils.sandbox.inside.shell import make_shell
from course_utils.sandbox.inside.stand_ins import put_in_place
from course_utils.translation import language, preload


def warm_up() -> None:
    """Load what notebooks use, with all that it loads at first use, and leave no trace that a student could see."""
    import importlib

    gc.disable()  # it would look at all that there is again and again: a fifth of the time
    import ipywidgets  # noqa: F401
    import matplotlib
    import torch
    from torch import nn

    import course_utils as d2l

    matplotlib.use("module://matplotlib_inline.backend_inline")
    from matplotlib import pyplot as plt

    torch.set_num_threads(1)
    make_shell().run_cell("1 + 1; None", silent=True)
    for name in d2l.__all__:
        with contextlib.suppress(Exception):  # a part that does not load is the notebook's to meet
            getattr(d2l, name)
    for module in ("tqdm.auto", "tqdm.notebook", "IPython.core.magics", "IPython.core.completer", "asyncio", "timeit"):
        importlib.import_module(module)
    model = nn.Sequential(nn.Linear(2, 2), nn.Tanh())
    for optimizer in (torch.optim.SGD(model.parameters(), 0.1), torch.optim.Adam(model.parameters(), fused=True)):
        nn.functional.cross_entropy(model(torch.ones(1, 2)), torch.zeros(1, dtype=torch.long)).backward()
        optimizer.step()
    with contextlib.suppress(Exception):
        _, axes = plt.subplots()
        axes.semilogy([1, 2])
        plt.gcf().canvas.draw()
    plt.close("all")
    torch.manual_seed(0)
    gc.freeze()  # what is shared stays shared: the collector of a child does not touch it
    gc.enable()


def serve(control: socket.socket, own_room: bool) -> None:
    """Fork kernels until the judge hangs up."""
    newest = 0
    while True:
        request, passed, *_ = socket.recv_fds(control, 65536, 1)
        if not request:
            return _end(newest)
        answer = b"+"
        if request[:1] == b"R":
            _end(newest)
            try:
                newest = _start(control, json.loads(request[1:]), passed[0], own_room)
            except Exception as error:
                newest, answer = 0, b"-" + f"{type(error).__name__}: {error}".encode()[:500]
            os.close(passed[0])
        elif newest:
            _signal(newest, signal.SIGINT if request == b"I" else signal.SIGKILL)
        control.sendall(answer)


def _start(control: socket.socket, settings: dict, fd: int, own_room: bool) -> int:
    """Fork a kernel that talks on `fd`; its process id as it is seen from here."""
    folder = settings.pop("folder", None)
    if wished := settings.pop("language", None):
        language(wished)
    preload(language())  # so that kernels have it
    limits = confine.Limits(**settings)
    report, reporting = os.pipe()
    made = os.fork()
    if made == 0:
        try:
            kernel = confine.fork_into_room(limits) if own_room else 0
            if kernel:
                os.write(reporting, f"#{kernel} ".encode())
                os.close(reporting)
                os.close(fd)
                os.wait()
                os._exit(0)
            os.setsid()  # or a signal to its own group would meet the parent, whose user may be the same
            if not own_room:
                os.write(reporting, f"#{os.getpid()} ".encode())
                confine.limit(limits)
            os.write(reporting, b"+")
            for other in (control.fileno(), report, reporting):
                os.close(other)
            _point_nowhere(0, 1, 2)  # output that bypasses Python goes nowhere
            _reopen()
            runner.run(socket.socket(fileno=fd), confine.WORK if own_room else folder, limits.output)
        except BaseException as error:
            with contextlib.suppress(OSError):
                os.write(reporting, f"{type(error).__name__}: {error}".encode()[:500])
        finally:
            os._exit(1)
    os.close(reporting)
    with open(report, "rb") as pipe:
        text = pipe.read().decode(errors="replace")
    numbers = re.findall("#([0-9]+) ", text)  # from the process that waits, the rest from the kernel itself
    word = re.sub("#[0-9]+ ", "", text)
    if word != "+" or not numbers:
        raise OSError(word or "the kernel did not start")
    return int(numbers[0])


def _signal(process: int, number: int) -> None:
    """To the kernel; without a room of its own, an end is for all that it started."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, number)
        if number == signal.SIGKILL and os.getpgid(process) == process:
            os.killpg(process, number)


def _end(process: int) -> None:
    """Kill the last kernel, and wait for what is left of it."""
    if process:
        _signal(process, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        while True:
            os.wait()


def _point_nowhere(*fds: int) -> None:
    null = os.open(os.devnull, os.O_RDWR)
    for fd in fds:
        os.dup2(null, fd)
    os.close(null)


def _reopen() -> None:
    """Open the parent's open files, such as fonts, again: else all kernels would share one position in each."""
    for fd in map(int, os.listdir("/proc/self/fd")):
        with contextlib.suppress(OSError):
            if stat.S_ISREG(os.fstat(fd).st_mode):
                own = os.open(f"/proc/self/fd/{fd}", os.O_RDONLY)
                os.lseek(own, os.lseek(fd, 0, os.SEEK_CUR), os.SEEK_SET)
                os.dup2(own, fd, inheritable=False)
                os.close(own)


def main() -> None:
    """Warm up, report it with a "+" on the socket, and serve requests until the judge hangs up."""
    control = socket.socket(fileno=int(sys.argv[1]))
    control.set_inheritable(False)
    own_room = sys.argv[2] == "own"
    _point_nowhere(0, 1)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})  # kernels are interrupted; workers may block it
    if own_room:
        confine.hide()
    else:
        put_in_place()
    warm_up()
    control.sendall(b"+")
    serve(control, own_room)


if __name__ == "__main__":
    main()
