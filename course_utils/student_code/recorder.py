"""What torch was asked to do while a student's function ran: the operation that failed, and writes into tensors."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

from torch import Tensor
from torch.overrides import TorchFunctionMode

from course_utils.student_code.frames import is_students, line_at

MAX_WRITES = 10_000
RANDOM = {
    *("dropout", "alpha_dropout", "feature_dropout", "bernoulli", "bernoulli_", "multinomial", "normal", "normal_"),
    *("rand", "randn", "randint", "rand_like", "randn_like", "uniform_"),
}
IN_PLACE = {f"__i{name}__" for name in ("add", "sub", "mul", "truediv", "div", "pow", "floordiv", "mod")}


@dataclass(frozen=True)
class Write:
    """One write into a tensor: the student's line, the tensor's shape, and how often it had been written to by then."""

    line: str
    shape: tuple[int, ...]
    version: int


class Recorder(TorchFunctionMode):
    """While it lasts, notes the operation of torch that raised, with its arguments, and each write into a tensor."""

    def __init__(self) -> None:
        super().__init__()
        self.failed = ""  # the name of the operation that raised
        self.arguments: tuple[Any, ...] = ()
        self.writes: list[Write] = []
        self.draws = ""  # the first operation that drew random numbers
        self._error: BaseException | None = None

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        try:
            result = func(*args, **(kwargs or {}))
        except Exception as error:
            if error is not self._error:  # the innermost operation is met first
                self._error, self.failed, self.arguments = error, _name(func), (*args, *(kwargs or {}).values())
            raise
        if not self.draws and _name(func) in RANDOM:
            self.draws = _name(func).rstrip("_")
        if _writes(func) and args and isinstance(args[0], Tensor) and len(self.writes) < MAX_WRITES:
            self.writes.append(Write(_students_line(), tuple(args[0].shape), _version(args[0])))
        return result

    def caused(self, error: BaseException) -> bool:
        """Whether the failure that was noted is this error."""
        return error is self._error


def _name(func: Any) -> str:
    return str(getattr(func, "__name__", ""))


def _writes(func: Any) -> bool:
    name = _name(func)
    if name.startswith("__"):
        return name == "__setitem__" or name in IN_PLACE
    return name.endswith("_") and name not in ("requires_grad_", "retain_grad_")


def _version(tensor: Tensor) -> int:
    try:
        return tensor._version
    except RuntimeError:  # tensors of inference mode have none
        return -1


def _students_line() -> str:
    frame = sys._getframe(2)
    while frame is not None and not is_students(frame.f_code.co_filename):
        frame = frame.f_back  # type: ignore[assignment]  # None above the first frame
    return line_at(frame.f_code.co_filename, frame.f_lineno) if frame is not None else ""
