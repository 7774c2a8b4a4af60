# Moves the checks to the end and in front of what they check.
from tests.grading.tampering_class import PARTS, cell_named


def tamper(notebook, folder):
    checks = [cell_named(notebook, name) for name in PARTS]
    others = [cell for cell in notebook["cells"] if cell not in checks]
    notebook["cells"] = [*reversed(checks[:3]), *others, *checks[3:]]
