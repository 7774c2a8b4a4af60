# Marks its own answers as graded cells with points, whose last line is the points.
# graded: either
from tests.grading.tampering_class import about, cell_named


def tamper(notebook, folder):
    for name in ("gru-params", "gru-state", "gru-forward", "gru-after"):
        about(notebook, name).update(grade=True, points=5, solution=False, locked=False)
        cell_named(notebook, name)["source"] = "5"
