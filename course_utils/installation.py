"""What this Python has of the course, its folder or only the package, and how to get a package that is missing."""

from __future__ import annotations

import sys

from course_utils.errors import CourseError
from course_utils.filesystem import REPOSITORY
from course_utils.translation import say

PACKAGES = {"IPython": "ipython", "yaml": "pyyaml"}  # where pip's name is another than that of the import


class MissingPackageError(CourseError, ModuleNotFoundError):
    """A package that the course needs is not installed; the message says how to install it."""

    def __init__(self, module: str) -> None:
        super().__init__(how_to_install(module))
        self.name = module


def with_remedy(error: ModuleNotFoundError) -> ModuleNotFoundError:
    """The error for a user; one of the course's own modules is a defect, and stays as it is."""
    module = top(error)
    return MissingPackageError(module) if module else error


def top(error: ModuleNotFoundError) -> str:
    """What could be installed: "torch" of "torch.nn"; "" where nothing could, as the module is the course's own."""
    module = (error.name or "").partition(".")[0]
    return "" if module == "course_utils" else module


def how_to_install(*modules: str) -> str:
    """One line for packages that cannot be imported."""
    packages = " ".join(PACKAGES.get(module, module) for module in modules)
    command = f"{sys.executable} -m pip install {packages}"
    return say("{packages}: not installed for this Python; run: {command}", packages=packages, command=command)


def is_package_alone() -> bool:
    """Whether there is no course folder around the package: pip has installed it from a wheel or a zip."""
    return not (REPOSITORY / "course").is_file()
