"""The stubs under the names of the rooms that they stand for, where no walls hide the rooms themselves.

This protects nothing: it is there so that a notebook does the same with walls and without.
"""

from __future__ import annotations

import importlib.util
import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any

from course_utils.sandbox.protocol.stubs import STUBS

STUB = Path(__file__).parent / "stub"
PLACES = {"course_utils." + room.replace("/", "."): STUB / stub for room, stub in STUBS.items()}


class StandIns(MetaPathFinder):
    """Finds the stub for a room's name."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """The stub's spec; None for every name that is no such room's."""
        place = PLACES.get(name)
        if place is None:
            return None
        return importlib.util.spec_from_file_location(
            name, place / "__init__.py", submodule_search_locations=[str(place)]
        )


def put_in_place() -> None:
    """From now on, importing one of the rooms finds its stub."""
    sys.meta_path.insert(0, StandIns())
