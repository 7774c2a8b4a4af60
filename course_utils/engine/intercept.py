"""The mode that sees a student's calls: operations are traced, or done eagerly with less work.

Same code, same values, same gradients: a network whose steps are alike is not run step by step, but traced
(`tracing/`) and then computed with all steps together. What cannot be traced is recognised where possible
(`eager/`), and otherwise runs as it is written: the one-hot matrices are there, dense.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Any, NoReturn

import torch
import torch.nn.functional as F
from torch import Tensor, is_grad_enabled
from torch.autograd import Function
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from course_utils.engine.compiling.graph import ADD, MUL, PRODUCT, SUB
from course_utils.engine.eager.recognise import REARRANGE, Recogniser
from course_utils.engine.eligibility import is_matrix, is_ordinary_product, is_transformed
from course_utils.engine.torch_private import is_autocast, num_dispatch_modes, saved_tensors_hooks
from course_utils.engine.tracing.trace import NEG, RSUB, Trace

_MATRIX_PRODUCT = re.compile(r"\s*(\w)(\w)\s*,\s*\2(?!\1)(\w)\s*->\s*\1\3\s*")  # such as "bv,vh->bh"


class TraceFailed(RuntimeError):
    """A placeholder was used in a way that was noticed too late. Run the function again, without a trace."""


class TracingMode(TorchFunctionMode):
    """While entered, traces or recognises the operations of one minibatch. Make a new one for the next.

    `inputs` are `T` dense one-hot matrices `(B, V)`, and `indices` their indices `(T, B)`, int64. Results are plain
    tensors, except that `0 * inf` is 0 in a lookup. With a `trace` it is used, which takes the `state` for constant:
    tensors are placeholders, and what the function returns must go through `scores`. That, and leaving the mode, can
    raise `TraceFailed`.
    """

    def __init__(
        self, inputs: Sequence[Tensor], indices: Tensor, trace: Trace | None = None, state: Sequence[Tensor] = ()
    ) -> None:
        super().__init__()
        self._trace: Trace | None = None
        self._watch: _Watch | None = None
        self._is_inside = self._has_failed = False
        self._num_modes = 0
        if indices.is_inference():  # such tensors have no version
            inputs, trace = [], None
        self._recogniser = Recogniser(inputs, indices)
        if trace is not None:
            trace.begin(inputs, indices, state)
            self._trace, self._watch = trace, _Watch(self)

    @property
    def is_tracing(self) -> bool:
        """Whether the trace is still in use. After `scores`: whether it was to the end."""
        return self._trace is not None

    def __enter__(self) -> TracingMode:
        if self._watch is not None:
            self._watch.__enter__()
            self._num_modes = num_dispatch_modes()
        return super().__enter__()

    def __exit__(self, *exception: Any) -> None:
        super().__exit__(*exception)
        if self._watch is not None:
            self._watch.__exit__(*exception)
            self._watch = None
        error = exception[1]
        if self._has_failed and (error is None or isinstance(error, Exception)):
            raise TraceFailed from error
        if isinstance(error, RuntimeError) and self._trace is not None:  # `torch.jit.trace` goes wrong under a watch
            raise TraceFailed from error
        if error is not None:
            self._run_eagerly()  # a debugger may want to see

    def scores(self, outputs: Sequence[Tensor], state: Sequence[Tensor]) -> Tensor:
        """`torch.cat(outputs)` `(T*B, V)`. Derived once only. Placeholders get their values, the state's too."""
        if self._trace is not None and not self._trace.is_valid():
            self._fail()
        scores = None if self._trace is None else self._trace.scores(outputs, state)
        if scores is None:
            self._run_eagerly()
            scores = torch.cat(list(outputs))  # T x (B, V) -> (T*B, V)
        return scores

    def run_eagerly(self) -> None:
        """Does what was traced as it was written, and traces nothing from here on."""
        if self._trace is None:
            return
        if self._trace.is_empty():
            self._trace.stop_replaying()  # this may change what follows
            return
        if not self._is_ordinary() or _is_in_a_function() or not self._trace.is_valid():
            self._fail()
        self._run_eagerly()

    def _run_eagerly(self) -> None:
        trace, self._trace = self._trace, None
        if trace is not None:
            trace.run_eagerly(self._recogniser.lookup, torch.mm)

    def _is_ordinary(self) -> bool:
        """Whether nothing changes what operations are, at this place of the student's function."""
        return num_dispatch_modes() == self._num_modes and not is_transformed()

    def on_dispatch(self, args: tuple, kwargs: dict | None) -> None:
        """An operation is about to be done, for whatever reason."""
        trace = self._trace
        if self._is_inside or trace is None or trace.makes_placeholders:
            return
        tensors = [value for value in tree_leaves((args, kwargs)) if isinstance(value, Tensor)]
        if any(map(trace.holds, tensors)):
            self._fail()
        if tensors:  # perhaps to be changed
            self.run_eagerly()

    def __torch_function__(self, func: Callable, types: Any, args: tuple = (), kwargs: dict | None = None) -> Any:
        trace, kind = self._trace, _TRACED.get(func)
        if kind is not None and trace is not None and not kwargs:
            result = None
            if is_grad_enabled() and num_dispatch_modes() == self._num_modes:
                replay = trace.replay
                # Of all that changes operations (`is_transformed`), only these change calls of the very same tensors.
                if replay and not (saved_tensors_hooks(False) or (kind is PRODUCT and is_autocast())):
                    result = replay.replay_next(kind, args)
                if result is None and kind is not PRODUCT and not is_transformed():
                    result = trace.elementwise(kind, args)
            if result is not None:
                return result
        self._is_inside = True
        try:
            result = self._handled(func, args, kwargs or {})
            if result is not NotImplemented:
                return result
            if func not in _METADATA:
                self.run_eagerly()
            return func(*args, **kwargs) if kwargs else func(*args)
        finally:
            self._is_inside = False

    def _handled(self, func: Callable, args: tuple, kwargs: dict[str, Any]) -> Any:
        """The result of a product or of a rearranged one-hot tensor; `NotImplemented` for others."""
        if kwargs.keys() <= {"dim", "bias"}:
            if func in _PRODUCTS:
                return _PRODUCTS[func](self, *args, **kwargs)
            if func in REARRANGE:
                return REARRANGE[func](self._recogniser, *args, **kwargs)
        if func in _EXPOSE_MEMORY and args and isinstance(args[0], Tensor):
            self._forget_onehot()
        return NotImplemented

    def _fail(self) -> NoReturn:
        self._has_failed = True  # should the student's function catch it
        raise TraceFailed("This network's results are needed one after another.")

    def _forget_onehot(self) -> None:
        self._recogniser.forget_onehot()
        if self._trace is not None:
            self._trace.stop_replaying()

    # Each of these returns NotImplemented where the function as it is written should run.

    def _matmul(self, left: Any, right: Any) -> Any:
        known = self._recogniser.onehot(left)
        trace = self._usable_trace()
        if trace is not None:
            t = None if known is None else self._recogniser.step_of(known)
            if known is None:
                result = trace.product(left, right)
            else:
                result = None if t is None else trace.lookup(t, left, right)
            if result is not None:
                return result
        if not is_ordinary_product(left, right) or (known is None and left.dim() > 2):
            return NotImplemented
        self.run_eagerly()
        return self._recogniser.product(left, right)

    def _mm(self, left: Any, right: Any) -> Any:
        return self._matmul(left, right) if is_matrix(left) else NotImplemented

    def _addmm(self, bias: Any, left: Any, right: Any) -> Any:
        product = self._mm(left, right)  # (B, N)
        return product if product is NotImplemented else self._sum(bias, product)

    def _linear(self, left: Any, weight: Any, bias: Any = None) -> Any:
        if not is_matrix(weight) or weight.is_inference() or not self._recogniser.is_lasting(weight):
            return NotImplemented
        product = self._matmul(left, self._recogniser.transpose(weight))  # (B, N)
        return product if product is NotImplemented or bias is None else self._sum(product, bias)

    def _sum(self, left: Any, right: Any) -> Any:
        trace = self._usable_trace()
        total = None if trace is None else trace.elementwise(ADD, (left, right))
        if total is None:
            self.run_eagerly()
            total = torch.add(left, right)
        return total

    def _einsum(self, equation: Any, *operands: Any) -> Any:
        if len(operands) != 2 or not isinstance(equation, str) or not _MATRIX_PRODUCT.fullmatch(equation):
            return NotImplemented
        return self._mm(*operands)

    def _usable_trace(self) -> Trace | None:
        """The trace, if an operation can be traced here."""
        return self._trace if self._trace is not None and is_grad_enabled() and self._is_ordinary() else None


