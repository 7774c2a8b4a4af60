"""The gates of a trained network over a line of text: a map of characters and hidden units."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from course_utils.errors import UsageError
from course_utils.translation import say, to_say
from course_utils.widgets.explorer import Explorer, choice, decimals, script

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from torch import Tensor, nn

LONGEST = 40  # characters: more columns would be too narrow to read their heads
CELLS = 45_000  # of all gates together: a saved notebook keeps a byte for each
LEVELS = 100  # a value is kept in whole hundredths: what is said is the network's value to two digits
COLOURS = "cividis"
GATES = {
    "R": to_say("reset gate R"),
    "Z": to_say("update gate Z"),
    "I": to_say("input gate I"),
    "F": to_say("forget gate F"),
    "O": to_say("output gate O"),
}


def gates_over_text(model: nn.Module | Sequence[Tensor], text: str, char_to_idx: Mapping[str, int]) -> Explorer:
    """The gates of a trained GRU or LSTM while it reads a line of text: a map of its characters and hidden units.

    model, text and char_to_idx are as in `gate_values`, which says what is drawn; at most 40 characters. Buttons choose
    the gate; the pointer or the arrow keys choose a cell, whose value is said. The rows of a gate are sorted by the
    first principal component of their values, so that units that open and close together are neighbours. Returns a
    widget, which a cell shows that ends with it. It moves in the page, without a kernel.

    Raises UsageError as `gate_values` does, and for a line that is too long.
    """
    values = gate_values(model, text, char_to_idx)
    units = next(iter(values.values())).shape[1]
    longest = min(LONGEST, CELLS // (units * len(values)))
    if len(text) > longest:
        message = (
            "The line has {count} characters, and the map of {units} units has room for {longest}: take a part of it."
        )
        raise UsageError(say(message, count=len(text), units=units, longest=longest))
    gates = {gate: _sorted_map(value) for gate, value in values.items()}
    data = {
        "text": text,
        "units": units,
        "levels": LEVELS,
        "space": say("a space"),
        "colours": _colours(),
        "gates": gates,
    }
    gate = "F" if "F" in gates else "Z"  # the one that keeps
    middle = {"unit": _unpacked(gates[gate]["order"], "<u2")[units // 2], "step": (len(text) + 1) // 2}
    return MapOfGates(
        settings={"gate": gate} | middle,
        controls=[choice("gate", say("gate"), {gate: say(GATES[gate]) for gate in gates})],
        data=data,
        texts=map_texts(units),
    )


def gate_values(model: nn.Module | Sequence[Tensor], text: str, char_to_idx: Mapping[str, int]) -> dict[str, Tensor]:
    """The gates of a GRU or LSTM while it reads `text` from a state of zeros: name -> `(T, H)`, between 0 and 1.

    model: the 11 parameters of the course's GRU or the 14 of its LSTM, in the order of the contract; or a model with
    one layer of `nn.GRU` or `nn.LSTM`, such as `RNNModel`. Values are those of the course's equations, or of the layer.

    Raises UsageError for any other model, an empty text, a character that is not in the vocabulary, and a network that
    has diverged.
    """
    import torch

    indices = _indices(text, char_to_idx)
    layer: Any = getattr(model, "rnn", model)
    with torch.no_grad():
        if isinstance(layer, torch.nn.GRU | torch.nn.LSTM):
            values = _of_layer(layer, indices, len(char_to_idx))
        else:
            values = _of_parameters(layer, indices, len(char_to_idx))
    if not all(value.isfinite().all() for value in values.values()):
        raise UsageError(
            say("The gates are no numbers: the network has diverged. Train it again, with a smaller step.")
        )
    return {gate: value.cpu() for gate, value in values.items()}


def map_texts(units: int) -> dict[str, str]:
    """All that a map of so many units says."""
    return {
        "picture": say("Gates over a line of text. Arrow keys move from cell to cell."),
        "state": say(
            "{gate} of unit {unit} at {character} (character {step}): {value}. Mean of all units there: {mean}."
        ),
        "note": say(
            "A column is a character, from left to right; a row is one of {units} hidden units. Move over the map, "
            "or click it and use the arrow keys. Units that open and shut together stand together: the rows of each "
            "gate are sorted by their first principal component.",
            units=units,
        ),
        "rows": say("hidden units, sorted"),
        "open": say("1 open"),
        "closed": say("0 shut"),
    }


def _sorted_map(values: Tensor) -> dict[str, str]:
    """A gate's values, `(T, H)`, packed: a row of `cells` for each unit, in the order in which they stand in the map.

    `order` has the unit of each row, counted from 1, and `means` the mean of each column.
    """
    import torch

    about_zero = values.double() - values.double().mean(dim=0)  # (T, H)
    component = torch.linalg.svd(about_zero, full_matrices=False).Vh[0]  # (H,)
    component = component * component[component.abs().argmax()].sign()  # a component has no sign of its own
    order = component.argsort(descending=True, stable=True)
    levels = {"cells": values[:, order].T, "means": values.mean(dim=1)}  # (H, T), (T,)
    packed = {name: _packed((share * LEVELS).round(), "u1") for name, share in levels.items()}
    return packed | {"order": _packed(order + 1, "<u2")}


def _packed(numbers: Tensor, dtype: str) -> str:
    """As text, in one line of the notebook."""
    return b64encode(numbers.numpy().astype(dtype).tobytes()).decode("ascii")


def _unpacked(text: str, dtype: str) -> list[int]:
    import numpy as np

    return np.frombuffer(b64decode(text), dtype).tolist()


def _colours() -> str:
    """The colour of each level: matplotlib's cividis, made to look the same with any kind of colour vision."""
    from matplotlib import colormaps
    from matplotlib.colors import to_hex

    return " ".join(to_hex(colormaps[COLOURS](level / LEVELS)) for level in range(LEVELS + 1))


