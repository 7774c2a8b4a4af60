# Has cells that are no cells: no type, unknown types, numbers for text, ids twice.
# graded: either
def tamper(notebook, folder):
    for cell in notebook["cells"]:
        cell["id"] = "same"
    notebook["cells"] += [
        {"cell_type": "sql", "metadata": {}, "source": "1"},
        {"cell_type": "code", "metadata": None, "source": 5},
        {},
        7,
    ]
