"""Refusing what is no answer to a from-scratch task: torch's own recurrent cells, by reading and by notice."""

from __future__ import annotations

import ast
import contextlib
import textwrap
import warnings
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

from torch._ops import OpOverload, OpOverloadPacket
from torch.library import Library
from torch.overrides import TorchFunctionMode

from course_utils.student_code.describe import source_of
from course_utils.translation import say

CALLS = frozenset({"gru", "gru_cell", "lstm", "lstm_cell", "rnn_tanh", "rnn_relu", "rnn_tanh_cell", "rnn_relu_cell"})
OPERATORS = (
    *(f"{name}.{kind}" for name in ("gru", "lstm", "rnn_tanh", "rnn_relu") for kind in ("input", "data")),
    *("gru_cell", "lstm_cell", "rnn_tanh_cell", "rnn_relu_cell", "mkldnn_rnn_layer"),
)
NAMES = CALLS | {"grucell", "lstmcell", "rnn", "rnncell", "rnnbase"}


class LibraryCellUsed(Exception):
    """A cell of torch was called or named; the message says what to do instead."""

    def __init__(self, name: str):
        super().__init__(
            say(
                "your function uses torch's own {name}: write the equations yourself, with matrix products and "
                "activations", name=name,
            )
        )  # fmt: skip


class ReferenceUsed(LibraryCellUsed):
    """A name of `course_utils.equations` was to compute an answer; the message says what to do instead."""

    def __init__(self, name: str):
        message = say(
            "{name} is the course's own and no answer; it is not there when your notebook is graded: write the "
            "equations yourself, with matrix products and activations", name=name,
        )  # fmt: skip
        Exception.__init__(self, message)


def refuse_by_reading(function: Callable[..., Any]) -> None:
    """Raises LibraryCellUsed when the code of `function` names a cell (`nn.GRU`, `torch.gru`).

    Comments and strings do not count. Code that cannot be read is left to the notice taken of its calls.
    """
    try:
        tree = ast.parse(textwrap.dedent(source_of(function) or ""))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr.lower() in NAMES and _is_torch(node.value):
            raise LibraryCellUsed(node.attr)


def _is_torch(node: ast.expr) -> bool:
    """Whether an expression reads like torch or one of its modules: `torch`, `nn`, `torch.nn`, `torch._VF`."""
    return ast.unparse(node).split(".")[0] in ("torch", "nn")


@contextlib.contextmanager
def refusing_calls() -> Iterator[None]:
    """While it lasts, calling a cell raises LibraryCellUsed, however it was reached."""
    with (
        _Notice(),
        mock.patch.object(OpOverload, "__call__", _noticed(OpOverload.__call__)),
        mock.patch.object(OpOverloadPacket, "__call__", _noticed(OpOverloadPacket.__call__)),
        mock.patch.object(OpOverload, "decompose", _noticed(OpOverload.decompose)),
    ):
        yield


def refuse_everywhere() -> Library:
    """From now on torch's dispatcher itself refuses the cells: in every thread, however they are reached.

    Making it takes milliseconds, and concerns the whole process, so it is for the judge's kernels; `_destroy()` of what
    is returned ends it.
    """
    library = Library("aten", "IMPL")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch's, that an operator has another kernel already
        for operator in OPERATORS:
            for key in ("CPU", "AutogradCPU"):
                library.impl(operator, _refusing(operator), key)
    return library


def _refusing(operator: str) -> Callable[..., Any]:
    def refuse(*args: Any, **kwargs: Any) -> Any:
        raise LibraryCellUsed(operator.split(".")[0])

    return refuse


class _Notice(TorchFunctionMode):
    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name = getattr(func, "__name__", "")
        if name in CALLS:
            raise LibraryCellUsed(name)
        return func(*args, **(kwargs or {}))


def _noticed(call: Callable[..., Any]) -> Callable[..., Any]:
    """`torch.ops.aten.gru` passes the mode above unseen."""

    def noticing(self: Any, /, *args: Any, **kwargs: Any) -> Any:
        name = str(self).removeprefix("aten.").split(".")[0]
        if name in CALLS:
            raise LibraryCellUsed(name)
        return call(self, *args, **kwargs)

    return noticing
