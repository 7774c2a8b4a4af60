"""A history says in a line what happened, draws itself, and a notebook shows one picture of it."""

import re
import subprocess
import sys

import nbformat
import pytest
from nbclient import NotebookClient

import course_utils as d2l
from course_utils.filesystem import REPOSITORY

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


def history(*perplexities, **more):
    return d2l.History(list(range(1, len(perplexities) + 1)), list(perplexities), [0.5] * len(perplexities), **more)


@pytest.mark.parametrize(
    "it, text",
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
def test_its_repr_is_short(it, text):
    assert repr(it) == text


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


def test_while_it_trains_text_and_plot_share_one_display(monkeypatch):
    from course_utils.training import live

    shown = []
    monkeypatch.setattr(live, "in_notebook", lambda: True)
    monkeypatch.setattr(live, "LINE_EVERY", 1e-9)
    monkeypatch.setattr(live._Panel, "_show", lambda self, data, metadata=None: shown.append(data))
    run = history()
    with live.live_plot(run, num_epochs=3) as show:
        for epoch in (1, 2, 3):
            run.record(epoch, 10.0 / epoch, 0.1)
            show()
    *during, last = shown
    assert len(during) == 3
    assert all("<pre>" in data["text/html"] and "<img" in data["text/html"] for data in during)
    assert "3/3" in during[-1]["text/plain"] and "perplexity 3.333" in during[-1]["text/plain"]
    assert set(last) == {"image/png", "text/plain"}


def test_importing_the_package_loads_nothing_for_plots_or_checks():
    heavy = "matplotlib", "IPython", "course_utils.checks", "course_utils.training.plots", "scipy", "pandas"
    code = f"import sys, course_utils; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_every_public_name_is_there():
    missing = [name for name in d2l.__all__ if name != "check" and not hasattr(d2l, name)]
    assert missing == []
    assert set(d2l.__all__) <= set(dir(d2l))
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = d2l.nonsense
