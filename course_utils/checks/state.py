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


def examine_state(
    function: Callable[..., Any], networks: Sequence[Network], seed: int
) -> tuple[list[Criterion], tuple[()]]:
    """The criteria of an initial state, tried at two pairs of sizes drawn from the seed."""
    generator = torch.Generator().manual_seed(seed)
    batch_size = int(torch.randint(2, 9, (), generator=generator))
    sizes = ((batch_size, batch_size + 3), (1, 2))
    placed = "on the device that is asked for"
    problems = {"a tuple of matrices (B, H)": "", "all zeros, float32": "", placed: ""}
    for network, size in zip(networks, sizes, strict=False):
        try:
            require_signature(function, ("batch_size", "num_hiddens"), network)
            state = call(function, *size, *network.depth, torch.device("cpu"))
            _require_form(state, network, size)
        except ProbeError as error:
            message = str(error)
            return [Criterion(name, 1, False, message) for name in problems], ()
        for name, value in zip(network.states, state, strict=True):
            if problems["all zeros, float32"]:
                break
            if not bool((value == 0).all()):
                problems["all zeros, float32"] = f"expected {name} to be zero everywhere"
            elif value.dtype != torch.float32:
                problems["all zeros, float32"] = f"expected {name} in float32, got {value.dtype}"
    problems[placed] = device_problem(function, network, (2, 3))
    return [Criterion(name, 1, not message, message, required=name != placed) for name, message in problems.items()], ()


def _require_form(state: Any, network: Network, size: tuple[int, int]) -> None:
    names = list(network.states)
    if not (isinstance(state, tuple) and len(state) == len(names)):
        comma = "," if len(names) == 1 else ""
        hint = "\na tuple of one is written (H,)" if comma and isinstance(state, Tensor) else ""
        raise ProbeError(f"expected the tuple ({', '.join(names)}{comma}), got {type_and_shape(state)}{hint}")
    for name, value in zip(names, state, strict=True):
        if not isinstance(value, Tensor) or tuple(value.shape) != size:
            raise ProbeError(
                f"expected {name} of shape (B, H) = {size} for batch_size={size[0]}, num_hiddens={size[1]}; "
                f"got {type_and_shape(value)}"
            )
