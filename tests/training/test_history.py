"""A history records epochs, says in one line what happened, and draws itself."""

import copy
import pickle

import pytest
from matplotlib.figure import Figure

import course_utils as d2l
from course_utils.errors import UsageError


def history(*perplexities, **more):
    return d2l.History(list(range(1, len(perplexities) + 1)), list(perplexities), [0.5] * len(perplexities), **more)


@pytest.mark.parametrize(
    "run, text",
    [
        (history(), "History(no epoch)"),
        (history(9.25), "History(1 epoch, perplexity 9.25, 0.5 s)"),
        (history(9.0, 1.23456), "History(2 epochs, perplexity 1.235, 1.0 s)"),
        (
            history(9.0, float("inf"), stopped="diverged"),
            "History(2 epochs, perplexity inf, 1.0 s, diverged)",
        ),
    ],
)
def test_its_repr_is_short(run, text):
    assert repr(run) == text


def test_a_recorded_epoch_is_added_to_those_before():
    run = history(9.0)
    run.record(2, 4.5, 0.25)
    assert (run.epochs, run.perplexities, run.seconds) == ([1, 2], [9.0, 4.5], [0.5, 0.25])


def test_two_histories_share_nothing():
    d2l.History().record(1, 2.0, 3.0)
    assert d2l.History() == d2l.History() and d2l.History().epochs == []


@pytest.mark.parametrize(
    "stopped, reason", [(None, "was not interrupted"), ("diverged", "diverged"), ("interrupted", "no longer in memory")]
)
def test_a_run_that_cannot_go_on_says_why(stopped, reason):
    with pytest.raises(UsageError, match=reason):
        history(9.0, stopped=stopped).resume()


def test_a_run_that_could_go_on_can_be_copied_and_pickled():
    run = history(9.0, stopped="interrupted", go_on=lambda: None)
    for copied in (copy.deepcopy(run), pickle.loads(pickle.dumps(run))):
        assert copied == run and copied.go_on is None


@pytest.mark.parametrize("label, legend", [(None, []), ("GRU", ["GRU"])])
def test_it_draws_itself_on_the_axes_that_it_is_given(label, legend):
    ax = Figure().subplots()
    assert history(9.0, 4.5).plot(ax, label) is ax
    assert list(ax.lines[0].get_ydata()) == [9.0, 4.5]
    texts = ax.get_legend().get_texts() if ax.get_legend() else []
    assert [text.get_text() for text in texts] == legend
