"""RNNModel has the older edition's shapes, order and attributes."""

import copy

import pytest
import torch
from torch import nn

import course_utils as d2l

LAYERS = [nn.RNN, nn.GRU, nn.LSTM]
V, H, B, T = 7, 5, 3, 4


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("options", [{}, {"num_layers": 2}, {"bidirectional": True}])
def test_scores_are_time_major(layer, options):
    model = d2l.RNNModel(layer(V, H, **options), V)
    X = torch.randint(V, (B, T))
    scores, state = model(X, None)
    hidden, expected_state = model.rnn(torch.eye(V)[X.T])
    assert torch.allclose(scores.view(T, B, V), model.dense(hidden), atol=1e-6)
    assert torch.allclose(torch.as_tensor(state[0]), torch.as_tensor(expected_state[0]), atol=1e-6)


def test_hidden_size_is_doubled_by_a_second_direction():
    assert d2l.RNNModel(nn.GRU(V, H), V).hidden_size == H
    assert d2l.RNNModel(nn.GRU(V, H, bidirectional=True), V).hidden_size == 2 * H


def test_the_last_state_is_kept_without_its_graph_so_that_the_model_can_be_copied():
    model = d2l.RNNModel(nn.LSTM(V, H), V)
    _, state = model(torch.randint(V, (B, T)), None)
    assert all(
        torch.equal(kept, part) and not kept.requires_grad for kept, part in zip(model.state, state, strict=True)
    )
    copy.deepcopy(model)


def test_a_batch_first_layer_is_refused():
    with pytest.raises(ValueError, match="without batch_first"):
        d2l.RNNModel(nn.GRU(V, H, batch_first=True), V)


def test_a_layer_of_another_input_size_is_refused():
    with pytest.raises(ValueError, match="input_size=8"):
        d2l.RNNModel(nn.GRU(V, H), V + 1)
