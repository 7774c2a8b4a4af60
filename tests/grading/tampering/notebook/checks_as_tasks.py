# Says that the checks are tasks.
# graded: either
from tests.grading.tampering_class import PARTS, about


def tamper(notebook, folder):
    for name in PARTS:
        about(notebook, name).update(task=True, grade=False, locked=False)
