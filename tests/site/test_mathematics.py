"""Equations become drawings that scale with the text and are read aloud; one that cannot be drawn is shown as LaTeX."""

import logging
from xml.etree import ElementTree

import pytest
from docutils import nodes

from course_utils.mathematics import equation_svg
from course_utils.site.mathematics import _visit_block, _visit_inline


class Translator:
    """The part of Sphinx's translator that a renderer writes to."""

    def __init__(self):
        self.body = []


def visited(visit, node):
    translator = Translator()
    with pytest.raises(nodes.SkipNode):
        visit(translator, node)
    return "".join(translator.body)


@pytest.mark.parametrize("inline", [True, False])
def test_an_equation_is_a_picture_that_is_read_as_its_latex(inline):
    svg = ElementTree.fromstring(equation_svg(r"\mathbf{H}_t < 1", inline))
    assert svg.get("role") == "img" and svg.get("aria-label") == r"\mathbf{H}_t < 1"
    assert svg.get("width").endswith("em") and svg.get("height").endswith("em")
    assert float(svg.get("width").removesuffix("em")) > 1


def test_only_an_equation_in_a_line_is_moved_to_the_line_s_baseline():
    assert "vertical-align: " in equation_svg("H_t", inline=True)
    assert "vertical-align" not in equation_svg("H_t", inline=False)


def test_a_wider_equation_is_a_wider_drawing():
    def width(latex):
        return float(ElementTree.fromstring(equation_svg(latex, False)).get("width").removesuffix("em"))

    assert width("H + H + H") > 2 * width("H")


def test_an_unknown_command_is_refused_by_its_name():
    with pytest.raises(ValueError, match=r"unknown command \\nosuch"):
        equation_svg(r"\nosuch{H}", inline=True)


def test_a_line_gets_a_span_and_a_display_a_block_that_the_keyboard_reaches():
    assert visited(_visit_inline, nodes.math("", "H_t")).startswith('<span class="math"><svg')
    assert visited(_visit_block, nodes.math_block("", "H_t")).startswith('<div class="math" tabindex="0"><svg')


def test_an_equation_that_cannot_be_drawn_is_shown_as_latex_and_warned_of(caplog, monkeypatch):
    monkeypatch.setattr(logging.getLogger("sphinx"), "propagate", True)
    with caplog.at_level(logging.WARNING, "sphinx"):
        shown = visited(_visit_inline, nodes.math("", r"\nosuch < 1"))
    assert shown == r'<span class="math"><code>\nosuch &lt; 1</code></span>'
    assert "equation not drawn" in caplog.text
