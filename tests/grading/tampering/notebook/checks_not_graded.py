# Takes the `grade` mark off every check.
# graded: either
from tampering_class import PARTS, about


def tamper(notebook, folder):
    for name in PARTS:
        about(notebook, name)["grade"] = False
