"""Whether tensors are plain, and operations on them just what their names say."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch._C import _are_functorch_transforms_active, _get_tracing_state, _is_any_autocast_enabled
from torch._C._autograd import _top_saved_tensors_default_hooks
from torch.autograd import forward_ad
from torch.compiler import is_compiling

_FLOATS = frozenset({torch.float16, torch.bfloat16, torch.float32, torch.float64})
_PLAIN = frozenset({Tensor, torch.nn.Parameter})


def is_plain(value: Any) -> bool:
    return type(value) in _PLAIN


def is_matrix(value: Any) -> bool:
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
        or _are_functorch_transforms_active()
        or _is_any_autocast_enabled()
        or forward_ad._current_level >= 0
        or is_saved_otherwise()
        or _get_tracing_state() is not None
    )


def is_saved_otherwise() -> bool:
    """Whether hooks see, and may change, what is saved for the backward pass."""
    return _top_saved_tensors_default_hooks(False) is not None
