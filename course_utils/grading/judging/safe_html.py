"""HTML that a student wrote, made harmless for its readers' browsers: no scripts, no styles, nothing loaded."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from functools import cache, lru_cache
from html import escape
from urllib.parse import quote

import bleach
from bleach.html5lib_shim import Filter  # type: ignore[attr-defined]  # which bleach's own guide imports

from course_utils.grading.judging.pictures import HAS_SCHEME, PREFIX, with_pictures

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
    return with_pictures(_in_time(_cleaner().clean, text), {})


def markdown(source: str, attachments: object = None) -> str:
    """Markdown to harmless HTML: nbconvert's own rendering, cleaned, with the cell's attachments as its pictures."""
    return with_pictures(_in_time(_markdown, source), attachments)


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
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    class Renderer(IPythonRenderer):
        def _embed_image_or_attachment(self, src: str) -> str:
            return src  # an attachment that is missing would raise; `with_pictures` puts all of them in

    return _cleaner().clean(MarkdownWithMath(renderer=Renderer(escape=False)).render(source))


class _NamedPictures(Filter):
    """Lets a picture say nothing but a name, in letters that nobody can take for HTML; no browser loads it."""

    def __iter__(self):
        for token in super().__iter__():
            if token.get("name") == "img" and token.get("data"):
                for key, value in token["data"].items():
                    token["data"][key] = value.replace(">", " ")
                source = token["data"].get((None, "src"), "data:")
                if not source.startswith("data:"):
                    token["data"][(None, "src")] = PREFIX + quote(source.removeprefix(PREFIX), safe="")
            yield token


@cache
def _cleaner() -> bleach.Cleaner:
    protocols = {"http", "https", "mailto", "data", PREFIX.rstrip(":")}
    return bleach.Cleaner(TAGS, _is_allowed, protocols=protocols, strip=True, filters=[_NamedPictures])


def _is_allowed(tag: str, name: str, value: str) -> bool:
    if name == "src":
        is_name = value.startswith(PREFIX) or not HAS_SCHEME.match(value.strip())
        return tag == "img" and (is_name or PICTURE.fullmatch(value) is not None)
    if name == "href":
        return tag == "a" and not value.strip().lower().startswith("data:")
    return name in ATTRIBUTES
