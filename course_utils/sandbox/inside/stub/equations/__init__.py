"""Stands for `course_utils.equations` inside the sandbox: its names can be imported, and say why they are of no use.

So an import that a chapter has taught takes nothing with it. What the names stand for is not here.
"""

from typing import Any, NoReturn

from course_utils.student_code.library_cells import ReferenceUsed

__all__ = [
    "BIRNN",
    "BIRNN_GAP",
    "GRU",
    "LSTM",
    "NETWORKS",
    "RNN",
    "Edit",
    "Network",
    "deep_rnn",
    "deep_rnn_residual",
    "edits",
    "evaluate",
    "layer_latex",
    "network_latex",
    "network_text",
    "reset_after",
]


class StandIn:
    """A name that can be imported. Raises ReferenceUsed when it is called, looked into or gone through."""

    def __init__(self, name: str) -> None:
        self.__name__ = name

    def __call__(self, *_: Any, **__: Any) -> NoReturn:
        raise ReferenceUsed(self.__name__)

    def __getitem__(self, _: Any) -> NoReturn:
        raise ReferenceUsed(self.__name__)

    def __iter__(self) -> NoReturn:
        raise ReferenceUsed(self.__name__)

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("_"):  # what notebooks ask of anything that they show
            raise AttributeError(name)
        raise ReferenceUsed(self.__name__)

    def __repr__(self) -> str:
        return f"{self.__name__} (of the course's own equations, which are not there when a notebook is graded)"


globals().update({name: StandIn(name) for name in __all__})
