"""Calling a student's function: quietly, with fresh arguments, and with an error that names the student's line."""

from __future__ import annotations

import ast
import contextlib
import inspect
import io
import re
import textwrap
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from torch import Tensor
from torch.overrides import TorchFunctionMode

from course_utils.checks.cases import Case

LIBRARY_CELLS = frozenset(
    {"gru", "gru_cell", "lstm", "lstm_cell", "rnn_tanh", "rnn_relu", "rnn_tanh_cell", "rnn_relu_cell"}
)
_NAMES = LIBRARY_CELLS | {"grucell", "lstmcell", "rnn", "rnncell", "rnnbase"}


class ProbeError(Exception):
    """The student's function could not be used; the message says what was expected, what came, what to do."""


_REFUSED = "your function uses torch's own {}: write the equations yourself, with matrix products and activations"


def library_cell_in(function: Callable[..., Any]) -> str:
    """Why a function is refused for the cells it names in its code (`nn.GRU`, `torch.gru`), or an empty string.

    Comments and strings do not count. Code that cannot be read is left to the notice taken of its calls.
    """
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError):
        return ""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr.lower() in _NAMES and _is_torch(node.value):
            return _REFUSED.format(node.attr)
    return ""


def _is_torch(node: ast.expr) -> bool:
    """Whether an expression reads like torch or one of its modules: `torch`, `nn`, `torch.nn`, `torch._VF`."""
    return ast.unparse(node).split(".")[0] in ("torch", "nn")


class _RefuseLibraryCells(TorchFunctionMode):
    """Notices the recurrent cells of torch, however they were reached."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if getattr(func, "__name__", "") in LIBRARY_CELLS:
            raise ProbeError(_REFUSED.format(func.__name__))
        return func(*args, **(kwargs or {}))


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Swallows prints and warnings: they harm nobody, and stock nbgrader gives zero for anything on stderr."""
    with (
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        yield


def call(function: Callable[..., Any], *arguments: Any) -> Any:
    """`function(*arguments)`, quietly.

    Raises ProbeError when the function raises, with the student's line, or when it uses a library cell.
    """
    try:
        with quiet(), _RefuseLibraryCells():
            return function(*arguments)
    except ProbeError:
        raise
    except NotImplementedError as error:
        raise ProbeError("not written yet: the cell still raises NotImplementedError") from error
    except Exception as error:
        raise ProbeError(_where_it_failed(function, error)) from error


def _where_it_failed(function: Callable[..., Any], error: Exception) -> str:
    message = str(error).strip().splitlines() or [""]
    what = f"your function raised {type(error).__name__}: {message[0]}".rstrip(": ")
    own_file = getattr(getattr(function, "__code__", None), "co_filename", None)
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == own_file]
    return f"{what}\nin your line: {frames[-1].line}" if frames and frames[-1].line else what


@dataclass(frozen=True)
class Answer:
    """What a forward function returned, after its types and shapes were found right."""

    outputs: list[Tensor]  # T x (B, V)
    state: tuple[Tensor, ...]  # each (B, H)
    seconds: float = 0.0  # what the call took

    def tensors(self) -> list[Tensor]:
        return [*self.outputs, *self.state]


def forward(function: Callable[..., Any], case: Case, lists: tuple[list[Tensor], list[Tensor]] | None = None) -> Answer:
    """Calls `function(inputs, state, parameters)` and checks the form of what it returns.

    lists: the very lists of inputs and parameters to hand over, when the caller wants to see them afterwards.
    Raises ProbeError naming what was expected and what came.
    """
    inputs, parameters = lists or (list(case.inputs), list(case.parameters))
    started = time.perf_counter()
    try:
        result = call(function, inputs, case.state, parameters)
    except ProbeError as error:
        raise ProbeError(in_symbols(str(error), case)) from error
    seconds = time.perf_counter() - started
    if not (isinstance(result, tuple) and len(result) == 2):
        raise ProbeError(f"expected the pair (outputs, state), got {describe(result)}")
    outputs, state = result
    if not (isinstance(outputs, list | tuple) and len(outputs) == len(case.inputs)):
        raise ProbeError(
            f"expected outputs as a list of T = {len(case.inputs)} matrices (B, V), got {describe(outputs)}"
        )
    if not (isinstance(state, tuple) and len(state) == len(case.state)):
        names = ", ".join(case.network.states)
        raise ProbeError(
            f"expected the state as a tuple of {len(case.state)} ({names}{',' if len(case.state) == 1 else ''}), "
            f"got {describe(state)}"
        )
    batch_size, vocab_size = case.inputs[0].shape
    for step, output in enumerate(outputs):
        _require_matrix(f"output of step {step + 1}", output, (batch_size, vocab_size), "(B, V)", case)
    for name, given, expected in zip(case.network.states, state, case.state, strict=True):
        _require_matrix(f"state {name}", given, tuple(expected.shape), "(B, H)", case)
    return Answer(list(outputs), state, seconds)


def in_symbols(message: str, case: Case) -> str:
    """torch's message on matrices that do not fit, with the sizes named: "(3x7 and 14x9)" -> "(B, H) and (2H, V)".

    All sizes of a case differ, so the numbers tell which is which.
    """
    found = re.search(r"\((\d+)x(\d+) and (\d+)x(\d+)\)", message)
    if not found:
        return message
    batch_size, vocab_size = case.inputs[0].shape
    num_hiddens = case.state[0].shape[1]
    symbols = {batch_size: "B", vocab_size: "V", num_hiddens: "H", 2 * num_hiddens: "2H", len(case.inputs): "T"}
    a, b, c, d = (symbols.get(int(size), size) for size in found.groups())
    return f"{message}\nthat is ({a}, {b}) times ({c}, {d}), called with {case.sizes}"


def _require_matrix(what: str, given: Any, shape: tuple[int, ...], symbols: str, case: Case) -> None:
    if not isinstance(given, Tensor) or tuple(given.shape) != shape:
        raise ProbeError(
            f"expected the {what} as {symbols} = {shape}, got {describe(given)}\n(called with {case.sizes})"
        )


def describe(value: Any) -> str:
    """A value's type and shape in a few words."""
    if isinstance(value, Tensor):
        return f"a tensor of shape {tuple(value.shape)}"
    if isinstance(value, list | tuple):
        return f"a {type(value).__name__} of {len(value)}"
    if value is None:
        return "None: is the return missing?"
    return f"a {type(value).__name__}"
