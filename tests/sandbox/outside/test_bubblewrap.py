"""What can be seen inside the sandbox is chosen by name; a name that means nothing is an error."""

import pytest

from course_utils.sandbox.outside import bubblewrap


def test_every_stub_stands_in_the_place_of_a_folder_of_the_package():
    arguments = bubblewrap.bubblewrap_arguments()
    for name in bubblewrap.STUBS:
        assert f"{bubblewrap.INSIDE}/packages/course_utils/{name}" in arguments


def test_a_name_that_is_not_in_the_package_is_an_error_and_nothing_is_left_visible(monkeypatch):
    monkeypatch.setitem(bubblewrap.STUBS, "renamed", "withheld")
    with pytest.raises(FileNotFoundError, match="renamed is named in STUBS"):
        bubblewrap.bubblewrap_arguments()
