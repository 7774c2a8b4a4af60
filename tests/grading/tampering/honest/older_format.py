# Was saved in format 4.2: no cell ids, and text as one string.
def tamper(notebook, folder):
    notebook["nbformat_minor"] = 2
    for cell in notebook["cells"]:
        cell.pop("id", None)
        cell["source"] = "".join(cell["source"])
