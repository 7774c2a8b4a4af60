"""Matrix products of a student's recurrent network, done with less work: same code, same values, same gradients.

A product with a one-hot matrix is a lookup (`onehot.py`), and the gradients of a weight that is used at every step are
summed by one product (`deferred.py`). A network whose steps are alike is not run step by step at all, but written down
(`tape.py`) and then computed with all steps together. What is not recognised here runs as it is written: the one-hot
matrices are there, dense.
"""

from __future__ import annotations

import re
import sys
import weakref
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, NoReturn

import torch
import torch.nn.functional as F
from torch import Tensor, is_grad_enabled
from torch._C import _len_torch_dispatch_stack
from torch.autograd import Function
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from course_utils.engine.compiling.graph import ADD, MUL, PRODUCT, SUB
from course_utils.engine.eager.onehot import OneHotSteps
from course_utils.engine.eager.weight_gradients import DeferredWeight
from course_utils.engine.eligibility import is_matrix, is_ordinary_product, is_saved_otherwise, is_transformed
from course_utils.engine.tracing.trace import NEG, RSUB, Tape

_MATRIX_PRODUCT = re.compile(r"\s*(\w)(\w)\s*,\s*\2(?!\1)(\w)\s*->\s*\1\3\s*")  # such as "bv,vh->bh"


class _OneHot(NamedTuple):
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


class Unforeseen(RuntimeError):
    """A blank tensor was used in a way that was noticed too late. Run the function again, without a tape."""


