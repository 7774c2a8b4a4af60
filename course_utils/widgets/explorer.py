"""What all explorers share: a widget whose arithmetic and drawing run in the page, and a picture where nothing can run.

What runs in the page is the JavaScript file beside an explorer's module, put behind `explorer.js`. So an explorer moves
without a kernel, in a saved notebook and on the site too. All words and constants come from Python.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from importlib.resources import files
from io import BytesIO
from typing import TYPE_CHECKING, Any, ClassVar

import traitlets
from anywidget import AnyWidget

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH, HEIGHT, DOTS = 720, 380, 100  # pixels of the picture, and pixels per inch
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

Control = dict[str, Any]  # as plain data, for the page


def script(*names: str) -> str:
    """The module that the page loads: what all explorers share, then these files, the last of which exports."""
    return "\n".join(_resource(f"{name}.js") for name in ("explorer", *names))


def _resource(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def slider(name: str, label: str, low: float, high: float, step: float, says: str = "{value}") -> Control:
    """A slider for the setting `name`. A screen reader reads its position as `says`, with {value} or {percent}."""
    digits = len(str(step).partition(".")[2])
    return {"name": name, "label": label, "low": low, "high": high, "step": step, "digits": digits, "says": says}


def choice(name: str, label: str, options: Mapping[str, str]) -> Control:
    """A row of buttons for the setting `name`: value -> what the button says."""
    return {"name": name, "label": label, "options": [list(option) for option in options.items()]}


def decimals(value: float, digits: int) -> str:
    """The number with so many decimals, and a true minus sign."""
    return f"{value:.{digits}f}".replace("-", "−")


def short(value: float) -> str:
    """A positive number with two digits: 0.034, 12, 3.4 × 10⁻⁷."""
    mantissa, exponent = f"{value:.1e}".split("e")
    power = int(exponent)
    if value == 0 or -3 <= power <= 3:
        return decimals(value, max(0, 1 - power)) if value else "0"
    return f"{mantissa} × 10{str(power).translate(SUPERSCRIPTS)}"


class Explorer(AnyWidget):
    """A picture that follows its settings, with sliders and buttons for them. A subclass says what is drawn.

    `settings` is where sliders and buttons stand, name -> value; `data` holds the constants of the arithmetic, `texts`
    all words of the picture.
    """

    _esm: ClassVar[str]
    _css = _resource("explorer.css")
    settings = traitlets.Dict().tag(sync=True)
    controls: Any = traitlets.List().tag(sync=True)
    data = traitlets.Dict().tag(sync=True)
    texts = traitlets.Dict().tag(sync=True)

    def parts(self) -> dict[str, str]:
        """Name -> number for the sentence of the state, beside the settings themselves."""
        raise NotImplementedError

    def draw(self, figure: Figure) -> None:
        """Draws the picture of the settings for where nothing can run."""
        raise NotImplementedError

    def in_words(self) -> str:
        """The picture in one line of text."""
        return str(self.texts[self.sentence()]).format(**self.readings(), **self.parts())

    def sentence(self) -> str:
        """Which of the texts is the sentence for these settings."""
        return "state"

    def readings(self) -> dict[str, str]:
        """The settings as sliders and buttons show them."""
        shown = {}
        for control in self.controls:
            value = self.settings[control["name"]]
            options = dict(control.get("options", ()))
            shown[control["name"]] = options[value] if options else decimals(value, control["digits"])
        return shown

    def __repr__(self) -> str:
        return self.in_words()

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is None:  # without a view
            return None
        data, metadata = bundle
        size = {"width": WIDTH, "height": HEIGHT}
        return data | {"image/png": b64encode(self._png()).decode("ascii")}, metadata | {"image/png": size}

    def _png(self) -> bytes:
        # No pyplot: the inline backend would show its figure again.
        from matplotlib.figure import Figure

        from course_utils.style import use_chinese_font

        use_chinese_font()
        figure = Figure(figsize=(WIDTH / DOTS, HEIGHT / DOTS), dpi=2 * DOTS)  # twice as sharp as the page
        self.draw(figure)
        png = BytesIO()
        figure.savefig(png, format="png", metadata={"Software": None})
        return png.getvalue()


def style_axes(ax: Axes) -> None:
    """A quiet frame, the same for all explorers."""
    from course_utils.style import FAINT, INK

    ax.spines[["top", "right"]].set_visible(False)
    ax.spines[["left", "bottom"]].set_color(FAINT)
    ax.tick_params(color=FAINT, labelcolor=INK)
