"""A link from each page to the same page in the other language, and what a page's language is: a Sphinx extension."""

from __future__ import annotations

import re
from typing import Any

from course_utils.translation import LANGUAGES

OTHERS = [code for code in LANGUAGES if code != "en"]


def setup(app: Any) -> dict[str, bool]:
    """Called by Sphinx."""
    app.connect("html-page-context", _say_the_language)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def in_other_languages(page: str) -> dict[str, str]:
    """Code of a language -> the page in it, by the names that a page has; the page may not be there."""
    own = language_of(page)
    if own != "en":
        english = page.removesuffix(f".{own}").replace(f"notebooks/{own}/", "notebooks/")
        return {"en": "index" if english == "README" else english}
    if page == "index":
        return {code: f"README.{code}" for code in OTHERS}
    folder, _, name = page.rpartition("/")
    if folder == "notebooks":
        return {code: f"notebooks/{code}/{name}" for code in OTHERS}
    return {code: f"{page}.{code}" for code in OTHERS}


def language_of(page: str) -> str:
    """The code of the language that the page is written in."""
    found = re.search(rf"^notebooks/({'|'.join(OTHERS)})/|\.({'|'.join(OTHERS)})$", page)
    return next(filter(None, found.groups())) if found else "en"


def _say_the_language(app: Any, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    if doctree is None:
        return  # the search page and the index
    links = [
        f'<a href="{context["pathto"](other)}" lang="{code}" hreflang="{code}">{LANGUAGES[code]}</a>'
        for code, other in in_other_languages(page).items()
        if other in app.env.found_docs
    ]
    switch = f'<p class="languages">{" · ".join(links)}</p>' if links else ""
    context["body"] = f'<div lang="{language_of(page)}">{switch}{context["body"]}</div>'
