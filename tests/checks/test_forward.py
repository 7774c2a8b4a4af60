"""A forward function is judged by its form, its values, its gradients and its habits, in this order."""

from __future__ import annotations

import torch

from course_utils.checks.cases import draw_cases
from course_utils.checks.forward import FORM, GRADIENTS, HABITS, VALUES, examine_forward, is_right
from course_utils.checks.probe import forward
from course_utils.equations import GRU

from .answers.gru_forward_right import as_the_equations_say
from .answers.gru_forward_wrong import update_gate_the_other_way_round

NETWORKS = (GRU, GRU, GRU)


def examined(function):
    """Criterion's name -> its message, and the explanations."""
    criteria, explanations = examine_forward(function, NETWORKS, seed=3)
    return {criterion.name: criterion.message for criterion in criteria}, explanations


def test_a_right_function_meets_every_criterion():
    messages, explanations = examined(as_the_equations_say)
    assert messages == {FORM: "", VALUES: "", HABITS: "", GRADIENTS: ""}
    assert explanations == ()


def test_wrong_values_are_explained_and_gradients_are_not_looked_at():
    messages, explanations = examined(update_gate_the_other_way_round)
    assert explanations[0].kind == "blend exchanged"
    assert messages[VALUES] == explanations[0].sentence
    assert messages[FORM] == messages[HABITS] == ""
    assert messages[GRADIENTS] == "not looked at before the values are right"


def test_a_function_that_raises_earns_no_criterion():
    def gru(inputs, state, params):
        raise ValueError("not today")

    messages, explanations = examined(gru)
    assert set(map(bool, messages.values())) == {True} and explanations == ()


def test_only_form_and_values_are_required():
    criteria, _ = examine_forward(as_the_equations_say, NETWORKS, seed=3)
    assert [criterion.name for criterion in criteria if criterion.required] == [FORM, VALUES]


def test_a_mistake_that_shows_in_double_precision_only_is_explained_there():
    """Rounding to half the digits hides nothing: the diagnosis compares what float64 arguments give."""

    def gru(inputs, state, params):
        outputs, final = as_the_equations_say(inputs, state, params)
        return [output - params[-1] for output in outputs], final

    assert examined(gru)[1][0].sentence == "the bias b_q is missing in Y_t"


def test_an_answer_is_right_when_outputs_and_state_equal_the_reference():
    case = draw_cases(NETWORKS, seed=0)[0].to(torch.float32)
    assert is_right(case, forward(as_the_equations_say, case))
    assert not is_right(case, forward(update_gate_the_other_way_round, case))
