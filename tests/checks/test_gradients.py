"""Gradients are compared with the reference's, and what does not get any is named."""

from __future__ import annotations

import pytest
import torch

from course_utils.checks.cases import draw_cases
from course_utils.checks.gradients import examine_gradients, gradient_problem
from course_utils.equations import NETWORKS, evaluate

every_network = pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)


def reference(network):
    return lambda inputs, state, params: evaluate(network, inputs, state, params)


def problem(network, function):
    return gradient_problem(function, draw_cases([network] * 3, seed=1)[0])


@every_network
def test_the_references_own_gradients_agree(network):
    assert problem(network, reference(network)) == ""


@every_network
def test_a_parameter_without_a_gradient_is_named(network):
    def function(inputs, state, params):
        first, *others = params
        return evaluate(network, inputs, state, [first.detach(), *others])

    assert problem(network, function).startswith(f"no gradient reaches {next(iter(network.parameters))}:")


@every_network
def test_of_many_parameters_without_a_gradient_four_are_named(network):
    def function(inputs, state, params):
        with torch.no_grad():
            return evaluate(network, inputs, state, params)

    rest = len(network.parameters) + len(network.states) - 4
    assert f" and {rest} more: is there a detach" in problem(network, function)


def test_a_wrong_gradient_is_named():
    network = NETWORKS["rnn"]

    def function(inputs, state, params):
        outputs, final = evaluate(network, inputs, state, params)
        cut = params[-1]
        return [output - 0.5 * (cut - cut.detach()) for output in outputs], final

    assert problem(network, function).startswith("the gradients of b_q are not those of the equations")


def test_the_task_has_one_criterion():
    criteria, explanations = examine_gradients(reference(NETWORKS["gru"]), [NETWORKS["gru"]] * 3, seed=0)
    assert [criterion.passed for criterion in criteria] == [True] and explanations == ()
