"""Programs that raise, made from right ones by a generator: one line of each is changed, and its words are known.

Each kind of change is made at every place of every network where it makes the program fail.
"""

from __future__ import annotations

import itertools
import linecache
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch

RNN = """
def rnn(inputs, state, params):
    W_xh, W_hh, b_h, W_hq, b_q = params
    H, = state
    outputs = []
    for X in inputs:
        H = torch.tanh(X @ W_xh + H @ W_hh + b_h)
        Y = H @ W_hq + b_q
        outputs.append(Y)
    return outputs, (H,)
"""
GRU = """
def gru(inputs, state, params):
    W_xz, W_hz, b_z, W_xr, W_hr, b_r, W_xh, W_hh, b_h, W_hq, b_q = params
    H, = state
    outputs = []
    for X in inputs:
        Z = torch.sigmoid(X @ W_xz + H @ W_hz + b_z)
        R = torch.sigmoid(X @ W_xr + H @ W_hr + b_r)
        H_tilde = torch.tanh(X @ W_xh + (R * H) @ W_hh + b_h)
        H = Z * H + (1 - Z) * H_tilde
        Y = H @ W_hq + b_q
        outputs.append(Y)
    return outputs, (H,)
"""
LSTM = """
def lstm(inputs, state, params):
    W_xi, W_hi, b_i, W_xf, W_hf, b_f, W_xo, W_ho, b_o, W_xc, W_hc, b_c, W_hq, b_q = params
    H, C = state
    outputs = []
    for X in inputs:
        I = torch.sigmoid(X @ W_xi + H @ W_hi + b_i)
        F = torch.sigmoid(X @ W_xf + H @ W_hf + b_f)
        O = torch.sigmoid(X @ W_xo + H @ W_ho + b_o)
        C_tilde = torch.tanh(X @ W_xc + H @ W_hc + b_c)
        C = F * C + I * C_tilde
        H = O * torch.tanh(C)
        Y = H @ W_hq + b_q
        outputs.append(Y)
    return outputs, (H, C)
"""
DEEP_RNN = """
def deep_rnn(inputs, state, params):
    H, L = list(state), len(state)
    W_hq, b_q = params[-2:]
    outputs = []
    for X in inputs:
        for layer in range(L):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            X = H[layer] = torch.tanh(X @ W_xh + H[layer] @ W_hh + b_h)
        Y = X @ W_hq + b_q
        outputs.append(Y)
    return outputs, tuple(H)
"""
BIRNN = """
def birnn(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in inputs[::-1]:
        H_b = torch.tanh(X @ W_xh_b + H_b @ W_hh_b + b_h_b)
        backward.insert(0, H_b)
    outputs = []
    for F, B in zip(forward, backward):
        Y = torch.cat((F, B), dim=1) @ W_hq + b_q
        outputs.append(Y)
    return outputs, (H_f, H_b)
"""
RIGHT = {"rnn": RNN, "gru": GRU, "lstm": LSTM, "deep_rnn": DEEP_RNN, "birnn": BIRNN}


@dataclass(frozen=True)
class Program:
    """A program that raises, and what its verdict must have.

    line: the student's line that must be named. words: the operands, and their shapes in letters, that must be in it.
    part: the part of the assignment that is examined.
    """

    kind: str
    network: str
    source: str
    line: str
    words: tuple[str, ...] = ()
    part: str = "forward"

    @property
    def task(self) -> str:
        return f"{self.network}.{self.part}"

    def function(self) -> Callable[..., Any]:
        """The function, as a notebook's cell makes it: its source can be read."""
        name = f"/tmp/cell-{next(_NUMBERS)}.py"
        linecache.cache[name] = (len(self.source), None, self.source.splitlines(keepends=True), name)
        namespace: dict[str, Any] = {"torch": torch}
        exec(compile(self.source, name, "exec"), namespace)
        return namespace[self.network]