class MapOfGates(Explorer):
    """What `gates_over_text` shows."""

    _esm = script("text_gates")

    def parts(self) -> dict[str, str]:
        """The cell, its value, and the mean of its column."""
        unit, column = self.settings["unit"], self.settings["step"] - 1
        gate = self.data["gates"][self.settings["gate"]]
        row = self._rows(self.settings["gate"])[_unpacked(gate["order"], "<u2").index(unit)]
        return {
            "unit": str(unit),
            "step": str(column + 1),
            "character": self.data["text"][column].replace(" ", self.data["space"]),
            "value": decimals(row[column] / LEVELS, 2),
            "mean": decimals(_unpacked(gate["means"], "u1")[column] / LEVELS, 2),
        }

    def _rows(self, gate: str) -> list[list[int]]:
        cells, columns = _unpacked(self.data["gates"][gate]["cells"], "u1"), len(self.data["text"])
        return [cells[start : start + columns] for start in range(0, len(cells), columns)]

    def draw(self, figure: Figure) -> None:
        """The maps of all gates, one above the other."""
        from course_utils.style import INK

        gates, text = self.data["gates"], self.data["text"]
        figure.set_layout_engine("constrained")
        axes = figure.subplots(len(gates), 1, sharex=True)
        for ax, gate in zip(axes, gates, strict=True):
            image = ax.imshow(
                self._rows(gate), aspect="auto", cmap=COLOURS, vmin=0, vmax=LEVELS, interpolation="nearest"
            )
            ax.set_title(say(GATES[gate]), loc="left", fontsize=9.5, color=INK)
            ax.set_yticks([])
            ax.tick_params(length=0, labelcolor=INK)
        axes[-1].set_xticks(range(len(text)), list(text.replace(" ", "␣")))
        bar = figure.colorbar(image, ax=list(axes), fraction=0.03, pad=0.01, ticks=[0, LEVELS])
        bar.ax.set_yticklabels([self.texts["closed"], self.texts["open"]])


def _indices(text: str, char_to_idx: Mapping[str, int]) -> list[int]:
    if not text:
        raise UsageError(say("The text is empty: give a line of at least one character."))
    if unknown := sorted({character for character in text if character not in char_to_idx}):
        message = "The network has never read {characters}: take a line whose characters are all in char_to_idx."
        raise UsageError(say(message, characters=", ".join(map(repr, unknown))))
    return [char_to_idx[character] for character in text]


