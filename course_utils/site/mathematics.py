"""Equations as drawings in the page, made when the site is built: no script, no font, the same in every browser.

This is a Sphinx extension: the renderer "drawn" for `html_math_renderer`. Screen readers read the LaTeX.
"""

from __future__ import annotations

import html
import re
from typing import Any
from xml.etree import ElementTree

import ziamath
from docutils import nodes
from sphinx.util import logging

SIZE = 16  # pixels per em while drawing; on the page all lengths are in em, so equations scale with the text

logger = logging.getLogger(__name__)


def setup(app: Any) -> dict[str, bool]:
    """Register the renderer, as Sphinx asks of an extension. Source: Sphinx's documentation, "setup"."""
    ziamath.config.math.color = "currentColor"  # follows the light and the dark theme
    ziamath.config.svg2 = False  # no ids, which would have to be unique in a page
    ziamath.config.precision = 2
    app.add_html_math_renderer("drawn", (_visit_inline, None), (_visit_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def equation_svg(latex: str, inline: bool) -> str:
    """The equation as SVG, lengths in em; when `inline`, its baseline is the text's.

    Raises ValueError for a command that ziamath does not know, whose name it would show instead.
    """
    equation = ziamath.Latex(latex, size=SIZE, inline=inline)
    if unknown := re.search(r">\s*(\\\w+)", equation.mathmlstr()):
        raise ValueError(f"unknown command {unknown[1]}")
    svg = equation.svgxml()
    for side in ("width", "height"):
        svg.set(side, f"{float(svg.attrib[side]) / SIZE:.3f}em")
    if inline:
        svg.set("style", f"vertical-align: {equation.getyofst() / SIZE:.3f}em")
    svg.set("role", "img")
    svg.set("aria-label", latex)
    return ElementTree.tostring(svg, encoding="unicode")


def _visit_inline(translator: Any, node: nodes.math) -> None:
    translator.body.append(f'<span class="math">{_svg_or_source(node, inline=True)}</span>')
    raise nodes.SkipNode


def _visit_block(translator: Any, node: nodes.math_block) -> None:
    translator.body.append(f'<div class="math" tabindex="0">{_svg_or_source(node, inline=False)}</div>')
    raise nodes.SkipNode


def _svg_or_source(node: nodes.Element, inline: bool) -> str:
    latex = node.astext()
    try:
        return equation_svg(latex, inline)
    except Exception as error:  # the parser's own errors are of many kinds; the page is built nevertheless
        logger.warning("equation not drawn: %s: %s", error, latex, location=node)
        return f"<code>{html.escape(latex)}</code>"