_NUMBERS = itertools.count()


def programs() -> Iterator[Program]:
    """All failing programs."""
    for network, source in RIGHT.items():
        lines = [line for line in source.splitlines() if line.strip()]
        for number, line in enumerate(lines):
            for kind, new, words in _changes(network, line):
                changed = "\n".join([*lines[:number], new, *lines[number + 1 :]]) + "\n"
                yield Program(kind, network, changed, new.strip(), words)
        yield from _further(network, "\n".join(lines) + "\n")


def shape(network: str, name: str) -> str:
    """The shape of a value of the text in letters."""
    if name == "X":
        return "(B, V)"
    if name.startswith("W_x"):
        return "(V, H)"
    if name.startswith("b_"):
        return "(V,)" if name == "b_q" else "(H,)"
    if name == "W_hq":
        return "(2H, V)" if network == "birnn" else "(H, V)"
    return "(H, H)" if name.startswith("W_h") else "(B, H)"


def _changes(network: str, line: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Kind, the changed line, and the words that must be said."""
    if network != "deep_rnn":  # whose loop reads two kinds of input under one name
        yield from _products(network, line)
        yield from _biases(network, line)
    yield from _unpacking(line)
    if "torch.cat" in line:
        joined = "torch.cat((F, B), dim=1)"
        yield "sum for concatenation", line.replace(joined, "(F + B)"), ("(B, H) times (2H, V)", "side by side")
        yield "joined below each other", line.replace(joined, "torch.cat((F, B), dim=0)"), ("(2B, H) times (2H, V)",)
        yield "stacked", line.replace(joined, "torch.stack((F, B))"), ("(2H, V)",)
        yield "one direction", line.replace(joined, "F"), ("F @ W_hq", "(B, H) times (2H, V)")
    for old, new in (("torch.tanh", "torch.tahn"), ("torch.sigmoid", "torch.sigmod"), ("b_q", "b_y"), ("b_h ", "bh ")):
        if old in line and " = params" not in line:
            yield "misspelt", line.replace(old, new), (new.strip().removeprefix("torch."),)


def _products(network: str, line: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for left, right in re.findall(r"(\w+|\(R \* H\)) @ (W_\w+)", line):
        product, plain = f"{left} @ {right}", left.strip("()")
        a, b = shape(network, "H" if "*" in left else left), shape(network, right)
        if "torch.cat" in line:
            continue
        other = "W_hq" if right.startswith("W_x") else next(iter(re.findall(r"W_x\w+", RIGHT[network])))
        wrong = f"{left} @ {other}"
        yield "another weight", line.replace(product, wrong), (other, f"{a} times {shape(network, other)}")
        yield "* for @", line.replace(product, f"{left} * {right}"), (right, a, b, "written @")
        yield "the other way round", line.replace(product, f"{right} @ {left}"), (right, f"{b} times {a}")
        turned = f"({', '.join(reversed(a.strip('()').split(', ')))})"
        yield "turned", line.replace(product, f"{left}.T @ {right}"), (plain, f"{turned} times {b}")


def _biases(network: str, line: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for bias in re.findall(r"\+ (b_\w+)", line):
        other = next(iter(re.findall(r"b_\w+", RIGHT[network]))) if bias == "b_q" else "b_q"
        words = (other, shape(network, other), "(B, V)" if bias == "b_q" else "(B, H)")
        yield "another bias", line.replace(f"+ {bias}", f"+ {other}"), words


def _unpacking(line: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    names, _, source = line.strip().partition(" = ")
    indent = line[: len(line) - len(line.lstrip())]
    if source == "params":
        rest = names.split(", ")[1:]
        yield "a name too few", f"{indent}{', '.join(rest)} = params", (f"your line takes {len(rest)}",)
        yield "a name too many", f"{indent}{names}, W_more = params", (f"your line takes {len(rest) + 2}",)
    if source == "state" and names != "H,":
        yield "states", f"{indent}{names.split(', ')[0]}, = state", ("has 2 values", "your line takes 1")
    if source == "state" and names == "H,":
        yield "states", f"{indent}H, C = state", ("has 1 values", "your line takes 2: H, C")
    if "params[3 * layer" in line:
        by_kind = "params[layer], params[L + layer], params[2 * L + layer]"
        yield "positions", line.replace("params[3 * layer : 3 * layer + 3]", "params[layer : layer + 2]"), ("2 values",)
        yield "positions", line.replace("params[3 * layer : 3 * layer + 3]", f"{by_kind}, 0"), ("3: W_xh, W_hh, b_h",)


def _further(network: str, source: str) -> Iterator[Program]:
    """Changes whose line is another than the one that raises, and those that the backward pass meets."""
    if "H, = state" in source:
        use = next(line.strip() for line in source.splitlines() if "H @" in line)
        words = ("H is the state, a tuple of 1", "H, = state")
        yield Program("the whole state", network, source.replace("H, = state", "H = state"), use, words)
        without = source.replace("    H, = state\n", "")
        yield Program("no first state", network, without, use, ("before",))
    if network == "deep_rnn":
        use = "X = H[layer] = torch.tanh(X @ W_xh + H[layer] @ W_hh + b_h)"
        by_kind = source.replace(
            "params[3 * layer : 3 * layer + 3]", "(params[layer], params[L + layer], params[2 * L + layer])"
        )
        yield Program("by kind, not by layer", network, by_kind, use, ("layer by layer", "the parameter W_"))
        too_far = source.replace("range(L)", "range(L + 1)")
        yield Program(
            "a layer too many", network, too_far, "W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]", ("2",)
        )
        top = source.replace("Y = X @ W_hq", "Y = H @ W_hq")
        yield Program("a list for a matrix", network, top, "Y = H @ W_hq + b_q", ("H is a list of 2", "torch.stack"))
        beyond = source.replace("Y = X @ W_hq", "Y = H[L] @ W_hq")
        yield Program("out of range", network, beyond, "Y = H[L] @ W_hq + b_q", ("H has 2 items", "item 2"))
    else:
        yield from _with_a_line(network, source)


def _with_a_line(network: str, source: str) -> Iterator[Program]:
    """Programs with one line more, before or after the one that makes the first value of a step."""
    found = re.search(r"\n( +)(\w+ = torch\.\w+\(X @ .*)\n", source)
    assert found
    whole, indent, weight = found[0], found[1], re.findall(r"@ (W_x\w+)", source)[0]
    state = "H_f" if network == "birnn" else "H"
    before = {
        "out of range": ("X = inputs[len(inputs)]", ("inputs has 5 items", "item 5"), "forward"),
        "added as it is": (f"{state} = {state} + X", ("(B, H) + (B, V)",), "forward"),
        "sizes by heart": ("X = X.view(-1, 256)", ("X is (B, V)", "256"), "forward"),
        "joined below each other": (f"X = torch.cat((X, {state}), dim=0)", ("(B, V) and (B, H)", "dim=1"), "forward"),
        "a tensor as a condition": (f"if {state} > 0: {state} = {state}", ("yes or no",), "forward"),
        "by NumPy": (f"{state} = {state}.numpy()", ("keep to torch",), "gradients"),
        "a parameter in place": (f"{weight} += 0.1", (weight, "in place"), "gradients"),
    }
    for kind, (line, words, part) in before.items():
        yield Program(kind, network, source.replace(whole, f"\n{indent}{line}{whole}", 1), line, words, part)
    if network in ("rnn", "birnn"):  # where backward needs the very result of tanh
        line = f"{state} += 0.5"
        after = source.replace(whole, f"{whole.rstrip()}\n{indent}{line}\n", 1)
        for part in ("gradients", "training"):
            yield Program("in place", network, after, line, ("in place",), part)
