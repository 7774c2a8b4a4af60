"""Why a student's function failed comes through the sandbox: cause, line and next step, also of a backward pass."""

from __future__ import annotations

import pytest

from tests.grading.judged import graded, judged, source_cells

GRU = source_cells("gru")
IMPORTS = GRU[0].source
SOLUTION = next(cell.source for cell in GRU if cell.metadata.get("nbgrader", {}).get("grade_id") == "gru-forward")


def finding_of(sandbox, cell, task="gru.forward"):
    return judged(sandbox, IMPORTS, cell, graded(f'check("{task}", gru)', points=5)).cells["graded"]


IN_ONE_TENSOR = """
def gru(inputs, state, params):
    W_xz, W_hz, b_z, W_xr, W_hr, b_r, W_xh, W_hh, b_h, W_hq, b_q = params
    Hs = torch.zeros(len(inputs) + 1, *state[0].shape)
    Hs[0] = state[0]
    for t, X in enumerate(inputs):
        H = Hs[t]
        Z = torch.sigmoid(X @ W_xz + H @ W_hz + b_z)
        R = torch.sigmoid(X @ W_xr + H @ W_hr + b_r)
        Hs[t + 1] = Z * H + (1 - Z) * torch.tanh(X @ W_xh + (R * H) @ W_hh + b_h)
    return [H @ W_hq + b_q for H in Hs[1:]], (Hs[-1],)
"""
KEPT_OUTSIDE = (
    SOLUTION.replace("def gru(", "def once(")
    + """
kept = {}
def gru(inputs, state, params):
    H = kept.get("H", state[0])
    outputs, (kept["H"],) = once(inputs, (H if H.shape == state[0].shape else state[0],), params)
    return outputs, (kept["H"],)
"""
)
FILLED = SOLUTION.replace("outputs = []", "outputs, filled = [], torch.zeros(len(inputs), *inputs[0].shape)").replace(
    "return outputs, (H,)",
    "for t, Y in enumerate(outputs):\n        filled[t] = Y\n    return list(filled), (H,)",
)


@pytest.mark.parametrize(
    "cell, task, sentence",
    [
        (SOLUTION.replace("X @ W_xz", "X @ W_hz"), "gru.forward", "X @ W_hz is (B, V) times (H, H): they do not fit"),
        (IN_ONE_TENSOR, "gru.gradients", "Hs[t + 1] = … writes into a tensor that backward still needs"),
        (IN_ONE_TENSOR, "gru.training", "Hs[t + 1] = … writes into a tensor that backward still needs"),
        (KEPT_OUTSIDE, "gru.training", "something from an earlier call still carries its graph: kept"),
    ],
    ids=["shapes", "gradients", "training", "kept"],
)
def test_the_cause_is_the_sentence(sandbox, cell, task, sentence):
    finding = finding_of(sandbox, cell, task)
    assert finding.points == 0
    assert finding.sentence == sentence


def test_a_filled_float32_tensor_keeps_all_points(sandbox):
    assert FILLED != SOLUTION
    assert finding_of(sandbox, FILLED).points == 5


def test_a_number_of_numpy_is_a_choice(sandbox):
    answers = "import numpy as np\nanswers = {'q1': np.int64(2)}"
    finding = judged(sandbox, IMPORTS, answers, graded('check("quiz.q1", answers)')).cells["graded"]
    assert "Opaque" not in finding.sentence
