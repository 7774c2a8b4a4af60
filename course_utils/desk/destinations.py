"""Where a hand-in goes: nbgrader's exchange, the folder that the course names, or the student's own hands."""

from __future__ import annotations

import getpass
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from course_utils.filesystem import EDITION, workspace
from course_utils.text import one_line
from course_utils.translation import say


def put(zipped: Path, assignment: str, contents: Mapping[str, bytes], root: Path) -> tuple[str, list[str]]:
    """(What was done, or is to be done, in a sentence; what failed before that). Raises nothing: the zip is kept."""
    failed = []
    try:
        course = _to_exchange(assignment, contents, root)
        if course:
            return say("nbgrader's exchange has it, for the course {course}", course=course), []
    except Exception as error:  # whatever an exchange raises: the zip is there, and is to be uploaded
        failed.append(say("nbgrader's exchange did not take it: {reason}", reason=one_line(error)))
    wanted = setting(root)
    if os.path.isabs(os.path.expanduser(wanted)):
        try:
            return say("put into {path}", path=_to_folder(zipped, assignment, Path(wanted).expanduser())), failed
        except OSError as error:
            folder = {"folder": wanted, "reason": error.strerror or error}
            failed.append(say("the folder {folder} did not take it: {reason}", **folder))
    elif wanted:
        return say("upload this file to {place}: {path}", place=wanted, path=zipped), failed
    return say("upload this file, where your teacher told you to: {path}", path=zipped), failed


def setting(root: Path) -> str:
    """What the instructor's `c.Course.hand_in` said when the edition was made: a folder's path, an address, or ""."""
    try:
        edition = json.loads((root / EDITION).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    return str(edition.get("hand_in") or "") if isinstance(edition, dict) else ""


def user() -> str:
    """Who hands in, as the machine knows it; on a hub the name there."""
    return os.environ.get("JUPYTERHUB_USER") or getpass.getuser()


def _to_folder(zipped: Path, assignment: str, folder: Path) -> Path:
    """`FOLDER/ASSIGNMENT/USER/TIME.zip`, of which `course collect ASSIGNMENT FOLDER/ASSIGNMENT` takes the newest."""
    if not folder.is_dir():
        raise FileNotFoundError(2, say("there is no such folder"))
    target = folder / assignment / user() / zipped.name
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    shutil.copyfile(zipped, part)
    os.replace(part, target)
    return target


def _to_exchange(assignment: str, contents: Mapping[str, bytes], root: Path) -> str:
    """Submit the files by nbgrader's own settings; the course, or "" where no exchange has this assignment."""
    app = _nbgrader(root)
    app.coursedir.assignment_id = assignment
    if not app.coursedir.course_id or not _is_released(app, assignment):
        return ""
    with workspace() as made:
        for name, content in contents.items():
            path = made / assignment / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        submit = app.exchange.Submit(coursedir=app.coursedir, authenticator=app.authenticator, parent=app)
        submit.assignment_dir, submit.path_includes_course = str(made), False
        submit.start()
    return str(app.coursedir.course_id)


def _nbgrader(root: Path) -> Any:
    """nbgrader as its commands find its settings: the machine's, the user's, and those of the course's folder."""
    from nbgrader.apps.baseapp import NbGrader
    from nbgrader.auth import Authenticator
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.exchange import ExchangeFactory

    class Settings(NbGrader):
        name = "nbgrader"
        load_cwd_config = False
        config_file_name = "nbgrader_config"

        @property
        def config_file_paths(self) -> list[str]:
            return [str(root), *super().config_file_paths[1:]]  # in place of the folder that the command runs in

    app = Settings(log_level="CRITICAL")
    app.load_config_file()
    app.coursedir = CourseDirectory(parent=app)
    app.authenticator, app.exchange = Authenticator(parent=app), ExchangeFactory(parent=app)
    return app


def _is_released(app: Any, assignment: str) -> bool:
    """Whether the exchange has the assignment; one that is no folder is asked by handing in."""
    from nbgrader.exchange import default

    if app.exchange.submit is not default.ExchangeSubmit:
        return True
    root = Path(default.Exchange(coursedir=app.coursedir, parent=app).root) / app.coursedir.course_id
    return (root / "inbound").is_dir() and (root / "outbound" / assignment).is_dir()
