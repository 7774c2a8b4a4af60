"""The site: every page is there, every link and picture resolves, and a browser needs neither server nor network."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

import nbformat
import pytest
from bs4 import BeautifulSoup

import course_utils as d2l
from course_utils.commands.cli import main
from course_utils.errors import CourseError, UsageError
from course_utils.filesystem import REPOSITORY
from course_utils.site import build, build_site

NOTEBOOKS = sorted([*REPOSITORY.glob("notebooks/*.ipynb"), *REPOSITORY.glob("release/*/*.ipynb")])
PAGES = [
    path.relative_to(REPOSITORY).with_suffix("").as_posix()
    for path in [*NOTEBOOKS, *sorted(REPOSITORY.glob("docs/*.md")), *sorted(REPOSITORY.glob("C*.md"))]
]
LOADED = {"script": "src", "img": "src", "link": "href", "source": "src", "iframe": "src", "object": "data"}
CURLY = str.maketrans("‘’“”", "''\"\"")  # Sphinx sets quotation marks as print does


@pytest.fixture(scope="session")
def soups(site):
    return {
        path: BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser") for path in sorted(site.rglob("*.html"))
    }


@pytest.fixture
def small_course(tmp_path, monkeypatch):
    """A repository of two pages, for what needs more than one build."""
    repository = tmp_path / "repository"
    (repository / "docs").mkdir(parents=True)
    (repository / "README.md").write_text("# A course\n\nWords.\n\n## What next\n\n[More](docs/design.md).\n")
    (repository / "docs" / "design.md").write_text("# Design\n\n$H_t$\n")
    monkeypatch.setattr(build, "REPOSITORY", repository)
    return repository


@pytest.mark.parametrize("page", PAGES)
def test_every_chapter_assignment_and_document_has_its_page_and_a_link_from_the_start(page, site, soups):
    source = next(
        REPOSITORY / f"{page}{suffix}" for suffix in (".ipynb", ".md") if (REPOSITORY / f"{page}{suffix}").exists()
    )
    text = source.read_text(encoding="utf-8")
    if source.suffix == ".ipynb":
        text = nbformat.reads(text, as_version=4).cells[0].source
    title = re.match(r"# (.+)", text)[1].replace("`", "")
    shown = soups[site / f"{page}.html"].h1.get_text().removesuffix("¶")
    assert shown.translate(CURLY) == title
    assert f"{page}.html" in {link.get("href") for link in soups[site / "index.html"]("a")}


def test_the_assignments_are_those_of_another_course_where_one_is_named(tmp_path):
    (tmp_path / "release" / "mgu").mkdir(parents=True)
    (tmp_path / "release" / "mgu" / "mgu.ipynb").write_text("{}")
    build.lay_out(REPOSITORY, tmp_path / "pages", tmp_path / "release")
    start = (tmp_path / "pages" / "index.md").read_text(encoding="utf-8")
    assert "\nrelease/mgu/mgu\n" in start and "release/gru" not in start and "\nnotebooks/01_gru\n" in start


def test_assignments_stand_in_the_order_of_their_chapters(tmp_path):
    for name in ("birnn", "gru", "lstm", "other"):
        (tmp_path / "release" / name).mkdir(parents=True)
        (tmp_path / "release" / name / f"{name}.ipynb").touch()
    pages = build._assignments(tmp_path, ["notebooks/01_gru", "notebooks/02_lstm", "notebooks/04_birnn"])
    assert [page.rpartition("/")[2] for page in pages] == ["gru", "lstm", "birnn", "other"]


def test_pages_in_chinese_stand_together_under_the_name_of_the_language(tmp_path):
    for name in ("notebooks/00_rnn.ipynb", "notebooks/zh/00_rnn.ipynb", "docs/student.md", "docs/student.zh.md"):
        (tmp_path / "repository" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "repository" / name).write_text('{"cells": [], "metadata": {}}')
    (tmp_path / "repository" / "README.md").write_text("# A course\n\n## More\n")
    build.lay_out(tmp_path / "repository", tmp_path / "pages")
    lists = (tmp_path / "pages" / "index.md").read_text(encoding="utf-8").split("```{toctree}")
    assert [line for line in lists[2].splitlines() if "/" in line] == ["notebooks/zh/00_rnn", "docs/student.zh"]
    assert ":caption: 简体中文" in lists[2] and "zh" not in lists[1] + lists[3]


def test_every_public_name_is_on_its_page(site, soups):
    signatures = soups[site / "docs" / "public_names.html"].select("dt.sig .descname")
    assert set(d2l.__all__) <= {name.get_text() for name in signatures}


def targets(soup):
    """Everything that a page links to or loads, as pairs of the tag's name and the address."""
    for name, attribute in {**LOADED, "a": "href"}.items():
        for tag in soup.find_all(name, {attribute: True}):
            yield name, tag[attribute]


def test_every_link_and_picture_resolves(site, soups):
    broken = []
    ids = {path: {tag["id"] for tag in soup.find_all(id=True)} for path, soup in soups.items()}
    for page, soup in soups.items():
        for name, address in targets(soup):
            parts = urlsplit(address)
            if parts.scheme in ("http", "https", "data") and (name == "a" or parts.scheme == "data"):
                continue
            place = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            if (
                parts.scheme
                or not place.is_file()
                or (place in ids and parts.fragment and parts.fragment not in ids[place])
            ):
                broken.append(f"{page.relative_to(site)}: {name} {address}")
    assert broken == []


