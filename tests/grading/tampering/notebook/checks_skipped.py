# Tags the checks so that whoever runs the notebook skips them, or takes their errors for wanted.
from tests.grading.tampering_class import PARTS, cell_named


def tamper(notebook, folder):
    for name in PARTS:
        cell_named(notebook, name)["metadata"]["tags"] = ["skip-execution", "raises-exception", "remove-output"]
