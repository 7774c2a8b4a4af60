"""Checks: what a student's function is asked, how the answer is compared, and which mistake explains it."""

from course_utils.checks.notebook import CheckFailed, check
from course_utils.checks.tasks import TASKS, Task, find_task
from course_utils.checks.verdict import Criterion, Verdict

__all__ = ["TASKS", "CheckFailed", "Criterion", "Task", "Verdict", "check", "find_task"]
