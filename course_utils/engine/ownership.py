"""Who else holds a tensor, and whether it was changed."""

from __future__ import annotations

import sys
import weakref
from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from torch import Tensor


def are_unchanged(tensors: Sequence[Tensor]) -> bool:
    """Whether new tensors are as they were made, and nobody has an eye on them."""
    return not any(any(map(changes, tensors)) for changes in (_VERSION, _REQUIRES_GRAD, _ATTRIBUTES, _WEAK))


def references(values: Sequence[object]) -> list[int]:
    """How many there are to each, from the sequence and from elsewhere."""
    return list(map(sys.getrefcount, values))


_VERSION, _REQUIRES_GRAD, _ATTRIBUTES = attrgetter("_version"), attrgetter("requires_grad"), attrgetter("__dict__")
_WEAK = weakref.getweakrefcount


def outlast(outputs: dict[int, Any]) -> list[bool]:
    """Whether tensors are held by anybody but a dictionary and a list."""
    in_a_list = [object()]
    alone = [sys.getrefcount(value) for value in {0: in_a_list[0]}.values()]
    return [sys.getrefcount(tensor) > alone[0] for tensor in outputs.values()]
