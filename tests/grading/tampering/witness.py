# Honest, and looks for what the student before it may have left.
# answers: amina
# points: all
# %% first
import builtins
import json
import os
import signal
import socket
import sys
import threading
from pathlib import Path

from IPython import get_ipython

WORDS = ("course-marker", "course_marker")


def marked(text):
    return any(word in text for word in WORDS)


def entries(folder, depth=3):
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return
    for name in names:
        path = os.path.join(folder, name)
        yield path
        if depth and os.path.isdir(path) and not os.path.islink(path):
            yield from entries(path, depth - 1)


def files():
    places = ["/tmp", "/dev/shm", "/var/tmp", "/run", str(Path.home()), os.getcwd(), "..", "../.."]
    return [f"file {path}" for place in places for path in entries(place) if marked(path)]


def processes():
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        for what in ("cmdline", "environ", "comm"):
            try:
                text = Path("/proc", pid, what).read_text(errors="replace")
            except OSError:
                continue
            if marked(text):
                found.append(f"{what} of process {pid}: {text[:200]}")
    return found


def sockets():
    try:
        return [f"socket {line.split()[-1]}" for line in open("/proc/net/unix") if marked(line)]
    except OSError:
        return []


def this_process():
    shell = get_ipython()
    found = [f"thread {thread.name}" for thread in threading.enumerate() if marked(thread.name)]
    found += [f"environment {name}={value}" for name, value in os.environ.items() if marked(name + value)]
    found += [f"module {name}" for name in sys.modules if marked(name)]
    found += [f"builtin {name}" for name in dir(builtins) if marked(name)]
    found += [f"path {path}" for path in sys.path if marked(path)]
    found += [f"transformer {one!r}" for one in shell.input_transformers_cleanup if marked(repr(one))]
    found += [f"name {name}" for name in shell.user_ns if marked(name)]
    if signal.getsignal(signal.SIGINT) in (signal.SIG_IGN, signal.SIG_DFL):
        found.append("SIGINT is handled by nobody")
    if sys.getrecursionlimit() > 100_000:
        found.append("the recursion limit is raised")
    return found


LEFT = files() + processes() + sockets() + this_process()

# %% last
if torch.get_default_dtype() != torch.float32:
    LEFT.append("the default dtype is another")
try:
    socket.create_connection(("127.0.0.1", int("@PORT@")), 1).close()
    NET = True
except OSError:
    NET = False
print("witness:", json.dumps({"left": LEFT, "network": NET, "pid": os.readlink("/proc/self/ns/pid")}))
