"""A course folder: where nbgrader's settings, `source/`, `submitted/` and everything made from them live."""

from __future__ import annotations

import shutil
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from course_utils.errors import CourseError, UsageError
from course_utils.filesystem import REPOSITORY, command_line, folder_names
from course_utils.translation import say, to_say

CONFIG_NAME = "nbgrader_config.py"


@dataclass(frozen=True)
class CourseFolder:
    """A folder with `nbgrader_config.py` and `source/`, and its settings."""

    root: Path
    config: Config

    @property
    def source(self) -> Path:
        """The assignments with their solutions."""
        return self.root / "source"

    @property
    def release(self) -> Path:
        """What students get."""
        return self.root / "release"

    @property
    def submitted(self) -> Path:
        """What students handed in: `STUDENT/ASSIGNMENT/`."""
        return self.root / "submitted"

    @property
    def autograded(self) -> Path:
        """The judged notebooks, and the records of grading."""
        return self.root / "autograded"

    @property
    def feedback(self) -> Path:
        """The pages that students get back."""
        return self.root / "feedback"

    @property
    def reports(self) -> Path:
        """The class reports."""
        return self.root / "reports"

    @property
    def language(self) -> str:
        """The language of its assignments. Raises UsageError for one that the course does not have."""
        from course_utils.grading.course.language import course_language

        return course_language(self.config)

    def command(self, words: str) -> str:
        """How to run a command on this course: "./course grade gru", with --course for another than this one."""
        return command_line(words, self.root)

    def assignments(self) -> list[str]:
        """The names of the folders in `source/`, sorted."""
        return folder_names(self.source)

    def students(self) -> list[str]:
        """The names of the folders in `submitted/`, sorted; of students who submitted another assignment too."""
        return [name for name in folder_names(self.submitted, hidden=".") if name != "__MACOSX"]

    def require(self, assignment: str) -> None:
        """Raise UsageError, with the known names, when there is no such assignment."""
        known = self.assignments()
        if assignment not in known:
            names = ", ".join(known) or say("none: source/ is empty")
            raise UsageError(
                say(
                    "no assignment is named {assignment} in {folder}; known: {known}",
                    assignment=repr(assignment),
                    folder=self.source,
                    known=names,
                )
            )

    def nbgrader(self, root: Path | None = None):
        """nbgrader's own object for this course; with `root`, for a workspace that uses the same gradebook."""
        from nbgrader.coursedir import CourseDirectory

        _make_gradebooks_quickly()
        config = deepcopy(self.config)  # Config's own copies share their sections
        config.CourseDirectory.root = str(self.root)
        url = CourseDirectory(config=config).db_url
        config.CourseDirectory.root = str(root or self.root)
        config.CourseDirectory.db_url = url
        return CourseDirectory(config=config)

    def gradebook(self):
        """nbgrader's gradebook of this course, open; use it in a `with`.

        Raises CourseError, with what to do, for one that is lost, locked, of another version, or of something else.
        """
        from course_utils.grading.course.gradebook_copy import require_not_lost
        from course_utils.grading.course.gradebook_file import open_gradebook

        directory = self.nbgrader()
        require_not_lost(self.root, directory.db_url)
        return open_gradebook(directory.db_url, directory.course_id)


@cache
def _make_gradebooks_quickly() -> None:
    """Let nbgrader read which version its tables have: for a new gradebook it starts a program, which takes seconds."""
    from alembic.script import ScriptDirectory
    from nbgrader import api

    api.get_alembic_version = lambda: ScriptDirectory(Path(api.__file__).parent / "alembic").get_current_head()


def open_course(folder: str | Path | None = None) -> CourseFolder:
    """The course in `folder`, by default this repository.

    Raises: UsageError when the folder is not a course or its nbgrader_config.py does not load.
    """
    root = Path(folder).expanduser().resolve() if folder else REPOSITORY
    config = root / CONFIG_NAME
    if not root.is_dir():
        raise UsageError(say("{root} is not a course folder: there is no such folder", root=root))
    for needed, what in (
        (config, to_say("{root} is not a course folder: it has no file {name}")),
        (root / "source", to_say("{root} is not a course folder: it has no folder {name}")),
    ):
        if not needed.exists():
            raise UsageError(say(what, root=root, name=repr(needed.name)))
    return CourseFolder(root, _load(config))


def _load(path: Path) -> Config:
    try:
        return PyFileConfigLoader(path.name, path=str(path.parent)).load_config()
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
        raise UsageError(say("{path} does not load: {reason}", path=path, reason=reason)) from error


def sample_course(folder: Path, submissions: Path, course: CourseFolder) -> CourseFolder:
    """Make `folder` a course of its own: the settings and sources of `course`, and these submissions.

    Raises: CourseError when there are no submissions.
    """
    if not submissions.is_dir():
        raise CourseError(say("the sample class is missing: expected {folder}/STUDENT/ASSIGNMENT/", folder=submissions))
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(course.root / CONFIG_NAME, folder)
    shutil.copytree(course.source, folder / "source")
    shutil.copytree(submissions, folder / "submitted")
    return open_course(folder)
