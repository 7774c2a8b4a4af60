# Adds twenty graded cells of its own, of 100 points each.
# graded: either
from tests.grading.tampering_class import code, graded


def tamper(notebook, folder):
    notebook["cells"] += [code("100", **graded(f"own-{number}", 100)) for number in range(20)]
