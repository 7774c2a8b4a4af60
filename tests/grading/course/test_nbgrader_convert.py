"""nbgrader's converters keep the reason of a failure, and print nothing."""

from __future__ import annotations

import nbformat
import pytest
from nbgrader.converters import GenerateAssignment

from course_utils.grading.course.nbgrader_convert import ConversionError, convert


def generate(course) -> None:
    directory = course.nbgrader()
    directory.assignment_id = "toy"
    convert(GenerateAssignment, directory)


def test_a_conversion_writes_the_release_and_prints_nothing(course, capfd):
    generate(course)
    assert (course.release / "toy" / "toy.ipynb").exists()
    assert capfd.readouterr() == ("", "")


def test_the_cause_of_a_failure_is_said_in_one_line(course):
    path = course.source / "toy" / "toy.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(nbformat.from_dict({**notebook.cells[1], "id": "twice"}))  # two cells of one name
    nbformat.write(notebook, path)
    with pytest.raises(ConversionError) as failed:
        generate(course)
    assert "source/toy does not build: ValidationError: Notebook failed to validate" in str(failed.value)
    assert "\n" not in str(failed.value)
