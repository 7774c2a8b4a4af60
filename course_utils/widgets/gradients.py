"""How a gradient goes back through time in a plain network, a GRU and an LSTM, to be moved with sliders."""

from __future__ import annotations

import math
from base64 import b64encode
from dataclasses import asdict, dataclass
from functools import cache
from random import Random
from struct import pack
from typing import TYPE_CHECKING

from course_utils.translation import say
from course_utils.widgets.explorer import Explorer, script, short, slider, style_axes

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from torch import Tensor

    from course_utils.equations import Network

STEPS, UNITS, CHARACTERS = 61, 32, 8  # the gradient goes back 60 steps
INPUT_STD = 0.5
UNIT = 0.001  # all drawn numbers are whole thousandths, so that the page gets the very same ones
BLOCK_OF = {"h": 0, "c": 0, "r": 1, "i": 1, "z": 2, "f": 2, "o": 3}  # the networks share their weights: W_x·, W_h·
BLOCKS = 4
KEEPING = ("b_z", "b_f")  # the biases of the gates that keep
CURVES = {"rnn": ("rnn", "H"), "gru": ("gru", "H"), "lstm": ("lstm", "H"), "cell": ("lstm", "C")}

POWERS, TICK = [-12, 4], 4  # the ends of the axis, which a curve may leave, and from one line to the next
PANELS = {"rnn": ["rnn"], "gru": ["gru"], "lstm": ["lstm", "cell"]}
FORMULAS = {"rnn": "g′ = (g ⊙ (1 − H²)) Wᵀ", "gru": "g′ = Z ⊙ g + …", "lstm": "c′ = F ⊙ c + …"}
SYMBOLS = {"rnn": "H", "gru": "H", "lstm": "H", "cell": "C"}


@dataclass(frozen=True)
class FlowSettings:
    """The positions of the sliders: the hidden weights' scale, the update and forget gates' bias, and where to read."""

    scale: float = 1.0
    bias: float = 0.0
    back: int = 20  # the steps back that are read out


@dataclass(frozen=True)
class Draw:
    """What all networks share, in units of UNIT: normal numbers from a seed, row after row, and the text that is read.

    hidden: BLOCKS matrices (H, H); inputs: BLOCKS matrices (V, H); error: the gradient at the last state, (H,).
    """

    hidden: list[int]
    inputs: list[int]
    error: list[int]
    text: list[int]


@dataclass(frozen=True)
class Flow:
    """The size of a gradient 0, 1, 2 … steps back, as a share of that at the last step: at each state, and the cell."""

    rnn: list[float]
    gru: list[float]
    lstm: list[float]
    cell: list[float]


@cache
def drawn() -> Draw:
    """The same numbers at every call."""
    random = Random(0)

    def normal(count: int) -> list[int]:
        return [round(random.gauss(0, 1) / UNIT) for _ in range(count)]

    hidden, inputs, error = normal(BLOCKS * UNITS**2), normal(BLOCKS * CHARACTERS * UNITS), normal(UNITS)
    return Draw(hidden, inputs, error, [random.randrange(CHARACTERS) for _ in range(STEPS)])


def gradient_flow(settings: FlowSettings) -> Flow:
    """Sends an error back through three networks before training, over 60 steps, and measures its gradient.

    The networks have 32 units and read the same 61 characters. A fixed error arrives at the last state H; measured are
    the norms of its gradient at the states H and at the LSTM's cells C. Weights are normal: the hidden ones have the
    standard deviation `scale / sqrt(32)`, those of the input 1/2. Biases are 0, apart from those of update and forget
    gate, which are `settings.bias`. Computed from the course's equations by torch's autograd, in float64.
    """
    import torch

    from course_utils.equations import GRU, LSTM, RNN
    from course_utils.equations.evaluate import Evaluation

    draw = drawn()
    inputs = list(torch.eye(CHARACTERS, dtype=torch.float64)[draw.text].unsqueeze(1))  # T x (1, V)
    error = torch.tensor(draw.error, dtype=torch.float64) * UNIT  # (H,)
    flow = {}
    for network in (RNN, GRU, LSTM):
        state = {name: torch.zeros(1, UNITS, dtype=torch.float64, requires_grad=True) for name in network.states}
        run = Evaluation(network, inputs, state, _parameters(network, settings))
        for curve, (name, sequence) in CURVES.items():
            if name == network.name:
                states = [run.value(sequence, step) for step in range(STEPS)]  # T x (1, H)
                loss = (run.value("H", STEPS - 1) * error).sum()  # ()
                gradients = torch.autograd.grad(loss, states, retain_graph=True)
                norms = [gradient.norm().item() for gradient in reversed(gradients)]
                flow[curve] = [norm / norms[0] for norm in norms]
    return Flow(**flow)


