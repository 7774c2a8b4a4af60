"""A text cell keeps the pictures that it refers to, within limits and of kinds in which nothing runs."""

from __future__ import annotations

import base64

import pytest

from course_utils.grading.judging.pictures import MAX_NUMBER, MAX_PICTURE, Pictures, picture_kind
from course_utils.grading.judging.safe_html import markdown

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
JPEG = b"\xff\xd8\xff\xe0" + bytes(20)
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'></svg>"


def coded(content: bytes) -> str:
    return base64.b64encode(content).decode()


def shown(source: str, attachments: object = None, files: dict[str, bytes] | None = None) -> str:
    return markdown(*Pictures(files).of_cell(source, attachments))


@pytest.mark.parametrize("content", [PNG, JPEG, b"GIF89a" + bytes(9), b"RIFF\0\0\0\0WEBP" + bytes(9)])
def test_an_attached_picture_is_shown_as_what_its_bytes_are(content):
    page = shown("words ![x](attachment:a.png)", {"a.png": {"image/svg+xml": coded(content)}})
    assert f'src="data:{picture_kind(content)};base64,{coded(content)}"' in page and "words" in page


@pytest.mark.parametrize(
    "bundle",
    [
        {"image/svg+xml": coded(SVG)},
        {"image/png": coded(SVG)},
        {"image/png": "no base64!"},
        {"image/png": 7},
        {},
        [],
        None,
        {"image/png": coded(PNG + bytes(MAX_PICTURE))},
    ],
)
def test_what_is_no_picture_or_too_large_leaves_a_mark_and_the_words(bundle):
    page = shown("before ![x](attachment:a.png) after", {"a.png": bundle})
    assert "before" in page and "after" in page and "missing, or too large" in page and "<img" not in page


@pytest.mark.parametrize("attachments", [None, [], "x", {"b.png": {"image/png": coded(PNG)}}])
def test_a_missing_attachment_is_named(attachments):
    assert "a.png" in shown("![x](attachment:a.png)", attachments)


@pytest.mark.parametrize(
    "reference",
    [
        "![x](plot.png)",
        "![x](./plot.png)",
        '<img src="plot.png">',
        "![x][1]\n\n[1]: plot.png",
        "![x](<plot.png>)",
        "![x](images/plot.png)",
        "![x](PLOT.PNG)",
    ],
)
def test_a_file_beside_the_notebook_is_shown(reference):
    assert f"data:image/png;base64,{coded(PNG)}" in shown(reference, None, {"plot.png": PNG})


def test_a_name_with_spaces_or_of_another_alphabet_is_found():
    assert "data:image/png" in shown("![x](my%20plot.png)", None, {"my plot.png": PNG})
    assert "data:image/png" in shown("![x](图.png)", None, {"图.png": PNG})


def test_a_file_that_was_not_handed_in_is_said_to_be_missing():
    assert "missing" in shown("![x](plot.png)") and "plot.png" in shown("![x](plot.png)")


def test_a_large_inline_picture_is_taken_out_of_the_text_and_shown():
    large = PNG + bytes(100_000)
    source, kept = Pictures().of_cell(f"before ![x](data:image/png;base64,{coded(large)}) after", None)
    assert len(source) < 200 and source.startswith("before") and source.endswith("after")
    assert coded(large) in markdown(source, kept)


def test_an_inline_picture_that_is_too_large_leaves_its_size():
    page = shown(f"before ![x](data:image/png;base64,{coded(PNG + bytes(3 * 2**20))}) after")
    assert "3.0-MiB" in page and "before" in page and "after" in page


def test_a_notebook_has_no_more_pictures_than_its_limits_allow():
    pictures = Pictures()
    cells = [pictures.of_cell("![x](attachment:a)", {"a": {"image/png": coded(PNG)}})[1] for _ in range(MAX_NUMBER + 3)]
    assert sum(map(bool, cells)) == MAX_NUMBER


@pytest.mark.parametrize(
    "source", ["https://a.example/x.png", "//a.example/x.png", "file:///etc/x.png", "javascript:x"]
)
def test_nothing_is_loaded_from_elsewhere(source):
    assert "src=" not in shown(f"![x]({source})") and "src=" not in shown(f'<img src="{source}">')


def test_a_name_is_never_an_address_in_the_page():
    for name in ("/formgrader/api", "x.png?y=1", 'x"onerror="alert(1)', "a>b", "../../x"):
        page = shown(f"<img src='{name}' alt='a > b'>")
        assert "<img" not in page and "src=" not in page, page
