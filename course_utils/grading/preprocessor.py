"""Kept for the nbgrader_config.py of course folders made by earlier versions."""

from course_utils.grading.plugins import Judge  # noqa: F401
