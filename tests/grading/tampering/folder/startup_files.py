# Hands in files that Python, IPython, Jupyter or nbgrader could read at their start.
# witness: yes
def tamper(notebook, folder):
    line = "import os\nopen('@MARKER@', 'w').close()\n"
    for name in (
        "sitecustomize.py",
        "usercustomize.py",
        "ipython_config.py",
        "ipython_kernel_config.py",
        "jupyter_config.py",
        "nbgrader_config.py",
        "conftest.py",
        "readline.py",
        ".ipython/profile_default/startup/00-first.py",
        ".jupyter/jupyter_config.py",
        "numpy/__init__.py",
    ):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(line)
    (folder / "course-marker-@NAME@.pth").write_text("import os; open('@MARKER@', 'w').close()\n")
