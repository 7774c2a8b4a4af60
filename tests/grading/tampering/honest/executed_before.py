# Was run before it was handed in: outputs, execution counts and widgets are in it.
def tamper(notebook, folder):
    for number, cell in enumerate(notebook["cells"]):
        if cell["cell_type"] == "code":
            cell["execution_count"] = number
            cell["outputs"] = [{"output_type": "stream", "name": "stderr", "text": ["a warning\n"]}]
        cell["metadata"]["collapsed"] = False
