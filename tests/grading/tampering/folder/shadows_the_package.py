# Hands in a `course_utils` of its own beside the notebook, whose `check` is content with everything.
def tamper(notebook, folder):
    package = folder / "course_utils"
    package.mkdir()
    (package / "__init__.py").write_text("check = lambda *a: None\n__getattr__ = lambda name: None\n")
    (folder / "torch.py").write_text(
        "class device:\n    def __init__(self, *a): pass\nclass cuda:\n    is_available = bool\nnn = 1\n"
    )
