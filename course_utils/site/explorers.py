"""Explorers in a page: each one's saved picture, and behind it the program and the state from which it moves."""

from __future__ import annotations

import html
import json
from pathlib import Path
from typing import Any

VIEW, STATE = "application/vnd.jupyter.widget-view+json", "application/vnd.jupyter.widget-state+json"
NEEDED = ("_esm", "_css", "settings", "controls", "data", "texts")  # of a widget's state


def let_explorers_move(path: Path) -> None:
    """Rewrite a notebook so that its page shows the explorers that are saved in it; `explorers.js` starts them there.

    Where a page cannot run scripts the picture is seen. Other widgets and all other outputs stay as they are.
    Source: "Jupyter widgets message protocol", the state of a widget in a notebook's metadata.
    """
    notebook = json.loads(path.read_text(encoding="utf-8"))
    saved = notebook["metadata"].pop("widgets", {}).get(STATE, {}).get("state", {})
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", ())]
    for output in outputs:
        state = saved.get(output.get("data", {}).get(VIEW, {}).get("model_id"), {}).get("state", {})
        if all(name in state for name in NEEDED):
            output["data"] = {"text/html": _part(output["data"], {name: state[name] for name in NEEDED})}
    path.write_text(json.dumps(notebook, ensure_ascii=False), encoding="utf-8")


def _part(data: dict[str, Any], state: dict[str, Any]) -> str:
    words = html.escape("".join(data["text/plain"]))
    picture = "".join(data["image/png"]).replace("\n", "")
    program = json.dumps(state).replace("<", r"\u003c")  # so that no text in it ends the script
    return (
        f'<div class="course-live"><img alt="{words}" width="720" height="380" src="data:image/png;base64,{picture}">'
        f'<script type="application/json">{program}</script></div>'
    )
