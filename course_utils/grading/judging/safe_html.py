"""HTML that a student wrote, made harmless for its readers' browsers: no scripts, no styles, nothing loaded."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from functools import cache, lru_cache
from html import escape

import bleach

TAGS = frozenset(
    """a abbr b blockquote br caption code col colgroup dd del details div dl dt em figcaption figure h1 h2 h3 h4 h5
    h6 hr i img ins kbd li mark ol p pre q s samp small span strong sub summary sup table tbody td tfoot th thead tr
    tt u ul var wbr""".split()  # noqa: SIM905
)
ATTRIBUTES = frozenset(("align", "alt", "border", "colspan", "href", "rowspan", "start", "title", "class"))
PICTURE = re.compile(r"data:image/(png|jpeg|gif|svg\+xml);base64,[A-Za-z0-9+/=\s]*")
# The parser's time grows with the square of the tags in each other, and of a tag's attributes. A table that pandas
# shows in full has 3,000 marks.
MAX_TEXT, MAX_CODE, MAX_MARKS, MAX_WORDS = 100_000, 20_000, 4000, 8000
CODED = re.compile(r";base64,[A-Za-z0-9+/=]*")  # of a picture, in which every 64th character is a slash
MAX_SECONDS = 5.0  # of a notebook, see `reset_time_budget`


class _Spent(threading.local):
    seconds = 0.0  # of the processor, on the texts of this thread's notebook


_spent = _Spent()


def reset_time_budget() -> None:
    """Give the next notebook MAX_SECONDS for its texts; those that come later are shown as they were typed."""
    _spent.seconds = 0.0


def safe_html(text: str) -> str:
    """The HTML with what could act or load taken out. Links to the web and pictures that are inside stay.

    What would take long to read is shown as text.
    """
    return _in_time(_cleaner().clean, text)


def markdown(source: str) -> str:
    """Markdown to harmless HTML: nbconvert's own rendering, cleaned. Stands in nbgrader_config.py as a filter."""
    return _in_time(_markdown, source)


def coloured(highlight: Callable[[str], str], code: str) -> str:
    """What `highlight` makes of code; a lexer can take the square of its length."""
    if len(code) > MAX_CODE:
        return f'<div class="highlight"><pre>{escape(code)}</pre></div>'
    return _in_time(highlight, code)


def _in_time(make: Callable[[str], str], text: str) -> str:
    if _spent.seconds > MAX_SECONDS or not _is_short(text):
        return f"<pre>{escape(text)}</pre>"
    started = time.thread_time()
    try:
        return make(text)
    finally:
        _spent.seconds += time.thread_time() - started


def _is_short(text: str) -> bool:
    text = CODED.sub(lambda run: "" if 48 * run[0].count("/") < len(run[0]) + 1000 else run[0], text)
    return len(text) <= MAX_TEXT and text.count("<") <= MAX_MARKS and len(re.findall(r"[\s/\"']+", text)) <= MAX_WORDS


@lru_cache(maxsize=256)  # an assignment's texts are the same for the whole class
def _markdown(source: str) -> str:
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
