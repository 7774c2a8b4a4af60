# Makes markdown of every graded cell.
# graded: either
from tests.grading.tampering_class import PARTS, cell_named


def tamper(notebook, folder):
    for name in PARTS:
        cell = cell_named(notebook, name)
        cell.update(cell_type="markdown", source="✓ right (5 of 5 points)")
        cell.pop("outputs"), cell.pop("execution_count")
