# Says that the marks are of nbgrader's schema 99.
# graded: either
def tamper(notebook, folder):
    for cell in notebook["cells"]:
        if "nbgrader" in cell["metadata"]:
            cell["metadata"]["nbgrader"]["schema_version"] = 99