class _Watch(TorchDispatchMode):
    """Sees the operations that come by a way where no function mode is asked: scripted code, C++."""

    def __init__(self, mode: TracingMode) -> None:
        super().__init__()
        self._mode = mode

    def __torch_dispatch__(self, func: Any, types: Any, args: tuple = (), kwargs: dict | None = None) -> Any:
        self._mode.on_dispatch(args, kwargs)
        return func(*args, **(kwargs or {}))


def _is_in_a_function() -> bool:
    """Whether it is called in an autograd function's `forward`, whose place in the graph has been chosen already."""
    frame: FrameType | None = sys._getframe()
    while frame is not None and frame.f_code is not Function.apply.__code__:
        frame = frame.f_back
    return frame is not None


_TENSOR: Any = Tensor  # its attributes are descriptors, which no type checker knows

_NAMES = {
    ADD: ("add",),
    SUB: ("sub", "subtract"),
    MUL: ("mul", "multiply"),
    NEG: ("neg", "negative"),
    PRODUCT: ("matmul", "mm"),
    "sigmoid": ("sigmoid",),
    "tanh": ("tanh",),
}
_TRACED = {getattr(owner, name): kind for kind, names in _NAMES.items() for name in names for owner in (torch, Tensor)}
_TRACED |= {Tensor.__matmul__: PRODUCT, torch.rsub: RSUB, Tensor.__rsub__: RSUB}

_METADATA = frozenset(
    {
        _TENSOR.shape.__get__,
        _TENSOR.dtype.__get__,
        _TENSOR.device.__get__,
        _TENSOR.ndim.__get__,
        Tensor.size,
        Tensor.dim,
        Tensor.numel,
        Tensor.__len__,
    }
)  # right of a placeholder too

_PRODUCTS: dict[Callable, Callable] = {
    torch.matmul: TracingMode._matmul,
    Tensor.matmul: TracingMode._matmul,
    Tensor.__matmul__: TracingMode._matmul,
    torch.mm: TracingMode._mm,
    Tensor.mm: TracingMode._mm,
    torch.addmm: TracingMode._addmm,
    Tensor.addmm: TracingMode._addmm,
    F.linear: TracingMode._linear,
    torch.einsum: TracingMode._einsum,
}

_EXPOSE_MEMORY = frozenset(
    {
        _TENSOR.data.__get__,
        _TENSOR.data.__set__,
        Tensor.numpy,
        Tensor.__array__,
        Tensor.__dlpack__,
        Tensor.data_ptr,
        Tensor.untyped_storage,
        Tensor.storage,
        Tensor.share_memory_,
    }
)  # through which values may be changed where no version counts it
