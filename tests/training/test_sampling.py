"""Samples read the prefix, and then follow the likeliest character or draw one."""

from collections import Counter

import pytest
import torch
from torch import nn

import course_utils as d2l
from tests import small


def from_scratch(prefix, num_chars, rnn=small.rnn, init_state=small.init_state, **options):
    return d2l.predict_rnn(
        prefix, num_chars, rnn, small.get_params(), init_state, small.H, small.V, "cpu",
        small.CHARS, small.CHAR_TO_IDX, **options,
    )  # fmt: skip


def concise(prefix, num_chars, model=None, **options):
    model = model or d2l.RNNModel(nn.LSTM(small.V, small.H), small.V)
    return d2l.predict_rnn_pytorch(prefix, num_chars, model, small.V, "cpu", small.CHARS, small.CHAR_TO_IDX, **options)


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


# With a temperature

SCORES = torch.linspace(-1, 2, small.V)


def fixed(scores):
    """A from-scratch model that always gives the same scores `(V,)`."""
    return lambda inputs, state, params: ([scores[None]], state)


class Fixed(nn.Module):
    def forward(self, X, state):
        return SCORES[None], None


@pytest.mark.parametrize("temperature", [0.3, 1, 2.5])
def test_characters_are_drawn_with_the_probabilities_of_the_scores_over_the_temperature(temperature):
    draws = 4000
    drawn = Counter(from_scratch("雨", draws, fixed(SCORES), temperature=temperature, seed=1)[1:])
    expected = torch.softmax(SCORES / temperature, dim=0)
    for char, probability in zip(small.CHARS, expected.tolist(), strict=True):
        spread = (probability * (1 - probability) / draws) ** 0.5
        assert abs(drawn[char] / draws - probability) < 4.5 * spread


def test_both_kinds_of_model_draw_the_same_from_the_same_scores():
    drawn = concise("雨", 50, Fixed(), temperature=1.0, seed=4)
    assert drawn == from_scratch("雨", 50, fixed(SCORES), temperature=1.0, seed=4)


@pytest.mark.parametrize("write", [from_scratch, concise])
def test_without_a_temperature_and_with_a_tiny_one_it_is_the_likeliest(write):
    torch.manual_seed(2)
    model = {} if write is from_scratch else {"model": d2l.RNNModel(nn.GRU(small.V, small.H), small.V)}
    greedy = write("街灯", 20, **model)
    assert write("街灯", 20, **model, temperature=0, seed=9) == greedy
    assert write("街灯", 20, **model, temperature=1e-300, seed=9) == greedy


def test_the_same_seed_draws_the_same_text_and_no_seed_another_each_time():
    def draw(seed):
        return from_scratch("雨", 40, fixed(SCORES), temperature=1.0, seed=seed)

    assert draw(3) == draw(3) != draw(4)
    assert draw(None) != draw(None)


@pytest.mark.parametrize("seed", [None, 3])
def test_the_global_generator_is_left_alone(seed):
    torch.manual_seed(8)
    before = torch.get_rng_state()
    from_scratch("雨", 5, fixed(SCORES), temperature=1.0, seed=seed)
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("write", [from_scratch, concise])
@pytest.mark.parametrize("temperature", [-0.1, float("inf"), float("nan")])
def test_a_temperature_that_cannot_be_is_refused(write, temperature):
    with pytest.raises(ValueError, match=f"temperature must be a finite number and not below 0, but is {temperature}"):
        write("雨", 5, temperature=temperature)


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_from_scores_that_are_no_numbers_nothing_is_drawn(bad):
    with pytest.raises(ValueError, match="scores are not all numbers"):
        from_scratch("雨", 5, fixed(torch.full((small.V,), bad)), temperature=1.0)
