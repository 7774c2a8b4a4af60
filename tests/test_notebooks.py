"""Every chapter and assignment runs, and their equations and figures are those of the trees and of their runs."""

import ast
import importlib
import os
import re
import time

import nbformat
import pytest
from nbclient import NotebookClient
from torch import nn

import course_utils as d2l
from course_utils.equations import (
    BIRNN_GAP,
    GRU,
    NETWORKS,
    deep_rnn,
    deep_rnn_residual,
    layer_latex,
    network_latex,
    reset_after,
)
from course_utils.equations.render import equation_latex
from course_utils.filesystem import REPOSITORY
from course_utils.translation import speaking

CHAPTERS = sorted(REPOSITORY.glob("notebooks/*.ipynb"))
CHINESE_CHAPTERS = sorted(REPOSITORY.glob("notebooks/zh/*.ipynb"))
ASSIGNMENTS = sorted(REPOSITORY.glob("source/*/*.ipynb"))
QUICK_SECONDS = 60
LARGEST = 2_000_000  # bytes of a saved chapter
VIEW, STATE = "application/vnd.jupyter.widget-view+json", "application/vnd.jupyter.widget-state+json"


def language_of(path):
    return "zh" if path in CHINESE_CHAPTERS else "en"


chapters = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
executed = pytest.mark.parametrize(
    "path", CHAPTERS + CHINESE_CHAPTERS, ids=lambda path: f"{path.stem}-{language_of(path)}"
)
assignments = pytest.mark.parametrize("path", ASSIGNMENTS, ids=lambda path: path.stem)
notebooks = pytest.mark.parametrize("path", CHAPTERS + ASSIGNMENTS, ids=lambda path: path.stem)


def read(path):
    return nbformat.read(path, as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]


def markdown_of(notebook):
    return [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]


def outputs_of(notebook):
    return [output for cell in code_cells(notebook) for output in cell.outputs]


def text_of(output):
    """The text of an output, without its pictures."""
    texts = [output.get("text", ""), output.get("evalue", "")]
    texts += [str(data) for kind, data in output.get("data", {}).items() if not kind.startswith("image/")]
    return "\n".join(texts)


def complaints(notebook):
    """Errors, and anything that went to stderr."""
    return [
        text_of(output)
        for output in outputs_of(notebook)
        if output.output_type == "error" or output.get("name") == "stderr"
    ]


def test_there_are_chapters_and_assignments():
    assert CHAPTERS
    assert ASSIGNMENTS


@notebooks
def test_a_notebook_runs_from_top_to_bottom_in_quick_mode(path, tmp_path):
    notebook = read(path)
    environment = os.environ | {
        "COURSE_QUICK": "1",
        "OMP_NUM_THREADS": "1",  # several tests at once: threads that wait for each other take minutes
        "PYTHONPATH": os.pathsep.join(filter(None, [str(REPOSITORY), os.environ.get("PYTHONPATH")])),
    }
    environment.pop("COURSE_LYRICS", None)
    client = NotebookClient(notebook, timeout=QUICK_SECONDS, resources={"metadata": {"path": str(tmp_path)}})
    start = time.monotonic()
    client.execute(env=environment)
    assert time.monotonic() - start < QUICK_SECONDS
    assert complaints(notebook) == []


@assignments
def test_an_assignment_is_kept_without_outputs(path):
    for cell in code_cells(read(path)):
        assert (cell.outputs, cell.execution_count) == ([], None)


def test_cells_that_show_something_are_bounded_where_an_assignment_is_graded():
    takes_long = re.compile(r"\b(predict_rnn|perplexity_rnn|training_step|grad_clipping)\(")
    cells = [cell.source for path in ASSIGNMENTS for cell in code_cells(read(path)) if "nbgrader" not in cell.metadata]
    long = [source for source in cells if takes_long.search(source)]
    assert long
    assert [source for source in long if "d2l.quick_limit(" not in source] == []


@executed
def test_a_chapter_is_kept_as_one_full_run_left_it(path):
    notebook = read(path)
    counts = [cell.execution_count for cell in code_cells(notebook)]
    assert counts == list(range(1, len(counts) + 1))
    assert complaints(notebook) == []
    assert not any(re.search("quick mode|快速模式", text_of(output)) for output in outputs_of(notebook))


@executed
def test_a_chapter_shows_pictures(path):
    kinds = {kind for output in outputs_of(read(path)) for kind in output.get("data", {})}
    assert "image/png" in kinds
    assert path.stat().st_size < LARGEST


@executed
def test_a_chapter_s_widgets_are_its_explorers_and_saved_as_they_are_now(path):
    with speaking(language_of(path)):
        require_explorers_of_today(read(path))


def require_explorers_of_today(notebook):
    saved = notebook.metadata.get("widgets", {STATE: {"state": {}}})[STATE]["state"]
    shown = []
    for cell in code_cells(notebook):
        for output in cell.outputs:
            if VIEW in output.get("data", {}):
                name = re.search(r"\w+_explorer|gates_over_text", cell.source)[0]
                model = output.data[VIEW]["model_id"]
                shown += [model, saved[model]["state"]["layout"].removeprefix("IPY_MODEL_")]
                assert {"image/png", "text/plain"} <= set(output.data)
                state = saved[model]["state"]
                today = map_of_gates(state) if name == "gates_over_text" else getattr(d2l, name)()
                for key in ("settings", "controls", "data", "texts", "_esm", "_css"):
                    same = state[key] == getattr(today, key)
                    assert same, "renew the explorers that are saved in the chapters: python benchmarks/explorers.py"
    assert sorted(shown) == sorted(saved)


