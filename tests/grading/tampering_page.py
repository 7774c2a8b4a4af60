"""What a page does to who opens it: in Chromium, and by reading it."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path

from bs4 import BeautifulSoup, Tag
from playwright.sync_api import Browser

SEEN = "document.body.checkVisibility() ? document.body.innerText : ''"


@dataclass(frozen=True)
class Opened:
    """A page after it was opened as an instructor would open it."""

    ran: bool  # something of the student's ran in it
    moved: bool  # it went to another address
    asked: tuple[str, ...]  # what it asked for by network; everything was refused
    text: str  # what can be read on it

    def traces(self) -> list[str]:
        """What of it must not be."""
        found = ["runs in the reader's browser"] if self.ran else []
        found += ["leads the reader's browser away"] if self.moved else []
        found += ["lets the reader's browser ask an address"] if self.asks_students_address else []
        return found + ([] if "Score:" in self.text else ["hides the score from the reader"])

    @property
    def asks_students_address(self) -> bool:
        return any("127.0.0.1" in url for url in self.asked)


def open_page(browser: Browser, path: Path) -> Opened:
    """Open a file, wait for what it starts by itself, and look."""
    asked: list[str] = []

    def refuse(route):
        asked.append(route.request.url)
        route.abort()

    with contextlib.closing(browser.new_context()) as context:
        page = context.new_page()
        page.route(lambda url: not url.startswith(("file:", "data:", "blob:")), refuse)
        page.goto(path.as_uri(), wait_until="load")
        page.wait_for_timeout(300)
        links = page.locator("a[href^='javascript:' i]").count()
        ran = page.evaluate("window.tampered !== undefined || document.title.includes('tampered')") or links > 0
        return Opened(bool(ran), page.url != path.as_uri(), tuple(asked), page.evaluate(SEEN))


def live_places(page: str) -> list[str]:
    """The elements of a page through which a student's code would run or speak."""
    return [f"<{one.name}> {str(one)[:80]}" for one in BeautifulSoup(page, "html.parser").find_all(True) if _live(one)]


def _live(element: Tag) -> bool:
    code = [str(value) for name, value in element.attrs.items() if name.lower().startswith("on")]
    code += [element.get_text()] if element.name == "script" else []
    links = [str(element.get(name, "")) for name in ("href", "src", "action", "data", "formaction")]
    return (
        any("tampered" in text for text in code)
        or any(link.strip().lower().startswith("javascript:") for link in links)
        or element.name in ("base", "object", "embed", "applet", "form")
        or (element.name == "meta" and str(element.get("http-equiv", "")).lower() == "refresh")
    )
