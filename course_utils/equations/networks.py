"""The networks of the course. These equations are the reference: everything else is derived from them.

Sources: GRU: Cho et al. 2014, arXiv:1406.1078v3, equations 5 to 8: the update gate keeps the old state (Chung et al.
2014, arXiv:1412.3555, give it the reverse meaning), the reset gate acts before the product (after it in v1). LSTM:
Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000. Deep RNN: Graves et al. 2013,
arXiv:1303.5778, equation 10. Bidirectional RNN: Schuster and Paliwal 1997.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from course_utils.equations.expressions import (
    Equation,
    Expr,
    Parameter,
    Ref,
    Sequence,
    concat,
    sigmoid,
    t,
    tanh,
)
from course_utils.equations.network import Network
from course_utils.translation import to_say

X, H, C, Y = Sequence("X"), Sequence("H"), Sequence("C"), Sequence("Y")
W_hq, b_q = Parameter("W_hq"), Parameter("b_q")

Shapes = dict[str, tuple[str, ...]]


def _gate(name: str) -> tuple[Parameter, Parameter, Parameter]:
    """Input weight, hidden weight and bias: W_x·, W_h·, b_·."""
    return Parameter(f"W_x{name}"), Parameter(f"W_h{name}"), Parameter(f"b_{name}")


def _shapes(*gates: tuple[Parameter, ...], first: str = "V") -> Shapes:
    """The shapes of gates in the order of the contract."""
    shapes: Shapes = {}
    for W_x, W_h, b in gates:
        shapes |= {W_x.name: (first, "H"), W_h.name: ("H", "H"), b.name: ("H",)}
    return shapes


OUTPUT: Shapes = {"W_hq": ("H", "V"), "b_q": ("V",)}


W_xh, W_hh, b_h = _gate("h")

RNN = Network(
    name="rnn",
    title=to_say("Recurrent network"),
    parameters=_shapes(_gate("h")) | OUTPUT,
    equations=(
        H[t] << tanh(X[t] @ W_xh + H[t - 1] @ W_hh + b_h),
        Y[t] << H[t] @ W_hq + b_q,
    ),
    states={"H": Ref("H", at="last")},
)


R, Z, H_tilde = Sequence("R"), Sequence("Z"), Sequence("H_tilde")
W_xr, W_hr, b_r = _gate("r")
W_xz, W_hz, b_z = _gate("z")

GRU = Network(
    name="gru",
    title=to_say("Gated recurrent unit"),
    parameters=_shapes(_gate("z"), _gate("r"), _gate("h")) | OUTPUT,
    equations=(
        R[t] << sigmoid(X[t] @ W_xr + H[t - 1] @ W_hr + b_r),
        Z[t] << sigmoid(X[t] @ W_xz + H[t - 1] @ W_hz + b_z),
        H_tilde[t] << tanh(X[t] @ W_xh + (R[t] * H[t - 1]) @ W_hh + b_h),
        H[t] << Z[t] * H[t - 1] + (1 - Z[t]) * H_tilde[t],
        Y[t] << H[t] @ W_hq + b_q,
    ),
    states={"H": Ref("H", at="last")},
    latex={"H_tilde": r"\tilde{\mathbf{H}}"},
    text={"H_tilde": "H̃"},
    library_order=("r", "z", "h"),
    families={to_say("each gate"): ("R", "Z"), to_say("each gate and the candidate"): ("R", "Z", "H_tilde")},
)

I, F, O, C_tilde = Sequence("I"), Sequence("F"), Sequence("O"), Sequence("C_tilde")  # noqa: E741  (the field's names)
W_xi, W_hi, b_i = _gate("i")
W_xf, W_hf, b_f = _gate("f")
W_xo, W_ho, b_o = _gate("o")
W_xc, W_hc, b_c = _gate("c")

LSTM = Network(
    name="lstm",
    title=to_say("Long short-term memory"),
    parameters=_shapes(_gate("i"), _gate("f"), _gate("o"), _gate("c")) | OUTPUT,
    equations=(
        I[t] << sigmoid(X[t] @ W_xi + H[t - 1] @ W_hi + b_i),
        F[t] << sigmoid(X[t] @ W_xf + H[t - 1] @ W_hf + b_f),
        O[t] << sigmoid(X[t] @ W_xo + H[t - 1] @ W_ho + b_o),
        C_tilde[t] << tanh(X[t] @ W_xc + H[t - 1] @ W_hc + b_c),
        C[t] << F[t] * C[t - 1] + I[t] * C_tilde[t],
        H[t] << O[t] * tanh(C[t]),
        Y[t] << H[t] @ W_hq + b_q,
    ),
    states={"H": Ref("H", at="last"), "C": Ref("C", at="last")},
    latex={"C_tilde": r"\tilde{\mathbf{C}}"},
    text={"C_tilde": "C̃"},
    library_order=("i", "f", "c", "o"),
    families={to_say("each gate"): ("I", "F", "O"), to_say("each gate and the candidate"): ("I", "F", "O", "C_tilde")},
)


@cache
def deep_rnn(num_layers: int) -> Network:
    """A stack of `num_layers` plain layers; layer 1 reads the input, each other one the layer below.

    Names carry the layer's number: H1, W_xh1, W_hh1, b_h1. Raises ValueError for fewer than one layer.
    """
    return _stack(num_layers, residual=False)


@cache
def deep_rnn_residual(num_layers: int) -> Network:
    """The same stack with residual connections: layer ℓ hands up U⁽ℓ⁾ = U⁽ℓ⁻¹⁾ + H⁽ℓ⁾, its input plus its state.

    The first layer's input has another size, so it hands up H1. The state that goes to the next step is H⁽ℓ⁾ alone.
    Raises ValueError for fewer than one layer. Source: He et al. 2016, arXiv:1512.03385.
    """
    return _stack(num_layers, residual=True)


def _stack(num_layers: int, residual: bool) -> Network:
    if num_layers < 1:
        raise ValueError(f"expected at least one layer, got {num_layers}")
    equations: list[Equation] = []
    parameters: Shapes = {}
    below: Expr = X[t]
    handed = X
    for layer in range(1, num_layers + 1):
        states = Sequence(f"H{layer}")
        W_x, W_h, b = (Parameter(f"{letter}{layer}") for letter in ("W_xh", "W_hh", "b_h"))
        parameters |= _shapes((W_x, W_h, b), first="V" if layer == 1 else "H")
        equations.append(states[t] << tanh(below @ W_x + states[t - 1] @ W_h + b))
        if residual and layer > 1:
            handed_up = Sequence(f"U{layer}")
            equations.append(handed_up[t] << handed[t] + states[t])
            handed = handed_up
        else:
            handed = states
        below = handed[t]
    layers = range(1, num_layers + 1)
    names = tuple(f"H{layer}" for layer in layers)
    families: dict[str, tuple[str, ...]] = {
        to_say("every layer"): names,
        to_say("every layer but the first"): names[1:],
        to_say("the top layer"): names[-1:],
    }
    return Network(
        name="deep_rnn_residual" if residual else "deep_rnn",
        title=to_say("Deep recurrent network with residual connections")
        if residual
        else to_say("Deep recurrent network"),
        parameters=parameters | OUTPUT,
        equations=(*equations, Y[t] << below @ W_hq + b_q),
        states={name: Ref(name, at="last") for name in names},
        latex={f"{letter}{layer}": rf"\mathbf{{{letter}}}^{{({layer})}}" for layer in layers for letter in "HU"}
        | {f"{name}{layer}": f"{name[2:]}^{layer}" for layer in layers for name in ("W_xh", "W_hh", "b_h")},
        text={f"{letter}{layer}": f"{letter}⁽{layer}⁾" for layer in layers for letter in "HU"},
        layers=names,
        families=families if num_layers > 1 else {},
    )


H_f, H_b = Sequence("H_f"), Sequence("H_b")
W_xh_f, W_hh_f, b_h_f = _gate("h_f")
W_xh_b, W_hh_b, b_h_b = _gate("h_b")

BIRNN = Network(
    name="birnn",
    title=to_say("Bidirectional recurrent network"),
    parameters=_shapes(_gate("h_f"), _gate("h_b")) | {"W_hq": ("2H", "V"), "b_q": ("V",)},
    equations=(
        H_f[t] << tanh(X[t] @ W_xh_f + H_f[t - 1] @ W_hh_f + b_h_f),
        H_b[t] << tanh(X[t] @ W_xh_b + H_b[t + 1] @ W_hh_b + b_h_b),
        H[t] << concat(H_f[t], H_b[t]),
        Y[t] << H[t] @ W_hq + b_q,
    ),
    states={"H_f": Ref("H_f", at="last"), "H_b": Ref("H_b", at="first")},
    latex={"H_f": r"\overrightarrow{\mathbf{H}}", "H_b": r"\overleftarrow{\mathbf{H}}"}
    | {f"{letter}_{way}": f"{letter[2:]}^{way}" for way in "fb" for letter in ("W_xh", "W_hh", "b_h")},
    text={"H_f": "→H", "H_b": "←H"},
    families={to_say("each direction"): ("H_f", "H_b")},
)

BIRNN_GAP = replace(
    BIRNN,
    name="birnn_gap",
    title=to_say("Bidirectional recurrent network that fills gaps"),
    equations=tuple(
        H[t] << concat(H_f[t - 1], H_b[t + 1]) if equation.name == "H" else equation for equation in BIRNN.equations
    ),
)  # the scores of a step have seen everything but its own input

NETWORKS = {network.name: network for network in (RNN, GRU, LSTM, deep_rnn(2), BIRNN)}
