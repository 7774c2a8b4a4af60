"""Looks at `init_…_state(batch_size, num_hiddens, device)`: a tuple of zero matrices (B, H)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from course_utils.checks.parameters import device_problem, require_signature
from course_utils.checks.probe import ProbeError, call, type_and_shape
from course_utils.checks.verdict import Criterion
from course_utils.equations.network import Network
from course_utils.translation import say, to_say

FORM, ZEROS = to_say("a tuple of matrices (B, H)"), to_say("all zeros, float32")
PLACED = to_say("on the device that is asked for")


def examine_state(
    function: Callable[..., Any], networks: Sequence[Network], seed: int
) -> tuple[list[Criterion], tuple[()]]:
    """The criteria of an initial state, tried at two pairs of sizes drawn from the seed."""
    generator = torch.Generator().manual_seed(seed)
    batch_size = int(torch.randint(2, 9, (), generator=generator))
    sizes = ((batch_size, batch_size + 3), (1, 2))
    problems = {FORM: "", ZEROS: "", PLACED: ""}
    for network, size in zip(networks, sizes, strict=False):
        try:
            require_signature(function, ("batch_size", "num_hiddens"), network)
            state = call(function, *size, *network.depth, torch.device("cpu"))
            _require_form(state, network, size)
        except ProbeError as error:
            message = str(error)
            return [Criterion(name, 1, False, message) for name in problems], ()
        for name, value in zip(network.states, state, strict=True):
            if problems[ZEROS]:
                break
            if not bool((value == 0).all()):
                problems[ZEROS] = say("expected {name} to be zero everywhere", name=name)
            elif value.dtype != torch.float32:
                problems[ZEROS] = say("expected {name} in float32, got {dtype}", name=name, dtype=value.dtype)
    problems[PLACED] = device_problem(function, network, (2, 3))
    return [Criterion(name, 1, not message, message, required=name != PLACED) for name, message in problems.items()], ()


def _require_form(state: Any, network: Network, size: tuple[int, int]) -> None:
    names = list(network.states)
    if not (isinstance(state, tuple) and len(state) == len(names)):
        comma = "," if len(names) == 1 else ""
        written = f"({', '.join(names)}{comma})"
        expected = say("expected the tuple {written}, got {what}", written=written, what=type_and_shape(state))
        hint = [say("a tuple of one is written (H,)")] if comma and isinstance(state, Tensor) else []
        raise ProbeError("\n".join([expected, *hint]))
    for name, value in zip(names, state, strict=True):
        if not isinstance(value, Tensor) or tuple(value.shape) != size:
            expected = to_say(
                "expected {name} of shape (B, H) = {shape} for batch_size={rows}, num_hiddens={columns}; got {what}"
            )
            what, (rows, columns) = type_and_shape(value), size
            raise ProbeError(say(expected, name=name, shape=size, rows=rows, columns=columns, what=what))
