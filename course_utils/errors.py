"""The errors that a user is told about in one line. Anything else is a defect and keeps its traceback."""


class CourseError(Exception):
    """Something expected went wrong: the message says what was expected, what came, what to do (exit 1)."""


class UsageError(CourseError):
    """The command was called wrongly, for example with an assignment that does not exist (exit 2)."""
