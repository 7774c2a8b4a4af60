"""What all tests may use. `benchmarks/` is importable, for its transcription of the older loop."""

import os
import shutil
import sys
from pathlib import Path

import pytest
import torch

from tests.browsers import chromium
from tests.postgresql import postgresql  # noqa: F401  (a fixture)
from tests.toy_course import course, hand_in, new_course, sandbox, the_sandbox  # noqa: F401  (fixtures)

# One thread a process, kernels included: tests run side by side, and threads that wait for each other are slower.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ["COURSE_LANG"] = "en"  # whatever the machine speaks

sys.path.append(str(Path(__file__).parents[1] / "benchmarks"))


def pytest_runtest_setup(item):
    """Tests marked `cuda` need a GPU, and numbers that can be compared with the CPU's."""
    if item.get_closest_marker("cuda"):
        if not torch.cuda.is_available():
            pytest.skip("needs a CUDA device")
        torch.backends.cudnn.allow_tf32 = False  # which has 10 bits; for matrix products torch has it off


@pytest.fixture(scope="session")
def needs():
    """`needs("bwrap")`: without the program a test is skipped on a maintainer's machine, and fails in CI."""

    def require(program: str) -> None:
        if shutil.which(program) is None:
            missing = f"{program} is not installed"
            pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)

    return require


@pytest.fixture(scope="module")
def browser():
    """The system's Chromium."""
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="session", autouse=True)
def jupyter_data(tmp_path_factory):
    """Jupyter's signatures of copies that tests hand out: in no folder of the person who runs them."""
    os.environ["JUPYTER_DATA_DIR"] = str(tmp_path_factory.mktemp("jupyter-data"))
