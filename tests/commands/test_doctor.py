"""The doctor prints one line per part, and fails only for a part that is required."""

from __future__ import annotations

import io
import sys

import pytest
from rich.console import Console

from course_utils.commands import doctor
from course_utils.commands.doctor import PartStatus, run_doctor


def examined(monkeypatch, *statuses):
    """The doctor's exit code and words for parts of these statuses."""
    parts = tuple((status.part, lambda status=status: status) for status in statuses)
    monkeypatch.setattr(doctor, "PARTS", parts)
    file = io.StringIO()
    code = run_doctor(Console(file=file, width=300))
    return code, file.getvalue()


def test_this_machine_is_examined_in_one_line_per_part():
    file = io.StringIO()
    run_doctor(Console(file=file, width=300))
    lines = file.getvalue().splitlines()
    assert [line.split()[1] for line in lines] == [name for name, _ in doctor.PARTS]
    assert all(line.split()[0] in ("ok", "note", "problem") for line in lines)


def test_all_well_is_0(monkeypatch):
    assert examined(monkeypatch, PartStatus("torch", "2"))[0] == 0


def test_a_missing_option_is_a_note_and_0(monkeypatch):
    code, text = examined(monkeypatch, PartStatus("sandbox", "none", "apt-get install bubblewrap", required=False))
    assert code == 0 and text.startswith("note") and "apt-get" in text


def test_a_missing_requirement_is_a_problem_and_1(monkeypatch):
    code, text = examined(monkeypatch, PartStatus("disk", "0.1 GiB", "1 GiB is needed"), PartStatus("torch", "2"))
    assert code == 1 and text.startswith("problem") and "ok" in text


def test_an_examination_that_breaks_is_a_problem_with_a_remedy():
    def broken():
        raise ImportError("no module named torch")

    status = doctor.examine_part("torch", broken)
    assert status.level == "problem" and "no module named torch" in status.description and status.remedy


def test_a_package_that_is_not_installed_is_a_problem_with_the_command_for_pip(monkeypatch):
    monkeypatch.setattr(doctor, "_is_installed", lambda name: name not in ("jupyterlab", "typer"))
    status = doctor.packages()
    assert status.level == "problem" and status.remedy.endswith(" -m pip install jupyterlab typer")


@pytest.mark.parametrize("fonts, level", [("Noto Sans CJK SC\nNoto Sans CJK SC\nWenQuanYi\n", "ok"), ("", "note")])
def test_the_fonts_of_a_browser_are_those_that_fontconfig_finds(fonts, level, monkeypatch, tmp_path):
    program = tmp_path / "fc-list"
    program.write_text(f"#!/bin/sh\nprintf '{fonts}'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}")
    monkeypatch.setattr(doctor.sys, "platform", "linux")
    status = doctor.browser()
    assert status.level == level
    assert status.description.startswith("2 fonts" if fonts else "no font with Chinese")
    assert fonts or "fonts-noto-cjk" in status.remedy


def test_without_fontconfig_nothing_is_claimed_of_the_browser(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(doctor.sys, "platform", "linux")
    assert doctor.browser().level == "ok" and "fonts unknown" in doctor.browser().description


def test_no_bubblewrap_is_a_note_that_says_who_needs_it_and_how_to_get_it(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(doctor.sys, "platform", "linux")
    status = doctor.sandbox()
    assert status.level == "note" and "instructors need it" in status.description
    assert "apt-get install bubblewrap" in status.remedy


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="bubblewrap is Linux's")
def test_a_bubblewrap_that_is_there_but_not_allowed_is_a_note_with_its_reason(monkeypatch, tmp_path):
    program = tmp_path / "bwrap"
    program.write_text("#!/bin/sh\necho 'setting up uid map: Permission denied' >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")
    status = doctor.sandbox()
    assert status.level == "note"
    assert "Permission denied" in status.remedy and "user namespaces" in status.remedy


def test_a_sandbox_that_works_is_ok(needs):
    needs("bwrap")
    assert doctor.sandbox().level == "ok"


def test_another_system_is_told_where_to_grade(monkeypatch):
    monkeypatch.setattr(doctor.sys, "platform", "win32")
    assert doctor.sandbox().level == "note" and "Linux" in doctor.sandbox().remedy


@pytest.mark.parametrize("content", ["", "short"])
def test_a_corpus_that_cannot_be_used_is_a_problem(monkeypatch, tmp_path, content):
    path = tmp_path / "lyrics.txt"
    path.write_text(content, encoding="utf-8")
    monkeypatch.setenv("COURSE_LYRICS", str(path))
    assert doctor.corpus().level == "problem"


def test_the_engine_is_tried_on_the_device_of_this_machine(monkeypatch):
    monkeypatch.delenv("COURSE_TRACE", raising=False)
    status = doctor.engine()
    assert status.level == "ok" and "are traced on" in status.description


def test_an_engine_that_is_switched_off_is_told_with_the_reason(monkeypatch):
    monkeypatch.setenv("COURSE_TRACE", "0")
    status = doctor.engine()
    assert status.level == "ok" and "not traced" in status.description and "COURSE_TRACE=0 is set" in status.description


def test_an_engine_that_fails_on_this_device_is_a_note_with_the_switch(monkeypatch):
    def fails(self, X, Y):
        raise RuntimeError("CUDA error: no kernel image\nmore of it")

    monkeypatch.delenv("COURSE_TRACE", raising=False)
    monkeypatch.setattr("course_utils.training.learners.FromScratch.step", fails)
    status = doctor.engine()
    assert status.level == "note" and status.description.endswith("no kernel image")
    assert "COURSE_TRACE=0" in status.remedy


def test_a_network_that_is_not_traced_is_a_note(monkeypatch):
    monkeypatch.delenv("COURSE_TRACE", raising=False)
    monkeypatch.setattr("course_utils.engine.tracing.trace.Trace.scores", lambda self, outputs, state: None)
    status = doctor.engine()
    assert status.level == "note" and "not traced" in status.description


@pytest.mark.parametrize("rates, level", [([200.0, 100.0], "ok"), ([100.0, 200.0], "note")])
def test_the_threads_in_use_are_compared_with_one(monkeypatch, rates, level):
    import torch

    monkeypatch.setattr(doctor, "step_product_rate", lambda: rates.pop(0))
    monkeypatch.setattr(torch, "get_num_threads", lambda: 2)
    monkeypatch.setattr(torch, "set_num_threads", lambda number: None)
    monkeypatch.setattr(doctor.os, "sched_getaffinity", lambda _: {0, 1}, raising=False)
    status = doctor.threads()
    assert status.level == level and "100" in status.description and "200" in status.description
    assert ("OMP_NUM_THREADS=1" in status.remedy) == (level == "note")


def test_more_threads_than_cores_are_reported(monkeypatch):
    import torch

    monkeypatch.setattr(doctor, "step_product_rate", lambda: 1.0)
    monkeypatch.setattr(torch, "get_num_threads", lambda: 64)
    monkeypatch.setattr(torch, "set_num_threads", lambda number: None)
    monkeypatch.setattr(doctor.os, "sched_getaffinity", lambda _: {0, 1}, raising=False)
    assert "OMP_NUM_THREADS=2" in doctor.threads().remedy
