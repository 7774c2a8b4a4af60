"""`course test`: the whole test suite, from any folder."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Sequence

from course_utils.errors import CourseError
from course_utils.filesystem import REPOSITORY, put_tools_on_path
from course_utils.translation import say

PYTEST_WRONG_USAGE = 4


def run_tests(arguments: Sequence[str] = ()) -> int:
    """Run pytest on the repository with these further arguments; returns 0, 1, or 2 for arguments it does not know.

    Raises CourseError when pytest is not installed. Source: pytest's documentation, "Exit codes".
    """
    if importlib.util.find_spec("pytest") is None:
        raise CourseError(say("pytest is not installed here; run: pip install -c requirements.lock -e .[test,site]"))
    put_tools_on_path()
    parallel = [] if "-n" in arguments else ["-n", "auto", "--dist", "worksteal"]
    code = subprocess.call([sys.executable, "-m", "pytest", *parallel, *arguments], cwd=REPOSITORY)
    return {0: 0, PYTEST_WRONG_USAGE: 2}.get(code, 1)
