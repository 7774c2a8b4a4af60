"""Keeps the explorers of a notebook that is saved before it was run.

JupyterLab saves the widgets of a living kernel only, and drops what the file has of the others, also when it saves by
itself: a chapter that was opened and not run would have pictures instead of explorers the next day.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

STATE, VIEW = (f"application/vnd.jupyter.widget-{kind}+json" for kind in ("state", "view"))
REFERENCE = re.compile(r'"IPY_MODEL_(\w+)"')


def keep_widgets(model: dict[str, Any], path: str, contents_manager: Any, **_: Any) -> None:
    """Before a notebook is saved, take over what the file has of the widgets that it shows and has no state of.

    A hook of the Jupyter server, which logs what is raised here, and saves.
    """
    file = Path(contents_manager.root_dir) / path.strip("/")
    if model.get("type") != "notebook" or not file.is_file():
        return
    notebook = model["content"]
    saved = _state(notebook)
    missing = _shown(notebook) - saved.keys()
    if missing:
        kept = _with_references(missing, _state(json.loads(file.read_text(encoding="utf-8"))))
        if kept:
            widgets = notebook["metadata"].setdefault("widgets", {})
            widgets[STATE] = {"state": {**kept, **saved}, "version_major": 2, "version_minor": 0}


def _state(notebook: dict[str, Any]) -> dict[str, Any]:
    """Model -> what is saved of it."""
    return dict(notebook["metadata"].get("widgets", {}).get(STATE, {}).get("state", {}))


def _shown(notebook: dict[str, Any]) -> set[str]:
    """The models that outputs show."""
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
    return {output["data"][VIEW]["model_id"] for output in outputs if VIEW in output.get("data", {})}


def _with_references(models: set[str], state: dict[str, Any]) -> dict[str, Any]:
    """These models and those that they consist of, as far as they are known."""
    found: dict[str, Any] = {}
    open_ = sorted(models & state.keys())
    while open_:
        name = open_.pop()
        found[name] = state[name]
        referred = set(REFERENCE.findall(json.dumps(state[name])))
        open_ += sorted((referred & state.keys()) - found.keys())
    return found
