"""The student edition: what of the course goes into it, and how it is written."""

from course_utils.handout.publish import hand_out

__all__ = ["hand_out"]
