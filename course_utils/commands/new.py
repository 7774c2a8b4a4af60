"""`course new`: a course folder for one class and term, with the settings and assignments of another."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path

from course_utils.errors import CourseError, UsageError
from course_utils.filesystem import replace_folder, workspace
from course_utils.grading.course.folder import CONFIG_NAME, CourseFolder

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
NEXT = """\
next:
  ./course new-assignment NAME --course {0}    an assignment of your own
  ./course build --course {0}                  release/, from source/
  ./course handout DIR --course {0}            what students get
  ./course collect NAME FILE.zip --course {0}  what they handed in
  ./course grade NAME --course {0}"""


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
        raise CourseError(f"the course cannot be written to {target}: {error.strerror}") from error
    print(f"made the course {target}: {CONFIG_NAME}, and source/ with {', '.join(model.assignments()) or 'nothing'}")
    print(NEXT.format(shlex.quote(str(folder))))


def _require_free(target: Path, model: CourseFolder) -> None:
    if target.is_relative_to(model.source):
        raise UsageError(f"{target} lies among the assignments of {model.source}; name a folder elsewhere")
    if target == Path.cwd():
        raise UsageError(f"{target} is the folder you are in, and it is replaced; name it from the folder above")
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UsageError(f"{target} is not empty, and nothing is written over; name a new or an empty folder")
