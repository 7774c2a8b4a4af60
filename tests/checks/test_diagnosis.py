"""The diagnosis names the edit that was made, and says where things part when no edit explains them."""

from __future__ import annotations

import itertools
import re
import time

import pytest
import torch

from course_utils.checks import TASKS, find_task
from course_utils.checks.cases import draw_cases
from course_utils.checks.diagnosis import SEARCH_SECONDS, explain
from course_utils.checks.probe import forward
from course_utils.equations import edits, evaluate
from course_utils.equations.mistakes.edit import compose, compose_all

from .answers.gru_forward_right import as_the_equations_say

ENDS = (".forward", ".residual", ".gap")
FORWARD_TASKS = [task for name, task in TASKS.items() if name.endswith(ENDS)]
every_task = pytest.mark.parametrize("task", FORWARD_TASKS, ids=lambda task: task.name)


def answer_of(edit, networks):
    """A student's function that makes the mistake of `edit`, in a network of whatever height it is called with."""

    def function(inputs, state, params):
        network = next(network for network in networks if len(network.parameters) == len(params))
        made = edit if network is edit.base else next((e for e in edits(network) if e.key == edit.key), None)
        return evaluate(made.network if made else network, inputs, state, params)

    return function


def some_edits(task, count):
    """Edits of all ranks, evenly spread; they fit every height of a stack."""
    tallest = max(task.networks, key=lambda network: len(network.layers))
    keys = {edit.key for edit in edits(tallest)}  # a sum of layers, other than a state, has no step before the first
    found = [edit for edit in edits(task.networks[0]) if edit.key in keys]
    return found[:: max(1, len(found) // count)]


@every_task
def test_every_tried_edit_is_rejected_and_among_the_explanations(task):
    for edit in some_edits(task, 16):
        verdict = task.examine(answer_of(edit, task.networks), seed=7)
        assert not verdict.passed, edit.sentence
        assert edit.key in [found.key for found in verdict.explanations], f"{edit.sentence}\n{verdict.text()}"


@every_task
def test_an_explanation_is_never_further_fetched_than_what_was_done(task):
    for edit in some_edits(task, 16):
        verdict = task.examine(answer_of(edit, task.networks), seed=8)
        assert verdict.explanations[0].rank <= edit.rank, edit.sentence


def test_two_mistakes_at_once_are_both_named():
    networks = find_task("gru.forward").networks
    bias = next(edit for edit in edits(networks[0]) if edit.sentence == "the bias b_q is missing in Y_t")
    blend = next(edit for edit in edits(networks[0]) if edit.kind == "blend exchanged")
    function = answer_of(compose(bias, blend), networks)
    cases = draw_cases(networks, seed=0)
    found = explain(cases, [forward(function, case.to(torch.float32)) for case in cases], seconds=60)
    assert bias.sentence in found[0].sentence and blend.sentence in found[0].sentence


THREE = {
    "lstm": (
        "O_t goes through tanh where σ belongs",
        "the bias b_f is missing in F_t",
        "the bias b_q is missing in Y_t",
    ),
    "gru": ("Z_t and 1 − Z_t are swapped in H_t", "W_hr is transposed in R_t", "the bias b_q is missing in Y_t"),
    "birnn": ("→H_t lacks its activation tanh", "the bias b_h_b is missing in ←H_t", "the bias b_q is missing in Y_t"),
}


@pytest.mark.parametrize("name", THREE)
def test_three_mistakes_are_named_when_the_states_can_be_solved_first(name):
    task = find_task(f"{name}.forward")
    made = [next(edit for edit in edits(task.networks[0]) if edit.sentence == sentence) for sentence in THREE[name]]
    verdict = task.examine(answer_of(compose_all(made), task.networks), seed=3)
    assert verdict.explanations, verdict.text()
    assert verdict.sentence.startswith("three things: ")
    assert all(sentence in verdict.sentence for sentence in THREE[name])


@every_task
def test_an_answer_that_nothing_explains_takes_less_than_a_second_of_processor_time(task):
    def nonsense(inputs, state, params):
        network = next(network for network in task.networks if len(network.parameters) == len(params))
        outputs, state = evaluate(network, inputs, state, params)
        return [torch.cos(3 * Y) for Y in outputs], tuple(torch.sin(3 * part) for part in state)

    started = time.thread_time()
    assert not task.examine(nonsense).explanations
    assert time.thread_time() - started < 1


@every_task
def test_a_search_that_finds_nothing_ends_when_its_processor_time_is_over(task, monkeypatch):
    def nonsense(inputs, state, params):
        network = next(network for network in task.networks if len(network.parameters) == len(params))
        outputs, state = evaluate(network, inputs, state, params)
        return [torch.cos(3 * Y) for Y in outputs], state

    def looks_at_the_clock(seconds_between):
        clock = itertools.count()
        monkeypatch.setattr(time, "thread_time", lambda: next(clock) * seconds_between)
        verdict = task.examine(nonsense)
        assert not verdict.passed and not verdict.explanations
        return next(clock)

    assert looks_at_the_clock(seconds_between=2 * SEARCH_SECONDS) == 2 < looks_at_the_clock(seconds_between=0)


def departing(where, by=0.25):
    """A right answer but for one number of the output of step 2 or of the final state."""

    def function(inputs, state, params):
        outputs, (H,) = as_the_equations_say(inputs, state, params)
        change = torch.zeros_like(H if where == "state" else outputs[0])
        change[-1, -1] = by
        if where == "state":
            H = H + change
        elif len(outputs) > 1:
            outputs[1] = outputs[1] + change
        return outputs, (H,)

    return function


def test_without_an_explanation_the_first_step_that_departs_is_named():
    message = find_task("gru.forward").examine(departing("output")).text()
    assert re.search(
        r"the outputs differ from step 2 of \d on: the largest error is 0.25, in row \d, column \d+", message
    )


def test_without_an_explanation_it_is_said_whether_the_state_is_right():
    message = find_task("gru.forward").examine(departing("output")).text()
    assert "the final state is right: look at the equation of the output" in message


def test_without_an_explanation_a_departing_state_is_named():
    message = find_task("gru.forward").examine(departing("state")).sentence
    assert message.startswith("the outputs are right, but the final state H is not: the largest error is 0.25")


def test_nan_is_named():
    message = find_task("gru.forward").examine(departing("output", float("nan"))).sentence
    assert message.endswith("on: it holds nan or inf")
