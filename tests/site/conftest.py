"""The real site, built once for all tests."""

from __future__ import annotations

import pytest
from filelock import FileLock

from course_utils.site import build_site


@pytest.fixture(scope="session")
def site(tmp_path_factory, testrun_uid):
    """The real site, built once for all processes; a warning of Sphinx fails it."""
    folder = tmp_path_factory.getbasetemp().parent / f"site-{testrun_uid}"
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            build_site(folder, "-W", "--keep-going")
    return folder
