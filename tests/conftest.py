"""What all tests may use. `benchmarks/` is importable, for its transcription of the older loop."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.toy_course import course, hand_in, new_course, sandbox, the_sandbox  # noqa: F401  (fixtures)

# One thread a process, kernels included: tests run side by side, and threads that wait for each other are slower.
os.environ.setdefault("OMP_NUM_THREADS", "1")

sys.path.append(str(Path(__file__).parents[1] / "benchmarks"))


@pytest.fixture(scope="session")
def needs():
    """`needs("bwrap")`: without the program a test is skipped on a maintainer's machine, and fails in CI."""

    def require(program: str) -> None:
        if shutil.which(program) is None:
            missing = f"{program} is not installed"
            pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)

    return require
