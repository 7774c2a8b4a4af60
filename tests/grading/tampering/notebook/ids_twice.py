# Copies every graded cell, with its grade_id, and puts points into the copy.
# graded: either
from tests.grading.tampering_class import PARTS, code, graded


def tamper(notebook, folder):
    for name, points in PARTS.items():
        notebook["cells"].append(code(f"{points}", **graded(name, points)))
        notebook["cells"].insert(2, code(f"{points}", **graded(name, points)))
