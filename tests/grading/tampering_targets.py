"""What the tampering submissions attack in our package, and what they gain where there is no sandbox.

After a rename an attack that finds nothing would "pass": gain nothing, and prove nothing.
`python -m tests.grading.tampering_targets KIND/NAME…` runs notebooks as a student would, and prints in JSON which of
their checks pass: KIND/NAME -> names of cells.
"""

from __future__ import annotations

import ast
import contextlib
import importlib
import io
import json
import os
import re
import sys
from collections.abc import Iterable
from functools import reduce
from unittest import mock

from IPython.core.inputtransformer2 import TransformerManager

from tests.grading.tampering_class import HERE, MARK, PARTS, REPOSITORY, Tampering, fill_in, pieces

OURS = "course_utils"
TEXT_CELLS = (" markdown", "gru-question-1")
WORDS = {"@SAY@": "pass", "@NAME@": "name", "@REPOSITORY@": str(REPOSITORY)}


def targets(text: str) -> set[str]:
    """The dotted names and the folders (`course_utils/…/`) of ours that a submission names, in code or in strings."""
    named: set[str] = set()
    text = fill_in(text, WORDS)
    head = ("head", text.partition("\n" + MARK)[0])
    for source in [source for place, source in [head, *pieces(text)] if not place.endswith(TEXT_CELLS)]:
        nodes = list(ast.walk(ast.parse(TransformerManager().transform_cell(source))))
        named |= _in_strings(nodes) | _ours(_bindings(nodes).values()) | _attributes(nodes)
    return named


def missing(names: set[str]) -> set[str]:
    """Those of the names that stand for nothing in the package."""
    return {name for name in names if not (_is_folder(name) if name.endswith("/") else _is_name(name))}


def _in_strings(nodes: list[ast.AST]) -> set[str]:
    texts = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    dotted = {name for text in texts for name in re.findall(rf"\b{OURS}(?:\.\w+)*", text)}
    return dotted | {name for text in texts for name in re.findall(rf"\b{OURS}/(?:\w+/)*", text)}


def _ours(names: Iterable[str]) -> set[str]:
    return {name for name in names if name.split(".")[0] == OURS}


def _bindings(nodes: list[ast.AST]) -> dict[str, str]:
    """Local name -> the dotted name that it was imported from."""
    bound = {}
    for node in nodes:
        if isinstance(node, ast.Import):
            bound |= {alias.asname or alias.name: alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            bound |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return bound


def _attributes(nodes: list[ast.AST]) -> set[str]:
    """Attributes of imported things, read or replaced: `tasks.Task.examine`."""
    bound = _bindings(nodes)
    chains = [ast.unparse(node) for node in nodes if isinstance(node, ast.Attribute)]
    pairs = [chain.partition(".") for chain in chains]
    return _ours(f"{bound[root]}.{rest}" for root, _, rest in pairs if root in bound)


def _is_folder(name: str) -> bool:
    return (REPOSITORY / name).is_dir()


def _is_name(name: str) -> bool:
    """Whether the longest part of the name that is a module has the rest as attributes."""
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        try:
            module = importlib.import_module(".".join(parts[:end]))
        except ImportError:
            continue
        try:
            reduce(getattr, parts[end:], module)
        except AttributeError:
            return False
        return True
    return False


def passed_checks(tampering: Tampering) -> list[str]:
    """The checks of the submission that pass when its cells are run in this process, as in a student's notebook.

    What a notebook's check refuses by itself, the reference as an answer, is let through: here is asked what the
    sandbox keeps away.
    """
    from IPython.core.interactiveshell import InteractiveShell

    from course_utils.checks import notebook

    shell = InteractiveShell.instance()
    passed = []
    for cell in tampering.notebook(WORDS)["cells"]:
        if cell["cell_type"] == "code":
            let_through = mock.patch.object(notebook, "_alone", lambda found: contextlib.nullcontext())
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()), let_through:
                result = shell.run_cell("".join(cell["source"]))
            name = cell["metadata"].get("nbgrader", {}).get("grade_id")
            if name in PARTS and result.success:
                passed.append(name)
    return passed


def _in_a_process_of_its_own(name: str) -> list[str]:
    """A submission patches what it likes: each is run in a fork of this process."""
    reading, writing = os.pipe()
    if os.fork() == 0:
        path = HERE / f"{name}.py"
        tampering = Tampering(path, path.parent.name, path.stem, path.read_text(encoding="utf-8"))
        os.write(writing, json.dumps(passed_checks(tampering)).encode())
        os._exit(0)
    os.close(writing)
    with open(reading, "rb") as pipe:
        text = pipe.read()
    os.wait()
    return json.loads(text) if text else []


if __name__ == "__main__":
    import torch

    torch.set_num_threads(1)  # threads do not survive a fork
    print(json.dumps({name: _in_a_process_of_its_own(name) for name in sys.argv[1:]}))
