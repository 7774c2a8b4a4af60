# Comes with outputs already in the graded cells, as if it had been run.
from tests.grading.tampering_class import PARTS, cell_named


def tamper(notebook, folder):
    for name, points in PARTS.items():
        result = {"output_type": "execute_result", "data": {"text/plain": f"{points}"}, "metadata": {}}
        cell = cell_named(notebook, name)
        cell.update(outputs=[result | {"execution_count": 1}], execution_count=1)
