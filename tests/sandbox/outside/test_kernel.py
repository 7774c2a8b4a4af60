"""What a submission sees, writes, reaches and takes when it runs in the sandbox; read from inside, by its own code."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import psutil
import pytest

from course_utils.filesystem import REPOSITORY
from course_utils.sandbox.inside.seccomp import REFUSED
from course_utils.sandbox.outside.kernel import KernelDied, KernelTooSlow, Sandbox, why_no_sandbox
from course_utils.sandbox.outside.parent import SandboxError
from course_utils.sandbox.protocol.limits import MEBI, Limits
from course_utils.translation import speaking
from tests.sandbox.outside.asking import run, settles


@pytest.fixture
def kernel(sandbox):
    with sandbox.kernel({"notes.txt": b"mine", "data/table.csv": b"1,2"}) as kernel:
        yield kernel


# What is visible


def test_a_cell_runs_in_a_folder_with_the_files_that_were_handed_in(kernel):
    assert run(kernel, "print(open('notes.txt').read(), open('data/table.csv').read())") == "mine 1,2\n"


def test_a_kernel_speaks_the_language_of_who_asks_for_it(sandbox):
    for code in ("zh", "en"):
        with speaking(code), sandbox.kernel() as kernel:
            assert run(kernel, "from course_utils import language; print(language())") == f"{code}\n"


@pytest.mark.parametrize(
    "place",
    [REPOSITORY / "source", REPOSITORY / "tests", REPOSITORY / "nbgrader_config.py", Path.home() / ".profile",
     "/etc/shadow", "/etc/passwd", "/etc/hosts", "/root/.bashrc", "/var", "/srv", "/sys", "/run"],
    ids=str,
)  # fmt: skip
def test_a_place_outside_is_not_there(kernel, place):
    assert run(kernel, f"import os; print(os.path.exists({str(place)!r}))") == "False\n"


def test_a_file_of_the_machines_own_tmp_is_not_there(kernel, tmp_path):
    (tmp_path / "secret").write_text("x")
    assert run(kernel, f"import os; print(os.path.exists({str(tmp_path)!r}), os.listdir('/tmp'))") == "False []\n"


def test_other_processes_are_not_there(kernel):
    seen = run(kernel, "import os; print(sorted(int(n) for n in os.listdir('/proc') if n.isdigit()), os.getppid())")
    assert seen == "[1] 0\n"


@pytest.mark.parametrize(
    "name",
    [
        "equations.networks",
        "equations.evaluate",
        "checks.tasks",
        "grading",
        "grading.judging.judge",
        "sandbox.outside.kernel",
    ],
)
def test_what_knows_the_answers_cannot_be_imported(kernel, name):
    assert find_spec(f"course_utils.{name}") is not None  # outside it can be
    assert "Error" in run(kernel, f"import course_utils.{name}")


def test_of_the_equations_there_are_names_only(kernel):
    code = "import course_utils.equations as e, os; print({type(getattr(e, name)).__name__ for name in e.__all__}"
    seen = run(kernel, f"{code}, sorted(os.listdir(os.path.dirname(e.__file__)))[0])")
    assert seen == "{'StandIn'} __init__.py\n"


def test_the_reference_is_in_no_file_that_can_be_read(kernel):
    found = run(kernel, """
