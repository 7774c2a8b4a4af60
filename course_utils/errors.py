"""The errors that are reported to a user in one line. Anything else is a defect and keeps its traceback."""


class CourseError(Exception):
    """An error that was foreseen: the message says what was expected, what came, what to do (exit code 1)."""

    def _render_traceback_(self) -> list[str]:
        """What IPython prints: the message, and none of the course's frames."""
        return str(self).splitlines()


class UsageError(CourseError):
    """The command was called wrongly, for example with an assignment that does not exist (exit code 2)."""
