"""Who else holds a tensor, and whether it was changed."""

from __future__ import annotations

import sys
import weakref
from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter

from torch import Tensor

_VERSION, _ATTRIBUTES = attrgetter("_version"), attrgetter("__dict__")


def are_written(tensors: Iterable[Tensor]) -> bool:
    """Whether any of these new tensors was changed in place."""
    return any(map(_VERSION, tensors))


def are_marked(tensors: Sequence[Tensor]) -> bool:
    """Whether any of these tensors has an attribute of its own, or a weak reference to it."""
    return any(map(_ATTRIBUTES, tensors)) or any(map(weakref.getweakrefcount, tensors))


def references(values: Sequence[object]) -> list[int]:
    """The number of references to each, from the sequence and from elsewhere."""
    return list(map(sys.getrefcount, values))


def outlast(outputs: Mapping[int, object]) -> list[bool]:
    """Whether tensors are held by anything but a dictionary and a list."""
    in_a_list = [object()]
    alone = [sys.getrefcount(value) for value in {0: in_a_list[0]}.values()]
    return [sys.getrefcount(tensor) > alone[0] for tensor in outputs.values()]
