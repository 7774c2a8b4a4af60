"""`course_utils` offers the public names, and loads nothing before one of them is used."""

import subprocess
import sys

import pytest

import course_utils as d2l


def test_importing_the_package_loads_nothing_for_plots_or_checks():
    heavy = "torch", "matplotlib", "IPython", "course_utils.checks", "course_utils.training.plots", "scipy", "pandas"
    code = f"import sys, course_utils; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_every_public_name_is_there():
    missing = [name for name in d2l.__all__ if name != "check" and not hasattr(d2l, name)]
    assert missing == []
    assert set(d2l.__all__) <= set(dir(d2l))
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = d2l.nonsense
