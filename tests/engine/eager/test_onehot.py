"""Memory of one-hot inputs goes to the next minibatch, but not from under anybody's eyes."""

import pytest
import torch

from course_utils.data.batches import to_onehot
from course_utils.engine.eager.onehot import OneHotInputs
from course_utils.training.learners import FromScratch
from tests.engine.tracing.test_trace import network_of

B, T, V, H = 3, 4, 5, 2


def minibatch(seed, rows=B):
    return torch.randint(V, (rows, T), generator=torch.Generator().manual_seed(seed))


def is_same_memory(change=lambda inputs: None, rows=B):
    """Whether the second minibatch is where the first was, after a `change`. What it is is right in any case."""
    onehot = OneHotInputs()
    inputs = onehot.of(minibatch(0), V)
    place = inputs[0].data_ptr()
    kept = change(inputs)
    onehot.give_back()
    del inputs
    after = onehot.of(minibatch(1, rows), V)
    assert all(map(torch.equal, after, to_onehot(minibatch(1, rows), V)))
    return after[0].data_ptr() == place, kept


def test_what_is_given_back_is_used_again():
    assert is_same_memory() == (True, None)


def test_what_is_not_given_back_is_not():
    onehot = OneHotInputs()
    first = onehot.of(minibatch(0), V)
    onehot.of(minibatch(1), V)
    assert all(map(torch.equal, first, to_onehot(minibatch(0), V)))


def changed(inputs):
    inputs[1].mul_(2)


def with_a_gradient(inputs):
    inputs[1].requires_grad_()


def with_a_tag(inputs):
    inputs[1].tag = "second"


@pytest.mark.parametrize("change", [lambda inputs: inputs[1], list, changed, with_a_gradient, with_a_tag])
def test_what_somebody_has_or_had_a_hand_in_is_left_alone(change):
    same, _ = is_same_memory(change)
    assert not same


def test_an_index_that_there_is_not_spoils_no_later_minibatch():
    onehot = OneHotInputs()
    onehot.of(minibatch(0), V)
    onehot.give_back()
    with pytest.raises(RuntimeError):
        onehot.of(minibatch(1) + V, V)
    for seed in (2, 3):
        assert all(map(torch.equal, onehot.of(minibatch(seed), V), to_onehot(minibatch(seed), V)))
        onehot.give_back()


def test_another_size_gets_memory_of_its_own():
    assert is_same_memory(rows=B + 1) == (False, None)


@pytest.mark.parametrize(
    "look",
    [lambda X: X, lambda X: X[0], lambda X: X.detach(), lambda X: X.numpy(), lambda X: X.T.numpy(), torch.from_dlpack],
    ids=["itself", "a row", "detached", "NumPy's", "transposed and NumPy's", "by DLPack"],
)
def test_what_a_student_keeps_of_the_inputs_stays_as_it_was(look):
    kept, copies = [], []

    def rnn(inputs, state, params):
        kept.append(look(inputs[0]))
        copies.append(torch.as_tensor(kept[-1]).clone())
        return network_of(lambda X, H, W, U, b: torch.tanh(X @ W + H @ U + b))(inputs, state, params)

    params = [torch.randn(shape).requires_grad_() for shape in ((V, H), (H, H), (H,), (H, V), (V,))]
    learner = FromScratch(rnn, params, lambda rows, *_: (torch.zeros(rows, H),), H, None, [], {}, V, False, 0.1, 1.0)
    for seed in range(4):
        learner.step(minibatch(seed), minibatch(seed))
    assert all(torch.equal(torch.as_tensor(one), copy) for one, copy in zip(kept, copies, strict=True))


def test_a_usual_network_leaves_its_inputs_alone():
    rnn = network_of(lambda X, H, W, U, b: torch.tanh(X @ W + H @ U + b))
    params = [torch.randn(shape).requires_grad_() for shape in ((V, H), (H, H), (H,), (H, V), (V,))]
    learner = FromScratch(rnn, params, lambda rows, *_: (torch.zeros(rows, H),), H, None, [], {}, V, False, 0.1, 1.0)
    places = set()
    for seed in range(4):
        learner.step(minibatch(seed), minibatch(seed))
        places.add(learner.network._inputs._onehot.data_ptr())
    assert len(places) == 1