def map_of_gates(state):
    """A map as it is made now, with what a trained network left in the saved one."""
    text, units = state["data"]["text"], state["data"]["units"]
    known = {character: index for index, character in enumerate(sorted(set(text)))}
    layer = (nn.GRU if "Z" in state["data"]["gates"] else nn.LSTM)(len(known), units)
    explorer = d2l.gates_over_text(layer, text, known)
    explorer.data |= {"gates": state["data"]["gates"]}
    explorer.settings |= {"unit": state["settings"]["unit"]}
    return explorer


@executed
def test_the_pictures_that_a_chapter_names_exist(path):
    for text in markdown_of(read(path)):
        for picture in re.findall(r"!\[[^]]*\]\(([^)]+)\)", text):
            assert (path.parent / picture).is_file()


@notebooks
def test_no_notebook_names_a_folder_of_the_machine_it_was_made_on(path):
    notebook = read(path)
    everything = [cell.source for cell in notebook.cells] + [text_of(output) for output in outputs_of(notebook)]
    paths = r"(?<![\w.])/(?:home|root|work|tmp|Users|usr|opt|mnt|var)/|\b[A-Z]:\\"
    assert [path for text in everything for path in re.findall(paths, text)] == []


# Equations: the text's are the grader's


def rendered_by_the_trees():
    """Every network as one display, each of its equations alone, and a stack's layer ℓ."""
    networks = [*NETWORKS.values(), reset_after(GRU), deep_rnn_residual(2), BIRNN_GAP]
    lines = [equation_latex(network, equation.name) for network in networks for equation in network.equations]
    layers = {layer_latex(deep_rnn), layer_latex(deep_rnn_residual)}
    return {network_latex(network) for network in networks} | {line.replace("&=", "=") for line in lines} | layers


def equations_in(text):
    """The displays that state an equation of a network: aligned ones, and those with a weight matrix."""
    displays = [display.strip() for display in re.findall(r"\$\$(.+?)\$\$", text, flags=re.DOTALL)]
    outside = re.findall(r"\\begin\{aligned\}.+?\\end\{aligned\}", re.sub(r"(?s)\$\$.+?\$\$", "", text), re.DOTALL)
    return [display for display in displays if "aligned" in display or r"\mathbf{W}" in display] + outside


@notebooks
def test_every_equation_in_the_text_is_one_that_the_trees_render(path):
    equations = [equation for text in markdown_of(read(path)) for equation in equations_in(text)]
    assert equations or "quiz" in path.stem
    assert [equation for equation in equations if equation not in rendered_by_the_trees()] == []


def test_an_equation_with_one_letter_changed_would_be_noticed():
    text = f"before\n$$\n{network_latex(GRU).replace('W}_{xz}', 'W}_{xr}')}\n$$\nafter"
    (equation,) = equations_in(text)
    assert equation not in rendered_by_the_trees()


# Figures: the text's are the run's


def figures_in(text):
    """Numbers of two digits or more in running text: not in code, mathematics, links, times or the list of sources."""
    if text.startswith(("## Sources", "## 参考文献")):
        return []
    text = re.sub(r"(?m)^\*\*(Time\*\*:|用时\*\*：).*$", "", text)  # minutes, which depend on who reads and what runs
    prose = re.sub(r"(?s)`[^`]*`|\$\$.+?\$\$|\$[^$]+\$|\]\([^)]*\)", " ", text)
    return [figure for figure in re.findall(r"(?<![\w.])\d[\d,]*(?:\.\d+)?", prose) if len(figure) > 1]


@executed
def test_no_figure_is_typed_that_no_cell_sets_or_prints(path):
    notebook = read(path)
    known = "\n".join([cell.source for cell in code_cells(notebook)] + [text_of(o) for o in outputs_of(notebook)])
    typed = [figure for text in markdown_of(notebook) for figure in figures_in(text)]
    assert [figure for figure in typed if not re.search(rf"(?<![\d.]){re.escape(figure)}(?![\d])", known)] == []


def test_figures_are_found_in_running_text_only():
    text = "It falls from 297.0 to 1.008 in `160` epochs, $k = 35$, [as in](paper-1412.html); 2 forms."
    assert figures_in(text) == ["297.0", "1.008"]


# Names: the chapters' are the public ones


def syntax_of(notebook):
    lines = [line for cell in code_cells(notebook) for line in cell.source.splitlines()]
    return ast.parse("\n".join(line for line in lines if not line.startswith(("%", "!"))))


@notebooks
def test_a_notebook_uses_public_names_of_the_package_only(path):
    used = set()
    for node in ast.walk(syntax_of(read(path))):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "d2l":
            used.add(("course_utils", node.attr))
        elif isinstance(node, ast.ImportFrom) and node.module.startswith("course_utils"):
            used |= {(node.module, alias.name) for alias in node.names}
    for module, name in used:
        public = getattr(importlib.import_module(module), "__all__", None) or dir(importlib.import_module(module))
        assert not name.startswith("_")
        assert name in public


def test_the_package_offers_every_name_that_it_lists():
    assert [name for name in d2l.__all__ if not hasattr(d2l, name)] == []


# Drawings


@pytest.mark.parametrize("path", sorted(REPOSITORY.glob("notebooks/images/*.svg")), ids=lambda path: path.stem)
def test_a_drawing_looks_the_same_with_any_font_and_says_what_it_shows(path):
    drawing = path.read_text(encoding="utf-8")
    assert "<text" not in drawing
    assert "<title" in drawing and "<desc" in drawing
