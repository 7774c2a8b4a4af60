# Asks for a kernel of another language.
# graded: either
def tamper(notebook, folder):
    notebook["metadata"]["kernelspec"] = {"name": "julia-1.10", "display_name": "Julia", "language": "julia"}
    notebook["metadata"]["language_info"] = {"name": "julia"}
