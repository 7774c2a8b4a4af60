"""While a model trains, a notebook shows one display of it, which ends as a picture; a terminal shows none."""

import re
from html import escape

import nbformat
import pytest
from nbclient import NotebookClient

import course_utils as d2l
from course_utils.filesystem import REPOSITORY
from course_utils.training import live, progress

RUN = """
import time
from tests import small
import course_utils as d2l

def slow(*arguments):
    time.sleep(0.01)
    return small.rnn(*arguments)

history = d2l.train_and_predict_rnn(
    {rnn}, small.get_params, small.init_state, small.H, small.V, "cpu",
    small.CORPUS, small.CHARS, small.CHAR_TO_IDX, False,
    {num_epochs}, small.T, 2.0, 0.5, small.B, 5, 4, ["街灯"],
)
"""


def executed(tmp_path, *cells):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    NotebookClient(notebook, timeout=60, kernel_name="python3", resources={"metadata": {"path": tmp_path}}).execute()
    return [cell.outputs for cell in notebook.cells]


@pytest.fixture
def kernel_path(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(REPOSITORY))
    monkeypatch.delenv("COURSE_QUICK", raising=False)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)


def test_a_notebook_shows_lines_and_one_picture_and_nothing_on_stderr(tmp_path, kernel_path):
    trained, plotted, single = executed(
        tmp_path,
        RUN.format(rnn="slow", num_epochs=10),
        "history.plot();",
        RUN.format(rnn="small.rnn", num_epochs=1),
    )
    displays = [output for output in trained if output.output_type == "display_data"]
    streams = [output for output in trained if output.output_type == "stream"]
    assert len(displays) == 1 and len(displays) + len(streams) == len(trained)
    assert set(displays[0].data) == {"image/png", "text/plain"}
    assert re.match(r"History\(10 epochs, perplexity ", displays[0].data["text/plain"])
    assert {stream.name for stream in streams} == {"stdout"}
    assert "".join(stream.text for stream in streams).count("\n") == 4
    assert [output.output_type for output in plotted] == ["display_data"]
    assert single == []


@pytest.fixture
def shown(monkeypatch):
    """What a panel shows, as if this were a notebook in which every line is due at once."""
    data = []
    monkeypatch.setattr(live, "in_notebook", lambda: True)
    monkeypatch.setattr(live, "this_cell", lambda: "a cell")
    monkeypatch.setattr(live, "_cell", "")
    monkeypatch.setattr(progress, "LINE_EVERY", 1e-9)
    monkeypatch.setattr(progress.Display, "is_shown", property(lambda self: bool(data)))
    monkeypatch.setattr(progress.Display, "show", lambda self, shown, metadata=None: data.append(shown))
    return data


def train(run, num_epochs, perplexity=10.0):
    with live.live_plot(run, num_epochs) as show:
        for epoch in range(1, num_epochs + 1):
            run.record(epoch, perplexity / epoch, 0.1)
            show()


def test_plot_and_line_are_one_display_and_say_the_same_number(shown):
    train(d2l.History(), 3)
    *during, last = shown
    assert len(during) == 3
    for data, number in zip(during, ("10", "5", "3.333"), strict=True):
        plot, line = data["text/html"].split("<pre>")
        assert f">{number}</text>" in plot and f"perplexity {number}" in line == escape(data["text/plain"]) + "</pre>"
    assert "3/3" in during[-1]["text/plain"]
    assert set(last) == {"image/png", "text/plain"}


def test_the_live_plot_says_in_words_what_it_shows(shown):
    run = d2l.History()
    train(run, 3)
    assert 'role="img" aria-label="History(3 epochs, perplexity 3.333, ' in shown[-2]["text/html"]


def test_the_runs_of_one_cell_are_drawn_together(shown, monkeypatch):
    train(d2l.History(), 3)
    train(d2l.History(), 3)
    assert shown[0]["text/html"].count("<polyline") == 1
    assert shown[-2]["text/html"].count("<polyline") == 2
    monkeypatch.setattr(live, "this_cell", lambda: "another cell")
    train(d2l.History(), 3)
    assert shown[-2]["text/html"].count("<polyline") == 1


def test_a_run_that_goes_on_is_drawn_once(shown):
    run = d2l.History()
    train(run, 2)
    with live.live_plot(run, 3) as show:
        run.record(3, 1.0, 0.1)
        show()
    assert shown[-2]["text/html"].count("<polyline") == 1 and "3/3" in shown[-2]["text/plain"]


def test_outside_a_notebook_and_for_a_single_epoch_nothing_is_shown(shown, monkeypatch):
    train(d2l.History(), 1)
    monkeypatch.setattr(live, "in_notebook", lambda: False)
    train(d2l.History(), 3)
    assert shown == []


def test_a_run_that_ends_before_its_first_epoch_leaves_no_picture(shown):
    with pytest.raises(KeyboardInterrupt), live.live_plot(d2l.History(), 3):
        raise KeyboardInterrupt
    assert shown == []


def test_a_run_that_breaks_off_leaves_the_picture_of_its_epochs(shown):
    run = d2l.History()
    with pytest.raises(KeyboardInterrupt), live.live_plot(run, 3) as show:
        run.record(1, 10.0, 0.1)
        show()
        raise KeyboardInterrupt
    assert shown[-1]["text/plain"] == repr(run) and "image/png" in shown[-1]


@pytest.mark.parametrize("lost", [float("inf"), float("nan"), 1e131])
def test_a_run_without_a_perplexity_that_can_be_read_leaves_words_and_no_empty_plot(shown, lost):
    run = d2l.History()
    with live.live_plot(run, 3) as show:
        run.record(1, lost, 0.1)
        show()
    assert "e+131" not in shown[0]["text/html"].split("</svg>")[0].split(">", 1)[1]
    assert all("image/png" not in data for data in shown) and shown[-1] == {"text/plain": repr(run)}
