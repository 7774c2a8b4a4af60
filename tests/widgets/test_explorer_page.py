"""The program of each explorer in a browser: Python's numbers, whole words, both themes, and quick enough."""

from __future__ import annotations

from dataclasses import asdict
from itertools import product

import pytest
from axe_playwright_python.sync_playwright import Axe

import course_utils as d2l
from course_utils.filesystem import REPOSITORY
from course_utils.site.explorers import NEEDED, _part
from course_utils.widgets import __all__ as EXPLORERS
from tests.widgets.moving import labels_outside_or_over_each_other, scrolls_sideways, sliders

THEMES = {"light": "background: #fff; color: #222", "dark": "background: #111; color: #ddd"}
PULSES = (-1.0, 0.3, 1.0)
GRIDS = {
    "gate_explorer": {"Z": (0, 0.95, 1), "Z_at_pulse": (0, 0.5, 1), "R": (0, 0.37, 1), "pulse": PULSES},
    "lstm_explorer": {
        "F": (0, 1), "F_at_pulse": (0.2, 1), "I": (0, 0.61, 1), "I_at_pulse": (0, 1), "O": (0, 0.5, 1), "pulse": PULSES,
    },
    "gradient_explorer": {"scale": (0.3, 1.7), "bias": (-2.0, 6.0), "back": (0, 60)},
    "depth_explorer": {"num_layers": (1, 6, 20), "scale": (0.05, 0.9, 3), "residual": (0, 0.35, 1)},
    "sight_explorer": {"joined": ("one", "both", "gap"), "step": range(1, 11)},
}  # fmt: skip
explorers = pytest.mark.parametrize("name", EXPLORERS)


@pytest.fixture(scope="module")
def page(browser):
    """One page for all, which complains about nothing."""
    complaints = []
    page = browser.new_page(viewport={"width": 1024, "height": 900})
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert complaints == []


def show(page, name, theme="light", width=572):
    """The explorer alone, in a place of this width; 572 pixels are those of JupyterLab in a window of 1,024."""
    explorer = getattr(d2l, name)()
    part = _part({"text/plain": repr(explorer), "image/png": ""}, {key: getattr(explorer, key) for key in NEEDED})
    loader = (REPOSITORY / "course_utils" / "site" / "explorers.js").read_text(encoding="utf-8")
    page.set_content(
        f'<!doctype html><html lang="en"><title>{name}</title><body style="{THEMES[theme]}">'
        f'<main style="width: {width}px">{part}</main><script>{loader}</script>'
    )
    place = page.locator(".course-explorer")
    place.locator(".course-line").wait_for()
    page.wait_for_function(f"document.querySelector('.course-explorer').dataset.theme === '{theme}'")
    return place


@pytest.mark.parametrize("name", GRIDS)
def test_the_page_computes_and_says_what_python_does(name, page):
    explorer = getattr(d2l, name)()
    grid = [dict(zip(GRIDS[name], position, strict=True)) for position in product(*GRIDS[name].values())]
    state = {key: getattr(explorer, key) for key in ("controls", "data", "texts")}
    answers = page.evaluate(
        """async ([program, state, grid]) => {
          const { default: explorer } = await import(`data:text/javascript,${encodeURIComponent(program)}`);
          return grid.map((settings) => {
            const all = { ...state, settings }, response = explorer.respond(settings, state.data);
            return [response, explorer.inWords({ get: (name) => all[name] }, response)];
          });
        }""",
        [explorer._esm, state, grid],
    )
    for settings, (response, words) in zip(grid, answers, strict=True):
        explorer.settings = settings
        assert words == repr(explorer)
        for field, value in asdict(explorer.response()).items():
            expected = list(value) if isinstance(value, range) else value
            assert response[field] == pytest.approx(expected, rel=1e-9, abs=1e-12), (settings, field)


@explorers
def test_words_are_whole_and_apart_wherever_the_sliders_stand_and_however_wide_the_page_is(name, page):
    ends = ("Home", "End", "PageUp", "PageUp")
    for width in (330, 572, 840):
        place = show(page, name, width=width)
        found = labels_outside_or_over_each_other(place)
        for slider in sliders(place).all():
            for key in ends:
                slider.press(key)
                found += labels_outside_or_over_each_other(place)
        assert found == []
        assert scrolls_sideways(place) == []


@pytest.mark.parametrize("theme", THEMES)
@explorers
def test_it_is_accessible_and_legible_in_both_themes(name, theme, page):
    place = show(page, name, theme)
    violations = Axe().run(page, context=".course-explorer").response["violations"]
    assert [(found["id"], found["nodes"][0]["html"]) for found in violations] == []
    paper, *inks = place.evaluate(
        """place => [getComputedStyle(place).backgroundColor, ...[...place.querySelectorAll("svg text")]
          .map((text) => getComputedStyle(text).fill)]"""
    )
    assert min(contrast(paper, ink) for ink in inks) >= 4.5


def contrast(one, other):
    """Of two colours "rgb(…)". Source: WCAG 2.2, "contrast ratio"."""

    def luminance(color):
        channels = [float(part) / 255 for part in color[color.index("(") + 1 : -1].split(",")[:3]]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    darker, lighter = sorted([luminance(one), luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)


@explorers
def test_a_screen_reader_hears_names_positions_in_words_and_then_the_state(name, page):
    place = show(page, name)
    for control in getattr(d2l, name)().controls:
        role = "group" if "options" in control else "slider"
        assert place.get_by_role(role, name=control["label"], exact=True).count() == 1
    assert place.locator("svg[role=img]").get_attribute("aria-label")
    slider = sliders(place).first
    slider.press("Home")
    assert slider.get_attribute("aria-valuetext").startswith(slider.locator("xpath=..").inner_text().splitlines()[-1])
    live = place.locator("[aria-live=polite]")
    sentence = place.locator(".course-line").inner_text()
    page.wait_for_function(
        "sentence => document.querySelector('[aria-live=polite]').textContent === sentence", arg=sentence
    )
    assert live.count() == 1


@explorers
def test_a_movement_is_drawn_within_a_thirtieth_of_a_second(name, page):
    place = show(page, name)
    milliseconds = sliders(place).first.evaluate(
        """slider => Array.from({ length: 30 }, (_, i) => {
          const start = performance.now();
          slider.value = Number(slider.max) - (Number(slider.max) - Number(slider.min)) * (i % 6) / 30;
          slider.dispatchEvent(new Event("input"));
          slider.getBoundingClientRect(); // laid out
          return performance.now() - start;
        })"""
    )
    assert min(milliseconds) < 1000 / 30  # the quickest: other processes may be busy