class QuickProducts(TorchFunctionMode):
    """While entered, recognises the products of one minibatch. Make a new one for the next.

    `inputs` are `T` dense one-hot matrices `(B, V)` and `indices` says which, `(T, B)` int64. Results are plain
    tensors, except that `0 * inf` is 0 in a lookup. With a `tape` it is used, which takes the `state` for
    constant: tensors are blank, and what the function returns must go through `joined`. That, and leaving the mode, can
    raise `Unforeseen`.
    """

    def __init__(
        self,
        inputs: Sequence[Tensor],
        indices: Tensor,
        tape: Tape | None = None,
        state: Sequence[Tensor] = (),
    ) -> None:
        super().__init__()
        self._known: dict[int, _OneHot] = {}
        self._deferred: dict[int, DeferredWeight] = {}
        self._met: dict[int, weakref.ref[Tensor]] = {}
        self._transposed: dict[tuple[int, int, bool], tuple[Tensor, Tensor]] = {}
        self._tape: Tape | None = None
        self._watch: _Watch | None = None
        self._is_inside = self._is_unforeseen = False
        self.did_nothing_else = True  # than to recognise products, and to write down
        self._num_modes = 0
        if not indices.is_inference():  # such tensors have no version
            self._steps = OneHotSteps(indices)
            for t, X in enumerate(inputs):
                self._know(X, self._steps, t)
            if tape is not None:
                tape.begin(inputs, indices, state)
                self._tape, self._watch = tape, _Watch(self)

    @property
    def is_writing_down(self) -> bool:
        """Whether the tape is still in use. After `joined`: whether it was to the end."""
        return self._tape is not None

    def __enter__(self) -> QuickProducts:
        if self._watch is not None:
            self._watch.__enter__()
            self._num_modes = _len_torch_dispatch_stack()
        return super().__enter__()

    def __exit__(self, *exception: Any) -> None:
        super().__exit__(*exception)
        if self._watch is not None:
            self._watch.__exit__(*exception)
            self._watch = None
        error = exception[1]
        if self._is_unforeseen and (error is None or isinstance(error, Exception)):
            raise Unforeseen from error
        if isinstance(error, RuntimeError) and self._tape is not None:  # tracing goes wrong under a watch
            raise Unforeseen from error
        if error is not None:
            self._rewind()  # a debugger may want to see

    def joined(self, outputs: Sequence[Tensor], state: Sequence[Tensor]) -> Tensor:
        """`torch.cat(outputs)` `(T*B, V)`. Derived once only. Blank tensors get their values, the state's too."""
        if self._tape is not None and not self._tape.is_intact():
            self._refuse()
        scores = None if self._tape is None else self._tape.scores(outputs, state)
        if scores is None:
            self._rewind()
            scores = torch.cat(outputs)
        return scores

    def rewind(self) -> None:
        """Does what is on the tape as it was written, and uses none from here on."""
        if self._tape is None:
            return
        if self._tape.is_empty():
            self._tape.go_on_anew()  # this may change what follows
            return
        if not self._is_ordinary() or _is_in_a_function() or not self._tape.is_intact():
            self._refuse()
        self._rewind()

    def _rewind(self) -> None:
        tape, self._tape = self._tape, None
        if tape is not None:
            tape.rewind(self._row_lookup, self._product)

    def _is_ordinary(self) -> bool:
        """Whether nothing changes what operations are, at this place of the student's function."""
        return _len_torch_dispatch_stack() == self._num_modes and not is_transformed()

    def see(self, args: tuple, kwargs: dict | None) -> None:
        """An operation is about to be done, for whatever reason."""
        tape = self._tape
        if self._is_inside or tape is None or tape.makes_blanks:
            return
        tensors = [value for value in tree_leaves((args, kwargs)) if isinstance(value, Tensor)]
        if any(map(tape.holds, tensors)):
            self._refuse()
        if tensors:  # perhaps to be changed
            self.did_nothing_else = False
            self.rewind()

    def __torch_function__(self, func: Callable, types: Any, args: tuple = (), kwargs: dict | None = None) -> Any:
        tape, kind = self._tape, _WRITTEN_DOWN.get(func)
        if kind is not None and tape is not None and not kwargs:
            result = None
            if is_grad_enabled() and _len_torch_dispatch_stack() == self._num_modes:
                # Of all that changes products, only hooks change what elementwise calls of the same tensors are.
                if not (is_transformed() if kind is PRODUCT else is_saved_otherwise()):
                    result = tape.again(kind, args)
                if result is None and kind is not PRODUCT and not is_transformed():
                    result = tape.elementwise(kind, args)
            if result is not None:
                return result
        self._is_inside = True
        try:
            handle = _HANDLERS.get(func)
            if handle is not None and (not kwargs or kwargs.keys() <= {"dim", "bias"}):
                result = handle(self, *args, **(kwargs or {}))
                if result is not NotImplemented:
                    return result
            if func not in _METADATA:
                self.did_nothing_else = False
                self.rewind()
            return func(*args, **kwargs) if kwargs else func(*args)
        finally:
            self._is_inside = False

    def _refuse(self) -> NoReturn:
        self._is_unforeseen = True  # should the student's function catch it
        raise Unforeseen("This network's results are needed one after another.")

    # Each of these gives NotImplemented where the function as it is written should run.

    def _matmul(self, left: Any, right: Any) -> Any:
        known = self._onehot(left)
        if self._can_write_down():
            if known is None:
                result = self._tape.product(left, right)
            else:
                is_step = known.t is not None and known.steps is self._steps
                result = self._tape.lookup(known.t, left, right) if is_step else None
            if result is not None:
                return result
        if not is_ordinary_product(left, right) or (known is None and left.dim() > 2):
            return NotImplemented
        self.rewind()
        if known is None:
            return self._product(left, right)
        return F.embedding(known.indices, right) if known.t is None else self._row_lookup(known.t, right, known.steps)

    def _mm(self, left: Any, right: Any) -> Any:
        return self._matmul(left, right) if is_matrix(left) else NotImplemented

    def _addmm(self, bias: Any, left: Any, right: Any) -> Any:
        product = self._mm(left, right)
        return product if product is NotImplemented else self._sum(bias, product)

    def _linear(self, left: Any, weight: Any, bias: Any = None) -> Any:
        if not is_matrix(weight) or weight.is_inference() or not self._is_lasting(weight):
            return NotImplemented
        product = self._matmul(left, self._transpose(weight))
        return product if product is NotImplemented or bias is None else self._sum(product, bias)

    def _sum(self, left: Any, right: Any) -> Any:
        total = self._tape.elementwise(ADD, (left, right)) if self._can_write_down() else None
        if total is None:
            self.rewind()
            total = torch.add(left, right)
        return total

    def _einsum(self, equation: Any, *operands: Any) -> Any:
        if len(operands) != 2 or not isinstance(equation, str) or not _MATRIX_PRODUCT.fullmatch(equation):
            return NotImplemented
        return self._mm(*operands)

    def _can_write_down(self) -> bool:
        return self._tape is not None and is_grad_enabled() and self._is_ordinary()

    def _stack(self, tensors: Any, dim: int = 0) -> Any:
        parts = self._all_onehot(tensors)
        if not parts or dim != 0 or any(part.t is None for part in parts):
            return NotImplemented
        steps = self._steps
        if [(part.steps, part.t) for part in parts] != [(steps, t) for t in range(len(steps.indices))]:
            steps = OneHotSteps(torch.stack([part.indices for part in parts]))
        return self._know(torch.stack(tensors), steps, None)

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
            self._transposed.clear()
            if self._tape is not None:
                self._tape.go_on_anew()
        return NotImplemented

    def _row_lookup(self, t: int, W: Tensor, steps: OneHotSteps | None = None) -> Tensor:
        steps = steps or self._steps
        return steps.step_product(t, W) if self._is_lasting(W) else F.embedding(steps.indices[t], W)

    def _product(self, left: Tensor, W: Tensor) -> Tensor:
        if not (W.requires_grad and torch.is_grad_enabled() and self._is_lasting(W)):
            return torch.mm(left, W)
        weight = self._deferred.get(id(W))
        if weight is None or not weight.is_current():
            weight = self._deferred[id(W)] = DeferredWeight(W)
        return weight.product(left)

    def _is_lasting(self, W: Tensor) -> bool:
        """Whether work for later steps is worth while: a weight, or a matrix that is met again."""
        if W.is_leaf and W.requires_grad:
            return True
        met = self._met.get(id(W))
        if met is not None and met() is W:
            return True
        self._met[id(W)] = weakref.ref(W)
        return False

    def _know(self, tensor: Tensor, steps: OneHotSteps, t: int | None) -> Tensor:
        self._known[id(tensor)] = _OneHot(tensor, tensor._version, steps, t)
        return tensor

    def _onehot(self, tensor: Any) -> _OneHot | None:
        known = self._known.get(id(tensor))
        return known if known is not None and known.is_current() else None

    def _all_onehot(self, tensors: Any) -> list[_OneHot] | None:
        self.did_nothing_else = False
        parts = [self._onehot(tensor) for tensor in tensors] if isinstance(tensors, list | tuple) else []
        return parts if all(parts) else None

    def _transpose(self, weight: Tensor) -> Tensor:
        """`weight.t()`, one tensor for all steps, so that it is met again."""
        key = id(weight), weight._version, torch.is_grad_enabled()
        if key not in self._transposed:
            self._transposed[key] = weight, weight.t()
        return self._transposed[key][1]


