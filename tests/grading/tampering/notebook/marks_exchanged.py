# Gives the check of the one point the grade_id of the check of five, and the other way round.
# points: gru-state-check=1
# graded: either
from tests.grading.tampering_class import about, cell_named


def tamper(notebook, folder):
    cell_named(notebook, "gru-state")["source"] = (
        "def init_gru_state(batch_size, num_hiddens, device):\n"
        "    return (torch.zeros(batch_size, num_hiddens, device=device),)"
    )
    first, second = about(notebook, "gru-state-check"), about(notebook, "gru-forward-check")
    first["grade_id"], second["grade_id"] = second["grade_id"], first["grade_id"]
