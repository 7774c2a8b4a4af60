"""Who is listening: a terminal, a kernel that runs a notebook in one go, or somebody at a front end."""

from __future__ import annotations

import sys


def in_notebook() -> bool:
    """Whether this runs in an IPython kernel. Does not import IPython: a kernel has done so."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return getattr(shell, "kernel", None) is not None


def someone_is_there() -> bool:
    """Whether a front end runs this cell. A batch run (nbclient, nbconvert) is known by its taking no input."""
    if not in_notebook():
        return False
    kernel = sys.modules["IPython"].get_ipython().kernel
    return kernel.get_parent().get("content", {}).get("allow_stdin", True)
