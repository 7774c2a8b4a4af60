# Makes a code cell of the written answer, whose result is its points.
# graded: either
from tests.grading.tampering_class import about, cell_named


def tamper(notebook, folder):
    cell = cell_named(notebook, "gru-question-1")
    cell.update(cell_type="code", source="2", outputs=[], execution_count=None)
    about(notebook, "gru-question-1").update(solution=False, locked=True)
