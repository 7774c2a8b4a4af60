"""What explorers share: sliders, and a picture that follows them quickly. matplotlib is loaded by those that draw."""

from __future__ import annotations

from abc import ABC, abstractmethod
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from typing import TYPE_CHECKING, Any

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


def explore(drawing: Drawing, settings: Any, columns: Sequence[Sequence[Slider]]) -> None:
    """Shows `drawing` at `settings`, a frozen dataclass, with sliders in columns.

    Where nobody can move a slider (a notebook that is executed in one go, a page that was saved) the picture of
    `settings` stands alone.
    """
    from IPython.display import display

    png = drawing.png(settings)
    shown = {"image/png": b64encode(png).decode("ascii"), "text/plain": drawing.in_words(settings)}
    if _someone_is_there():
        shown = {**_with_sliders(drawing, settings, columns, png)._repr_mimebundle_(), **shown}
    display(shown, metadata={"image/png": {"width": WIDTH, "height": HEIGHT}}, raw=True)


def plain(ax: Axes) -> None:
    """A quiet frame, the same for all explorers."""
    from .plots import FAINT, INK

    ax.spines[["top", "right"]].set_visible(False)
    ax.spines[["left", "bottom"]].set_color(FAINT)
    ax.tick_params(color=FAINT, labelcolor=INK)


def _someone_is_there() -> bool:
    """Whether a front end runs this cell. A batch run (nbclient, nbconvert) is known by its taking no input."""
    from IPython import get_ipython

    kernel = getattr(get_ipython(), "kernel", None)
    if kernel is None:
        return False
    return kernel.get_parent().get("content", {}).get("allow_stdin", True)


def _with_sliders(drawing: Drawing, settings: Any, columns: Sequence[Sequence[Slider]], png: bytes) -> Widget:
    import ipywidgets

    picture = ipywidgets.Image(value=png, format="png", width=WIDTH, height=HEIGHT)
    sliders = {slider.name: _shown(slider, getattr(settings, slider.name)) for column in columns for slider in column}

    def redraw(_change: object) -> None:
        picture.value = drawing.png(replace(settings, **{name: slider.value for name, slider in sliders.items()}))

    for one in sliders.values():
        one.observe(redraw, names="value")
    boxes = [ipywidgets.VBox([sliders[slider.name] for slider in column]) for column in columns]
    return ipywidgets.VBox([ipywidgets.HBox(boxes, layout={"flex_flow": "row wrap"}), picture])


def _shown(slider: Slider, value: float) -> Widget:
    import ipywidgets

    whole = isinstance(slider.step, int)
    kind, readout = (ipywidgets.IntSlider, "d") if whole else (ipywidgets.FloatSlider, ".2f")
    return kind(
        value=value, min=slider.low, max=slider.high, step=slider.step, description=slider.label,
        readout_format=readout, style={"description_width": "9em"}, layout={"width": "26em"},
    )  # fmt: skip
