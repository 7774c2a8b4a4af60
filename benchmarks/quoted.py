"""Whether the figures that the assignments quote are those of a run: python benchmarks/quoted.py [NAME …]

Each assignment of `source/` is run with its solutions at full length, in a folder of its own; with two cores all five
take about a quarter of an hour. A figure of its text or its model answers must be a number that a cell sets or prints,
to 5 %. The figures of the chapters are compared with their saved outputs by tests/test_notebooks.py,
those of docs/results.md are written by benchmarks/experiments.py.

Exit code 1 if a figure is found in no run.
"""

import re
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

REPOSITORY = Path(__file__).resolve().parents[1]
NAMES = ("rnn", "gru", "lstm", "deep_rnn", "birnn")
NUMBER = r"(?<![\w.])\d[\d,]*(?:\.\d+)?(?![\w])"


def figures_in(text: str) -> list[str]:
    """The numbers of two digits or more in running text, as they are written; not in code, mathematics or links."""
    prose = re.sub(r"(?s)`[^`]*`|\$\$.+?\$\$|\$[^$]+\$|\]\([^)]*\)|<!--.*?-->", " ", text)
    return [figure.rstrip(",") for figure in re.findall(NUMBER, prose) if len(figure.rstrip(",")) > 1]


def is_among(figure: str, numbers: set[float]) -> bool:
    """Whether a number, or one as per cent, is the figure, to 5 %: processors round differently."""
    value = float(figure.replace(",", ""))
    return any(abs(scale * number - value) <= 0.05 * value for number in numbers for scale in (1, 100))


def numbers_of(notebook: nbformat.NotebookNode) -> set[float]:
    """Every number that a cell sets or prints."""
    texts = []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            texts.append(cell.source)
            texts += [output.get("text") or output.get("data", {}).get("text/plain", "") for output in cell.outputs]
    found = re.findall(r"\d[\d,]*\.?\d*(?:e[-+]?\d+)?", "\n".join(texts))
    return {float(number.replace(",", "")) for number in found}


def run(name: str) -> nbformat.NotebookNode:
    """The assignment with its solutions, executed at full length."""
    notebook = nbformat.read(REPOSITORY / "source" / name / f"{name}.ipynb", as_version=4)
    with tempfile.TemporaryDirectory() as folder:
        NotebookClient(notebook, timeout=3600, resources={"metadata": {"path": folder}}).execute()
    return notebook


def main(names: list[str]) -> int:
    """Prints the figures that no run has, per assignment and cell; the exit code."""
    missing = 0
    for name in names or NAMES:
        notebook = run(name)
        numbers = numbers_of(notebook)
        for cell in notebook.cells:
            for figure in figures_in(cell.source) if cell.cell_type == "markdown" else []:
                if not is_among(figure, numbers):
                    missing += 1
                    print(f"{name}, cell {cell.get('id')}: {figure} is in no output", flush=True)
        print(f"{name}: done", flush=True)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
