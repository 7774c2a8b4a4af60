# Was saved by a later editor: a newer minor version, a byte order mark, and metadata that nobody knows.
import json


def tamper(notebook, folder):
    notebook["nbformat_minor"] = 9
    notebook["metadata"]["editor"] = {"version": [1, 2]}
    for cell in notebook["cells"]:
        cell["metadata"]["editable"] = True
        cell["metadata"]["slideshow"] = {"slide_type": ""}
    return b"\xef\xbb\xbf" + json.dumps(notebook, indent=4).encode()
