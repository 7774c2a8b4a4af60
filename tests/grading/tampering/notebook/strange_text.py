# Has NUL, lone surrogates and direction marks in its sources, and a cell of 5 MB.
# graded: either
from tests.grading.tampering_class import code, text


def tamper(notebook, folder):
    notebook["cells"] += [
        code("a = '\x00'"),
        code("# \ud800 \u202e \x1b[2J"),
        text("\ud800"),
        code("b = '''" + "x" * 5_000_000 + "'''"),
    ]
