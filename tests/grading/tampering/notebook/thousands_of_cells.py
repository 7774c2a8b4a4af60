# Has 3,000 cells.
# graded: either
# slow: yes
from tests.grading.tampering_class import code, text


def tamper(notebook, folder):
    for number in range(1500):
        notebook["cells"] += [code(f"{number}"), text(f"# {number}")]
