# Shows HTML, and writes Markdown and code, whose reading takes the square of its size: hours.
# answers: amina
# points: all
def tamper(notebook, folder):
    notebook["cells"] += [
        {"cell_type": "markdown", "id": f"deep{i}", "metadata": {}, "source": "<div>" * 100_000} for i in range(20)
    ]
    dots = {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": "#\n" + "." * 500_000}
    notebook["cells"].append(dots | {"id": "dots"})


# %% first
from IPython.display import HTML, display

display(HTML("<div>" * 150_000))
HTML("<b " + " ".join(f"a{i}=1" for i in range(90_000)) + ">")
# %% before gru-params
for _ in range(100):
    display(HTML("<i>" * 3900))
