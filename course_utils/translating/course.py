"""The whole course in another language: which texts there are, where their catalogues lie, and what is made of them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from course_utils.filesystem import REPOSITORY, write_atomically
from course_utils.links import redirect
from course_utils.translating import catalogues
from course_utils.translating.messages import messages_by_room
from course_utils.translating.units import (
    Lookup,
    Notebook,
    Unit,
    document_units,
    drawing_units,
    notebook_units,
    translated_document,
    translated_drawing,
    translated_notebook,
)

DOCUMENTS = (
    "README.md",
    "edition/README.md",
    "docs/student.md",
    "docs/instructor.md",
    "docs/quiz.md",
    "docs/glossary.md",
)


class Text(NamedTuple):
    """A text of the course: its units, its catalogue, and the file that is made of both; None where none is."""

    catalogue: Path
    units: list[Unit]
    target: Path | None = None
    make: Callable[[Lookup], str] | None = None


class State(NamedTuple):
    """What a language lacks, one line per catalogue, and the files that were written."""

    lacks: list[str]
    written: list[Path]


def translate(language: str, root: Path = REPOSITORY, write: bool = True) -> State:
    """Bring the catalogues of a language up to date with the English, and make from them what is made of them.

    Without `write` nothing is changed: `written` then names what is not up to date.
    """
    lacks, written = [], []
    for text in texts(language, root):
        catalogue = catalogues.synced(catalogues.read(text.catalogue, language), text.units)
        if catalogues.write(catalogue, text.catalogue, dry=not write):
            written.append(text.catalogue)
        if missing := catalogues.untranslated(catalogue):
            stale = sum(message.fuzzy for message in missing)
            name = text.catalogue.relative_to(root)
            line = f"{name}: {len(missing)} of {len(set(text.units))} units, {stale} of them stale"
            lacks += [line] if line not in lacks else []
        if text.target and text.make:
            made = text.make(partial(catalogues.lookup, catalogue))
            if not text.target.exists() or text.target.read_text(encoding="utf-8") != made:
                written.append(text.target)
                if write:
                    text.target.parent.mkdir(parents=True, exist_ok=True)
                    write_atomically(text.target, made)
    return State(lacks, written)


def assignment_in(notebook: Any, catalogue: Path, language: str) -> Any:
    """An assignment's notebook in another language, by the catalogue in a file; it links to the chapters in it."""
    known = catalogues.read(catalogue, language)
    made = translated_notebook(notebook, partial(catalogues.lookup, known), language)
    place = f"source/{catalogue.stem}/{catalogue.stem}.ipynb"
    redirect(made, place, lambda path: re.sub(r"^notebooks/(?=\w+\.ipynb$)", f"notebooks/{language}/", path))
    return made


def texts(language: str, root: Path) -> Iterator[Text]:
    """All texts of the course, each with its catalogue."""
    base = root / "translations" / language
    for room, units in messages_by_room(root / "course_utils").items():
        yield Text(root / "course_utils" / "locale" / language / f"{room}.po", units)
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        target = path.parent / language / path.name
        make = partial(_chapter, notebook, target, language)
        yield Text(base / "chapters" / f"{path.stem}.po", notebook_units(notebook), target, make)
    for path in sorted((root / "source").glob("*/*.ipynb")):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        yield Text(base / "assignments" / f"{path.stem}.po", notebook_units(notebook))
    for name in DOCUMENTS:
        path = root / name
        text = path.read_text(encoding="utf-8")
        target = path.with_name(f"{path.stem}.{language}.md")
        catalogue = base / "documents" / f"{name.removesuffix('.md').replace('/', '-')}.po"
        yield Text(catalogue, document_units(text), target, partial(translated_document, text))
    yield from _drawings(language, root)


def _drawings(language: str, root: Path) -> Iterator[Text]:
    """The drawings share one catalogue, which is brought up to date with all of them at first."""
    catalogue = root / "translations" / language / "drawings.po"
    paths = sorted((root / "notebooks" / "images").glob("*.svg"))
    drawings = {path: path.read_text(encoding="utf-8") for path in paths}
    units = [unit for svg in drawings.values() for unit in drawing_units(svg)]
    yield Text(catalogue, units)
    for path, svg in drawings.items():
        target = root / "notebooks" / language / "images" / path.name
        yield Text(catalogue, units, target, partial(translated_drawing, svg))


def _chapter(notebook: Notebook, target: Path, language: str, translation: Lookup) -> str:
    """A chapter in another language; a cell keeps the outputs that it has there as long as all code is the same."""
    made = translated_notebook(notebook, translation, language)
    redirect(made, f"notebooks/{target.name}", lambda path: re.sub("^notebooks/", f"notebooks/{language}/", path))
    if target.exists():
        known = json.loads(target.read_text(encoding="utf-8"))
        cells = {cell["id"]: cell for cell in known["cells"]}
        for cell in made["cells"]:
            old = cells.get(cell["id"])
            if cell["cell_type"] == "code" and old and "".join(old["source"]) == cell["source"]:
                cell["outputs"], cell["execution_count"] = old["outputs"], old["execution_count"]
        if "widgets" in known["metadata"]:
            made["metadata"]["widgets"] = known["metadata"]["widgets"]
    for cell in made["cells"]:
        cell["source"] = cell["source"].splitlines(keepends=True)
    return json.dumps(made, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
