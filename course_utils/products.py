"""Matrix products of a student's recurrent network, done with less work: same code, same values, same gradients.

A product with a one-hot matrix is a lookup (`onehot.py`); gates that share their left operand are one product, and the
gradients of a weight that is used at every step are summed by one (`deferred.py`); so are the scores of all steps
(`scores.py`). Which weights are gates and which the output layer is seen in the first minibatch (`habits.py`). What is
not recognised here runs as it is written: the one-hot matrices are there, dense.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.overrides import TorchFunctionMode

from .habits import Habits
from .onehot import OneHotSteps
from .ordinary import is_matrix, is_ordinary_product
from .weighted import WeightedProducts

_MATRIX_PRODUCT = re.compile(r"\s*(\w)(\w)\s*,\s*\2(?!\1)(\w)\s*->\s*\1\3\s*")  # such as "bv,vh->bh"


@dataclass(frozen=True)
class _OneHot:
    """A dense tensor that is known to be one-hot, as long as its version stays."""

    tensor: Tensor
    version: int
    steps: OneHotSteps
    t: int | None  # None: it is all steps, (T, B, V)

    @property
    def indices(self) -> Tensor:
        return self.steps.indices if self.t is None else self.steps.indices[self.t]

    def is_current(self) -> bool:
        return self.version == self.tensor._version and not self.tensor.requires_grad


class QuickProducts(TorchFunctionMode):
    """While entered, recognises the products of one minibatch. Make a new one for the next.

    `inputs` are `T` dense one-hot matrices `(B, V)` and `indices` says which, `(T, B)` int64. Results are plain
    tensors, except that `0 * inf` is 0 in a lookup. With `habits`, which are one function's and are written by its
    first minibatch, what it returns as outputs must go through `joined`.
    """

    def __init__(self, inputs: Sequence[Tensor], indices: Tensor, habits: Habits | None = None) -> None:
        super().__init__()
        self._known: dict[int, _OneHot] = {}
        self._weighted = WeightedProducts(habits, len(inputs))
        self._transposed: dict[tuple[int, int, bool], tuple[Tensor, Tensor]] = {}
        if not indices.is_inference():  # such tensors have no version
            steps = OneHotSteps(indices)
            for t, X in enumerate(inputs):
                self._know(X, steps, t)

    def __enter__(self) -> QuickProducts:
        if self._weighted.rehearsal is not None:
            self._weighted.rehearsal.__enter__()
        return super().__enter__()

    def __exit__(self, *exception: Any) -> None:
        super().__exit__(*exception)
        if exception[0] is not None:
            self._weighted.settle()  # a debugger may want to see
        if self._weighted.rehearsal is not None:
            self._weighted.rehearsal.__exit__(*exception)

    def joined(self, outputs: Sequence[Tensor]) -> Tensor:
        """`torch.cat(outputs)` `(T*B, V)`, for the trainer alone: blank scores get their values. Derived once only."""
        return self._weighted.joined(outputs)

    def __torch_function__(self, func: Callable, types: Any, args: tuple = (), kwargs: dict | None = None) -> Any:
        if func in _SUMS and len(args) == 2 and not kwargs:
            return self._weighted.sum(*args, func)
        if self._weighted.meets_blanks(args, kwargs) and func not in _METADATA:
            self._weighted.settle()
        handle = _HANDLERS.get(func)
        if handle is not None and (not kwargs or kwargs.keys() <= {"dim", "bias"}):
            result = handle(self, *args, **(kwargs or {}))
            if result is not NotImplemented:
                return result
        return func(*args, **kwargs) if kwargs else func(*args)

    # Each of these gives NotImplemented where the function as it is written should run.

    def _matmul(self, left: Any, right: Any) -> Any:
        if not is_ordinary_product(left, right):
            return NotImplemented
        known = self._onehot(left)
        if known is not None:
            at_once = known.t is not None and self._weighted.is_lasting(right)
            return known.steps.step_product(known.t, right) if at_once else F.embedding(known.indices, right)
        if left.dim() == 2 and right.requires_grad and torch.is_grad_enabled() and self._weighted.is_lasting(right):
            return self._weighted.product(left, right)
        return NotImplemented

    def _mm(self, left: Any, right: Any) -> Any:
        return self._matmul(left, right) if is_matrix(left) else NotImplemented

    def _addmm(self, bias: Any, left: Any, right: Any) -> Any:
        product = self._mm(left, right)
        return product if product is NotImplemented else self._weighted.sum(bias, product)

    def _linear(self, left: Any, weight: Any, bias: Any = None) -> Any:
        if not is_matrix(weight) or weight.is_inference() or not self._weighted.is_lasting(weight):
            return NotImplemented
        product = self._matmul(left, self._transpose(weight))
        return product if product is NotImplemented or bias is None else self._weighted.sum(product, bias)

    def _einsum(self, equation: Any, *operands: Any) -> Any:
        if len(operands) != 2 or not isinstance(equation, str) or not _MATRIX_PRODUCT.fullmatch(equation):
            return NotImplemented
        return self._mm(*operands)

    def _stack(self, tensors: Any, dim: int = 0) -> Any:
        parts = self._all_onehot(tensors)
        if not parts or dim != 0 or any(part.t is None for part in parts):
            return NotImplemented
        return self._know(torch.stack(tensors), OneHotSteps(torch.stack([part.indices for part in parts])), None)

    def _cat(self, tensors: Any, dim: int = 0) -> Any:
        parts = self._all_onehot(tensors)
        if not parts or dim != 0 or any(part.t is None for part in parts):
            return NotImplemented
        return self._know(torch.cat(tensors), OneHotSteps(torch.cat([part.indices for part in parts])[None]), 0)

    def _unbind(self, tensor: Any, dim: int = 0) -> Any:
        known = self._onehot(tensor)
        if known is None or known.t is not None or dim != 0:
            return NotImplemented
        return tuple(self._know(X, known.steps, t) for t, X in enumerate(tensor.unbind()))

    def _iter(self, tensor: Any) -> Iterator[Tensor]:
        steps = self._unbind(tensor)
        return steps if steps is NotImplemented else iter(steps)

    def _getitem(self, tensor: Any, key: Any) -> Any:
        known = self._onehot(tensor)
        if known is None or known.t is not None or type(key) is not int:
            return NotImplemented
        return self._know(tensor[key], known.steps, key % len(tensor))

    def _let_go(self, tensor: Any, *_: Any) -> Any:
        """The values may be changed where no version counts it: `tensor.data`, NumPy, the storage."""
        if isinstance(tensor, Tensor):
            self._known.clear()
            self._weighted.distrust()
        return NotImplemented

    def _know(self, tensor: Tensor, steps: OneHotSteps, t: int | None) -> Tensor:
        self._known[id(tensor)] = _OneHot(tensor, tensor._version, steps, t)
        return tensor

    def _onehot(self, tensor: Any) -> _OneHot | None:
        known = self._known.get(id(tensor))
        return known if known is not None and known.is_current() else None

    def _all_onehot(self, tensors: Any) -> list[_OneHot] | None:
        parts = [self._onehot(tensor) for tensor in tensors] if isinstance(tensors, list | tuple) else []
        return parts if all(parts) else None

    def _transpose(self, weight: Tensor) -> Tensor:
        """`weight.t()`, one tensor for all steps, so that it is met again."""
        key = id(weight), weight._version, torch.is_grad_enabled()
        if key not in self._transposed:
            self._transposed[key] = weight, weight.t()
        return self._transposed[key][1]


_SUMS = frozenset({torch.add, Tensor.add})

_METADATA = frozenset(
    {
        Tensor.shape.__get__,
        Tensor.dtype.__get__,
        Tensor.device.__get__,
        Tensor.ndim.__get__,
        Tensor.requires_grad.__get__,
        Tensor.size,
        Tensor.dim,
        Tensor.numel,
        Tensor.__len__,
    }
)  # right of a blank score too

_HANDLERS: dict[Callable, Callable] = {
    torch.matmul: QuickProducts._matmul,
    Tensor.matmul: QuickProducts._matmul,
    Tensor.__matmul__: QuickProducts._matmul,
    torch.mm: QuickProducts._mm,
    Tensor.mm: QuickProducts._mm,
    torch.addmm: QuickProducts._addmm,
    Tensor.addmm: QuickProducts._addmm,
    F.linear: QuickProducts._linear,
    torch.einsum: QuickProducts._einsum,
    torch.stack: QuickProducts._stack,
    torch.cat: QuickProducts._cat,
    torch.unbind: QuickProducts._unbind,
    Tensor.unbind: QuickProducts._unbind,
    Tensor.__iter__: QuickProducts._iter,
    Tensor.__getitem__: QuickProducts._getitem,
} | dict.fromkeys(
    (
        Tensor.data.__get__,
        Tensor.data.__set__,
        Tensor.numpy,
        Tensor.__array__,
        Tensor.__dlpack__,
        Tensor.data_ptr,
        Tensor.untyped_storage,
        Tensor.storage,
        Tensor.share_memory_,
    ),
    QuickProducts._let_go,
)
