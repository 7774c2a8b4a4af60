# Makes raw cells of the graded ones, which are never run.
# graded: either
from tests.grading.tampering_class import PARTS, cell_named


def tamper(notebook, folder):
    for name in PARTS:
        cell = cell_named(notebook, name)
        cell.update(cell_type="raw", source="5")
        cell.pop("outputs"), cell.pop("execution_count")
