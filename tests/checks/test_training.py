"""Ten training steps give the reference's losses, or the first step that departs is named."""

from __future__ import annotations

import pytest
import torch

from course_utils.checks.cases import draw_case
from course_utils.checks.training import STEPS, _reference, examine_training, loss_curve
from course_utils.equations import NETWORKS, RNN, evaluate

every_network = pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)


def message(function, network=RNN):
    ((criterion,), _) = examine_training(function, [network] * 3, seed=0)
    assert criterion.passed == (not criterion.message)
    return criterion.message


@every_network
def test_the_equations_themselves_give_the_losses(network):
    assert message(lambda inputs, state, params: evaluate(network, inputs, state, params), network) == ""


def test_wrong_values_show_at_the_first_step():
    def rnn(inputs, state, params):
        outputs, final = evaluate(RNN, inputs, state, params)
        return [2 * output for output in outputs], final

    assert message(rnn).startswith("the loss of training step 1 is ")


def test_a_state_that_is_not_handed_on_shows_later():
    def rnn(inputs, state, params):
        outputs, _ = evaluate(RNN, inputs, state, params)
        return outputs, (torch.zeros_like(state[0]),)

    assert message(rnn).startswith("the loss of training step 2 is ")


def test_a_loss_without_a_gradient_says_what_to_look_for():
    def rnn(inputs, state, params):
        with torch.no_grad():
            return evaluate(RNN, inputs, state, params)

    assert "is there a detach, no_grad, .data, .item() or NumPy on the way?" in message(rnn)


def test_training_lowers_the_loss():
    generator = torch.Generator().manual_seed(0)
    case = draw_case(RNN, 4, 3, 9, 6, generator)
    minibatches = torch.randint(9, (1, 5, 3), generator=generator).expand(STEPS, 5, 3)  # the same again and again
    losses = loss_curve(_reference, case, minibatches)
    assert len(losses) == STEPS and losses[-1] < losses[0]