import os
for parent, folders, names in os.walk("/course"):
    if os.path.basename(parent) in ("equations", "grading"):
        print(sorted(names), sorted(set(folders) - {"__pycache__"}))""")  # fmt: skip
    assert found and set(found.splitlines()) == {"['__init__.py'] []"}


def test_the_courses_own_tools_can_be_imported(kernel):
    assert run(kernel, "import course_utils as d2l; print(len(d2l.load_data_jay_lyrics()[0]) > 0)") == "True\n"


def test_the_environment_says_nothing_of_who_grades(kernel, monkeypatch):
    names = run(kernel, "import os; print(*sorted(os.environ))").split()
    assert not set(names) & {"PIP_INDEX_URL", "LOGNAME", "SSH_AUTH_SOCK", "OLDPWD", "PYTHONPATH"}
    assert run(kernel, "print(os.environ['HOME'], os.path.expanduser('~'))") == "/home/student /home/student\n"


# What is writable


@pytest.mark.parametrize(
    "place", ["/", "/usr/x", "/etc/x", "/course/x", "/dev/x", "/proc/sys/kernel/hostname", "/home/x"]
)
def test_a_place_that_is_not_the_students_cannot_be_written(kernel, place):
    assert "Error" in run(kernel, f"open({place!r} + ('x' if {place!r} == '/' else ''), 'w').write('x')")


@pytest.mark.parametrize("place", ["x", "/home/student/x", "/tmp/x", "/dev/shm/x"])
def test_work_home_and_temporary_folders_can_be_written_and_are_gone_for_the_next(sandbox, place):
    with sandbox.kernel() as kernel:
        assert run(kernel, f"open({place!r}, 'w').write('left'); print(open({place!r}).read())") == "left\n"
    with sandbox.kernel() as kernel:
        assert run(kernel, f"import os; print(os.path.exists({place!r}))") == "False\n"


def test_nothing_of_a_submission_is_in_the_next_ones_modules(sandbox):
    with sandbox.kernel() as kernel:
        run(kernel, "import torch, builtins, sys; torch.matmul = builtins.mark = sys.modules['mark'] = 1; x = 2")
        run(kernel, "torch.manual_seed(5)")
    with sandbox.kernel() as kernel:
        assert run(kernel, "import torch; print(callable(torch.matmul), 'mark' in dir(__builtins__))") == "True False\n"
        assert "NameError" in run(kernel, "x")


def test_two_kernels_draw_the_same_numbers(sandbox):
    drawn = []
    for _ in range(2):
        with sandbox.kernel() as kernel:
            drawn.append(
                run(kernel, "import torch, random, numpy; print(torch.rand(1), random.random(), numpy.random.rand())")
            )
    assert drawn[0] == drawn[1]


# What is reachable


@pytest.mark.parametrize("address", ["('1.1.1.1', 53)", "('127.0.0.1', 22)", "('localhost', 80)"])
def test_there_is_no_network(kernel, address):
    assert "error" in run(kernel, f"import socket; socket.create_connection({address}, timeout=3)").lower()


def test_a_server_on_this_machine_cannot_be_reached(kernel):
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert "Error" in run(kernel, f"import socket; socket.create_connection(('127.0.0.1', {port}), timeout=3)")


def test_there_is_no_privilege_and_no_way_to_one(kernel):
    status = dict(
        line.split(":\t")
        for line in run(kernel, "print(open('/proc/self/status').read())").splitlines()
        if ":\t" in line
    )
    assert [status[name] for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")] == ["0" * 16] * 5
    assert status["NoNewPrivs"] == "1"
    assert status["Uid"].split()[0] != "0"


@pytest.mark.parametrize("kind", ["mnt", "pid", "net", "ipc", "uts", "user"])
def test_namespaces_are_the_kernels_own(kernel, kind):
    assert run(kernel, f"import os; print(os.readlink('/proc/self/ns/{kind}'))").strip() != os.readlink(
        f"/proc/self/ns/{kind}"
    )


def test_a_kernel_makes_no_further_namespaces(kernel):
    assert "-1" in run(kernel, "import ctypes; print(ctypes.CDLL(None).unshare(0x10000000))")


MOVES = """
import os, stat
files = [fd for fd in map(int, os.listdir("/proc/self/fd")) if os.path.exists(f"/proc/self/fd/{fd}")]
files = [fd for fd in files if stat.S_ISREG(os.fstat(fd).st_mode)]
print([os.lseek(fd, 0, os.SEEK_CUR) for fd in files])
moved = [os.lseek(fd, 12345, os.SEEK_SET) for fd in files]
"""


def test_no_kernel_moves_the_place_in_a_file_that_the_next_one_has_open(sandbox):
    places = []
    for _ in range(2):
        with sandbox.kernel() as kernel:
            places.append(run(kernel, MOVES))
    assert places[0] == places[1] != "[]\n", "the fonts that the warm parent has open"


@pytest.mark.skipif(os.uname().machine not in REFUSED, reason="no filter of system calls here")
def test_memory_that_no_process_owns_cannot_be_had(kernel):
    assert "PermissionError" in run(kernel, "import os; os.memfd_create('x')")
    assert "PermissionError" in run(kernel, "import mmap; mmap.mmap(-1, 4096)")
    assert "PermissionError" not in run(kernel, "mmap.mmap(-1, 4096, mmap.MAP_PRIVATE)[0]")
    assert "error" in run(kernel, "mmap.mmap(os.open('/dev/zero', os.O_RDWR), 4096)").lower()


def test_no_descriptor_but_the_socket_to_the_judge_leads_out(kernel):
    shown = run(kernel, """