def test_no_style_and_no_script_of_ours_names_a_server(site):
    sheets = {path.name: path.read_text(encoding="utf-8") for path in site.rglob("*.css")}
    assert "course.css" in sheets
    assert [name for name, text in sheets.items() if re.search(r"(url\(|@import)\s*['\"]?(https?:)?//", text)] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_equations_and_saved_pictures_are_in_the_page(path, site, soups):
    page = soups[site / path.relative_to(REPOSITORY).with_suffix(".html")]
    notebook = nbformat.read(path, as_version=4)
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    blocks = re.findall(r"^\$\$\n(.+?)\n\$\$$", text, re.DOTALL | re.MULTILINE)
    assert set(blocks) <= {svg["aria-label"].strip() for svg in page.select("div.math svg")}
    pictures = [
        output for cell in notebook.cells for output in cell.get("outputs", ()) if "image/png" in output.get("data", {})
    ]
    assert len(page.select(".cell_output img")) == len(pictures)


def test_no_page_shows_latex_in_its_text(soups):
    for path, soup in soups.items():
        words = [string for string in soup.article.strings if not string.find_parent(["pre", "code"])]
        assert not re.search(r"\\[a-z]+\{|\$\$", " ".join(words)), path
        assert not soup.select(".math code"), path


@pytest.mark.parametrize("scheme, width", [("light", 1400), ("dark", 390)])
def test_a_browser_shows_every_page_from_the_disk_without_a_network(scheme, width, site, soups, browser):
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900}, offline=True)
    tab, complaints, schemes = context.new_page(), [], []
    tab.on("console", lambda message: complaints.append(message.text))
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.on("requestfailed", lambda request: complaints.append(f"failed: {request.url}"))
    tab.on("request", lambda request: schemes.append(urlsplit(request.url).scheme))
    for path in soups:
        tab.goto(path.as_uri())
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} scrolls sideways"
        drawings = tab.evaluate(
            "Array.from(document.querySelectorAll('.math > svg'), svg => { const box = svg.getBoundingClientRect();"
            " const fill = getComputedStyle(svg.querySelector('path')).fill;"
            " return [box.width, box.height, fill, getComputedStyle(svg).color] })"
        )
        assert all(width > 3 and height > 3 and fill == color for width, height, fill, color in drawings), path
        assert all(tab.evaluate("Array.from(document.images, image => image.complete && image.naturalWidth > 0)")), path
    dark = tab.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).every(part => part < 64)")
    context.close()
    assert dark == (scheme == "dark")
    assert complaints == []
    assert set(schemes) <= {"file", "data"}


@pytest.mark.parametrize("words, page", [("vanishes", "01_gru"), ("遗忘门", "02_lstm"), ("perplexity", "glossary")])
def test_a_search_finds_a_page_from_the_disk_without_a_network_and_without_errors(words, page, site, browser):
    context = browser.new_context(offline=True)
    tab, complaints = context.new_page(), []
    tab.on("console", lambda message: complaints.append(message.text))
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.on("requestfailed", lambda request: complaints.append(f"failed: {request.url}"))
    tab.goto((site / "index.html").as_uri())
    tab.fill("input[name=q]", words)
    tab.press("input[name=q]", "Enter")
    found = tab.wait_for_selector(f"#search-results li a[href*='{page}']", timeout=10_000)
    tab.wait_for_function("document.querySelector('.search-summary').textContent.includes('found')")
    found.click()
    tab.wait_for_url(f"**/*{page}*")
    context.close()
    assert complaints == []


def test_the_old_site_is_replaced_as_a_whole_and_the_path_is_printed(small_course, tmp_path, capfd):
    output = tmp_path / "site"
    assert main(["site", "--output", str(output)]) == 0
    assert capfd.readouterr() == (f"{output / 'index.html'}\n", "")
    (small_course / "docs" / "design.md").rename(small_course / "docs" / "other.md")
    (small_course / "README.md").write_text("# Another\n\n## What next\n")
    build_site(output)
    assert "Another" in (output / "index.html").read_text(encoding="utf-8")
    assert {path.name for path in (output / "docs").glob("*.html")} == {"other.html"}
    assert {path.name for path in tmp_path.iterdir()} == {"site", "repository"}


def test_a_broken_page_is_reported_and_the_old_site_stays(small_course, tmp_path, capfd):
    output = tmp_path / "site"
    output.mkdir()
    (output / build.MARK).touch()
    (small_course / "docs" / "design.md").write_text("# Design\n\n[gone](nowhere.md)\n\nAnd $\\nosuch{H}$.\n")
    with pytest.raises(CourseError, match="its messages are above"):
        build_site(output, "-W", "--keep-going")
    messages = capfd.readouterr().err
    assert "design.md:3" in messages and "nowhere.md" in messages
    assert "design.md:5" in messages and "unknown command \\nosuch" in messages
    assert [path.name for path in output.iterdir()] == [build.MARK]


@pytest.mark.parametrize(
    "make", [lambda path: (path.mkdir(), (path / "thesis.txt").touch()), lambda path: path.touch()]
)
def test_a_file_or_a_folder_that_is_no_site_is_never_replaced(make, small_course, tmp_path):
    output = tmp_path / "mine"
    make(output)
    with pytest.raises(UsageError, match="is not a site"):
        build_site(output)
    assert output.is_file() or (output / "thesis.txt").exists()


def test_without_sphinx_the_extra_is_named(monkeypatch, capsys):
    monkeypatch.setattr(build, "NEEDED", ("sphinx", "no_such_module"))
    assert main(["site"]) == 1
    assert re.search(r"no_such_module cannot be imported; run: .*\.\[site\]", capsys.readouterr().err)
