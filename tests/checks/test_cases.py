"""Cases tell right from wrong: what `cases.py` and `compare.py` say of them is so, for every network and many seeds."""

from __future__ import annotations

import pytest
import torch

from course_utils.checks import TASKS, find_task
from course_utils.checks.cases import draw_cases
from course_utils.checks.compare import TOLERANCE, largest_error
from course_utils.checks.forward import examine_forward
from course_utils.checks.probe import forward
from course_utils.equations import edits, evaluate
from course_utils.equations.evaluate import CyclicEquation, Evaluation

from .answers import RIGHT

SEEDS = range(5)
FORWARD_TASKS = [task for task in TASKS.values() if task.examiner is examine_forward and task.name != "gru.bonus"]
every_task = pytest.mark.parametrize("task", FORWARD_TASKS, ids=lambda task: task.name)


def cases_of(task):
    return [case for seed in SEEDS for case in draw_cases(task.networks, seed)]


def sizes(case):
    batch_size, vocab_size = case.inputs[0].shape
    return len(case.inputs), batch_size, vocab_size, case.state[0].shape[1]  # T, B, V, H


@every_task
def test_all_sizes_of_an_ordinary_case_differ(task):
    ordinary = [sizes(case) for case in cases_of(task) if len(case.inputs) > 1]
    assert ordinary and all(len(set(found)) == 4 for found in ordinary)


@every_task
def test_no_size_of_the_first_case_is_that_of_the_second(task):
    for seed in SEEDS:
        first, second, *_ = (sizes(case) for case in draw_cases(task.networks, seed))
        assert all(one != other for one, other in zip(first, second, strict=True))


@every_task
def test_one_case_has_one_step_and_one_row(task):
    assert all(sizes(draw_cases(task.networks, seed)[2])[:2] == (1, 1) for seed in SEEDS)


@every_task
def test_a_case_says_its_sizes(task):
    for case in cases_of(task):
        layers = f", L={len(case.state)}" if case.network.layers else ""
        assert case.sizes == "T={}, B={}, V={}, H={}".format(*sizes(case)) + layers


@every_task
def test_inputs_are_one_hot_and_every_row_changes_from_step_to_step(task):
    for case in cases_of(task):
        for X in case.inputs:
            assert torch.equal(X.sum(dim=1), torch.ones(len(X), dtype=X.dtype))
            assert set(X.flatten().tolist()) == {0.0, 1.0}
        for X, following in zip(case.inputs, case.inputs[1:], strict=False):
            assert not (X.argmax(dim=1) == following.argmax(dim=1)).any()


@every_task
def test_no_bias_and_no_incoming_state_is_zero(task):
    for case in cases_of(task):
        assert all(bool((value != 0).all()) for value in (*case.state, *case.parameters))


@every_task
def test_values_are_float32_numbers_in_whatever_dtype_they_are_held(task):
    for case in cases_of(task):
        for value in (*case.inputs, *case.state, *case.parameters):
            assert torch.equal(value, value.float().double())


@every_task
def test_the_same_seed_draws_the_same_cases_and_another_seed_others(task):
    def numbers(seed):
        return [value.tolist() for case in draw_cases(task.networks, seed) for value in case.parameters]

    assert numbers(3) == numbers(3) != numbers(4)


def test_drawing_cases_leaves_torchs_own_generator_alone():
    before = torch.random.get_rng_state()
    draw_cases(find_task("gru.forward").networks, seed=0)
    assert torch.equal(torch.random.get_rng_state(), before)


def test_a_converted_case_shares_nothing_with_the_original():
    case = draw_cases(find_task("gru.forward").networks, seed=0)[0]
    same_dtype = case.to(case.inputs[0].dtype)
    for value in (*same_dtype.inputs, *same_dtype.state, *same_dtype.parameters):
        value.zero_()
    assert all(bool(value.any()) for value in (*case.inputs, *case.state, *case.parameters))


@every_task
def test_activations_are_neither_saturated_nor_straight(task):
    """Weights reach the bends: most gates and candidates lie well inside their range, and well off its middle."""
    case = draw_cases(task.networks, seed=0)[0]
    run = Evaluation(case.network, case.inputs, case.named_state, case.named_parameters)
    for equation in case.network.equations[:-1]:
        if getattr(equation.expression, "function", "") not in ("sigmoid", "tanh"):
            continue
        values = torch.cat([run.value(equation.name, step) for step in range(len(case.inputs))])
        if equation.expression.function == "sigmoid":
            values = 2 * values - 1
        assert (values.abs() < 0.98).double().mean() > 0.5, f"{equation.name} is saturated"
        assert (values.abs() > 0.3).double().mean() > 0.3, f"{equation.name} is straight"


@every_task
def test_every_edit_moves_some_value_by_more_than_a_thousandth(task):
    """Ten times the tolerance: so no edit passes for the original."""
    network = task.networks[0]
    drawn = [[case for case in draw_cases(task.networks, seed) if case.network is network] for seed in SEEDS]
    references = {id(case): case.reference() for cases in drawn for case in cases}
    hidden = [
        edit.sentence
        for edit in edits(network)
        if not all(any(_moves(edit.network, case, references[id(case)]) for case in cases) for cases in drawn)
    ]
    assert hidden == []


def _moves(edited, case, reference) -> bool:
    """Whether some value of the edited network departs by more than 1e-3; an edit that is no program shows anyhow."""
    run = Evaluation(edited, case.inputs, case.named_state, case.named_parameters)
    outputs, state = reference
    try:
        return any(_departs(run.output(step), expected) for step, expected in enumerate(outputs)) or any(
            _departs(got, expected) for got, expected in zip(run.final_state(), state, strict=True)
        )
    except (CyclicEquation, RuntimeError):
        return True


def _departs(got, expected) -> bool:
    return got.shape != expected.shape or bool((got - expected).abs().max() > 1e-3)


def rounding(got, reference):
    """The largest error over everything that was returned, and the same as a share of what `same` allows."""
    pairs = list(zip(got, [*reference[0], *reference[1]], strict=True))
    errors = [largest_error(*pair) for pair in pairs]
    scales = [1.0 + float(expected.abs().max()) for _, expected in pairs]
    return max(errors), max(error / scale for error, scale in zip(errors, scales, strict=True))


@pytest.mark.parametrize("known", [known for known in RIGHT if known.task.endswith(".forward")], ids=str)
def test_a_right_answer_in_single_precision_stays_below_a_tenth_of_the_tolerance(known):
    for case in cases_of(find_task(known.task)):
        got = forward(known.make(), case.to(torch.float32)).tensors()
        assert rounding(got, case.reference())[1] < TOLERANCE[torch.float32] / 10


@every_task
def test_rounding_is_as_small_as_the_tolerances_say(task):
    """2e-6 in single, 1e-14 in double precision; here the reference's own order of operations."""
    for case in cases_of(task):
        single = case.to(torch.float32)
        outputs, state = evaluate(case.network, single.inputs, single.state, single.parameters)
        assert rounding([*outputs, *state], case.reference())[0] < 2e-6