import os
for fd in sorted(map(int, os.listdir('/proc/self/fd'))):
    try: print(fd, os.readlink(f'/proc/self/fd/{fd}').split(':')[0])
    except OSError: pass""")  # fmt: skip
    kinds = [line.split()[1] for line in shown.splitlines()]
    others = {kind for kind in kinds if not kind.startswith("/course/venv/")}  # fonts that were read
    assert kinds.count("socket") == 1 and others == {"/dev/null", "socket"}, shown


# Limits


def test_too_much_memory_is_an_error_in_the_cell(sandbox):
    sandbox.limits = Limits(memory=512 * MEBI)
    with sandbox.kernel() as kernel:
        assert "MemoryError" in run(kernel, "x = bytearray(2**31)")
        assert run(kernel, "print(1)") == "1\n"


MANY_TAKE_MEMORY = """
import os, time
for _ in range(4):
    if os.fork() == 0:
        x = bytearray(os.urandom(1)) * (300 * 2**20)
        time.sleep(60)
        os._exit(0)
"""


@pytest.mark.parametrize("meanwhile", ["time.sleep(30)", "while True: print('.' * 9, flush=True); time.sleep(0.02)"],
                         ids=["silent", "talking all the time"])  # fmt: skip
def test_memory_is_counted_over_all_processes(sandbox, meanwhile):
    sandbox.limits = Limits(memory=700 * MEBI)
    with sandbox.kernel() as kernel, pytest.raises(KernelDied, match="more than 700 MiB of memory"):
        run(kernel, MANY_TAKE_MEMORY + meanwhile)


def test_processes_are_limited(sandbox):
    sandbox.limits = Limits(processes=16)
    fork_all = """
import os, time
made = 0
try:
    for _ in range(100):
        if os.fork() == 0:
            time.sleep(60)
            os._exit(0)
        made += 1
except OSError as error: print(made < 16, type(error).__name__)"""
    with sandbox.kernel() as kernel:
        try:
            assert run(kernel, fork_all) == "True BlockingIOError\n"
        except KernelDied as died:  # counted from outside
            assert "more than 16 processes" in str(died)


def test_disk_is_limited_in_all_places_together(sandbox):
    sandbox.limits = Limits(written=16 * MEBI)
    fill = """
for place in ("x", "/tmp/x", "/dev/shm/x"):
    with open(place, "wb") as file: file.write(bytes(7 * 2**20))"""
    with sandbox.kernel() as kernel:
        assert "No space left" in run(kernel, fill)


def test_a_slow_cell_is_interrupted_and_the_kernel_goes_on(kernel):
    run(kernel, "x = 1")
    with pytest.raises(KernelTooSlow):
        run(kernel, "while True: pass", seconds=1)
    assert run(kernel, "print(x)") == "1\n"


def test_a_cell_that_ignores_the_interrupt_is_killed_with_all_it_started(sandbox):
    deaf = """
import os, signal, time
signal.signal(signal.SIGINT, signal.SIG_IGN)
if os.fork() == 0:
    os.setsid()
while True: time.sleep(1)"""
    with sandbox.kernel() as kernel:
        with pytest.raises(KernelDied, match="stopped after 1 seconds"):
            run(kernel, deaf, seconds=1)
        with pytest.raises(KernelDied):
            run(kernel, "1")
    assert settles(lambda: len(living(sandbox)) <= 2)


def living(sandbox) -> list[psutil.Process]:
    """All processes inside: bubblewrap's, the warm parent, the process that waits, the kernel, and its children."""
    family = psutil.Process(sandbox._parent.process.pid).children(recursive=True)
    return [process for process in family if process.status() != psutil.STATUS_ZOMBIE]


def test_what_a_submission_leaves_running_ends_with_it(sandbox):
    with sandbox.kernel() as kernel:
        run(kernel, "import subprocess; subprocess.Popen(['sleep', '1000'], start_new_session=True)")
        assert any(process.name() == "sleep" for process in living(sandbox))
    assert settles(lambda: len(living(sandbox)) <= 2)


@pytest.mark.parametrize(
    "source",
    [
        "import os; os._exit(3)",
        "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
        "import ctypes; ctypes.string_at(0)",
    ],
    ids=["exits", "signals itself", "segmentation fault"],
)
def test_a_kernel_that_dies_is_gone_and_the_next_one_is_as_new(sandbox, source):
    with sandbox.kernel() as kernel:
        try:
            run(kernel, source)
            died = False
        except KernelDied:
            died = True
        if not died:  # the first process of a namespace is deaf to its own signals
            assert run(kernel, "print(1)") == "1\n"
    with sandbox.kernel() as kernel:
        assert run(kernel, "print(2)") == "2\n"


