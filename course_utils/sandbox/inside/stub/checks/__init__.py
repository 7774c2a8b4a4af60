"""Stands in the place of `course_utils.checks` inside the sandbox: graded checks are run outside, by the judge."""

from typing import Any

from IPython import get_ipython

__all__ = ["CheckFailed", "check", "hint"]


class CheckFailed(AssertionError):
    """A graded cell asks for a check in a way that the judge cannot read."""


def check(task: str, *objects: Any, **_: Any) -> None:
    """Says that the verdict comes from outside. Checks that the judge has read are not run here."""
    if getattr(get_ipython(), "is_graded", False):
        raise CheckFailed(f'{task}: the judge cannot read this check; write check("{task}", …) in a line of its own')
    print(f"{task}: checked by the judge")


def hint(task: str) -> None:
    """Says that hints are given in a student's own notebook: one that is left in it must not stop its cell."""
    print(f"{task}: hints are given in your notebook, before it is handed in")
