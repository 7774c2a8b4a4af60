"""nbgrader's settings for instructors: the formgrader works on this course folder, wherever Jupyter was started."""

from pathlib import Path

c = get_config()  # noqa: F821  (nbgrader provides it)

c.CourseDirectory.root = str(Path.home() / "course")
