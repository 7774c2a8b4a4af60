"""`course lab` hands out the assignments once, and starts JupyterLab where Ctrl-C reaches it."""

import os
import signal
import sys

import pytest

from course_utils.commands import lab, words
from course_utils.commands.cli import main
from course_utils.commands.lab import run_lab


@pytest.fixture
def released(tmp_path):
    """`release/` with two assignments, and `work/` with one of them, already begun."""
    for name in ("gru", "lstm"):
        (tmp_path / "release" / name).mkdir(parents=True)
        (tmp_path / "release" / name / f"{name}.ipynb").write_text("released")
    (tmp_path / "work" / "gru").mkdir(parents=True)
    (tmp_path / "work" / "gru" / "gru.ipynb").write_text("mine")
    return tmp_path


@pytest.fixture
def started(released, monkeypatch):
    """JupyterLab's calls: command, options, and what Ctrl-C does in this process meanwhile."""
    calls = []

    def call(command, **options):
        calls.append((command, options, signal.getsignal(signal.SIGINT)))
        return code_of_lab

    code_of_lab = 3
    monkeypatch.setattr(words, "REPOSITORY", released)
    monkeypatch.setattr(lab.subprocess, "call", call)
    return calls


def test_jupyterlab_gets_the_course_s_root_and_all_further_arguments(started, released, capsys):
    assert run_lab(["--no-browser"]) == 1  # any failure of JupyterLab's
    ((command, options, _),) = started
    assert command == [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={released}", "--no-browser"]
    assert options["cwd"] == released
    assert capsys.readouterr().err == "your copy of lstm: work/lstm/\n"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no preexec_fn")
def test_ctrl_c_is_left_to_jupyterlab_and_works_again_afterwards(started):
    before = signal.getsignal(signal.SIGINT)
    run_lab()
    ((_, options, meanwhile),) = started
    assert meanwhile is signal.SIG_IGN and signal.getsignal(signal.SIGINT) is before
    options["preexec_fn"]()  # as in the child
    try:
        assert signal.getsignal(signal.SIGINT) is signal.SIG_DFL
    finally:
        signal.signal(signal.SIGINT, before)


def test_another_course_s_assignments_are_handed_out_there_and_jupyterlab_opens_there(started, tmp_path, capsys):
    term = tmp_path / "term 1"
    (term / "release" / "mgu").mkdir(parents=True)
    (term / "release" / "mgu" / "mgu.ipynb").write_text("released")
    assert main(["lab", "--course", str(term), "--no-browser"]) == 1
    ((command, options, _),) = started
    assert command[-2:] == [f"--ServerApp.root_dir={term}", "--no-browser"] and options["cwd"] == term
    assert (term / "work" / "mgu").is_dir() and not (tmp_path / "work" / "mgu").exists()
    assert main(["lab", "--course", str(tmp_path / "none")]) == 2
    assert "none is no folder" in capsys.readouterr().err
