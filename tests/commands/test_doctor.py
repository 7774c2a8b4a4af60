"""The doctor says a line a part, and fails only for what is required."""

from __future__ import annotations

import io
import sys

import pytest
from rich.console import Console

from course_utils.commands import doctor
from course_utils.commands.doctor import Finding, run_doctor


def said(monkeypatch, *findings):
    monkeypatch.setattr(doctor, "PARTS", tuple((one.part, lambda one=one: one) for one in findings))
    file = io.StringIO()
    code = run_doctor(Console(file=file, width=300))
    return code, file.getvalue()


def test_this_machine_is_examined_in_a_line_a_part(monkeypatch):
    file = io.StringIO()
    run_doctor(Console(file=file, width=300))
    lines = file.getvalue().splitlines()
    assert [line.split()[1] for line in lines] == [name for name, _ in doctor.PARTS]
    assert all(line.split()[0] in ("ok", "note", "problem") for line in lines)


def test_all_well_is_0(monkeypatch):
    assert said(monkeypatch, Finding("torch", "2"))[0] == 0


def test_a_missing_option_is_a_note_and_0(monkeypatch):
    code, text = said(monkeypatch, Finding("sandbox", "none", "apt-get install bubblewrap", required=False))
    assert code == 0 and text.startswith("note") and "apt-get" in text


def test_a_missing_requirement_is_a_problem_and_1(monkeypatch):
    code, text = said(monkeypatch, Finding("disk", "0.1 GiB", "1 GiB is needed"), Finding("torch", "2"))
    assert code == 1 and text.startswith("problem") and "ok" in text


def test_an_examination_that_breaks_is_a_problem_with_a_remedy():
    def broken():
        raise ImportError("no module named torch")

    finding = doctor.examined("torch", broken)
    assert finding.word == "problem" and "no module named torch" in finding.found and finding.remedy


def test_no_bubblewrap_is_a_note_that_says_who_needs_it_and_how_to_get_it(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(doctor.sys, "platform", "linux")
    finding = doctor.sandbox()
    assert finding.word == "note" and "instructors need it" in finding.found
    assert "apt-get install bubblewrap" in finding.remedy


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="bubblewrap is Linux's")
def test_a_bubblewrap_that_is_there_but_not_allowed_is_a_note_with_its_reason(monkeypatch, tmp_path):
    program = tmp_path / "bwrap"
    program.write_text("#!/bin/sh\necho 'setting up uid map: Permission denied' >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")
    finding = doctor.sandbox()
    assert finding.word == "note"
    assert "Permission denied" in finding.remedy and "user namespaces" in finding.remedy


def test_a_sandbox_that_works_is_ok(needs):
    needs("bwrap")
    assert doctor.sandbox().word == "ok"


def test_another_system_is_told_where_to_grade(monkeypatch):
    monkeypatch.setattr(doctor.sys, "platform", "win32")
    assert doctor.sandbox().word == "note" and "Linux" in doctor.sandbox().remedy


@pytest.mark.parametrize("content", ["", "short"])
def test_a_corpus_that_cannot_be_used_is_a_problem(monkeypatch, tmp_path, content):
    path = tmp_path / "lyrics.txt"
    path.write_text(content, encoding="utf-8")
    monkeypatch.setenv("COURSE_LYRICS", str(path))
    assert doctor.corpus().word == "problem"


def test_the_engine_is_tried_on_the_device_of_this_machine(monkeypatch):
    monkeypatch.delenv("COURSE_TRACE", raising=False)
    finding = doctor.engine()
    assert finding.word == "ok" and "are traced on" in finding.found


def test_an_engine_that_is_switched_off_is_told_with_the_reason(monkeypatch):
    monkeypatch.setenv("COURSE_TRACE", "0")
    finding = doctor.engine()
    assert finding.word == "ok" and "not traced" in finding.found and "COURSE_TRACE=0 is set" in finding.found


def test_an_engine_that_fails_on_this_device_is_a_note_with_the_switch(monkeypatch):
    def fails(self, X, Y):
        raise RuntimeError("CUDA error: no kernel image\nmore of it")

    monkeypatch.delenv("COURSE_TRACE", raising=False)
    monkeypatch.setattr("course_utils.training.learners.FromScratch.step", fails)
    finding = doctor.engine()
    assert finding.word == "note" and finding.found.endswith("no kernel image") and "COURSE_TRACE=0" in finding.remedy


def test_a_network_that_is_not_traced_is_a_note(monkeypatch):
    monkeypatch.delenv("COURSE_TRACE", raising=False)
    monkeypatch.setattr("course_utils.engine.tracing.trace.Tape.scores", lambda self, outputs, state: None)
    finding = doctor.engine()
    assert finding.word == "note" and "not traced" in finding.found


@pytest.mark.parametrize("rates, word", [([200.0, 100.0], "ok"), ([100.0, 200.0], "note")])
def test_the_threads_in_use_are_compared_with_one(monkeypatch, rates, word):
    import torch

    monkeypatch.setattr(doctor, "step_product_rate", lambda: rates.pop(0))
    monkeypatch.setattr(torch, "get_num_threads", lambda: 2)
    monkeypatch.setattr(torch, "set_num_threads", lambda number: None)
    monkeypatch.setattr(doctor.os, "sched_getaffinity", lambda _: {0, 1}, raising=False)
    finding = doctor.threads()
    assert finding.word == word and "100" in finding.found and "200" in finding.found
    assert ("OMP_NUM_THREADS=1" in finding.remedy) == (word == "note")


def test_more_threads_than_cores_are_told(monkeypatch):
    import torch

    monkeypatch.setattr(doctor, "step_product_rate", lambda: 1.0)
    monkeypatch.setattr(torch, "get_num_threads", lambda: 64)
    monkeypatch.setattr(torch, "set_num_threads", lambda number: None)
    monkeypatch.setattr(doctor.os, "sched_getaffinity", lambda _: {0, 1}, raising=False)
    assert "OMP_NUM_THREADS=2" in doctor.threads().remedy
