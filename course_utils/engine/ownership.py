"""Who else holds a tensor, and whether it was changed."""

from __future__ import annotations

import sys
import weakref
from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter

from torch import Tensor

_VERSION, _REQUIRES_GRAD, _ATTRIBUTES = attrgetter("_version"), attrgetter("requires_grad"), attrgetter("__dict__")


def are_written(tensors: Iterable[Tensor]) -> bool:
    """Whether any of these new tensors was changed in place."""
    return any(map(_VERSION, tensors))


def are_unchanged(tensors: Sequence[Tensor]) -> bool:
    """Whether new tensors are as they were made, and no weak reference points to one."""
    return not any(
        any(map(changes, tensors)) for changes in (_VERSION, _REQUIRES_GRAD, _ATTRIBUTES, weakref.getweakrefcount)
    )


def references(values: Sequence[object]) -> list[int]:
    """The number of references to each, from the sequence and from elsewhere."""
    return list(map(sys.getrefcount, values))


def outlast(outputs: Mapping[int, object]) -> list[bool]:
    """Whether tensors are held by anything but a dictionary and a list."""
    in_a_list = [object()]
    alone = [sys.getrefcount(value) for value in {0: in_a_list[0]}.values()]
    return [sys.getrefcount(tensor) > alone[0] for tensor in outputs.values()]
