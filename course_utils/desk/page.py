"""The start page: an extension of the Jupyter server, at `course` below its address.

`./course lab` switches it on, with the settings in `jupyter/`. The page is made at each request; it loads nothing else.
"""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import url_path_join
from tornado import web

from course_utils.desk import status
from course_utils.desk.copies import hand_out
from course_utils.desk.kept_widgets import keep_widgets
from course_utils.desk.progress import Chapter, Step, document, read_progress
from course_utils.filesystem import REPOSITORY
from course_utils.translation import language, say

ADDRESS = "course"
# Folders in which Jupyter looks for settings: for everybody, for students, for a language.
SETTINGS = Path(__file__).parent / "jupyter"
HELP = "docs/student.md"


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "course_utils.desk.page"}]


def _load_jupyter_server_extension(server: Any) -> None:
    """Hand out what is new, serve the page of the course that lies in the server's folder, and save explorers."""
    top = Path(server.root_dir).resolve()
    root = course_in(top)
    with contextlib.suppress(OSError):  # the page says what is there
        hand_out(root)
    server.contents_manager.register_pre_save_hook(keep_widgets)
    rule = (url_path_join(server.web_app.settings["base_url"], ADDRESS), StartPage, {"root": root, "top": top})
    server.web_app.add_handlers(".*$", [rule])


def course_in(top: Path) -> Path:
    """The course's folder: the server's own, `course/` in it as on a hub, or this repository if it lies there."""
    folders = [top, top / "course", *([REPOSITORY] if REPOSITORY.is_relative_to(top) else [])]
    return next((each for each in folders if (each / "notebooks").is_dir() or (each / "release").is_dir()), top)


class StartPage(JupyterHandler):
    """The page, for whoever may use the server."""

    def initialize(self, root: Path, top: Path) -> None:
        """root: the course's folder; top: the server's, from which paths in addresses begin."""
        super().initialize()
        self.root, self.top = root, top

    @web.authenticated
    async def get(self) -> None:
        """The page as of now."""
        page = await asyncio.to_thread(render, self.root, self.top, self.base_url)
        self.set_header("Cache-Control", "no-store")
        self.finish(page)


def render(root: Path, top: Path, base_url: str) -> str:
    """The page as HTML: the course in `root`, for a server whose files are those of `top`."""
    progress, guide = read_progress(root), document(root, HELP)

    def address(place: str, tab: str) -> str:
        path = (root / place).relative_to(top).as_posix()
        return url_path_join(base_url, "lab", "workspaces", f"course-{tab}", "tree", quote(path))

    def shown(step: Step) -> dict[str, Any]:
        return {
            "title": step.title,
            "tab": step.name,
            "address": address(step.place, step.name),
            "is_chapter": isinstance(step, Chapter),
            "mark": status.mark(step),
            "state": status.state(step),
            "facts": status.facts(step),
            "share": _share(step),
        }

    return _template().render(
        lang=language(),
        title=progress.title,
        steps=[shown(step) for step in progress.steps],
        next=shown(progress.next) if progress.next else None,
        go_on=status.go_on(progress),
        help=address(guide.relative_to(root).as_posix(), "help") if guide.is_file() else None,
        lab=url_path_join(base_url, "lab"),
        say=say,
    )


def _share(step: Step) -> int | None:
    """How much of it is done, in per cent: of a chapter's cells, or of the points of an assignment's checks."""
    if isinstance(step, Chapter):
        return round(100 * step.run / step.cells) if step.cells else None
    found = step.score
    if found.max_points:
        return round(100 * min(1.0, found.points / found.max_points))
    return round(100 * found.answered / found.questions) if found.questions else None


def _template() -> Any:
    return Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True).get_template("page.html.j2")
