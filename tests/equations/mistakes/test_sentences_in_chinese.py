"""Every mistake of every network has a Chinese sentence, made of the same parts as the English one."""

from __future__ import annotations

import pickle
from itertools import pairwise

import pytest

from course_utils.equations import BIRNN, BIRNN_GAP, GRU, LSTM, RNN, deep_rnn, deep_rnn_residual, edits, reset_after
from course_utils.equations.mistakes.edit import compose, compose_all
from course_utils.translation import say, speaking
from tests.chinese_sentences import assert_chinese

NETWORKS = (RNN, GRU, LSTM, BIRNN, BIRNN_GAP, deep_rnn(1), deep_rnn(3), deep_rnn_residual(3), reset_after(GRU))


def in_chinese(sentence: str) -> str:
    with speaking("zh"):
        return say(sentence)


def edit(network, kind: str):
    return next(edit for edit in edits(network) if edit.kind == kind)


@pytest.mark.parametrize("network", NETWORKS, ids=lambda network: f"{network.name}-{len(network.layers)}")
def test_every_mistake_and_every_convention_has_a_chinese_sentence(network):
    for one in edits(network):
        for sentence in filter(None, (one.sentence, one.convention)):
            assert_chinese(in_chinese(sentence))


@pytest.mark.parametrize("network", NETWORKS, ids=lambda network: f"{network.name}-{len(network.layers)}")
def test_different_mistakes_have_different_sentences_in_chinese_too(network):
    english = {one.sentence for one in edits(network)}
    assert len({in_chinese(sentence) for sentence in english}) == len(english)


def test_the_title_of_every_network_is_chinese():
    for network in NETWORKS:
        assert_chinese(in_chinese(network.title))


def test_a_gate_applied_after_the_product_is_said_in_the_language_that_is_spoken():
    sentence = edit(GRU, "product order").sentence
    assert say(sentence) == "R_t is applied after the matrix product: R_t ⊙ (H_{t−1} W_hh) in H̃_t"
    assert in_chinese(sentence) == "H̃_t 中 R_t 用在了矩阵乘法之后：R_t ⊙ (H_{t−1} W_hh)"


def test_words_among_the_parts_are_chinese_and_names_stand_apart():
    assert in_chinese(edit(GRU, "bias plus one").sentence) == "R_t 的偏置多加了 1"
    both = next(one for one in edits(GRU) if one.sentence == "1 is added to the bias in each gate")
    assert in_chinese(both.sentence) == "每个门的偏置多加了 1"


def test_several_mistakes_are_joined_in_chinese():
    apart = [first for first, second in pairwise(edits(GRU)) if compose(first, second)]
    pair = compose(apart[0], edit(GRU, "final state"))
    assert in_chinese(pair.sentence).startswith("有两处不对：") and "输出正确" not in in_chinese(pair.sentence)
    three = compose_all((edit(GRU, "product order"), edit(GRU, "blend exchanged"), edit(GRU, "final state")))
    assert in_chinese(three.sentence).startswith("有三处不对：")
    for several in (pair, three):
        assert_chinese(in_chinese(several.sentence))


def test_keys_and_order_are_the_same_in_every_language():
    with speaking("zh"):
        keys = [one.key for one in edits(LSTM)]
    assert keys == [one.key for one in edits(LSTM)]
    assert all(one.key[1] == say(one.sentence) for one in edits(LSTM))


def test_a_sentence_that_was_sent_to_another_process_is_still_said_in_chinese():
    sentence = edit(GRU, "product order").sentence
    sent = pickle.loads(pickle.dumps(sentence))
    assert sent == sentence and in_chinese(sent) == in_chinese(sentence)
