"""Values as plain data and back: numbers, texts, containers and tensors, within limits; never pickle.

What a student's function returned is described faithfully enough for the checks: whether it is a list or a tuple, which
tensors share memory, require gradients or are leaves. Anything else is only named.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import numpy
import torch
from torch import Tensor

from course_utils.student_code.describe import MAX_TEXT, Opaque, described_function, type_name

MAX_DEPTH, MAX_NODES = 6, 2000
MAX_TENSOR = 16 * 2**20  # bytes
DTYPES = {
    str(dtype).removeprefix("torch."): dtype
    for dtype in (
        torch.float16, torch.bfloat16, torch.float32, torch.float64,
        torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64, torch.bool,
    )
}  # fmt: skip


class ValueTreeError(Exception):
    """What came is not a value as `encoded` makes it."""


@dataclass
class Encoder:
    """Turns values into a JSON tree and buffers. `tensors` are those that were met, in order; `functions` likewise."""

    buffers: list[bytes] = field(default_factory=list)
    tensors: list[Tensor] = field(default_factory=list)
    functions: list[Callable[..., Any]] = field(default_factory=list)
    nodes: int = 0

    def tree(self, value: Any, depth: int = 0) -> Any:
        """The value as plain data. What cannot even be looked at, as its length or its attributes raise, is named."""
        self.nodes += 1
        try:
            return self._tree(value, depth)
        except Exception:
            return {"other": type_name(value)}

    def _tree(self, value: Any, depth: int) -> Any:
        if isinstance(value, numpy.generic):
            value = value.item()  # a number of NumPy is one of Python's
        if value is None or type(value) in (bool, str, int, float):
            return self._plain(value)
        if isinstance(value, Tensor):
            return self._tensor(value)
        if isinstance(value, torch.device):
            return {"device": value.type}
        if isinstance(value, list | tuple | dict | torch.nn.ParameterList):
            return self._container(value, depth)
        if callable(value):
            self.functions.append(value)
            return {"function": len(self.functions) - 1, **described_function(value)}
        return {"other": type_name(value)}

    def _plain(self, value: Any) -> Any:
        if type(value) is int and abs(value) >= 2**63:
            return {"other": "int"}
        if type(value) is str and len(value) > MAX_TEXT:
            return {"other": "str", "count": len(value)}
        return {"plain": value}

    def _container(self, value: Any, depth: int) -> Any:
        kind = "dict" if isinstance(value, dict) else "tuple" if isinstance(value, tuple) else "list"
        items = list(islice(value.items() if kind == "dict" else value, MAX_NODES))  # an iterator may have no end
        if depth >= MAX_DEPTH or self.nodes + len(items) * (1 + (kind == "dict")) > MAX_NODES:
            return {"other": kind, "count": len(value)}
        if kind == "dict":
            return {"dict": [[self.tree(k, depth + 1), self.tree(v, depth + 1)] for k, v in items]}
        return {kind: [self.tree(item, depth + 1) for item in items]}

    def _tensor(self, value: Tensor) -> Any:
        with torch._C.DisableTorchFunctionSubclass():
            shape, dtype = list(value.shape), str(value.dtype).removeprefix("torch.")
            if dtype not in DTYPES or value.layout is not torch.strided or value.numel() * 8 > MAX_TENSOR:
                return {"other": dtype, "shape": shape}
            node = {
                "tensor": shape, "dtype": dtype, "device": value.device.type, "is_leaf": value.is_leaf,
                "requires_grad": value.requires_grad, "at": 0, "buffer": None,
            }  # fmt: skip
            if value.device.type != "meta":
                plain = value.detach().to("cpu").contiguous().resolve_neg()
                content = plain.reshape(-1).view(torch.uint8).numpy().tobytes() if plain.numel() else b""
                node |= {"at": value.data_ptr(), "buffer": len(self.buffers)}
                self.buffers.append(content)
            self.tensors.append(value)
            return node


class Decoder:
    """Turns a tree and its buffers back into values. `tensors` are those that were made, in order."""

    def __init__(self, buffers: Any, function: Callable[[dict[str, Any]], Any] | None = None) -> None:
        self.buffers, self.function = buffers, function
        self.tensors: list[Tensor] = []
        self._at: dict[tuple[Any, ...], Tensor] = {}
        self._nodes, self._used = 0, 0

    def value(self, tree: Any, depth: int = 0) -> Any:
        """The value. Raises ValueTreeError for anything that `Encoder` would not have made."""
        self._nodes += 1
        if not isinstance(tree, dict) or depth > MAX_DEPTH + 1 or self._nodes > 8 * MAX_NODES:
            raise ValueTreeError("expected a value")
        if "plain" in tree:
            return self._plain(tree["plain"])
        if isinstance(tree.get("other"), str):
            return self._opaque(tree["other"], tree.get("count"), tree.get("shape"))
        if isinstance(tree.get("device"), str) and "tensor" not in tree:
            return torch.device("meta" if tree["device"] == "meta" else "cpu")
        for kind, make in (("list", list), ("tuple", tuple)):
            if isinstance(tree.get(kind), list):
                return make(self.value(item, depth + 1) for item in tree[kind])
        if isinstance(tree.get("dict"), list):
            return self._dict(tree["dict"], depth)
        if "tensor" in tree:
            return self._tensor(tree)
        if "function" in tree and self.function is not None:
            return self.function(tree)
        raise ValueTreeError("expected a value")

    @staticmethod
    def _plain(value: Any) -> Any:
        is_small = (type(value) is not int or abs(value) < 2**63) and (type(value) is not str or len(value) <= MAX_TEXT)
        if not (value is None or type(value) in (bool, str, int, float)) or not is_small:
            raise ValueTreeError("expected a number or a text")
        return value

    @staticmethod
    def _opaque(kind: str, count: Any, shape: Any) -> Opaque:
        is_count, is_shape = _is_shape([count], 2**63), _is_shape(shape, 2**63)
        return Opaque(kind[:100], count if is_count else None, tuple(shape) if is_shape else None)

    def _dict(self, pairs: list[Any], depth: int) -> dict[Any, Any]:
        values: dict[Any, Any] = {}
        for pair in pairs:
            if not isinstance(pair, list) or len(pair) != 2:
                raise ValueTreeError("expected pairs")
            key = self.value(pair[0], depth + 1)
            if key is not None and type(key) not in (bool, str, int, float, Opaque):
                key = Opaque(type(key).__name__)
            values[key] = self.value(pair[1], depth + 1)
        return values

    def _tensor(self, node: dict[str, Any]) -> Tensor:
        shape, dtype = node["tensor"], DTYPES.get(str(node.get("dtype")))
        if not _is_shape(shape, 2**31):
            raise ValueTreeError("expected a shape")
        if math.prod(shape) * 8 > MAX_TENSOR:
            raise ValueTreeError("expected a tensor of a size that is sent")
        if dtype is None or type(node.get("at")) is not int:
            raise ValueTreeError("expected a dtype that is known")
        tensor = self._filled(node, shape, dtype)
        self.tensors.append(tensor)
        return tensor

    def _filled(self, node: dict[str, Any], shape: list[int], dtype: torch.dtype) -> Tensor:
        if node.get("device") == "meta":
            return self._marked(torch.empty(shape, dtype=dtype, device="meta"), node)
        index, size = node.get("buffer"), math.prod(shape) * dtype.itemsize
        # Each buffer once, in order: no few bytes become many tensors.
        if index != self._used or index >= len(self.buffers) or len(self.buffers[index]) != size:
            raise ValueTreeError("expected as many bytes as the shape says")
        self._used += 1
        content = self.buffers[index]
        key = (node["at"], tuple(shape), dtype, content, node.get("requires_grad"), node.get("is_leaf"))
        if node["at"] and key in self._at:
            return self._at[key]  # one tensor, or two that share all their memory
        raw = torch.frombuffer(bytearray(content), dtype=dtype) if size else torch.empty(0, dtype=dtype)
        self._at[key] = self._marked(raw.reshape(shape), node)
        return self._at[key]

    @staticmethod
    def _marked(tensor: Tensor, node: dict[str, Any]) -> Tensor:
        if node.get("requires_grad") is True and tensor.is_floating_point():
            with torch.enable_grad():
                tensor.requires_grad_()
                return tensor if node.get("is_leaf") is not False else tensor * 1.0
        return tensor


def _is_shape(shape: Any, limit: int) -> bool:
    """Whether it is a list of few enough sizes, each below the limit."""
    return isinstance(shape, list) and len(shape) <= 64 and all(type(n) is int and 0 <= n < limit for n in shape)
