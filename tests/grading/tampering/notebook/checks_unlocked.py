# Takes the lock off the checks, so that their text may stay as it was handed in.
# graded: either
from tests.grading.tampering_class import PARTS, about, cell_named


def tamper(notebook, folder):
    for name, points in PARTS.items():
        about(notebook, name)["locked"] = False
        cell_named(notebook, name)["source"] = f"{points}"
