"""An explorer in a page: moved as a person does, and read back."""

from __future__ import annotations

import course_utils as d2l


def sliders(place):
    """Its sliders, in the order of its controls."""
    return place.locator("input[type=range]")


def settings_shown(place, name):
    """The settings that sliders and buttons show."""
    values = sliders(place).evaluate_all("inputs => inputs.map(input => Number(input.value))")
    pressed = place.locator("button[aria-pressed=true]").all_inner_texts()
    shown = {}
    for control in getattr(d2l, name)().controls:
        if "options" in control:
            label = pressed.pop(0)
            (shown[control["name"]],) = (value for value, text in control["options"] if text == label)
        else:
            shown[control["name"]] = values.pop(0)
    return shown


def words_of(name, settings):
    """What Python says of these settings."""
    explorer = getattr(d2l, name)()
    explorer.settings = settings
    return repr(explorer)


def drawing(place):
    """The picture as its elements."""
    return place.locator("svg[role=img]").inner_html()


def is_high(slider):
    """Whether it stands in its upper half."""
    return slider.evaluate("slider => 2 * slider.value > Number(slider.min) + Number(slider.max)")


def move_by_keyboard(page, place):
    """Its first slider to its other end, then two steps back."""
    slider = sliders(place).first
    keys = ("Home", "ArrowUp", "ArrowRight") if is_high(slider) else ("End", "ArrowDown", "ArrowLeft")
    slider.focus()
    for key in keys:
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.type") == "range"


def move_by_drag(page, place):
    """Its last slider from where it stands to its other half."""
    slider = sliders(place).last
    slider.hover()  # when it has come to rest
    box, (low, high, value) = slider.bounding_box(), slider.evaluate("s => [s.min, s.max, s.value].map(Number)")
    height, room = box["y"] + box["height"] / 2, box["width"] - 16  # 16: the thumb
    page.mouse.move(box["x"] + 8 + room * (value - low) / (high - low), height)
    page.mouse.down()
    for share in (0.5, 0.3 if is_high(slider) else 0.7):
        page.mouse.move(box["x"] + 8 + room * share, height)
    page.mouse.up()


def require_that_it_moves(page, place, name):
    """Keyboard, mouse and buttons each change the picture, and the words are Python's of what is set."""
    for move in (move_by_keyboard, move_by_drag):
        before = drawing(place)
        move(page, place)
        assert drawing(place) != before, move.__name__
        assert place.locator(".course-line").inner_text() == words_of(name, settings_shown(place, name))
    for button in place.locator("button").all():
        button.click()
        assert button.get_attribute("aria-pressed") == "true"
        assert place.locator(".course-line").inner_text() == words_of(name, settings_shown(place, name))


def labels_outside_or_over_each_other(place):
    """Words of the picture that are cut off, and labels that cover each other."""
    return place.evaluate(
        """place => {
          const frame = place.querySelector("svg[role=img]").getBoundingClientRect();
          const outside = (box) => box.left < frame.left - 0.5 || box.right > frame.right + 0.5
            || box.top < frame.top - 0.5 || box.bottom > frame.bottom + 0.5;
          const texts = [...place.querySelectorAll("svg text")]
            .map((text) => [text.textContent, text.getBoundingClientRect()]);
          const over = (one, other) => one.left < other.right - 0.5 && other.left < one.right - 0.5
            && one.top < other.bottom - 3 && other.top < one.bottom - 3; // 3: above the letters of a line is room
          return [
            ...texts.filter(([, box]) => outside(box)).map(([text]) => `cut off: ${text}`),
            ...texts.flatMap(([text, box], i) => texts.slice(i + 1).filter(([, other]) => over(box, other))
              .map(([other]) => `${text} over ${other}`)),
          ];
        }"""
    )


def scrolls_sideways(place):
    """Which elements around the explorer have a horizontal scroll bar, or would need one."""
    return place.evaluate(
        """place => {
          const found = [];
          for (let node = place; node; node = node.parentElement) {
            const way = getComputedStyle(node).overflowX;
            const scrolls = node === document.documentElement || ["auto", "scroll"].includes(way);
            if ((scrolls || node === place) && node.scrollWidth > node.clientWidth) found.push(node.className);
          }
          return found;
        }"""
    )
