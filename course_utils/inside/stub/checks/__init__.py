"""Stands in the place of `course_utils.checks` inside the sandbox: graded checks are run outside, by the judge."""

from typing import Any

__all__ = ["CheckFailed", "check"]


class CheckFailed(AssertionError):
    """Never raised here."""


def check(task: str, *objects: Any) -> None:
    """Says that the verdict comes from outside."""
    print(f"{task}: checked by the judge")
