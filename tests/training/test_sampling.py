"""Samples read the prefix and then follow the likeliest character."""

import pytest
import torch
from torch import nn

import course_utils as d2l
from tests import small


def from_scratch(prefix, num_chars, rnn=small.rnn, init_state=small.init_state):
    return d2l.predict_rnn(
        prefix, num_chars, rnn, small.get_params(), init_state, small.H, small.V, "cpu",
        small.CHARS, small.CHAR_TO_IDX,
    )  # fmt: skip


def concise(prefix, num_chars, model=None):
    model = model or d2l.RNNModel(nn.LSTM(small.V, small.H), small.V)
    return d2l.predict_rnn_pytorch(prefix, num_chars, model, small.V, "cpu", small.CHARS, small.CHAR_TO_IDX)


def greedy_by_rereading(prefix, num_chars, scores_of):
    """The definition: score the whole text again for every character."""
    text = prefix
    for _ in range(num_chars):
        X = torch.tensor([[small.CHAR_TO_IDX[char] for char in text]])
        text += small.CHARS[int(scores_of(X)[-1].argmax())]
    return text


@pytest.mark.parametrize("prefix", ["雨", "街灯亮"])
def test_from_scratch_samples_equal_rereading_the_text(prefix):
    def scores_of(X):
        inputs = d2l.to_onehot(X, small.V)
        outputs, _ = small.rnn(inputs, small.init_state(1, small.H, None), small.get_params())
        return torch.cat(outputs)

    assert from_scratch(prefix, 12) == greedy_by_rereading(prefix, 12, scores_of)


@pytest.mark.parametrize("layer", [nn.GRU, nn.LSTM])
def test_concise_samples_equal_rereading_the_text(layer):
    torch.manual_seed(0)
    model = d2l.RNNModel(layer(small.V, small.H), small.V)
    assert concise("街灯", 12, model) == greedy_by_rereading("街灯", 12, lambda X: model(X, None)[0])


@pytest.mark.parametrize("write", [from_scratch, concise])
def test_a_sample_of_no_characters_is_the_prefix(write):
    assert write("街灯", 0) == "街灯"


@pytest.mark.parametrize("write", [from_scratch, concise])
@pytest.mark.parametrize(
    "prefix, message", [("", "prefix is empty"), ("街猫灯狗", "'街猫灯狗' has '猫', '狗', not in")]
)
def test_a_prefix_that_cannot_be_read_is_named(write, prefix, message):
    with pytest.raises(ValueError, match=message):
        write(prefix, 5)


def test_no_graph_is_built():
    def watched(inputs, state, params):
        assert not torch.is_grad_enabled()
        return small.rnn(inputs, state, params)

    from_scratch("街", 3, rnn=watched)


def test_every_modules_mode_is_left_as_found_and_dropout_is_off_meanwhile():
    model = d2l.RNNModel(nn.LSTM(small.V, small.H, num_layers=2, dropout=0.9), small.V)
    model.dense.eval()
    samples = {concise("街", 20, model) for _ in range(5)}
    assert len(samples) == 1
    assert model.training and model.rnn.training and not model.dense.training


def test_the_mode_is_left_as_found_after_an_error_too():
    model = d2l.RNNModel(nn.GRU(small.V, small.H), small.V)
    with pytest.raises(ValueError):
        concise("猫", 1, model)
    assert model.training
