# Hands in further notebooks: one called as another assignment, one with the answers of the neighbour.
import json


def tamper(notebook, folder):
    for name in ("lstm.ipynb", "a.ipynb", "gru2.ipynb", ".ipynb", "GRU.IPYNB"):
        (folder / name).write_text(json.dumps(notebook))
