"""An IPython shell whose outputs are messages: what a notebook's cells run in when they are graded.

There is no kernel process with ports or socket files around it: all its output goes through one function.
"""

from __future__ import annotations

import io
import sys
from base64 import b64encode
from collections.abc import Callable
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

Emit = Callable[[dict[str, Any]], None]
"""Takes a message: `{"is": "stream" | "display" | "update" | "result" | "error" | "clear", …}`, without an `id`."""

CHUNK = 8192  # characters that a stream keeps before it passes them on


class _Stream(io.TextIOBase):
    """stdout or stderr of the cells."""

    def __init__(self, name: str, emit: Emit) -> None:
        self._name, self._emit, self._size = name, emit, 0
        self._kept: list[str] = []

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return "utf-8"

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._kept.append(text)
        self._size += len(text)
        if self._size >= CHUNK:
            self.flush()
        return len(text)

    def flush(self) -> None:
        text, self._kept, self._size = "".join(self._kept), [], 0
        if text:
            self._emit({"is": "stream", "name": self._name, "text": text})


class _Publisher(DisplayPublisher):
    def publish(  # type: ignore[override]  # `source` is deprecated, and falls into the rest
        self, data: Any, metadata: Any = None, *, transient: Any = None, update: bool = False, **_: Any
    ) -> None:
        flush()
        kind, shown = "update" if update else "display", (transient or {}).get("display_id")
        Shell.emit({"is": kind, "data": _as_text(data), "metadata": metadata or {}, "place": shown})

    def clear_output(self, wait: bool = False) -> None:
        flush()
        Shell.emit({"is": "clear", "wait": bool(wait)})


class _Hook(DisplayHook):
    def write_output_prompt(self) -> None:
        """The number is in the message."""

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        flush()
        count = self.prompt_count
        Shell.emit({"is": "result", "data": _as_text(format_dict), "metadata": md_dict or {}, "count": count})

    def finish_displayhook(self) -> None:
        flush()


class Shell(InteractiveShell):
    """The one shell of a submission. `emit` is set once, before it is made."""

    emit: Emit = staticmethod(lambda message: None)  # type: ignore[assignment]
    is_graded = False  # whether the cell is an instructor's, and earns points
    displayhook_class = Type(_Hook)
    display_pub_class = Type(_Publisher)

    def _showtraceback(self, etype: Any, evalue: Any, stb: list[str]) -> None:
        flush()
        name = str(getattr(etype, "__name__", etype))
        Shell.emit({"is": "error", "ename": name, "evalue": _message(evalue), "traceback": [str(line) for line in stb]})

    def enable_gui(self, gui: Any = None) -> None:
        """There is no event loop to join; `%matplotlib inline` asks all the same."""

    system = InteractiveShell.system_piped


def make_shell() -> Shell:
    """The shell, made ahead of its use. Nothing of a history is kept in files."""
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "NoColor"
    return Shell.instance(config=config)


def listen(emit: Emit) -> Shell:
    """The shell, with all its output, and `sys.stdout` and `sys.stderr`, led to `emit`."""
    Shell.emit = staticmethod(emit)  # type: ignore[assignment]
    sys.stdout, sys.stderr = _Stream("stdout", emit), _Stream("stderr", emit)
    return make_shell()


def flush() -> None:
    """Pass on text that was printed and is still kept."""
    for stream in (sys.stdout, sys.stderr):
        stream.flush()


def _as_text(data: dict[str, Any]) -> dict[str, Any]:
    """A mimebundle with pictures in base64, as notebooks keep them."""
    return {kind: b64encode(value).decode() if isinstance(value, bytes) else value for kind, value in data.items()}


def _message(error: Any) -> str:
    try:
        return str(error)
    except Exception:
        return "(its message cannot be read)"
