# Moves nbgrader's marks of the checks to cells of its own, unlocked.
# graded: either
from tests.grading.tampering_class import PARTS, about, cell_named, code


def tamper(notebook, folder):
    for name, points in PARTS.items():
        marks = dict(about(notebook, name), locked=False)
        cell_named(notebook, name)["metadata"] = {}
        notebook["cells"].append(code(f"print('fine')\n{points}", nbgrader=marks))
