# Writes and reads files of its own, and needs one that it handed in.
def tamper(notebook, folder):
    (folder / "notes.csv").write_text("a,b\n1,2\n")


# %% before gru-forward-check
import csv
import tempfile
from pathlib import Path

Path("parameters").mkdir(exist_ok=True)
torch.save([torch.ones(3)], "parameters/p.pt")
assert torch.load("parameters/p.pt")[0].sum() == 3
with tempfile.TemporaryFile() as file:
    file.write(b"x")
with open("notes.csv") as file:
    assert list(csv.reader(file))[1] == ["1", "2"], "handed in beside the notebook"

# %% gru-state
with open("notes.csv") as file:
    ROWS = len(file.readlines())


def init_gru_state(batch_size, num_hiddens, device):
    return (torch.zeros((batch_size, num_hiddens), device=device),) * (ROWS - 1)