def test_a_signal_to_a_kernels_own_group_meets_nobody_else(kernel):
    """The kernel of the system looks at users then, not at namespaces: without root the parent's is the same."""
    assert run(kernel, "import os; print(os.getpgid(0) == os.getsid(0) == os.getpid())") == "True\n"


def test_a_kernel_cannot_reach_the_warm_parent(kernel):
    assert "Error" in run(kernel, "import os, signal; os.kill(2, signal.SIGKILL)")


@pytest.mark.parametrize(
    "tail",
    [
        b"",
        b"\xff\xff\xff\xff",
        b"\0\0\0\2[]",
        b'\0\0\0\5{"a":',
        b'\0\0\0\x10{"buffers":[-1]}',
        b'\0\0\0\x13{"buffers":[9e99]}',
    ],
    ids=["end", "huge header", "not an object", "broken JSON", "negative size", "a float as size"],
)
def test_a_kernel_that_breaks_the_protocol_is_ended(sandbox, tail):
    speak = f"""
import os
links = {{fd: f"/proc/self/fd/{{fd}}" for fd in range(3, 20)}}
os.write(next(fd for fd, link in links.items() if os.path.exists(link) and "socket" in os.readlink(link)), {tail!r})
os._exit(0)"""
    with sandbox.kernel() as kernel, pytest.raises(KernelDied):
        run(kernel, speak)


# Starting, and not starting


def test_the_machine_here_has_a_sandbox(needs):
    needs("bwrap")
    assert why_no_sandbox() == ""


def test_without_bubblewrap_it_says_how_to_get_it(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(SandboxError, match="apt-get install bubblewrap"):
        Sandbox()


def test_a_bubblewrap_that_is_not_allowed_says_what_to_allow(monkeypatch, tmp_path):
    program = tmp_path / "bwrap"
    program.write_text("#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(SandboxError, match=r"No permissions to create new namespace.*user namespaces"):
        Sandbox()


def test_other_systems_are_told_that_it_needs_linux(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    assert "needs Linux" in why_no_sandbox()


# As an instructor who is not root

AS_NOBODY = """
import sys
sys.path.insert(0, sys.argv[1])
from course_utils.sandbox.outside.kernel import Sandbox
with Sandbox() as sandbox, sandbox.kernel({"a": b"1"}) as kernel:
    shown = []
    kernel.ask({"do": "execute", "source": %r}, seconds=30, output=shown.append)
    print("".join(one.get("text", str(one)) for one in shown))
"""
LOOK = """
import os, threading
thread = threading.Thread(target=print, args=("threads run",)); thread.start(); thread.join()
status = open("/proc/self/status").read()
print("capabilities", status.partition("CapEff:")[2].split()[0], os.listdir("."), os.path.exists("/etc/passwd"))
print("processes", [name for name in os.listdir("/proc") if name.isdigit()])
try: open("/usr/x", "w")
except OSError as error: print(type(error).__name__)
"""


# Another user could not read a Python that lives in root's home: there it is shown in a namespace of the test's own.
AS_ANOTHER = """
set -e
closed=$1 python=$2; shift 2
if [ -n "$closed" ]; then
    mount --bind "$python" /mnt && mount -t tmpfs -o mode=755 none "$closed"
    mkdir -p "$python" && mount --bind /mnt "$python" && umount /mnt
fi
exec setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
"""


def test_an_instructor_who_is_not_root_has_the_same_sandbox(needs):
    needs("bwrap")
    if os.getuid() != 0 or not shutil.which("setpriv") or not shutil.which("unshare"):
        pytest.skip("only root can take on another user; the tests above have run as this one")
    closed = next((one for one in reversed(Path(sys.base_prefix).parents) if not one.stat().st_mode & 1), "")
    words = ["unshare", "--mount", "sh", "-c", AS_ANOTHER, "sh", str(closed), sys.base_prefix, sys.executable, "-Bc"]
    words += [AS_NOBODY % LOOK, str(REPOSITORY)]
    done = subprocess.run(
        words, capture_output=True, text=True, env=os.environ | {"HOME": "/tmp"}, cwd="/", check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split("\n")[:4] == [
        "threads run", "capabilities 0000000000000000 ['a'] False", "processes ['1']", "OSError",
    ]  # fmt: skip
