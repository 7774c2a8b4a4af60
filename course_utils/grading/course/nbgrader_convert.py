"""nbgrader's converters, called so that the reason of a failure is kept and nothing is printed."""

from __future__ import annotations

import contextlib
import logging
import os
import warnings
from collections.abc import Iterator
from typing import Any

from nbgrader.coursedir import CourseDirectory

from course_utils.text import one_line


class ConversionError(Exception):
    """A converter failed; the message is the reason in one line."""


def convert(converter: type, directory: CourseDirectory, config: Any = None) -> None:
    """Run one of nbgrader's converters on the assignment and student that `directory` names.

    nbgrader logs the real cause and raises a general one, therefore the cause is kept on its way.

    Raises: ConversionError with the cause in one line.
    """
    causes: list[Exception] = []

    class Remembering(converter):
        def init_notebooks(self):
            # nbgrader looks for names with glob, which a student called "[a]" does not survive.
            folder = self._format_source(self.coursedir.assignment_id, self.coursedir.student_id)
            names = sorted(name for name in os.listdir(folder) if name.endswith(".ipynb"))
            self.assignments = {folder: [os.path.join(folder, name) for name in names]}

        def init_assignment(self, *arguments):
            with _remembered(causes):
                super().init_assignment(*arguments)

        def convert_single_notebook(self, *arguments):
            with _remembered(causes):
                super().convert_single_notebook(*arguments)

    with silent():
        try:
            running = Remembering(coursedir=directory, config=config or directory.config)
            running.force = True
            running.start()
        except Exception as error:
            cause = causes[0] if causes else error
            raise ConversionError(one_line(cause)) from cause


@contextlib.contextmanager
def _remembered(causes: list[Exception]) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        causes.append(error)
        raise


@contextlib.contextmanager
def silent() -> Iterator[None]:
    """Keep nbgrader's log off the terminal; `nbgrader --debug …` is there for those who want it."""
    logger = logging.getLogger("traitlets")
    before = logger.disabled
    logger.disabled = True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # SQLAlchemy's, about how nbgrader adds rows
            yield
    finally:
        logger.disabled = before
