"""What explorers share: sliders, buttons, and a picture that follows quickly. Those that draw load matplotlib."""

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

WIDTH, HEIGHT, DOTS = 720, 380, 100  # pixels of the page, and how many make an inch


@dataclass(frozen=True)
class Slider:
    """One slider: the field of the settings that it sets, and where it goes. An int `step` makes whole numbers."""

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
    """A picture of settings. All that stays is drawn once; a new position draws the rest over it."""

    def __init__(self) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure  # no pyplot: nothing that the inline backend shows again

        figure = Figure(figsize=(WIDTH / DOTS, HEIGHT / DOTS), dpi=2 * DOTS)  # twice as sharp as the page
        self.moving = self.lay_out(figure)
        for artist in self.moving:
            artist.set_animated(True)
        self.canvas = FigureCanvasAgg(figure)
        self.canvas.draw()
        self.still = self.canvas.copy_from_bbox(figure.bbox)

    @abstractmethod
    def lay_out(self, figure: Figure) -> Sequence[Artist]:
        """Draws what stays; returns what `move` moves."""

    @abstractmethod
    def move(self, settings: Any) -> None:
        """Puts what moves where `settings` wants it."""

    @abstractmethod
    def in_words(self, settings: Any) -> str:
        """The picture in a line, for those who do not see it."""

    def png(self, settings: Any) -> bytes:
        """The picture as a file. It depends on `settings` alone, and not on those before."""
        import numpy as np
        from PIL import Image  # comes with matplotlib

        self.move(settings)
        self.canvas.restore_region(self.still)
        for artist in self.moving:
            artist.axes.draw_artist(artist)
        png = BytesIO()
        Image.fromarray(np.asarray(self.canvas.buffer_rgba())).convert("RGB").save(png, "PNG", compress_level=3)
        return png.getvalue()


def explore(drawing: Drawing, settings: Any, columns: Sequence[Sequence[Control]]) -> None:
    """Shows `drawing` at `settings`, a frozen dataclass, with sliders and buttons in columns.

    Where nobody can move a slider (a notebook that is executed in one go, a page that was saved) the picture of
    `settings` stands alone.
    """
    from IPython.display import display

    png = drawing.png(settings)
    shown = {"image/png": b64encode(png).decode("ascii"), "text/plain": drawing.in_words(settings)}
    if someone_is_there():
        shown = {**_with_controls(drawing, settings, columns, png)._repr_mimebundle_(), **shown}
    display(shown, metadata={"image/png": {"width": WIDTH, "height": HEIGHT}}, raw=True)


def plain(ax: Axes) -> None:
    """A quiet frame, the same for all explorers."""
    from course_utils.style import FAINT, INK

    ax.spines[["top", "right"]].set_visible(False)
    ax.spines[["left", "bottom"]].set_color(FAINT)
    ax.tick_params(color=FAINT, labelcolor=INK)


def _with_controls(drawing: Drawing, settings: Any, columns: Sequence[Sequence[Control]], png: bytes) -> Widget:
    import ipywidgets

    picture = ipywidgets.Image(value=png, format="png", width=WIDTH, height=HEIGHT)
    controls = {
        control.name: _shown(control, getattr(settings, control.name)) for column in columns for control in column
    }

    def redraw(_change: object) -> None:
        picture.value = drawing.png(replace(settings, **{name: control.value for name, control in controls.items()}))

    for one in controls.values():
        one.observe(redraw, names="value")
    boxes = [ipywidgets.VBox([controls[control.name] for control in column]) for column in columns]
    return ipywidgets.VBox([ipywidgets.HBox(boxes, layout={"flex_flow": "row wrap"}), picture])


def _shown(control: Control, value: Any) -> Widget:
    import ipywidgets

    labelled = {"value": value, "description": control.label, "style": {"description_width": "9em"}}
    if isinstance(control, Choice):
        return ipywidgets.ToggleButtons(options=control.options, **labelled)
    labelled |= {"min": control.low, "max": control.high, "step": control.step, "layout": {"width": "26em"}}
    if isinstance(control.step, int):
        return ipywidgets.IntSlider(**labelled)
    return ipywidgets.FloatSlider(readout_format=".2f", **labelled)
