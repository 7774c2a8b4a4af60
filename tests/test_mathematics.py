"""A page's equations are drawn where MathJax would have shown them, and a hostile one costs neither time nor safety."""

from __future__ import annotations

import re
import time
from xml.etree import ElementTree

import pytest

from course_utils.mathematics import equation_svg, with_drawn_equations


def drawn(text: str) -> str:
    return with_drawn_equations(f"<html><head><style>$a$</style></head><body>{text}</body></html>")


@pytest.mark.parametrize("latex", ["$$H_t$$", "$H_t$", r"\(H_t\)", r"\[H_t\]", r"\begin{align*}H &amp;= 1\end{align*}"])
def test_an_equation_is_drawn_in_each_of_its_forms(latex):
    page = drawn(f"<p>Here is {latex}.</p>")
    assert page.count("<svg") == 1 and f"is {latex}" not in page and page.endswith(".</p></body></html>")


def test_what_is_marked_in_html_is_unmarked_in_the_equation():
    assert 'aria-label="a &lt; b &amp; c"' in drawn(r"$$a &lt; b \&amp; c$$").replace("\\&amp;", "&amp;")


@pytest.mark.parametrize(
    "text", ["<pre>echo $HOME$</pre>", "<code>$x$</code>", "<script>$x$</script>", "$5 and $6", "a $ b"]
)
def test_a_dollar_in_code_or_of_a_price_is_a_dollar(text):
    assert text in drawn(text)


def test_what_is_no_equation_stays_as_it_was_typed():
    assert drawn(r"<p>$\nosuch{H}$ and $\frac{1$</p>").count("<svg") == 0


def test_an_attribute_is_no_text():
    assert "<svg" not in drawn('<p title="a > b $x$">none</p>')


@pytest.mark.parametrize(
    "latex",
    [
        r"\href{javascript:alert(1)}{x}",
        r"\text{a&lt;script&gt;}",
        r"\color{red}{x}",
        r"\class{a}{x}",
        r"\style{a:b}{x}",
    ],
)
def test_a_drawing_holds_shapes_and_nothing_that_acts(latex):
    page = drawn(f"$${latex}$$")
    for svg in re.findall(r"<svg.*?</svg>", page, re.S):
        for node in ElementTree.fromstring(svg).iter():
            assert node.tag.rpartition("}")[2] in {"svg", "path", "rect", "line", "polyline"}
            assert not any(name.startswith("on") or "href" in name for name in node.attrib)


@pytest.mark.parametrize(
    "deep", [r"\sqrt{" * 30 + "x" + "}" * 30, r"\hat" * 40 + "x", r"\left(" * 20 + r"\right)" * 20, "a" * 5000]
)
def test_an_equation_that_would_take_minutes_is_not_drawn(deep):
    started = time.process_time()
    assert "<svg" not in drawn(f"$${deep}$$")
    assert time.process_time() - started < 5


def test_too_much_nesting_is_said():
    with pytest.raises(ValueError, match="nested too deeply"):
        equation_svg(r"\sqrt{" * 20 + "x" + "}" * 20, inline=True)
