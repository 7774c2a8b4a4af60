"""A learner learns from one minibatch after another, and can be copied in between."""

import copy
import math
import pickle

import pytest
import torch

from course_utils.training.learners import FromScratch
from tests import small


def test_outputs_of_states_that_nothing_is_learnt_of_are_reported():
    """Though other states depend on parameters."""

    def rnn(inputs, state, params):
        (H, C), (W_xh, W_hh), outputs = state, params, []
        for X in inputs:
            H, C = torch.tanh(X @ W_xh + H @ W_hh), torch.tanh(C)
            outputs.append(C)
        return outputs, (H, C)

    learner = FromScratch(
        rnn, [torch.randn(6, 6, requires_grad=True) for _ in range(2)], lambda rows, *_: (torch.ones(rows, 6),) * 2,
        6, None, [], {}, 6, False, 0.1, 1.0,
    )  # fmt: skip
    with pytest.raises(ValueError, match="nothing can be learnt"):
        learner.step(*torch.randint(6, (2, 4, 5)))


def small_learner(clipping_theta):
    return FromScratch(
        small.rnn, small.get_params(), small.init_state, small.H, None, [], {}, small.V, False, 0.1, clipping_theta
    )  # fmt: skip


def test_gradients_are_left_clipped_after_a_step():
    learner = small_learner(clipping_theta=0.01)
    learner.step(*torch.randint(small.V, (2, small.B, small.T)))
    norm = math.hypot(*[param.grad.norm().item() for param in learner.params])
    assert norm == pytest.approx(0.01, rel=1e-5)


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda learner: pickle.loads(pickle.dumps(learner))])
def test_a_copy_of_a_learner_goes_on_as_its_original_does(copied):
    learner = small_learner(clipping_theta=1.0)
    minibatches = torch.randint(small.V, (5, 2, small.B, small.T))
    for X, Y in minibatches[:3]:
        learner.step(X, Y)
    other = copied(learner)
    for X, Y in minibatches[3:]:
        torch.testing.assert_close(other.step(X, Y), learner.step(X, Y))
