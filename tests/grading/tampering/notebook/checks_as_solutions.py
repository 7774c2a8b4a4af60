# Says that the checks are solutions, which are the student's to write.
# graded: either
from tests.grading.tampering_class import PARTS, about, cell_named


def tamper(notebook, folder):
    for name, points in PARTS.items():
        about(notebook, name).update(locked=False, solution=True)
        cell_named(notebook, name)["source"] = f"{points}"
