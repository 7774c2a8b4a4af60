"""`course lab`: JupyterLab on the start page, with the students' own copies of chapters and assignments."""

from __future__ import annotations

import os
import signal
import sys
import urllib.request
import webbrowser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from course_utils.commands.words import folder_of
from course_utils.desk.copies import hand_out, outdated_line
from course_utils.errors import CourseError
from course_utils.filesystem import is_student_edition, put_tools_on_path
from course_utils.translation import language, say

NO_BROWSER = "--no-browser"


def run_lab(arguments: Sequence[str] = (), course: Path | None = None) -> int:
    """Hand out what is new, and serve JupyterLab at the course's root until it is stopped.

    Where a lab of this course runs already, that one is opened. Raises UsageError when the folder `course` is none,
    CourseError when JupyterLab cannot start.
    """
    root = folder_of(course)
    for name in hand_out(root):
        _tell(say("your copy of {name}: work/{name}/", name=name))
    if newer := outdated_line(root):
        _tell(newer)
    running = running_lab(root)
    if running is None:
        serve(root, arguments)
    else:
        _tell(say("a lab of this course is running already, at {url}", url=running["page"]))
        if NO_BROWSER not in arguments:
            webbrowser.open(_opener(running))
    return 0


def serve(root: Path, arguments: Sequence[str]) -> None:
    """Be the server: there is no second process that could outlive this one."""
    from jupyter_server.utils import url_path_join
    from jupyterlab.labapp import LabApp
    from tornado.httputil import url_concat

    from course_utils.desk.page import ADDRESS

    _prepare(root)
    page = f"--LabApp.default_url=/{ADDRESS}"
    server = LabApp.initialize_server([f"--ServerApp.root_dir={root}", page, *arguments])
    if hasattr(os, "geteuid") and os.geteuid() == 0 and not server.allow_root:
        raise CourseError(say("JupyterLab does not run as root, which is not safe; --allow-root runs it all the same"))
    identity = server.identity_provider
    identity.token_generated = False  # else Jupyter says its address once more, in its own words
    url = url_concat(url_path_join(server.connection_url, ADDRESS), {"token": identity.token} if identity.token else {})
    _tell(say("the course: {url}", url=url))
    _tell(say("Ctrl-C stops it"))
    _stop_cleanly(server)
    server.start()


def running_lab(root: Path) -> dict[str, Any] | None:
    """What Jupyter knows of a server on this folder that has the start page, and its `page`; None without one."""
    from jupyter_server.serverapp import list_running_servers
    from tornado.httputil import url_concat

    for server in list_running_servers():
        if Path(server["root_dir"]).resolve() == root.resolve():
            token = {"token": server["token"]} if server["token"] else {}
            page = url_concat(f"{server['url']}course", token)
            if _answers(page):
                return {**server, "page": page}
    return None


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def _opener(server: dict[str, Any]) -> str:
    """The file by which Jupyter opens a server: the address with its token is not shown in the list of processes."""
    from jupyter_core.paths import jupyter_runtime_dir

    file = Path(jupyter_runtime_dir()) / f"jpserver-{server['pid']}-open.html"
    return file.as_uri() if file.exists() else str(server["page"])


def _prepare(root: Path) -> None:
    """Let Jupyter find our settings, and the programs beside this Python.

    In a student edition there is no formgrader and nothing else of nbgrader's that could not work there. JupyterLab's
    own menus are in the course's language.
    """
    from course_utils.desk.page import SETTINGS

    roles = ["students", "everybody"] if is_student_edition(root) else ["everybody"]
    path = [*(str(SETTINGS / role) for role in (language(), *roles)), os.environ.get("JUPYTER_CONFIG_PATH", "")]
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(filter(None, path))
    os.environ.setdefault("VIRTUAL_ENV", sys.prefix)
    put_tools_on_path()
    os.chdir(root)  # nbgrader's settings are read there


def _stop_cleanly(server: Any) -> None:
    """Ctrl-C, an order to end, and a terminal that is closed end the server with its kernels, without a question."""
    if os.name == "nt":
        return  # Jupyter handles what there is
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN or number == signal.SIGINT:  # nohup ignores SIGHUP
            signal.signal(number, lambda *_: server.stop(from_signal=True))


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
