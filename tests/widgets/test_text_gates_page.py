"""The map of gates in a browser: each cell says the network's value, to the pointer and to the keyboard."""

import json

import pytest
import torch
from axe_playwright_python.sync_playwright import Axe

from course_utils.equations import GRU
from course_utils.site.explorers import NEEDED
from course_utils.widgets.text_gates import _unpacked, gate_values, gates_over_text
from tests.widgets.moving import scrolls_sideways

LINE = "不分开 车门一关 票根一裁 你往北去 我没有跟来 咸咸的风灌进口袋"
KNOWN = {character: index for index, character in enumerate(sorted(set(LINE)))}
UNITS = 256
MAP = "svg[role=application]"
THEMES = {"light": "background: #fff; color: #222", "dark": "background: #111; color: #ddd"}
SHOW = """async (traits) => {
  const heard = [];
  document.head.append(Object.assign(document.createElement("style"), { textContent: traits._css }));
  window.model = {
    get: (name) => traits[name],
    set: (name, value) => { traits[name] = value; heard.forEach((hear) => hear()); },
    on: (_, hear) => heard.push(hear),
    off: () => {},
    save_changes: () => {},
  };
  const url = URL.createObjectURL(new Blob([traits._esm], { type: "text/javascript" }));
  window.explorer = (await import(url)).default;
  explorer.render({ model, el: document.getElementById("cell") });
}"""


def trained():
    """Parameters with large weights, so that the gates differ."""
    draw = torch.Generator().manual_seed(0)
    shapes = GRU.shapes(len(KNOWN), UNITS).values()
    return [torch.randn(shape, generator=draw) / (shape[0] ** 0.5 if len(shape) == 2 else 1) for shape in shapes]


@pytest.fixture(scope="module")
def explorer():
    return gates_over_text(trained(), LINE, KNOWN)


def show(browser, explorer, theme="light", width=572):
    """A page with the explorer in a place of this width; 572 pixels are those of JupyterLab in a window of 1,024."""
    page = browser.new_page(viewport={"width": 1024, "height": 768})
    page.complaints = []
    page.on("console", lambda message: page.complaints.append(message.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.set_content(
        f'<!doctype html><html lang="en"><title>A chapter</title><body style="{THEMES[theme]}">'
        f'<main style="width: {width}px"><h1>A chapter</h1><div id="cell"></div></main>'
    )
    page.evaluate(SHOW, json.loads(json.dumps({name: getattr(explorer, name) for name in NEEDED})))
    page.locator(f".course-explorer[data-theme={theme}]").wait_for()
    return page


@pytest.fixture
def page(browser, explorer):
    page = show(browser, explorer)
    yield page
    page.close()


def words(page):
    """The sentence over the map."""
    return page.locator(".course-line").text_content()


def settings(page):
    return page.evaluate("() => model.get('settings')")


def test_every_cell_of_the_page_is_the_networks_value_to_two_digits(page):
    values = gate_values(trained(), LINE, KNOWN)
    for gate in "RZ":
        cells = page.evaluate(
            """(gate) => {
              const map = explorer.respond({ gate }, model.get("data"));
              return map.order.map((unit, row) => [unit, map.characters.map((_, column) => map.value(row, column))]);
            }""",
            gate,
        )
        assert sorted(unit for unit, _ in cells) == list(range(1, UNITS + 1))
        for unit, row in cells:
            assert row == pytest.approx(values[gate][:, unit - 1].tolist(), abs=0.00501)


def test_the_pointer_and_the_keyboard_find_the_same_cell_and_say_its_value(page, explorer):
    assert words(page) == explorer.in_words()
    box = page.locator(f"{MAP} image").bounding_box()
    column, row = 4, 100  # counted from 0
    x = box["x"] + (column + 0.5) * box["width"] / len(LINE)
    page.mouse.move(x, box["y"] + (row + 0.5) * box["height"] / UNITS)
    unit = _unpacked(explorer.data["gates"]["Z"]["order"], "<u2")[row]
    assert settings(page) == {"gate": "Z", "unit": unit, "step": column + 1}
    value = gate_values(trained(), LINE, KNOWN)["Z"][column, unit - 1]
    assert words(page).startswith(f"update gate Z of unit {unit} at 车 (character 5): {value:.2f}. Mean of all units")
    page.mouse.down()
    page.mouse.up()
    assert page.evaluate("() => document.activeElement.getAttribute('role')") == "application"
    for key in ("Home", "PageUp", "ArrowRight", "ArrowDown", "ArrowDown", "ArrowUp", "ArrowLeft", "ArrowRight"):
        page.keyboard.press(key)
    unit = _unpacked(explorer.data["gates"]["Z"]["order"], "<u2")[row - 26 + 1]
    assert settings(page) == {"gate": "Z", "unit": unit, "step": 2}
    said = page.locator("[aria-live]")
    page.wait_for_function("document.querySelector('[aria-live]').textContent.includes('at 分 (character 2)')")
    assert said.text_content() == words(page)


def test_the_keys_stop_at_the_edges_and_stay_in_the_widget(page, explorer):
    page.evaluate("() => document.addEventListener('keydown', (event) => (window.left = event.key))")
    for key in ["End", "ArrowRight", *["PageDown"] * 11, "ArrowDown"]:
        page.locator(MAP).press(key)
    last = _unpacked(explorer.data["gates"]["Z"]["order"], "<u2")[-1]
    assert settings(page) == {"gate": "Z", "unit": last, "step": len(LINE)}
    assert page.evaluate("() => [window.left, document.scrollingElement.scrollTop]") == [None, 0]


def test_another_gate_keeps_the_unit_and_the_character(page):
    before = settings(page)
    page.get_by_role("button", name="reset gate R").press("Enter")
    assert settings(page) == before | {"gate": "R"}
    assert words(page).startswith(f"reset gate R of unit {before['unit']} at ")


def test_a_space_is_said_as_a_word(page):
    page.locator(MAP).press("Home")
    for _ in range(3):
        page.locator(MAP).press("ArrowRight")
    assert " at a space (character 4): " in words(page)


@pytest.mark.parametrize("theme, width", [("light", 572), ("dark", 840), ("light", 330)])
def test_the_map_is_whole_and_accessible_in_both_themes_and_complains_of_nothing(browser, explorer, theme, width):
    page = show(browser, explorer, theme, width)
    outside = page.locator(MAP).evaluate(
        """(map) => {
          const frame = map.getBoundingClientRect();
          const out = (box) => box.left < frame.left - 0.5 || box.right > frame.right + 0.5
            || box.top < frame.top - 0.5 || box.bottom > frame.bottom + 0.5;
          return [...map.querySelectorAll("text")].filter((text) => out(text.getBoundingClientRect())).length;
        }"""
    )
    assert outside == 0
    assert scrolls_sideways(page.locator(".course-explorer")) == []
    assert Axe().run(page).response["violations"] == []
    assert page.complaints == []
    page.close()


def test_a_movement_is_drawn_within_a_thirtieth_of_a_second(page):
    quickest = page.evaluate(
        """() => Math.min(...Array.from({ length: 20 }, (_, i) => {
          const start = performance.now();
          model.set("settings", { gate: "RZ"[i % 2], unit: i + 1, step: i + 1 });
          document.querySelector("svg").getBoundingClientRect(); // laid out
          return performance.now() - start;
        }))"""
    )
    assert quickest < 1000 / 30
