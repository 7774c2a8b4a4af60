"""The perplexity of a loss, and of a text under a model that reads it from the start to the end."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.nn.functional import cross_entropy

import course_utils as d2l
from course_utils.training.perplexity import CHUNK
from tests import small

LONG = (small.CORPUS * 2)[: 2 * CHUNK + 7]
ON_EACH_DEVICE = pytest.mark.parametrize("device", ["cpu", pytest.param("cuda", marks=pytest.mark.cuda)])


@given(st.integers(1, 10_000))
def test_perplexity_of_a_uniform_guess_is_the_size_of_the_vocabulary(V):
    assert d2l.perplexity(math.log(V)) == pytest.approx(V)


def test_perplexity_overflows_to_infinity_and_keeps_nan():
    assert d2l.perplexity(1e4) == math.inf
    assert math.isnan(d2l.perplexity(math.nan))


# Of a text


def from_scratch(indices=LONG, rnn=small.rnn, init_state=small.init_state, device="cpu"):
    params = small.get_params(device=device)
    return d2l.perplexity_rnn(indices, rnn, params, init_state, small.H, small.V, device)


def model_of(layer, **options):
    torch.manual_seed(5)
    return d2l.RNNModel(layer(small.V, small.H, **options), small.V)


def concise(indices=LONG, model=None, device="cpu"):
    return d2l.perplexity_rnn_pytorch(indices, (model or model_of(nn.GRU)).to(device), device)


def by_definition(scores, indices):
    """exp of the mean of -log p of each character from the second on; `scores` (n, V) of all steps."""
    probabilities = torch.softmax(scores.double(), dim=1)[:-1]  # (n - 1, V)
    right = probabilities.gather(1, torch.tensor(indices)[1:, None])  # (n - 1, 1)
    return math.exp(-right.log().mean().item())


@ON_EACH_DEVICE
@pytest.mark.parametrize("form", [list, tuple, torch.tensor])
@pytest.mark.parametrize(
    "rnn, init_state", [(small.rnn, small.init_state), (small.two_state_rnn, small.init_two_states)]
)
def test_from_scratch_it_is_that_of_one_pass_over_the_text(rnn, init_state, form, device):
    inputs = d2l.to_onehot(torch.tensor([LONG]), small.V)
    outputs, _ = rnn(inputs, init_state(1, small.H, None), small.get_params())
    expected = by_definition(torch.cat(outputs), LONG)
    assert from_scratch(form(LONG), rnn, init_state, device) == pytest.approx(expected, rel=1e-5)


@ON_EACH_DEVICE
@pytest.mark.parametrize("layer", [nn.RNN, nn.GRU, nn.LSTM])
def test_with_modules_it_is_that_of_one_pass_over_the_text(layer, device):
    model = model_of(layer, num_layers=2)
    expected = by_definition(model(torch.tensor([LONG]), None)[0], LONG)
    assert concise(model=model, device=device) == pytest.approx(expected, rel=1e-5)


def test_a_uniform_model_has_the_size_of_the_vocabulary_and_one_that_knows_has_1():
    def uniform(inputs, state, params):
        return [torch.zeros(1, small.V) for _ in inputs], state

    def knows(inputs, state, params):
        steps = range(int(state[0]), int(state[0]) + len(inputs))
        return [100 * d2l.to_onehot(torch.tensor([[LONG[t + 1]]]), small.V)[0] for t in steps], (
            state[0] + len(inputs),
        )

    assert from_scratch(rnn=uniform) == pytest.approx(small.V)
    assert from_scratch(rnn=knows, init_state=lambda *_: (torch.zeros(()),)) == pytest.approx(1)


def test_what_is_in_memory_does_not_grow_with_the_text():
    seen = []

    def watched(inputs, state, params):
        assert not torch.is_grad_enabled()
        seen.append(len(inputs))
        return small.rnn(inputs, state, params)

    from_scratch(LONG[:-6], rnn=watched)
    assert seen == [CHUNK, CHUNK]


def test_dropout_is_off_and_every_modules_mode_is_left_as_found():
    model = model_of(nn.LSTM, num_layers=2, dropout=0.9)
    model.dense.eval()
    assert len({concise(model=model) for _ in range(3)}) == 1
    assert model.training and model.rnn.training and not model.dense.training


class Embedded(nn.Module):
    """A model of somebody's own, that does not say how many characters it knows."""

    def __init__(self, knows=small.V):
        super().__init__()
        torch.manual_seed(1)
        self.embedding, self.rnn, self.dense = nn.Embedding(small.V, 3), nn.GRU(3, small.H), nn.Linear(small.H, knows)

    def forward(self, X, state):
        H, state = self.rnn(self.embedding(X.T), state)
        return self.dense(H.flatten(0, 1)), state


def test_a_model_of_ones_own_need_not_say_how_many_characters_it_knows():
    model = Embedded()
    text = LONG[:CHUNK]
    expected = cross_entropy(model(torch.tensor([text[:-1]]), None)[0], torch.tensor(text[1:])).exp().item()
    assert concise(text, model) == pytest.approx(expected, rel=1e-5)
    assert Embedded(small.V + 5)(torch.tensor([[0]]), None)[0].shape == (1, small.V + 5)
    assert concise(text, Embedded(small.V + 5)) > 1


@pytest.mark.parametrize("of", [from_scratch, concise])
@pytest.mark.parametrize("text", [[], [0], torch.tensor([1])])
def test_a_text_with_nothing_to_predict_is_too_short(of, text):
    with pytest.raises(ValueError, match=f"too short: it has {len(text)} characters, and at least 2"):
        of(text)


def knows_one_less(text):
    return concise(text, Embedded(small.V - 1))


@pytest.mark.parametrize(
    "of, index",
    [(from_scratch, small.V), (from_scratch, -1), (concise, small.V), (concise, -1), (knows_one_less, small.V - 1)],
)
def test_an_index_beyond_the_vocabulary_is_named(of, index):
    size = small.V - 1 if of is knows_one_less else small.V
    assert of([0, size - 1]) > 1
    with pytest.raises(ValueError, match=f"The text has the index {index}, but the model knows {size} characters"):
        of([0, 1, index])


@pytest.mark.parametrize(
    "rnn, message",
    [
        (lambda inputs, state, params: None, "rnn must return the tuple"),
        (lambda inputs, state, params: (inputs[1:], state), "rnn must return as outputs"),
        (lambda inputs, state, params: (inputs, state[0]), "rnn must return as state"),
    ],
)
def test_another_form_of_what_rnn_returns_is_named_as_in_training(rnn, message):
    with pytest.raises(ValueError, match=message):
        from_scratch(rnn=rnn)


def test_another_form_of_state_is_named_as_in_training():
    with pytest.raises(ValueError, match="init_rnn_state must return a tuple"):
        from_scratch(init_state=lambda *_: torch.zeros(1, small.H))


@pytest.mark.parametrize(
    "returned", [None, torch.zeros(4, small.V), (torch.zeros(4, 1, small.V), None), ([], None), ()]
)
def test_another_form_of_what_a_model_returns_is_named_as_in_training(returned):
    class Odd(nn.Module):
        def forward(self, X, state):
            return returned

    with pytest.raises(ValueError, match="The model must return"):
        concise(LONG[:5], Odd())
