"""Names that torch does not promise to keep, in one place, with what the engine needs them for."""

from __future__ import annotations

import torch
from torch import Tensor
from torch._C import (
    _are_functorch_transforms_active,
    _get_tracing_state,
    _is_any_autocast_enabled,
    _len_torch_dispatch_stack,
    _swap_tensor_impl,
)
from torch._C._autograd import _top_saved_tensors_default_hooks
from torch.autograd import forward_ad

are_transforms_active = _are_functorch_transforms_active
is_autocast = _is_any_autocast_enabled
num_dispatch_modes = _len_torch_dispatch_stack
saved_tensors_hooks = _top_saved_tensors_default_hooks  # which see, and may change, what the backward pass needs
tracing_state = _get_tracing_state  # of `torch.jit.trace`
become = _swap_tensor_impl  # two tensors exchange all that they are, but for their Python objects

BUILT_IN_ONEDNN = torch.backends.mkldnn.is_available() and hasattr(torch.ops.mkldnn, "_linear_pointwise")
LIBRARY = torch._C.__file__  # the file of torch's own code


def is_forward_ad() -> bool:
    """Whether forward derivatives are computed."""
    return forward_ad._current_level >= 0


def is_onednn_enabled() -> bool:
    """Whether `torch.backends.mkldnn` is switched on."""
    return torch._C._get_mkldnn_enabled()


def onednn_linear(X: Tensor, W: Tensor, bias: Tensor | None = None) -> Tensor:
    """oneDNN's `F.linear(X, W, bias)`, by the operator that torch's own compiler uses: `(M, K)`, `(N, K)`, `(N,)`."""
    return torch.ops.mkldnn._linear_pointwise(X, W, bias, "none", [], "")  # (M, N)


def onednn_packed(W: Tensor, num_rows: int) -> Tensor:
    """`W` `(N, K)` in oneDNN's own order, for products with `num_rows` rows."""
    return torch.ops.mkldnn._reorder_linear_weight(W, num_rows)
