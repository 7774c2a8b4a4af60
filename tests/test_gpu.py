"""The script for a GPU: nothing of a task is lost by another's failure, and its tasks find what they look for."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import from_scratch
import gpu
import gpu_tasks
import pytest
import torch
from gpu_tasks import Setting, covered, kernels, round_trips

import course_utils as d2l

SCRIPT = Path(__file__).parents[1] / "benchmarks" / "gpu.py"
CPU = Setting(torch.device("cpu"), quick=True)


def run_plan(plan, output, minutes=1.0):
    done = {}
    gpu.run_all(plan, done, output, minutes)
    return done, json.loads((output / "results.json").read_text(encoding="utf-8"))


def test_a_task_that_raises_is_recorded_and_the_others_go_on(tmp_path):
    def breaks():
        raise ZeroDivisionError("no kernels")

    _, kept = run_plan({"one": lambda: {"value": 1}, "two": breaks, "three": lambda: {"value": 3}}, tmp_path)
    assert (kept["one"]["value"], kept["three"]["value"]) == (1, 3)
    assert kept["two"]["problem"] == "ZeroDivisionError: no kernels"
    assert "in breaks" in kept["two"]["traceback"]
    text = (tmp_path / "results.txt").read_text(encoding="utf-8")
    assert "PROBLEM: ZeroDivisionError" in text and "in breaks" in text


def test_what_was_found_is_kept_when_the_script_is_killed_later(tmp_path):
    def is_killed():
        raise SystemExit

    with pytest.raises(SystemExit):
        run_plan({"one": lambda: {"value": 1}, "two": is_killed}, tmp_path)
    assert json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))["one"]["value"] == 1


def test_no_task_is_started_when_the_time_is_over(tmp_path):
    plan = {"one": lambda: time.sleep(0.2) or {}, "two": lambda: pytest.fail("is started")}
    done, _ = run_plan(plan, tmp_path, minutes=0.1 / 60)
    assert "problem" not in done["one"] and "not run" in done["two"]["problem"]


def test_on_the_cpu_the_script_runs_from_any_folder(tmp_path):
    words = ["--device", "cpu", "--quick", "--output", "results", "--only", "machine", "compared gru-both", "against"]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    result = subprocess.run([sys.executable, SCRIPT, *words], cwd=tmp_path, env=environment, capture_output=True)
    kept = json.loads((tmp_path / "results" / "results.json").read_text(encoding="utf-8"))
    assert list(kept) == ["machine", "compared gru-both", "against cuDNN"]
    assert kept["compared gru-both"]["apart"] < 1e-4
    # The third compares what the second did not measure here: a failure of its own.
    assert kept["against cuDNN"]["problem"].startswith("KeyError") and result.returncode == 1
    assert "| nn.GRU, bidirectional |" in (tmp_path / "results" / "results.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["samples", "checks", "resumed scratch, back", "resumed concise, there"])
def test_on_the_cpu_a_task_has_no_problem(name):
    found = gpu_tasks.tasks(CPU, {})[name]()
    assert "problem" not in found, found


def test_losses_that_differ_are_a_problem(monkeypatch):
    def two_epochs_apart(*_):
        yield from [(1.0, 2.0, 1e-6), (1.0, 2.0, 1e-2), (1.0, 2.0, 1e-6)]

    monkeypatch.setattr(gpu_tasks, "in_turn", two_epochs_apart)
    assert "apart" in gpu_tasks.compared("gru-scratch", CPU)["problem"]


def test_another_sample_is_a_problem(monkeypatch):
    texts = iter(["ab", "ac"])
    monkeypatch.setattr(d2l, "predict_rnn", lambda *_: next(texts))
    assert gpu_tasks.samples(CPU)["problem"] == "the samples differ"


def test_a_round_trip_in_a_minibatch_is_noticed(monkeypatch):
    def asks_for_a_number(inputs, state, params):
        outputs, state = from_scratch.gru(inputs, state, params)
        return [output * outputs[0].sum().item() for output in outputs], state

    assert round_trips("deep-scratch", CPU)["waits"] == 0
    monkeypatch.setattr(from_scratch, "deep_rnn", asks_for_a_number)
    monkeypatch.setattr(from_scratch, "deep_rnn_params", from_scratch.gru_params)
    monkeypatch.setattr(from_scratch, "init_deep_rnn_state", from_scratch.init_gru_state)
    monkeypatch.setitem(gpu_tasks.ALL, "asking", gpu_tasks.scratch("deep_rnn", "asking", 3))
    with pytest.raises(RuntimeError, match="item"):
        round_trips("asking", CPU)


@pytest.mark.parametrize(
    "spans, length",
    [([], 0.0), ([(0, 1)], 1.0), ([(0, 2), (1, 3)], 3.0), ([(5, 6), (0, 1)], 2.0), ([(0, 9), (1, 2), (8, 10)], 10.0)],
)
def test_time_in_which_kernels_overlap_counts_once(spans, length):
    assert covered(spans) == length


def test_copies_are_no_kernels_and_one_to_the_host_per_epoch_is_allowed():
    spans = [("gemm", 0, 400), ("add", 300, 500), ("Memset", 500, 501), ("Memcpy DtoH (Device -> Pageable)", 600, 602)]
    found = kernels(spans, 1e-3, 2, on_gpu=True)
    assert found["kernels per minibatch"] == 1
    assert found["busy"] == pytest.approx(0.503)
    assert "problem" not in found
    assert "2 copies to the host" in kernels([*spans, spans[-1]], 1e-3, 2, on_gpu=True)["problem"]
    assert "no kernel" in kernels([], 1e-3, 2, on_gpu=True)["problem"]
