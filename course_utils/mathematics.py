"""Equations as drawings in a page: no script, no font, nothing to load, the same in every browser."""

from __future__ import annotations

import html
import re
import time
from functools import lru_cache
from xml.etree import ElementTree

import ziamath
from ziamath.tex import tex2mml

from course_utils.translation import say

ziamath.config.math.color = "currentColor"  # follows the page's light and dark theme
ziamath.config.svg2 = False  # no ids, which would have to be unique in a page
ziamath.config.precision = 2

SIZE = 16  # pixels per em while drawing; on the page all lengths are in em, so equations scale with the text
MAX_LENGTH, MAX_WORK = 2000, 50_000  # of an equation; drawing takes twice as long with every level of nesting
MAX_SECONDS = 5.0  # of the processor, for one page
# What is no text, and text in which a dollar is a dollar.
MARKUP = re.compile(
    r"<!--.*?-->|<(script|style|pre|code|textarea|title|svg)\b.*?</\1\s*>|<(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>",
    re.S | re.I,
)
EQUATION = re.compile(
    r"\$\$(?P<block>.+?)\$\$|\\\[(?P<bracket>.+?)\\\]|\\\((?P<inline>.+?)\\\)"
    r"|(?<![\\$])\$(?=[^\s$])(?P<dollar>[^$]{0,400}?)(?<=[^\s\\])\$(?!\d)"
    r"|(?P<named>\\begin\{(?P<name>(?:align|equation|gather)\*?)\}.+?\\end\{(?P=name)\})",
    re.S,
)


def equation_svg(latex: str, inline: bool) -> str:
    """The equation as SVG, lengths in em; when `inline`, its baseline is the text's. Screen readers read the LaTeX.

    Raises ValueError for a command that ziamath does not know, whose name it would show instead, and for an equation
    that would take long; of what is no LaTeX, the parser's own errors of many kinds.
    """
    if len(latex) > MAX_LENGTH or _work(ElementTree.fromstring(tex2mml(latex, inline))) > MAX_WORK:
        raise ValueError(say("it is too long, or nested too deeply, to be drawn"))
    equation = ziamath.Latex(latex, size=SIZE, inline=inline)
    if unknown := re.search(r">\s*(\\\w+)", equation.mathmlstr()):
        raise ValueError(say("unknown command {name}", name=unknown[1]))
    svg = equation.svgxml()
    for side in ("width", "height"):
        svg.set(side, f"{float(svg.attrib[side]) / SIZE:.3f}em")
    if inline:
        svg.set("style", f"vertical-align: {equation.getyofst() / SIZE:.3f}em")
    svg.set("role", "img")
    svg.set("aria-label", latex)
    return ElementTree.tostring(svg, encoding="unicode")


def _work(node: ElementTree.Element) -> int:
    total, level = 0, [node]
    for depth in range(64):
        total += len(level) << depth
        level = [child for parent in level for child in parent]
    return total


def with_drawn_equations(page: str, seconds: float = MAX_SECONDS) -> str:
    """The HTML page, or a part of one, with its LaTeX drawn, wherever MathJax would have: in text, and not in code.

    What cannot be drawn, or comes when these seconds of the processor are spent, stays as it was typed.
    """
    start, made, place = page.find("<body"), [], max(0, page.find("<body"))
    made.append(page[:place])
    until = time.thread_time() + seconds
    for markup in MARKUP.finditer(page, max(0, start)):
        made += [_drawn(page[place : markup.start()], until), markup[0]]
        place = markup.end()
    return "".join([*made, _drawn(page[place:], until)])


def _drawn(text: str, until: float) -> str:
    if "$" not in text and "\\" not in text:
        return text

    def drawing(match: re.Match[str]) -> str:
        latex = match["block"] or match["bracket"] or match["inline"] or match["dollar"] or match["named"]
        is_inline = bool(match["inline"] or match["dollar"])
        svg = _svg(html.unescape(latex), is_inline, until)
        if not svg:
            return match[0]
        return svg if is_inline else f'<span class="equation">{svg}</span>'

    return EQUATION.sub(drawing, text)


def _svg(latex: str, inline: bool, until: float) -> str:
    return _known_svg(latex, inline) if time.thread_time() < until else ""


@lru_cache(maxsize=4096)  # a class has the same assignment, and often the same mistakes
def _known_svg(latex: str, inline: bool) -> str:
    try:
        return equation_svg(latex, inline)
    except Exception:  # the parser's own errors are of many kinds; the page is made nevertheless
        return ""