def _parameters(network: Network, settings: FlowSettings) -> dict[str, Tensor]:
    """The parameters of a network below its output, by name."""
    import torch

    draw, parameters = drawn(), {}
    for name, shape in network.shapes(CHARACTERS, UNITS).items():
        numbers, std = (
            (draw.inputs, INPUT_STD) if name.startswith("W_x") else (draw.hidden, settings.scale / math.sqrt(UNITS))
        )
        if name.startswith("b"):
            parameters[name] = torch.full(shape, settings.bias if name in KEEPING else 0.0, dtype=torch.float64)
        elif name[-1] in BLOCK_OF:
            rows = torch.tensor(numbers, dtype=torch.float64).view(BLOCKS, *shape)  # (4, V, H) or (4, H, H)
            parameters[name] = rows[BLOCK_OF[name[-1]]] * (std * UNIT)
    return parameters


def gradient_explorer() -> Explorer:
    """Three networks before training, and sliders for their weights: how much of a gradient arrives `k` steps back?

    Sliders: the scale of the hidden weights of all three, the bias of the GRU's update gate and the LSTM's forget gate,
    and the number of steps back that is read out. `gradient_flow` says what is drawn. Returns a widget, which a cell
    shows that ends with it. It moves in the page, without a kernel. Source: Pascanu et al. 2013, arXiv:1211.5063.
    """
    draw = drawn()
    data = {
        "units": UNITS,
        "characters": CHARACTERS,
        "input_std": INPUT_STD,
        "unit": UNIT,
        "text": "".join(map(str, draw.text)),
    }
    data |= {name: _packed(getattr(draw, name)) for name in ("hidden", "inputs", "error")}
    data |= {"powers": POWERS, "tick": TICK, "formulas": FORMULAS, "symbols": SYMBOLS}
    data["panels"] = [{"name": name, "curves": curves} for name, curves in PANELS.items()]
    sliders = [
        slider("scale", say("scale of the hidden weights"), 0.1, 3.0, 0.1),
        slider("bias", say("bias of update and forget gate"), -2.0, 6.0, 0.1),
        slider("back", say("steps back"), 0, STEPS - 1, 1, say("{value} steps back")),
    ]
    texts = {
        "picture": say("The size of the gradient, from the last step backwards, in an RNN, a GRU and an LSTM"),
        "state": say(
            "The gradient {back} steps back, as a share of that at the last step: RNN {rnn}, GRU {gru}, "
            "LSTM {lstm} at H and {cell} at C."
        ),
        "note": say(
            "1 is the gradient at the last step; from one line to the next it is a factor of ten thousand. g is the "
            "gradient at H, c that at C; a stroke marks the gradient one step earlier. The three dots stand for the "
            "other ways: through the weights of the gates and of the candidate."
        ),
        "back": say("steps back"),
        "rnn": say("RNN"),
        "gru": say("GRU"),
        "lstm": say("LSTM"),
    }
    return _GradientExplorer(settings=asdict(FlowSettings()), controls=sliders, data=data, texts=texts)


def _packed(numbers: list[int]) -> str:
    return b64encode(pack(f"<{len(numbers)}h", *numbers)).decode("ascii")


class _GradientExplorer(Explorer):
    _esm = script("gradients")

    def response(self) -> Flow:
        """What the picture shows."""
        return gradient_flow(FlowSettings(**self.settings))

    def parts(self) -> dict[str, str]:
        return {name: short(curve[self.settings["back"]]) for name, curve in asdict(self.response()).items()}

    def draw(self, figure: Figure) -> None:
        """The three panels, with the same axes."""
        from course_utils.style import COLORS, FAINT, INK

        figure.subplots_adjust(left=0.08, right=0.985, bottom=0.14, top=0.78, wspace=0.14)
        flow, back = asdict(self.response()), self.settings["back"]
        figure.text(0.01, 0.97, self.in_words(), va="top", wrap=True, fontsize=9.5, color=INK)
        panels = figure.subplots(1, len(PANELS), sharey=True)
        for ax, (name, curves) in zip(panels, PANELS.items(), strict=True):
            style_axes(ax)
            ax.set_title(f"{self.texts[name]}   {FORMULAS[name]}", loc="left", fontsize=9.5, color=INK)
            ax.set(
                yscale="log", ylim=[10.0**power for power in POWERS], xlim=(0, STEPS - 1), xticks=range(0, STEPS, 20)
            )
            ax.set_yticks([10.0**power for power in range(POWERS[0], POWERS[1] + 1, TICK)])
            ax.minorticks_off()
            ax.grid(axis="y", color=FAINT, linewidth=0.8)
            ax.axvline(back, color=INK, linewidth=0.8, linestyle=(0, (2, 3)))
            for curve, color, dashes in zip(curves, COLORS, ("-", (0, (6, 3))), strict=False):
                label = f"{SYMBOLS[curve]} {short(flow[curve][back])}"
                ax.plot(
                    flow[curve], color=color, linestyle=dashes, linewidth=2, marker="o", markevery=[back], label=label
                )
            ax.legend(frameon=False, loc="lower left", fontsize=9)
        panels[1].set_xlabel(self.texts["back"], color=INK)
