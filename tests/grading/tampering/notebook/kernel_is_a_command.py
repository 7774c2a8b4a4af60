# Names a command and a path as its kernel.
# graded: either
def tamper(notebook, folder):
    notebook["metadata"]["kernelspec"] = {
        "name": "../../submitted/@STUDENT@/gru",
        "display_name": "; touch @MARKER@",
        "argv": ["touch", "@MARKER@"],
        "language": "python",
    }
    (folder / "kernel.json").write_text('{"argv": ["touch", "@MARKER@"], "display_name": "x", "language": "python"}')
