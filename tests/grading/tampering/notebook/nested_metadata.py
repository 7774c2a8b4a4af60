# Nests the metadata of a cell 900 deep, just below where JSON is refused.
# graded: either
def tamper(notebook, folder):
    deep = {}
    for _ in range(900):
        deep = {"a": deep}
    notebook["cells"][1]["metadata"]["deep"] = deep
