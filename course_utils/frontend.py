"""Where output goes: to a terminal, to a notebook that is run in one go, or to a person at a front end."""

from __future__ import annotations

import sys
import threading
from typing import Any

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


def this_cell() -> str:
    """What tells this run of a cell from every other; empty outside of a notebook."""
    if not in_notebook():
        return ""
    return sys.modules["IPython"].get_ipython().kernel.get_parent().get("header", {}).get("msg_id", "")


def answer_in_subshell(widget: Any) -> None:
    """Lets clicks on a widget that a cell has made be heard while the cell runs, where the front end can send them so.

    From version 7.4 on ipykernel sends a click to where the widget last spoke from: the cell, which does not listen
    until it has ended. The widget must not speak from the cell again.
    """
    vars(widget.comm).pop("_reply_subshell_id", None)


def clicks_come_while_a_cell_runs() -> bool:
    """Whether a click on a widget is heard before the cell that runs has ended.

    So it is where the front end sends clicks to a subshell, a thread of the kernel's own, as JupyterLab does from
    version 4.4 on with ipykernel 7. It asks for that thread when the first widget is made.
    """
    return any(thread.name.startswith("subshell-") for thread in threading.enumerate())