def _of_layer(layer: nn.GRU | nn.LSTM, indices: list[int], vocab_size: int) -> dict[str, Tensor]:
    """From the states that the layer itself computes: a gate reads the input, and the state of the step before."""
    import torch

    from course_utils.equations import NETWORKS

    if layer.num_layers > 1 or layer.bidirectional or layer.proj_size:
        raise UsageError(say("Expected one layer in one direction, without a projection, got {layer}.", layer=layer))
    weights = dict(layer.named_parameters())
    W_x, W_h = weights["weight_ih_l0"].T, weights["weight_hh_l0"].T  # (V, 3H) and (H, 3H), or 4H
    _require_shape("weight_ih_l0", W_x.T, (W_x.shape[1], vocab_size))
    network = NETWORKS["gru" if isinstance(layer, torch.nn.GRU) else "lstm"]
    X = torch.eye(vocab_size)[indices].to(W_x)  # (T, V)
    states, _ = layer(X)  # (T, H)
    before = torch.cat([torch.zeros_like(states[:1]), states[:-1]])  # (T, H)
    sums = X @ W_x + before @ W_h  # (T, 3H) or (T, 4H)
    if layer.bias:
        sums = sums + weights["bias_ih_l0"] + weights["bias_hh_l0"]
    blocks = dict(zip(network.library_order, sums.chunk(len(network.library_order), dim=1), strict=True))  # (T, H) each
    return {gate: torch.sigmoid(blocks[gate.lower()]) for gate in network.gates}


def _of_parameters(parameters: Sequence[Tensor], indices: list[int], vocab_size: int) -> dict[str, Tensor]:
    """From the course's equations."""
    import torch

    from course_utils.equations import GRU, LSTM
    from course_utils.equations.evaluate import Evaluation

    given = [parameter.detach().cpu() for parameter in _listed(parameters)]
    network = next((network for network in (GRU, LSTM) if len(network.parameters) == len(given)), None)
    if network is None:
        raise _no_network(parameters)
    num_hiddens = len(given[-2])
    for (name, shape), parameter in zip(network.shapes(vocab_size, num_hiddens).items(), given, strict=True):
        _require_shape(name, parameter, shape)
    inputs = list(torch.eye(vocab_size, dtype=given[0].dtype)[indices].unsqueeze(1))  # T x (1, V)
    state = {name: torch.zeros(1, num_hiddens, dtype=given[0].dtype) for name in network.states}
    run = Evaluation(network, inputs, state, dict(zip(network.parameters, given, strict=True)))
    return {gate: torch.cat([run.value(gate, t) for t in range(len(inputs))]) for gate in network.gates}  # (T, H) each


def _listed(parameters: object) -> list[Tensor]:
    """What was given, as a list of tensors; raises UsageError when it is something else."""
    import torch

    try:
        listed = list(parameters)  # type: ignore[call-overload]  # that it is iterable is what is tried
    except TypeError:
        raise _no_network(parameters) from None
    if not all(isinstance(parameter, torch.Tensor) for parameter in listed):
        raise _no_network(parameters)
    return listed


def _no_network(given: object) -> UsageError:
    message = (
        "Expected a trained GRU or LSTM: its list of 11 or 14 parameters in the course's order, or a model with one "
        "nn.GRU or nn.LSTM. Got {given}."
    )
    got = say("a list of {count}", count=len(given)) if isinstance(given, list | tuple) else type(given).__name__
    return UsageError(say(message, given=got))


def _require_shape(name: str, parameter: Tensor, shape: tuple[int, ...]) -> None:
    if tuple(parameter.shape) != shape:
        message = (
            "{name} has the shape {got}, expected {shape}: give the parameters in the course's order, and the "
            "char_to_idx that the network was trained with."
        )
        raise UsageError(say(message, name=name, got=tuple(parameter.shape), shape=shape))
