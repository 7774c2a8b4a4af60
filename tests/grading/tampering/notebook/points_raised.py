# Raises the points of every graded cell to 1000 in the metadata.
# answers: wrong
def tamper(notebook, folder):
    for cell in notebook["cells"]:
        marks = cell["metadata"].get("nbgrader", {})
        if marks.get("grade"):
            marks["points"] = 1000