class _Watch(TorchDispatchMode):
    """Sees the operations that come by a way where no function mode is asked: scripted code, C++."""

    def __init__(self, products: QuickProducts) -> None:
        super().__init__()
        self._products = products

    def __torch_dispatch__(self, func: Any, types: Any, args: tuple = (), kwargs: dict | None = None) -> Any:
        self._products.see(args, kwargs)
        return func(*args, **(kwargs or {}))


def _is_in_a_function() -> bool:
    """Whether it is called in an autograd function's `forward`, whose place in the graph has been chosen already."""
    frame = sys._getframe()
    while frame is not None and frame.f_code is not Function.apply.__code__:
        frame = frame.f_back
    return frame is not None


_WRITTEN_DOWN = {
    torch.add: ADD,
    Tensor.add: ADD,
    torch.sub: SUB,
    torch.subtract: SUB,
    Tensor.sub: SUB,
    torch.mul: MUL,
    torch.multiply: MUL,
    Tensor.mul: MUL,
    torch.sigmoid: "sigmoid",
    Tensor.sigmoid: "sigmoid",
    torch.tanh: "tanh",
    Tensor.tanh: "tanh",
    torch.neg: NEG,
    Tensor.neg: NEG,
    torch.rsub: RSUB,
    Tensor.__rsub__: RSUB,
} | dict.fromkeys((torch.matmul, Tensor.matmul, Tensor.__matmul__, torch.mm, Tensor.mm), PRODUCT)

_METADATA = frozenset(
    {
        Tensor.shape.__get__,
        Tensor.dtype.__get__,
        Tensor.device.__get__,
        Tensor.ndim.__get__,
        Tensor.size,
        Tensor.dim,
        Tensor.numel,
        Tensor.__len__,
    }
)  # right of a blank tensor too

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
