"""Jupyter's signatures: only a notebook that is trusted shows its explorers and buttons before it was run.

Where nothing can be signed (no place for Jupyter's own files, a broken database) a notebook stays untrusted, and works.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

FAULTS = (OSError, sqlite3.Error, ValueError, KeyError, TypeError, AttributeError)  # the last four: of odd notebooks


def trust(notebook: bytes) -> None:
    """Sign what the course wrote, or a student who trusts it already."""
    with suppress(*FAULTS), _notary() as notary:
        notary.sign(_read(notebook))


def is_trusted(notebook: bytes) -> bool:
    """Whether Jupyter has it signed: it came from the course, or was run here."""
    with suppress(*FAULTS), _notary() as notary:
        return bool(notary.check_signature(_read(notebook)))
    return False


@contextmanager
def _notary() -> Iterator[Any]:
    """Jupyter's, with the files that `./course lab` has; it complains of nothing."""
    from jupyter_core.paths import jupyter_data_dir
    from nbformat.sign import NotebookNotary

    folder = Path(jupyter_data_dir())
    folder.mkdir(parents=True, exist_ok=True)
    quiet = logging.Logger(__name__, logging.CRITICAL)
    notary = NotebookNotary(data_dir=str(folder), log=quiet)
    with closing(notary.store):
        yield notary


def _read(notebook: bytes) -> Any:
    from nbformat.v4 import reads

    return reads(notebook.decode())
