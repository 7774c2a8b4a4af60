"""Both samplers cut a text as their definitions say; one-hot matrices are one-hot."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import course_utils as d2l


@st.composite
def texts(draw):
    """A text of distinct characters that has at least one minibatch: `(n, B, T)`."""
    B, T = draw(st.integers(1, 5)), draw(st.integers(1, 7))
    return draw(st.integers(B * (T + 1), B * (T + 1) + 90)), B, T


@given(texts())
def test_consecutive_minibatches_are_columns_of_the_folded_text(sizes):
    n, B, T = sizes
    length = n // B
    minibatches = list(d2l.data_iter_consecutive(range(n), B, T))
    assert len(minibatches) == (length - 1) // T
    for i, (X, Y) in enumerate(minibatches):
        expected = [[row * length + i * T + t for t in range(T)] for row in range(B)]
        assert X.tolist() == expected
        assert torch.equal(Y, X + 1)


@given(texts())
def test_random_minibatches_are_distinct_stretches_with_the_rest_dropped(sizes):
    n, B, T = sizes
    minibatches = list(d2l.data_iter_random(range(n), B, T))
    assert len(minibatches) == (n - 1) // T // B
    starts = [row[0] for X, _ in minibatches for row in X.tolist()]
    assert len(set(starts)) == len(starts) == len(minibatches) * B
    for X, Y in minibatches:
        assert X.shape == (B, T)
        assert all(row == list(range(row[0], row[0] + T)) and row[0] % T == 0 for row in X.tolist())
        assert torch.equal(Y, X + 1) and Y.max() < n


@pytest.mark.parametrize("data_iter", [d2l.data_iter_random, d2l.data_iter_consecutive])
def test_minibatches_are_int64(data_iter):
    X, Y = next(data_iter([0.0, 1.0, 2.0, 3.0, 4.0], 2, 1))
    assert X.dtype == Y.dtype == torch.int64


def test_the_random_order_follows_torchs_seed():
    def order(seed):
        torch.manual_seed(seed)
        return [X.tolist() for X, _ in d2l.data_iter_random(range(500), 4, 5)]

    assert order(1) == order(1) != order(2)


@pytest.mark.parametrize("data_iter", [d2l.data_iter_random, d2l.data_iter_consecutive])
def test_a_text_too_short_for_one_minibatch_is_refused_at_the_call(data_iter):
    with pytest.raises(ValueError, match=r"too short.*batch_size 4 and num_steps 5 need 2\d characters, it has 20"):
        data_iter(range(20), 4, 5)


@given(st.integers(1, 5), st.integers(1, 6), st.integers(1, 9), st.sampled_from([torch.int64, torch.float32]))
def test_onehot_is_a_row_of_the_identity_for_each_index(B, T, V, dtype):
    X = torch.randint(V, (B, T))
    inputs = d2l.to_onehot(X.to(dtype), V)
    assert isinstance(inputs, list) and len(inputs) == T
    for t, matrix in enumerate(inputs):
        assert matrix.dtype == torch.float32
        assert torch.equal(matrix, torch.eye(V)[X[:, t]])


def test_a_change_of_one_matrix_in_place_does_not_count_as_one_of_the_others():
    first, second = d2l.to_onehot(torch.tensor([[0, 1]]), 3)
    weight = torch.ones(3, 2, requires_grad=True)
    loss = (second @ weight).sum()
    first.zero_()
    loss.backward()
    assert torch.equal(second, torch.tensor([[0.0, 1.0, 0.0]]))


def test_an_index_outside_the_vocabulary_is_an_error():
    with pytest.raises(RuntimeError, match="out of bounds"):
        d2l.to_onehot(torch.tensor([[3]]), 3)
