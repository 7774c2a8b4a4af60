"""`course new`: a course folder for one class and term, with the settings and assignments of another."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path

from course_utils.errors import CourseError, UsageError
from course_utils.filesystem import replace_folder, workspace
from course_utils.grading.course.folder import CONFIG_NAME, CourseFolder
from course_utils.translation import say, to_say

# What is made from source/, and what students' work and names are in: it belongs to no repository.
IGNORED = """\
/release/
/work/
/downloaded/
/submitted/
/autograded/
/feedback/
/reports/
/returned/
/records/
/backups/
/roster*.csv
gradebook.db*
.nbgrader.log
.ipynb_checkpoints/
__pycache__/
"""
NEXT = to_say("""\
next:
  ./course new-assignment NAME --course {folder}    an assignment of your own
  ./course build --course {folder}                  release/, from source/
  ./course handout DIR --course {folder}            what students get
  ./course collect NAME FILE.zip --course {folder}  what they handed in
  ./course grade NAME --course {folder}""")


def run_new(model: CourseFolder, folder: Path) -> None:
    """Make `folder` a course with the settings and the sources of `model`, in one step, and say what comes next.

    Raises: UsageError for a folder that has something in it, lies in another's source/, or is the one the command runs
    in; CourseError when it cannot be written.
    """
    target = folder.expanduser().resolve()
    _require_free(target, model)
    try:
        with workspace() as temporary:
            made = temporary / "course"  # a temporary folder itself is private
            made.mkdir()
            shutil.copy(model.root / CONFIG_NAME, made)
            ignored = shutil.ignore_patterns(".ipynb_checkpoints", "__pycache__")
            shutil.copytree(model.source, made / "source", ignore=ignored)
            (made / ".gitignore").write_text(IGNORED, encoding="utf-8")
            replace_folder(made, target)
    except OSError as error:
        reason = {"folder": target, "reason": error.strerror}
        raise CourseError(say("the course cannot be written to {folder}: {reason}", **reason)) from error
    names = say(", ").join(model.assignments()) or say("nothing")
    print(
        say("made the course {folder}: {file}, and source/ with {names}", folder=target, file=CONFIG_NAME, names=names)
    )
    print(say(NEXT, folder=shlex.quote(str(folder))))


def _require_free(target: Path, model: CourseFolder) -> None:
    if target.is_relative_to(model.source):
        places = {"folder": target, "source": model.source}
        raise UsageError(say("{folder} lies among the assignments of {source}; name a folder elsewhere", **places))
    if target == Path.cwd():
        raise UsageError(
            say("{folder} is the folder you are in, and it is replaced; name it from the folder above", folder=target)
        )
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UsageError(
            say("{folder} is not empty, and nothing is written over; name a new or an empty folder", folder=target)
        )
