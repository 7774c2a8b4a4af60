# Is 40 MB heavy.
# graded: either
def tamper(notebook, folder):
    notebook["cells"][0]["attachments"] = {"a.png": {"image/png": "A" * 40_000_000}}
