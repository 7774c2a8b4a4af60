"""One direction of a GRU is `nn.GRU`'s."""

import pytest
import torch
from torch import nn

from course_utils.engine.layers.nn_gru import gru_direction

T, B, V, H = 4, 3, 6, 5


@pytest.mark.parametrize("reverse", [False, True])
def test_states_are_those_of_torchs_layer(reverse):
    torch.manual_seed(0)
    layer = nn.GRU(V, H, bidirectional=True)
    X, H_0 = torch.randn(T, B, V), torch.randn(2, B, H)
    expected, last = layer(X, H_0)
    W_ih, W_hh, b_ih, b_hh = layer.all_weights[int(reverse)]
    states, H_T = gru_direction(X @ W_ih.t() + b_ih, H_0[int(reverse)], W_hh, b_hh, reverse)
    torch.testing.assert_close(states, expected[..., H:] if reverse else expected[..., :H])
    torch.testing.assert_close(H_T, last[int(reverse)])
