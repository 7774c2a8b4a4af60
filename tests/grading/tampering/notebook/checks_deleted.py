# Deletes every graded cell.
# graded: either
def tamper(notebook, folder):
    notebook["cells"] = [cell for cell in notebook["cells"] if not cell["metadata"].get("nbgrader", {}).get("grade")]
