"""Names of files say whose they are, in every form in which Moodle and Canvas write them."""

from __future__ import annotations

import pytest

from course_utils.grading.platforms.file_names import Origin, is_typed_on_canvas, origin_of, without_number


@pytest.mark.parametrize(
    ("prefix", "file", "person", "number"),
    [
        ("Ada Lovelace_701_assignsubmission_file/", "gru.ipynb", "Ada Lovelace", "701"),
        ("Ada Lovelace_701_assignsubmission_file_/", "a/b.py", "Ada Lovelace", "701"),
        ("Ada Lovelace_701_assignsubmission_file_", "my_gru.ipynb", "Ada Lovelace", "701"),
        ("王小明_702_assignsubmission_file/", "gru.ipynb", "王小明", "702"),
    ],
)
@pytest.mark.parametrize("above", ["", "toy-81/"])
def test_moodle_s_folders_and_files_are_understood(above, prefix, file, person, number):
    assert origin_of(above + prefix + file) == Origin("moodle", person, number, file, prefix)


@pytest.mark.parametrize(
    ("path", "number", "file", "is_late"),
    [
        ("lovelaceada_90125_5550001_gru.ipynb", "90125", "gru.ipynb", False),
        ("lovelaceada_LATE_90125_5550001_quiz_answers-1.json", "90125", "quiz_answers-1.json", True),
        ("submissions/王小明_90126_5550001_2026_12_gru.ipynb", "90126", "2026_12_gru.ipynb", False),
    ],
)
def test_canvas_s_files_are_understood(path, number, file, is_late):
    origin = origin_of(path)
    assert (origin.platform, origin.number, origin.file, origin.is_late) == ("canvas", number, file, is_late)
    assert origin.prefix + origin.file == path.rpartition("/")[2]


@pytest.mark.parametrize(
    "path", ["gru.ipynb", "ada/gru.ipynb", "Ada_701/gru.ipynb", "ada_90125_text.html", "a_1_assignsubmission_file/"]
)
def test_other_names_are_nobodys(path):
    assert origin_of(path) is None


def test_what_was_typed_on_canvas_is_known():
    assert is_typed_on_canvas("x/lovelaceada_LATE_90125_text.html") and not is_typed_on_canvas("a_1_2_text.html")


def test_canvas_s_number_of_a_second_upload_goes_where_the_name_without_it_is_wanted():
    assert without_number("gru-1.ipynb", {"gru.ipynb"}) == "gru.ipynb"
    assert without_number("my-2.ipynb", {"gru.ipynb"}) == "my-2.ipynb"
