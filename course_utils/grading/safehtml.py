"""HTML that a student wrote, made harmless for the browser of who reads it: no scripts, no styles, nothing loaded."""

from __future__ import annotations

import re
from functools import cache, lru_cache

import bleach

TAGS = frozenset(
    """a abbr b blockquote br caption code col colgroup dd del details div dl dt em figcaption figure h1 h2 h3 h4 h5
    h6 hr i img ins kbd li mark ol p pre q s samp small span strong sub summary sup table tbody td tfoot th thead tr
    tt u ul var wbr""".split()  # noqa: SIM905
)
ATTRIBUTES = frozenset(("align", "alt", "border", "colspan", "href", "rowspan", "start", "title", "class"))
PICTURE = re.compile(r"data:image/(png|jpeg|gif|svg\+xml);base64,[A-Za-z0-9+/=\s]*")


def safe_html(text: str) -> str:
    """The HTML with what could act or load taken out. Links to the web and pictures that are inside stay."""
    return _cleaner().clean(text)


@lru_cache(maxsize=256)  # an assignment's texts are the same for the whole class
def markdown(source: str) -> str:
    """Markdown to harmless HTML: nbconvert's own rendering, cleaned. Stands in nbgrader_config.py as a filter."""
    from nbconvert.filters.markdown import markdown2html

    return safe_html(markdown2html(source))


@cache
def _cleaner() -> bleach.Cleaner:
    return bleach.Cleaner(tags=TAGS, attributes=_is_allowed, protocols={"http", "https", "mailto", "data"}, strip=True)


def _is_allowed(tag: str, name: str, value: str) -> bool:
    if name == "src":
        return tag == "img" and PICTURE.fullmatch(value) is not None
    if name == "href":
        return tag == "a" and not value.strip().lower().startswith("data:")
    return name in ATTRIBUTES
