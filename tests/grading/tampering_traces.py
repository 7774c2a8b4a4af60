"""What tampering can leave behind, and how it is found: secrets to steal, doors to knock at, marks on the machine.

A trace belongs to a submission: what it writes is called `course-marker-NAME`, what it says when it got through is
"tampering worked: NAME" (put together at run time, so that a traceback that quotes the line does not say it).
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import site
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

from course_utils.grading.course.folder import CourseFolder
from tests.grading.tampering_class import REPOSITORY, witness

NEIGHBOUR = "0-neighbour"
MARKER = re.compile(r"course[-_]marker[-_](\w+)")
WORKED = re.compile(r"tampering worked: (\w+)")
LONG = 20 << 20  # characters: a MiB for each of a notebook's cells
MARKED_FOLDERS = ("/tmp", "/var/tmp", "/dev/shm", "/run", "/etc/cron.d", "/var/spool/cron/crontabs")


@dataclass
class Surroundings:
    """A course with secrets in it, a home folder of its own, and who knocked at the doors."""

    course: CourseFolder
    home: Path
    secrets: dict[str, str] = field(default_factory=lambda: {what: secrets.token_hex(8) for what in SECRETS})
    visits: list[str] = field(default_factory=list)
    port: int = 0
    _handed_in: set[Path] = field(default_factory=set)

    def remember_submissions(self) -> None:
        """From now on, a new file in `submitted/` is somebody's trace."""
        self._handed_in = {path.relative_to(self.course.submitted) for path in self.course.submitted.rglob("*")}

    def was_handed_in(self, path: Path) -> bool:
        """Whether a file of the course is a submission's own, or nbgrader's copy of it."""
        folder, *inner = path.relative_to(self.course.root).parts
        return folder in ("submitted", "autograded") and Path(*inner) in self._handed_in

    @property
    def socket(self) -> Path:
        return self.home / "door"

    @property
    def words(self) -> dict[str, str]:
        """What one who tampers knows of the place: the words in the submissions, and what they stand for."""
        return {
            "@COURSE@": str(self.course.root),
            "@HOME@": str(self.home),
            "@PACKAGES@": next(path for path in site.getsitepackages() if path.endswith("site-packages")),
            "@REPOSITORY@": str(REPOSITORY),
            "@NEIGHBOUR@": str(self.course.submitted / NEIGHBOUR / "gru"),
            "@PORT@": str(self.port),
            "@SOCKET@": str(self.socket),
            "@ABSTRACT@": f"course-{self.port}",
            "@SAY@": 'print(" ".join(["tampering", "worked:", "@NAME@"]))',
            "@MARKER@": "/tmp/course-marker-@NAME@",
        }


SECRETS = ("source", "neighbour", "gradebook", "environment", "home")


@contextlib.contextmanager
def surroundings(course: CourseFolder, folder: Path) -> Iterator[Surroundings]:
    """Hide the secrets in the course and in a new home folder, open the doors; close and clean up at the end."""
    around = Surroundings(course, folder / "home")
    around.home.mkdir()
    doors = {"HOME": str(around.home), "COURSE_SECRET": around.secrets["environment"]}
    with mock.patch.dict(os.environ, doors), _open_doors(around):
        _hide_secrets(around)
        try:
            yield around
        finally:
            for path in marked_files():
                path.unlink(missing_ok=True)


def _hide_secrets(around: Surroundings) -> None:
    notebook = around.course.source / "gru" / "gru.ipynb"
    text, begin = notebook.read_text(encoding="utf-8"), "### BEGIN SOLUTION\\n"
    assert begin in text
    notebook.write_text(text.replace(begin, f"{begin}    # {around.secrets['source']}\\n", 1), encoding="utf-8")
    (around.home / ".key").write_text(around.secrets["home"], encoding="utf-8")
    witness("", NEIGHBOUR).hand_in(around.course.submitted, around.words)
    folder = around.course.submitted / NEIGHBOUR / "gru"
    (folder / "notes.txt").write_text(around.secrets["neighbour"], encoding="utf-8")
    with around.course.gradebook() as gradebook:
        gradebook.update_or_create_student(NEIGHBOUR, last_name=around.secrets["gradebook"])


@contextlib.contextmanager
def _open_doors(around: Surroundings) -> Iterator[None]:
    """Listen on TCP, on a socket file and on an abstract socket; who comes says a name."""

    class Door(socketserver.StreamRequestHandler):
        timeout = 2

        def handle(self):
            with contextlib.suppress(OSError):
                around.visits.append(self.rfile.readline(200).decode(errors="replace"))

    with contextlib.ExitStack() as stack:
        tcp = stack.enter_context(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Door))
        around.port = tcp.server_address[1]
        servers = [tcp]
        for address in (str(around.socket), f"\0course-{around.port}"):
            servers.append(stack.enter_context(socketserver.ThreadingUnixStreamServer(address, Door)))
        for server in servers:
            server.daemon_threads = True
            threading.Thread(target=server.serve_forever, daemon=True).start()
            stack.callback(server.shutdown)
        yield


def marked_files() -> list[Path]:
    """Files of this machine, outside any course, whose names a submission has chosen."""
    places = [*MARKED_FOLDERS, *site.getsitepackages(), REPOSITORY / "course_utils"]
    found = (path for place in map(Path, places) if place.is_dir() for path in place.iterdir())
    return [path for path in found if MARKER.search(path.name)]


def traces_on_the_machine(around: Surroundings) -> dict[str, list[str]]:
    """Submission's name -> what it left on the host: files, processes, rewritten files, visits."""
    found: dict[str, list[str]] = {}

    def note(text: str, what: str) -> None:
        for name in MARKER.findall(text):
            found.setdefault(name, []).append(what)

    for path in marked_files():
        note(path.name, f"file {path}")
    for path in _files(around.home):
        note(path.name + path.read_text(encoding="utf-8", errors="replace"), f"file {path.name}")
    for path in _files(around.course.root):
        if path.suffix not in (".ipynb", ".html") and not around.was_handed_in(path):
            note(path.name, f"file {path.name}")
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            command = entry.joinpath("cmdline").read_text(errors="replace")
            note(command, f"process {command[:60]!r}")
    for visit in around.visits:
        note(visit, "visited a socket of the host")
    return found


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]


def traces_in_outputs(around: Surroundings, student: str) -> list[str]:
    """What the student's graded notebook shows of secrets, of what worked, or of what a witness found."""
    shown = outputs_of(around.course, student)
    found = ["puts out more than a page can hold"] if len(shown) > LONG else []
    found += [f"knows the secret of the {what}" for what, secret in around.secrets.items() if secret in shown]
    found += [f"says: tampering worked ({name})" for name in sorted(set(WORKED.findall(shown)))]
    for line in re.findall(r"witness: (\{.*\})", shown):
        found += [f"the witness found {left}" for left in json.loads(line)["left"]]
    return found


def outputs_of(course: CourseFolder, student: str) -> str:
    """All that the cells of the graded notebook put out, as one text."""
    path = course.autograded / student / "gru" / "gru.ipynb"
    if not path.is_file():
        return ""
    lines = []
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        for output in cell.get("outputs", []):
            texts = [output.get("text", ""), output.get("evalue", ""), *output.get("traceback", [])]
            texts += [value for value in output.get("data", {}).values() if isinstance(value, str | list)]
            lines += ["".join(map(str, text)) if isinstance(text, list) else str(text) for text in texts]
    return "\n".join(lines)
