"""Python as it is where there is no `resource`, `fcntl`, fork, socket to hand over, /proc or bubblewrap.

`HIDE` is run before anything of ours is imported: in the process of a test, and in the kernels that it starts.
"""

HIDE = """
import builtins, os, shutil, signal, socket, sys
import locket, psutil  # they choose by the system: there they are others

HIDDEN = ("resource", "fcntl", "grp", "termios")


class Nowhere:
    def find_spec(self, name, path=None, target=None):
        if name in HIDDEN:
            raise ImportError(f"there is no {name} here", name=name)


def _open(file, *words, open=open, **more):
    ours = sys._getframe(1).f_globals.get("__name__", "").startswith("course_utils")
    if ours and str(file).startswith("/proc"):
        raise FileNotFoundError(2, "No such file or directory", file)
    return open(file, *words, **more)


def _which(name, *words, which=shutil.which, **more):
    return None if name == "bwrap" else which(name, *words, **more)


sys.meta_path.insert(0, Nowhere())
for name in HIDDEN:
    sys.modules.pop(name, None)
for module, names in (
    (os, "fork forkpty setsid setpgid getpgid killpg sched_getaffinity wait statvfs setresuid chown"),
    (signal, "pthread_sigmask pthread_kill setitimer"),
    (socket, "send_fds recv_fds"),
):
    for name in names.split():
        vars(module).pop(name, None)
builtins.open, shutil.which = _open, _which
"""
