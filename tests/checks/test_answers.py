"""Students' answers: every right one is accepted, every wrong one is rejected and its mistake is named."""

from __future__ import annotations

from html import escape

import pytest
import torch

from course_utils.checks import find_task
from course_utils.checks.cases import draw_cases
from course_utils.checks.probe import forward

from .answers import HABITS, REMARKS, RIGHT, WRONG

SEEDS = range(4)  # benchmarks/diagnosis.py takes 20
TRAINABLE = [known for known in [*RIGHT, *REMARKS] if known.task.endswith(".forward")]
FORWARD = [known for known in RIGHT if find_task(known.task).function == find_task(known.task).networks[0].name]


def examine(known, seed):
    return find_task(known.task).examine(known.make(), seed=seed)


@pytest.mark.parametrize("known", RIGHT, ids=str)
def test_a_right_answer_is_accepted_with_full_points(known):
    for seed in SEEDS:
        verdict = examine(known, seed)
        assert verdict.passed, f"seed {seed}: {verdict.text()}"
        assert verdict.points == verdict.max_points


@pytest.mark.parametrize("known", REMARKS, ids=str)
def test_what_no_text_forbids_is_accepted_with_a_remark(known):
    for seed in SEEDS:
        verdict = examine(known, seed)
        assert verdict.points == verdict.max_points, f"seed {seed}: {verdict.text()}"
        assert known.expects in verdict.text() and known.expects in verdict._repr_html_()


@pytest.mark.parametrize("known", FORWARD, ids=str)
def test_a_right_answer_is_right_in_double_precision_too(known):
    """Without the check's help: so that what is called right here is right."""
    for case in draw_cases(find_task(known.task).networks, seed=0):
        outputs, state = case.reference()
        got = forward(known.make(), case.to(torch.float64)).tensors()
        for value, expected in zip(got, [*outputs, *state], strict=True):
            torch.testing.assert_close(value, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("part", ["gradients", "training"])
@pytest.mark.parametrize("known", TRAINABLE, ids=str)
def test_a_right_answer_has_right_gradients_and_can_be_trained(known, part):
    task = find_task(f"{known.task.partition('.')[0]}.{part}")
    for seed in range(2):
        verdict = task.examine(known.make(), seed=seed)
        assert verdict.passed, f"seed {seed}: {verdict.text()}"


@pytest.mark.parametrize("known", WRONG, ids=str)
def test_a_wrong_answer_is_rejected_and_its_mistake_is_named_first(known):
    for seed in SEEDS:
        verdict = examine(known, seed)
        assert not verdict.passed, f"seed {seed} accepts it"
        assert verdict.explanations, f"seed {seed} explains nothing: {verdict.text()}"
        assert verdict.explanations[0].kind == known.expects, f"seed {seed}: {verdict.text()}"


@pytest.mark.parametrize("known", WRONG, ids=str)
def test_a_wrong_answer_is_not_explained_by_what_it_is_not(known):
    """A second explanation has the same values in every case that there is, not just in the drawn ones."""
    sentences = [{edit.sentence for edit in examine(known, seed).explanations} for seed in (0, 1)]
    assert sentences[0] == sentences[1]


@pytest.mark.parametrize("known", HABITS, ids=str)
def test_a_bad_habit_is_rejected_with_its_own_message(known):
    for seed in range(3):
        verdict = examine(known, seed)
        assert not verdict.passed, f"seed {seed} accepts it"
        assert known.expects in verdict.text().replace("\n      ", "\n"), f"seed {seed}: {verdict.text()}"


@pytest.mark.parametrize("known", [*WRONG, *HABITS], ids=str)
def test_the_sentence_to_read_is_in_the_html_too(known):
    verdict = examine(known, seed=0)
    assert escape(verdict.sentence) in verdict._repr_html_()


@pytest.mark.parametrize("known", [known for known in HABITS if "gradient" in known.expects], ids=str)
def test_a_loss_of_gradients_shows_in_their_own_task(known):
    if known.task.endswith(".forward"):
        verdict = find_task(known.task.replace("forward", "gradients")).examine(known.make())
        assert not verdict.passed
        assert known.expects in verdict.text()


@pytest.mark.parametrize("name", ["without_gradients", "detaches_in_the_loop", "goes_round_by_data"])
def test_what_cannot_be_trained_fails_the_training_task(name):
    (known,) = [known for known in HABITS if known.name == name]
    verdict = find_task("gru.training").examine(known.make())
    assert not verdict.passed
    assert "step" in verdict.sentence or "gradient" in verdict.sentence


@pytest.mark.parametrize("known", [*WRONG, *HABITS], ids=str)
def test_what_is_said_is_short_enough_to_read(known):
    lines = examine(known, seed=0).text().splitlines()
    assert len(lines) <= 18  # with the equation that the function computes and the course's, for two gates
    assert max(map(len, lines)) <= 240
