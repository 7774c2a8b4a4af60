"""Whether tensors are plain, and operations on them just what their names say."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.compiler import is_compiling

from course_utils.engine.torch_private import (
    are_transforms_active,
    is_autocast,
    is_forward_ad,
    saved_tensors_hooks,
    tracing_state,
)

_FLOATS = frozenset({torch.float16, torch.bfloat16, torch.float32, torch.float64})
_PLAIN = frozenset({Tensor, torch.nn.Parameter})


def is_plain(value: Any) -> bool:
    """Whether it is a tensor or parameter, and of no subclass."""
    return type(value) in _PLAIN


def is_matrix(value: Any) -> bool:
    """Whether it is a plain tensor of two dimensions."""
    return is_plain(value) and value.dim() == 2


def is_ordinary_product(left: Any, right: Any) -> bool:
    """Whether it is `(…, M, K) @ (K, N)` of plain tensors that fit, under nothing that changes what a product is."""
    return (
        type(left) in _PLAIN
        and type(right) in _PLAIN
        and right.dim() == 2
        and left.dim() >= 2
        and left.shape[-1] == right.shape[0]
        and left.dtype is right.dtype
        and left.dtype in _FLOATS
        and left.device == right.device
        and left.layout is right.layout is torch.strided
        and not right.is_inference()
        and not is_transformed()
    )


def is_transformed() -> bool:
    """Whether a product is more than one: under `torch.func`, autocast, the compiler, tracing, recomputation."""
    return (
        is_compiling()  # first: the compiler cannot see through the others
        or are_transforms_active()
        or is_autocast()
        or is_forward_ad()
        or saved_tensors_hooks(False) is not None
        or tracing_state() is not None
    )
