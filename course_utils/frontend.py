"""Where output goes: to a terminal, to a notebook that is run in one go, or to a person at a front end."""

from __future__ import annotations

import sys

VERDICT = "course"  # in the metadata of a verdict's output: task, passed, points, max_points, in no language


def in_notebook() -> bool:
    """Whether this runs in an IPython kernel. Does not import IPython: a kernel has done so."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return getattr(shell, "kernel", None) is not None


def someone_is_there() -> bool:
    """Whether a person at a front end runs this cell. A batch run (nbclient, nbconvert) accepts no input."""
    if not in_notebook():
        return False
    kernel = sys.modules["IPython"].get_ipython().kernel
    return kernel.get_parent().get("content", {}).get("allow_stdin", True)
