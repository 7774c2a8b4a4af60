"""In Chinese all that training says is Chinese, but for the contract's lines."""

from __future__ import annotations

import pytest
import torch

from course_utils import (
    RNNModel,
    perplexity_rnn_pytorch,
    plot_perplexity,
    predict_rnn_pytorch,
    quick_limit,
    train_and_predict_rnn_pytorch,
)
from course_utils.errors import UsageError
from course_utils.training.history import History
from course_utils.training.sketch import sketch
from course_utils.translation import speaking
from tests.chinese import assert_chinese

TEXT = "分开不分开我们走吧" * 8
CHARS = sorted(set(TEXT))
CHAR_TO_IDX = {char: i for i, char in enumerate(CHARS)}
V = len(CHARS)


@pytest.fixture(autouse=True)
def chinese():
    with speaking("zh"):
        yield


def train(**changes):
    settings = {"num_epochs": 2, "num_steps": 4, "batch_size": 2, "pred_period": 1, "pred_len": 2, **changes}
    model = RNNModel(torch.nn.RNN(V, 4), V)
    corpus = [CHAR_TO_IDX[char] for char in TEXT]
    return train_and_predict_rnn_pytorch(model, 4, V, None, corpus, CHARS, CHAR_TO_IDX, **settings)


def test_the_contracts_lines_stay_and_all_else_is_chinese(capsys, monkeypatch):
    monkeypatch.delenv("COURSE_QUICK", raising=False)
    history = train(num_epochs=1)
    line, *samples = capsys.readouterr().out.splitlines()
    assert line.startswith("epoch 1, perplexity ") and line.endswith(" sec")
    assert samples and all(sample.startswith(" - ") for sample in samples)
    assert repr(history).startswith("History(1 轮，困惑度 ") and "秒" in repr(history)
    assert (
        repr(History([1, 2], [3.0, 2.0], [1.0, 1.0], stopped="interrupted"))
        == "History(2 轮，困惑度 2，2.0 秒，已中断)"
    )


def test_quick_mode_says_so_in_chinese(capsys, monkeypatch):
    monkeypatch.setenv("COURSE_QUICK", "1")
    quick_limit(600, "更新次数")
    train(num_epochs=160)
    for line in capsys.readouterr().out.splitlines():
        if line.startswith("快速"):
            assert_chinese(line, "COURSE_QUICK")


def test_a_run_that_diverges_says_so_in_chinese(capsys, monkeypatch):
    monkeypatch.delenv("COURSE_QUICK", raising=False)
    assert train(lr=1e4, clipping_theta=1e4, num_epochs=30).stopped == "diverged"
    last = capsys.readouterr().out.splitlines()[-2:]
    for line in last:
        assert_chinese(line, "lr clipping_theta inf")


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: train(num_epochs=0),
        lambda: train(prefixes=["没有"]),
        lambda: train(prefixes=[""]),
        lambda: train(resume="no/such/folder/run.checkpoint"),
        lambda: RNNModel(torch.nn.RNN(V, 4, batch_first=True), V),
        lambda: RNNModel(torch.nn.RNN(V + 1, 4), V),
        lambda: perplexity_rnn_pytorch([1], RNNModel(torch.nn.RNN(V, 4), V), None),
        lambda: perplexity_rnn_pytorch([V, 1], RNNModel(torch.nn.RNN(V, 4), V), None),
        lambda: predict("分", temperature=-1),
        lambda: History([1], [1.0], [1.0]).resume(),
        lambda: History(stopped="diverged").resume(),
        lambda: History(stopped="interrupted").resume(),
    ],
)
def test_errors_are_chinese(wrong, monkeypatch):
    monkeypatch.delenv("COURSE_QUICK", raising=False)
    with pytest.raises((ValueError, UsageError)) as caught:
        wrong()
    assert_chinese(str(caught.value), "resume no/such/folder/run.checkpoint RNNModel True temperature lr")


def predict(prefix, **settings):
    model = RNNModel(torch.nn.RNN(V, 4), V)
    return predict_rnn_pytorch(prefix, 2, model, V, None, CHARS, CHAR_TO_IDX, **settings)


def test_the_axes_are_named_in_chinese_and_their_font_has_it():
    history = History([1, 2], [3.0, 2.0], [1.0, 1.0])
    axes = plot_perplexity({"一次": history})
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("轮", "困惑度")
    svg = sketch([history], 2, repr(history))
    assert ">轮<" in svg and ">困惑度<" in svg and "perplexity" not in svg
