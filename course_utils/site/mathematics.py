"""Equations as drawings in the page, made when the site is built: no script, no font, the same in every browser.

This is a Sphinx extension: the renderer "drawn" for `html_math_renderer`. Screen readers read the LaTeX.
"""

from __future__ import annotations

import html
from typing import Any

from docutils import nodes
from sphinx.util import logging

from course_utils.mathematics import equation_svg
from course_utils.translation import say

logger = logging.getLogger(__name__)


def setup(app: Any) -> dict[str, bool]:
    """Register the renderer, as Sphinx asks of an extension. Source: Sphinx's documentation, "setup"."""
    app.add_html_math_renderer("drawn", (_visit_inline, None), (_visit_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}


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
        logger.warning("%s", say("equation not drawn: {reason}: {latex}", reason=error, latex=latex), location=node)
        return f"<code>{html.escape(latex)}</code>"
