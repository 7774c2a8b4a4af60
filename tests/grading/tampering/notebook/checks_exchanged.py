# Exchanges the checks: the easiest task stands in every graded cell.
# points: gru-state-check=1
from tests.grading.tampering_class import PARTS, cell_named


def tamper(notebook, folder):
    for name in PARTS:
        cell_named(notebook, name)["source"] = 'check("gru.state", init_gru_state)'
    cell_named(notebook, "gru-state")["source"] = (
        "def init_gru_state(batch_size, num_hiddens, device):\n"
        "    return (torch.zeros(batch_size, num_hiddens, device=device),)"
    )
