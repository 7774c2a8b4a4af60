# Puts other types where nbgrader's marks belong: lists, text, null, huge numbers.
# graded: either
from tests.grading.tampering_class import PARTS, about, cell_named


def tamper(notebook, folder):
    marks = [about(notebook, name) for name in PARTS]
    marks[0].update(points="5", grade="yes", grade_id=["gru-params-check"])
    marks[1].update(schema_version="three", points=None)
    marks[2].update(points=10**400, grade_id={"a": 1})
    cell_named(notebook, "gru-after-check")["metadata"]["nbgrader"] = ["grade", True]
    marks[4].clear()
