"""The real site, built once for all tests, and a browser for it."""

from __future__ import annotations

import shutil

import pytest
from filelock import FileLock
from playwright.sync_api import sync_playwright

from course_utils.site import build_site

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(scope="session")
def site(tmp_path_factory, testrun_uid):
    """The real site, built once for all processes; a warning of Sphinx fails it."""
    folder = tmp_path_factory.getbasetemp().parent / f"site-{testrun_uid}"
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            build_site(folder, "-W", "--keep-going")
    return folder


@pytest.fixture(scope="module")
def browser():
    if BROWSER is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox", "--disable-gpu"])
        yield chromium
        chromium.close()
