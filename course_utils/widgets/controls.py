"""The parts that all explorers share: sliders, buttons, and a picture that follows them quickly.

matplotlib and ipywidgets are imported inside the functions that draw and show, so that `course_utils` loads quickly.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from typing import TYPE_CHECKING, Any

from course_utils.frontend import someone_is_there

if TYPE_CHECKING:
    from ipywidgets import Widget
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH, HEIGHT, DOTS = 720, 380, 100  # pixels of the page, and pixels per inch


@dataclass(frozen=True)
class Slider:
    """One slider: the field of the settings that it sets, and its range. An int `step` makes it one of integers."""

    name: str
    label: str
    low: float
    high: float
    step: float


@dataclass(frozen=True)
class Choice:
    """One row of buttons: the field of the settings that it sets, and the values that it offers."""

    name: str
    label: str
    options: Sequence[str]


Control = Slider | Choice


class Drawing(ABC):
    """A picture of settings. Its fixed parts are drawn once; new settings draw only the moving parts over them."""

    def __init__(self) -> None:
        # No pyplot: the inline backend would show its figure again.
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        figure = Figure(figsize=(WIDTH / DOTS, HEIGHT / DOTS), dpi=2 * DOTS)  # twice as sharp as the page
        self.moving = self.lay_out(figure)
        for artist in self.moving:
            artist.set_animated(True)
        self.canvas = FigureCanvasAgg(figure)
        self.canvas.draw()
        self.still = self.canvas.copy_from_bbox(figure.bbox)

    @abstractmethod
    def lay_out(self, figure: Figure) -> Sequence[Artist]:
        """Draws the fixed parts; returns those that `move` moves."""

    @abstractmethod
    def move(self, settings: Any) -> None:
        """Puts the moving parts where `settings` has them."""

    @abstractmethod
    def alt_text(self, settings: Any) -> str:
        """The picture in one line of text, for people who cannot see it."""

    def png(self, settings: Any) -> bytes:
        """The picture as a PNG file. It depends on `settings` alone, not on earlier ones."""
        import numpy as np
        from PIL import Image  # comes with matplotlib

        self.move(settings)
        self.canvas.restore_region(self.still)
        for artist in self.moving:
            self.canvas.figure.draw_artist(artist)
        png = BytesIO()
        Image.fromarray(np.asarray(self.canvas.buffer_rgba())).convert("RGB").save(png, "PNG", compress_level=3)
        return png.getvalue()


def explore(drawing: Drawing, settings: Any, columns: Sequence[Sequence[Control]]) -> None:
    """Shows `drawing` at `settings`, a frozen dataclass, with sliders and buttons in columns.

    Where nobody can move a slider (in a notebook that is executed in one go, or on a saved page) only the picture of
    `settings` is shown.
    """
    from IPython.display import display

    png = drawing.png(settings)
    shown = {"image/png": b64encode(png).decode("ascii"), "text/plain": drawing.alt_text(settings)}
    if someone_is_there():
        shown = {**_with_controls(drawing, settings, columns, png)._repr_mimebundle_(), **shown}
    display(shown, metadata={"image/png": {"width": WIDTH, "height": HEIGHT}}, raw=True)


def style_axes(ax: Axes) -> None:
    """A quiet frame, the same for all explorers."""
    from course_utils.style import FAINT, INK

    ax.spines[["top", "right"]].set_visible(False)
    ax.spines[["left", "bottom"]].set_color(FAINT)
    ax.tick_params(color=FAINT, labelcolor=INK)


def _with_controls(drawing: Drawing, settings: Any, columns: Sequence[Sequence[Control]], png: bytes) -> Widget:
    import ipywidgets

    picture = ipywidgets.Image(value=png, format="png", width=WIDTH, height=HEIGHT)
    widgets = {
        control.name: _widget(control, getattr(settings, control.name)) for column in columns for control in column
    }

    def redraw(_change: object) -> None:
        picture.value = drawing.png(replace(settings, **{name: widget.value for name, widget in widgets.items()}))

    for widget in widgets.values():
        widget.observe(redraw, names="value")
    boxes = [ipywidgets.VBox([widgets[control.name] for control in column]) for column in columns]
    return ipywidgets.VBox([ipywidgets.HBox(boxes, layout={"flex_flow": "row wrap"}), picture])


def _widget(control: Control, value: Any) -> Widget:
    import ipywidgets

    labelled = {"value": value, "description": control.label, "style": {"description_width": "9em"}}
    if isinstance(control, Choice):
        return ipywidgets.ToggleButtons(options=control.options, **labelled)
    labelled |= {"min": control.low, "max": control.high, "step": control.step, "layout": {"width": "26em"}}
    if isinstance(control.step, int):
        return ipywidgets.IntSlider(**labelled)
    return ipywidgets.FloatSlider(readout_format=".2f", **labelled)
