"""Puts the explorers as they are now into the chapters: `python benchmarks/explorers.py`.

Only their cells are run, and only these cells' outputs and the saved state of their widgets change. That takes seconds;
a whole run of a chapter leaves the same. A map of a trained network's gates keeps its values, and gets the program of
today: another run of the chapter would have to train the network.
"""

from __future__ import annotations

import json
import re
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import nbformat
from nbclient import NotebookClient

from course_utils.filesystem import REPOSITORY, write_atomically
from course_utils.site.explorers import STATE, VIEW
from course_utils.translation import language, speaking
from course_utils.widgets.text_gates import MapOfGates, map_texts

CALL = re.compile(r"(?:d2l\.)?(\w+_explorer)\(\)")
IMPORTS = "import course_utils as d2l\nfrom course_utils.widgets import *"


def main() -> None:
    """Renew every chapter that has an explorer, in all languages."""
    for path in sorted(REPOSITORY.glob("notebooks/**/*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        cells = [cell for cell in notebook.cells if cell.cell_type == "code" and CALL.fullmatch(cell.source.strip())]
        if cells:
            print(path.relative_to(REPOSITORY), *(cell.source for cell in cells))
            with speaking(notebook.metadata.get("course", {}).get("language", "en")):
                renew(notebook, cells)
            write_atomically(path, nbformat.writes(notebook) + "\n")


def renew(notebook: nbformat.NotebookNode, cells: list[nbformat.NotebookNode]) -> None:
    """Run the cells alone; keep their outputs, with their old numbers, and the widgets' state."""
    sources = [f"{IMPORTS}\nd2l.language({language()!r})", *(cell.source for cell in cells)]
    alone = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    NotebookClient(alone, timeout=120, resources={"metadata": {"path": str(REPOSITORY)}}).execute()
    alone = with_the_same_names(alone)
    maps = maps_of_today(notebook)
    notebook.metadata["widgets"] = alone.metadata.widgets
    notebook.metadata["widgets"][STATE]["state"] |= maps
    for cell, run in zip(cells, alone.cells[1:], strict=True):
        cell.outputs = run.outputs
        for output in cell.outputs:
            output["execution_count"] = cell.execution_count


def maps_of_today(notebook: nbformat.NotebookNode) -> dict[str, Any]:
    """The saved state of the maps of gates, with the program of today."""
    saved, kept = notebook.metadata.get("widgets", {STATE: {"state": {}}})[STATE]["state"], {}
    for cell in notebook.cells:
        if cell.cell_type == "code" and "gates_over_text(" in cell.source:
            model = cell.outputs[0]["data"][VIEW]["model_id"]
            state = saved[model]["state"]
            state |= {"_esm": MapOfGates._esm, "_css": MapOfGates._css, "texts": map_texts(state["data"]["units"])}
            layout = state["layout"].removeprefix("IPY_MODEL_")
            kept |= {model: saved[model], layout: saved[layout]}
    return kept


def with_the_same_names(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The widgets' random ids replaced, so that nothing differs between two runs."""
    text = nbformat.writes(notebook)
    for i, model in enumerate(notebook.metadata.widgets[STATE]["state"]):
        text = text.replace(model, uuid5(NAMESPACE_URL, f"explorer {i}").hex)
    return nbformat.from_dict(json.loads(text))


if __name__ == "__main__":
    main()
