"""A reader's confidence becomes the probability of the right character, and that a perplexity."""

from __future__ import annotations

import math

import pytest

import course_utils as d2l
from course_utils.quiz.guess import CONFIDENCES, LINES, Asked, Guesses, guess_characters

LINE = LINES[0]
WRONG = next(candidate.char for candidate in LINE.candidates if candidate.char != LINE.right)


@pytest.mark.parametrize("percent", CONFIDENCES)
def test_the_probabilities_of_the_four_candidates_sum_to_one(percent):
    for picked in (LINE.right, WRONG):
        shares = [percent / 100 if c.char == picked else (1 - percent / 100) / 3 for c in LINE.candidates]
        assert sum(shares) == pytest.approx(1)
        right = [candidate.char for candidate in LINE.candidates].index(LINE.right)
        assert LINE.probability(picked, percent) == pytest.approx(shares[right])


def test_without_a_guess_the_perplexity_is_that_of_four_candidates():
    assert Guesses(LINES).probabilities == [0.25] * 10
    assert Guesses(LINES).perplexity == pytest.approx(4)


def test_a_line_that_is_left_out_counts_as_one_in_four():
    guesses = Guesses(LINES[:2], {LINES[1]: 0.5})
    assert guesses.probabilities == [0.25, 0.5]
    assert guesses.perplexity == pytest.approx(math.sqrt(8))


def test_both_choices_close_a_line_and_a_later_one_changes_nothing():
    asked = Asked(Guesses(LINES))
    place = [candidate.char for candidate in LINE.candidates].index(WRONG) + 1
    (open_still,) = asked.choose("next-1", place).values()
    assert asked.guesses.guessed == {} and not open_still.is_locked and not open_still.line
    states = asked.choose("sure-1", CONFIDENCES.index(95) + 1)
    assert asked.guesses.guessed == {LINE: pytest.approx(0.05 / 3)}
    assert states["next-1"].is_locked and states["sure-1"].is_locked
    assert LINE.before + LINE.right in states["sure-1"].line
    assert asked.choose("next-1", place % 4 + 1) == {}
    assert asked.guesses.guessed == {LINE: pytest.approx(0.05 / 3)}
    assert f"{asked.guesses.perplexity:.2f}" in asked.total() and "1 of 10 lines" in asked.total()


def test_each_line_has_two_groups_and_each_says_which_line_it_is_of():
    groups = Asked(Guesses(LINES)).groups()
    assert [group.id for group in groups[:2]] == ["next-1", "sure-1"] and len(groups) == 20
    assert all(LINE.before in group.head for group in groups[:2])
    assert groups[1].labels == ["25 %", "50 %", "75 %", "95 %"]


def test_each_line_has_four_candidates_and_the_right_one_is_among_them():
    for line in LINES:
        chars = [candidate.char for candidate in line.candidates]
        assert len(set(chars)) == 4
        assert line.right in chars
    places = [[candidate.char for candidate in line.candidates].index(line.right) for line in LINES]
    assert set(places) == {0, 1, 2, 3}


def test_a_model_of_the_lyrics_can_be_asked_the_same_and_has_not_learnt_the_lines():
    corpus, char_to_idx, idx_to_char, _ = d2l.load_data_jay_lyrics()
    text = "".join(idx_to_char[index] for index in corpus)
    for line in LINES:
        asked = {line.before[-1], *(candidate.char for candidate in line.candidates)}
        assert asked <= char_to_idx.keys()
        assert line.before + line.right not in text


def test_where_nobody_can_click_the_lines_are_text(capsys):
    guesses = guess_characters()
    shown = capsys.readouterr().out
    assert guesses.perplexity == pytest.approx(4)
    for line in LINES:
        assert line.before in shown
        assert line.pinyin in shown
