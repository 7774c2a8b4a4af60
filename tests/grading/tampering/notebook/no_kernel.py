# Has no kernelspec and no language at all, and odd notebook metadata.
# graded: either
def tamper(notebook, folder):
    notebook["metadata"] = {"kernelspec": None, "celltoolbar": 5, "nbgrader": [], "widgets": {"state": "none"}}
