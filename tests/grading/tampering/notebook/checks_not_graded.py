# Takes the `grade` mark off every check.
# graded: either
from tests.grading.tampering_class import PARTS, about


def tamper(notebook, folder):
    for name in PARTS:
        about(notebook, name)["grade"] = False
