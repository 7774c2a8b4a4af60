"""A student's answers for the network of `docs/instructor.md`, a minimal gated unit."""

from __future__ import annotations

import linecache
from collections.abc import Callable
from typing import Any

MGU = """\
import torch


def mgu(inputs, state, params):
    W_xf, W_hf, b_f, W_xh, W_hh, b_h, W_hq, b_q = params
    (H,) = state  # (B, H)
    outputs = []
    for X in inputs:
        F = torch.sigmoid(X @ W_xf + H @ W_hf + b_f)  # (B, H)
        H_tilde = torch.tanh(X @ W_xh + (F * H) @ W_hh + b_h)  # (B, H)
        H = (1 - F) * H + F * H_tilde  # (B, H)
        outputs.append(H @ W_hq + b_q)  # (B, V)
    return outputs, (H,)
"""
SWAPPED = MGU.replace("(1 - F) * H + F * H_tilde", "F * H + (1 - F) * H_tilde")


def function_of(source: str) -> Callable[..., Any]:
    """The function `mgu` of this source, which Python finds again where it looks for its lines."""
    name = f"<answer {hash(source)}>"
    linecache.cache[name] = len(source), None, source.splitlines(keepends=True), name
    names: dict[str, Any] = {}
    exec(compile(source, name, "exec"), names)
    return names["mgu"]
