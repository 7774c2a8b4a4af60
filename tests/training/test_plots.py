"""Plots are readable, show Chinese without a warning, and leak nothing."""

import base64
import math
import warnings

import matplotlib
import pytest
from matplotlib import pyplot as plt

import course_utils as d2l
from course_utils.training.plots import ReadableLogLocator, _readable, can_be_drawn, perplexity_picture

matplotlib.use("agg")


@pytest.fixture(autouse=True)
def defaults_and_no_warnings():
    with matplotlib.rc_context(), warnings.catch_warnings():
        warnings.simplefilter("error")
        yield
    plt.close("all")


def falling(start=1000.0, end=1.5, epochs=160):
    values = [end + (start - end) * math.exp(-epoch / 20) for epoch in range(epochs)]
    return d2l.History(list(range(1, epochs + 1)), values, [1.0] * epochs)


def drawn(ax):
    ax.figure.canvas.draw()
    return [label.get_text() for label in ax.get_yticklabels()]


def test_the_axes_are_labelled_and_logarithmic():
    ax = d2l.plot_perplexity(falling())
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_yscale()) == ("epoch", "perplexity", "log")
    assert drawn(ax)
    assert ax.get_legend() is None


@pytest.mark.parametrize(
    "low, high, expected",
    [
        (0.8, 120, ["1", "2", "5", "10", "20", "50", "100"]),
        (1, 1500, ["1", "2", "5", "10", "20", "50", "100", "200", "500", "1,000"]),
        (270, 300, ["270", "280", "290", "300"]),
        (1.0, 1e6, ["1", "10", "100", "1,000", "10,000", "100,000", "1e+06"]),
    ],
)
def test_ticks_are_numbers_that_people_read(low, high, expected):
    assert [_readable(tick) for tick in ReadableLogLocator().tick_values(low, high)] == expected


@pytest.mark.parametrize("low, high", [(1.0001, 1.0170), (4.9, 5.1), (3, 4), (1, 1e300), (7, 7), (0.1, 50)])
def test_every_axis_has_a_few_ticks(low, high):
    assert 1 <= len(ReadableLogLocator().tick_values(low, high)) <= 10


def test_named_runs_get_a_legend_and_colours_of_their_own():
    ax = d2l.plot_perplexity({"GRU": falling(), "门控循环单元": falling(900, 3)}, baseline={"均匀猜测": 1027})
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["GRU", "门控循环单元", "均匀猜测"]
    looks = {(line.get_color(), line.get_linestyle(), line.get_marker()) for line in ax.lines[:2]}
    assert [len(set(part)) for part in zip(*looks, strict=True)] == [2, 2, 2]  # a colour, dashes and a mark of its own
    drawn(ax)


def test_runs_added_to_the_same_axes_one_by_one_differ_in_colour():
    _, ax = plt.subplots()
    falling().plot(ax, "one")
    assert falling(500).plot(ax, "two") is ax
    assert len({line.get_color() for line in ax.lines}) == 2


def test_chinese_and_minus_signs_show_without_a_warning():
    assert d2l.use_chinese_font() == d2l.use_chinese_font() == "Noto Sans SC"
    assert matplotlib.rcParams["font.family"] == ["sans-serif", "Noto Sans SC"]
    _, ax = plt.subplots()
    ax.plot([-2, 2], [-5, 5])
    ax.set_title("困惑度 perplexity −1：分开，不分开")
    drawn(ax)


def test_a_diverged_run_can_be_drawn():
    run = d2l.History([1, 2, 3], [50.0, 1e250, math.inf], [1.0] * 3, stopped="diverged")
    assert len(drawn(d2l.plot_perplexity(run))) <= 10
    assert not any("e+" in label for label in drawn(d2l.plot_perplexity(run)))


def test_what_would_be_an_empty_plot_is_known():
    assert can_be_drawn(d2l.History([1, 2], [math.nan, 5.0])) and not can_be_drawn(d2l.History([1], [1e131]))


@pytest.mark.parametrize("values", [[], [math.nan], [12.0]])
def test_a_run_of_few_epochs_can_be_drawn(values):
    drawn(d2l.plot_perplexity(d2l.History(list(range(1, len(values) + 1)), values, values)))


def test_a_picture_is_a_png_and_leaves_no_figure_open():
    picture = perplexity_picture([falling(), falling(500)])
    assert base64.b64decode(picture["png"]).startswith(b"\x89PNG")
    assert plt.get_fignums() == []
