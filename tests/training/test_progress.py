"""A long experiment shows one bar, its runs are quiet, and an interrupt ends all of it."""

import re

import pytest

import course_utils as d2l
from course_utils.training import live, progress
from tests import small


@pytest.fixture(autouse=True)
def nothing_is_quick(monkeypatch):
    monkeypatch.delenv("COURSE_QUICK", raising=False)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)


@pytest.fixture
def shown(monkeypatch):
    """What is shown, as if somebody looked at a notebook in which every line is due at once."""
    bundles = []
    monkeypatch.setattr(progress, "in_notebook", lambda: True)
    monkeypatch.setattr(live, "in_notebook", lambda: True)
    monkeypatch.setattr(progress, "someone_is_there", lambda: True)
    monkeypatch.setattr(progress, "LINE_EVERY", 1e-9)
    monkeypatch.setattr(progress.Display, "is_shown", property(lambda self: bool(bundles)))
    monkeypatch.setattr(progress.Display, "show", lambda self, data, metadata=None: bundles.append(data))
    return bundles


def train(rnn=small.rnn, num_epochs=4, lr=2.0):
    return d2l.train_and_predict_rnn(
        rnn, small.get_params, small.init_state, small.H, small.V, "cpu", small.CORPUS, small.CHARS,
        small.CHAR_TO_IDX, False, num_epochs, small.T, lr, 0.5, small.B, 2, 4, ["街灯"],
    )  # fmt: skip


def test_the_runs_of_an_experiment_move_one_bar_and_vanish(shown, capsys):
    with d2l.progress(2, "runs"):
        first = train()
        second = train()
    *during, last = shown
    assert last == {}
    assert [re.match("(./2) runs", data["text/plain"])[1] for data in during] == ["0/2"] * 3 + ["1/2"] * 4 + ["2/2"]
    assert [data["text/html"].count("<polyline") for data in during] == [1] * 4 + [2] * 4
    assert capsys.readouterr().out == ""
    assert first.perplexities == second.perplexities == train().perplexities and len(first.samples) == 2
    assert "epoch 2, perplexity" in capsys.readouterr().out  # no longer quiet


def test_other_work_says_itself_when_a_part_is_done(shown):
    with d2l.progress(10, "networks") as advance:
        advance()
        advance(4)
    assert [data["text/plain"][:13] for data in shown[:-1]] == ["1/10 networks", "5/10 networks"]
    assert all("<svg" not in data["text/html"] for data in shown[:-1])


def test_a_run_that_ends_early_counts_as_a_whole_one(shown, capsys):
    with d2l.progress(2):
        train(lr=1e30, num_epochs=100)
        assert progress.current_experiment().done == pytest.approx(1)
    assert capsys.readouterr().out.startswith("diverged in epoch ")  # which nobody should overlook


def test_where_nobody_looks_the_runs_are_quiet_and_nothing_is_shown(shown, monkeypatch, capsys):
    monkeypatch.setattr(progress, "someone_is_there", lambda: False)
    with d2l.progress(1) as advance:
        train()
        advance()
    assert shown == [] and capsys.readouterr() == ("", "")


def interrupted_rnn(*_):
    raise KeyboardInterrupt


def test_an_interrupt_ends_the_whole_experiment_and_says_how_far_it_came(shown):
    runs = []
    with pytest.raises(KeyboardInterrupt) as caught, d2l.progress(3):
        runs.append(train())
        runs.append(train(rnn=interrupted_rnn))
    assert str(caught.value) == "interrupted: 1 of 3 runs were finished" and len(runs) == 1
    assert caught.value._render_traceback_() == ["interrupted: 1 of 3 runs were finished"]
    assert progress.current_experiment() is None and shown[-1] == {}


def test_an_error_in_an_experiment_passes_and_ends_it(shown):
    with pytest.raises(ZeroDivisionError), d2l.progress(3):
        raise ZeroDivisionError
    assert progress.current_experiment() is None
