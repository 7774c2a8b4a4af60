"""What the sight explorer says was read is what the equations' values depend on."""

import pytest
import torch

import course_utils as d2l
from course_utils.equations import BIRNN, RNN, evaluate
from course_utils.widgets.directions import (
    BOTH,
    GAP,
    LINE,
    ONE,
    STEPS,
    SightSettings,
    sight,
    sight_explorer,
)

H = 3
everywhere = pytest.mark.parametrize("step", range(1, STEPS + 1))


def states(network, num_states):
    """A network's joined states over ten inputs that ask for gradients, from the trees: inputs, T x (1, H or 2H)."""
    draw = torch.Generator().manual_seed(0)
    params = [torch.randn(shape, generator=draw, dtype=torch.float64) for shape in network.shapes(2, H).values()]
    width = num_states * H
    params[-2:] = torch.eye(width, dtype=torch.float64), torch.zeros(width, dtype=torch.float64)
    inputs = [torch.ones(1, 2, dtype=torch.float64, requires_grad=True) for _ in range(STEPS)]
    outputs, _ = evaluate(network, inputs, (torch.zeros(1, H, dtype=torch.float64),) * num_states, params)
    return inputs, outputs


def read_by(value, inputs):
    """Steps, from 1, whose inputs the value depends on."""
    gradients = torch.autograd.grad(value.sum(), inputs, retain_graph=True, allow_unused=True)
    return [step for step, gradient in enumerate(gradients, start=1) if gradient is not None and gradient.any()]


@everywhere
def test_one_direction_has_read_what_the_state_of_a_plain_network_depends_on(step):
    inputs, outputs = states(RNN, 1)
    seen = sight(SightSettings(ONE, step))
    assert list(seen.forward) == read_by(outputs[step - 1], inputs)
    assert not seen.backward
    assert seen.target == step + 1


@everywhere
def test_both_directions_have_read_what_the_halves_of_the_joined_state_depend_on(step):
    inputs, outputs = states(BIRNN, 2)
    seen = sight(SightSettings(BOTH, step))
    for steps, half in ((seen.forward, slice(0, H)), (seen.backward, slice(H, None))):
        assert list(steps) == read_by(outputs[step - 1][:, half], inputs)
    assert seen.target == step + 1


@everywhere
def test_around_a_gap_stand_the_states_of_the_step_before_and_of_the_step_after(step):
    seen = sight(SightSettings(GAP, step))
    inputs, outputs = states(BIRNN, 2)
    for steps, neighbour, half in ((seen.forward, step - 1, slice(0, H)), (seen.backward, step + 1, slice(H, None))):
        inside = 1 <= neighbour <= STEPS
        assert list(steps) == (read_by(outputs[neighbour - 1][:, half], inputs) if inside else [])
    assert seen.target == step


@pytest.mark.parametrize("joined, leaks", [(ONE, []), (BOTH, range(1, STEPS)), (GAP, [])])
def test_the_answer_is_read_by_both_directions_everywhere_but_at_the_last_step(joined, leaks):
    found = [step for step in range(1, STEPS + 1) if sight(SightSettings(joined, step)).is_leak]
    assert found == list(leaks)


@pytest.mark.parametrize("step", [0, STEPS + 1])
def test_a_step_that_is_not_there_is_refused(step):
    with pytest.raises(ValueError, match="step must be from 1 to 10"):
        sight(SightSettings(step=step))


@pytest.mark.parametrize(
    "joined, step, where, read, rest",
    [
        (GAP, 1, "both, around a gap", "2–10", "1, which they have not read."),
        (GAP, 5, "both, around a gap", "1–4, 6–10", "5, which they have not read."),
        (ONE, 1, "one direction", "1", "2, which they have not read."),
        (BOTH, 9, "both directions", "1–10", "10, and have read it: a leak."),
    ],
)
def test_the_explorer_says_in_words_what_it_shows(joined, step, where, read, rest):
    explorer = sight_explorer()
    explorer.settings = {"joined": joined, "step": step}
    words = f"{where}, t = {step}: the scores have read characters {read}. They predict character {rest}"
    assert repr(explorer) == words


def test_the_line_stands_in_the_lyrics():
    assert LINE in d2l.load_lyrics_lines()
