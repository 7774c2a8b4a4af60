"""What `gpu.py` runs: tasks that each return what was found, with a `problem` if it is not as it should be."""

from __future__ import annotations

import contextlib
import io
import math
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any
from unittest import mock

import from_scratch as fs
import torch
from torch import Tensor, nn
from training import EXPERIMENTS, B, Minibatches, T, in_turn, scratch

import course_utils as d2l
from course_utils.checks import find_task
from course_utils.training.learners import Concise, Learner
from course_utils.training.loop import train_epoch

REPOSITORY = Path(__file__).resolve().parents[1]
ALL = EXPERIMENTS | {
    "deep-scratch": scratch("deep_rnn", "2 layers from scratch", 3),
    "birnn-scratch": scratch("birnn", "bidirectional from scratch", 2),
}
NO_GOAL = ("deep-scratch", "birnn-scratch")  # only compared
# On the CPU the losses (nats) of three epochs agree to 1e-5, of the two networks without gates, which multiply small
# differences more, to 7e-5. A GPU adds the gradients of looked-up rows in any order, which is another rounding in every
# run: ten times as much is allowed. Six layers are chaotic in the third epoch: the number of threads alone makes 8e-4.
ROUNDING = dict.fromkeys(ALL, 1e-4) | dict.fromkeys(("lstm-6", *NO_GOAL), 1e-3)
ROUNDING_OF_DEVICES = 1e-3  # two devices have different kernels
MOST_TIMES_CUDNN = 3.0

Found = dict[str, Any]


@dataclass(frozen=True)
class Setting:
    """Where and on what the tasks run. `quick` is to see that they run."""

    device: torch.device
    quick: bool

    @property
    def corpus(self) -> tuple[list[int], dict[str, int], list[str], int]:
        return d2l.load_data_jay_lyrics(REPOSITORY / "course_utils" / "data" / "lyrics.txt")

    @property
    def num_epochs(self) -> int:
        """Those whose time is taken, and whose losses are compared."""
        return 2 if self.quick else 5

    def minibatches(self) -> tuple[Minibatches, int]:
        """On the device; and the size of the vocabulary."""
        indices, _, _, V = self.corpus
        return list(islice(d2l.data_iter_consecutive(indices, B, T, self.device), 2 if self.quick else None)), V

    def wait(self) -> None:
        if self.device.type == "cuda":
            torch.cuda.synchronize()


def machine(setting: Setting) -> Found:
    found: Found = {"torch": torch.__version__, "python": sys.version.split()[0], "device": str(setting.device),
                    "TF32": torch.backends.cuda.matmul.allow_tf32 or torch.backends.cudnn.allow_tf32}  # fmt: skip
    if setting.device.type == "cuda":
        found |= {"name": torch.cuda.get_device_name(), "cuda": torch.version.cuda}
        found |= {"cudnn": torch.backends.cudnn.version(), "capability": torch.cuda.get_device_capability()}
    return found


def compared(name: str, setting: Setting) -> Found:
    """An experiment's seconds per epoch, trainer and transcription in turn, and how far apart their losses are."""
    d2l.set_seed(0)
    minibatches, V = setting.minibatches()
    runs = in_turn(ALL[name], V, minibatches, setting.device)
    measured = [next(runs) for _ in range(1 + setting.num_epochs)]
    ours, plain = (statistics.median(column) for column in list(zip(*measured[1:], strict=True))[:2])
    found = {"title": ALL[name].title, "trainer": ours, "transcription": plain, "ratio": plain / ours,
             "apart": max(run[2] for run in measured[:3])}  # fmt: skip
    goal = 0.0 if name in NO_GOAL or setting.quick else ALL[name].goal
    if not found["apart"] <= ROUNDING[name]:
        found["problem"] = f"the losses are {found['apart']:.0e} apart, more than {ROUNDING[name]:.0e}"
    elif found["ratio"] < goal:
        found["problem"] = f"{found['ratio']:.2f} times as fast as the transcription, the goal is {goal}"
    return found


def seconds(learner: Learner, minibatches: Minibatches, num_epochs: int) -> float:
    """Per epoch, the median after one that does not count."""
    history = d2l.History()
    for epoch in range(1, num_epochs + 2):
        train_epoch(learner, iter(minibatches), epoch, history)
    return statistics.median(history.seconds[1:])


def untraced(name: str, setting: Setting) -> Found:
    """What the tracing engine is good for on this device."""
    minibatches, V = setting.minibatches()
    found = {}
    for value in ("1", "0"):
        d2l.set_seed(0)
        with mock.patch.dict(os.environ, COURSE_TRACE=value):
            learner, _ = ALL[name].make(V, setting.device)
        found["traced" if value == "1" else "untraced"] = seconds(learner, minibatches, setting.num_epochs)
        if learner.network.is_tracing != (value == "1"):
            found["problem"] = f"COURSE_TRACE={value}, but is_tracing is {learner.network.is_tracing}"
    return found | {"ratio": found["untraced"] / found["traced"]}


def against_cudnn(done: dict[str, Found], setting: Setting) -> Found:
    """The GRU from scratch against `nn.GRU`, of the same sizes, both by the trainer."""
    times = done["compared gru-scratch"]["trainer"] / done["compared gru"]["trainer"]
    found: Found = {"times": times}
    if setting.device.type == "cuda" and not setting.quick and times > MOST_TIMES_CUDNN:
        found["problem"] = f"{times:.2f} times the time of nn.GRU, the goal is at most {MOST_TIMES_CUDNN}"
    return found


def profiled(name: str, setting: Setting) -> Found:
    """Kernels of one epoch of the trainer, and the share of its time in which one runs.

    The time is that of epochs without the profiler, which makes them longer. On the CPU torch's operations stand in
    for kernels.
    """
    on_gpu = setting.device.type == "cuda"
    d2l.set_seed(0)
    minibatches, V = setting.minibatches()
    learner, _ = ALL[name].make(V, setting.device)
    epoch = seconds(learner, minibatches, setting.num_epochs)
    activity = torch.profiler.ProfilerActivity.CUDA if on_gpu else torch.profiler.ProfilerActivity.CPU
    with torch.profiler.profile(activities=[activity]) as profile:
        train_epoch(learner, iter(minibatches), 1, d2l.History())
        setting.wait()
    events = [event for event in profile.events() if not getattr(event, "is_user_annotation", False)]
    if on_gpu:
        events = [event for event in events if event.device_type == torch.autograd.DeviceType.CUDA]
    else:
        events = [event for event in events if event.cpu_parent is None]
    spans = [(event.name, event.time_range.start, event.time_range.end) for event in events]
    return kernels(spans, epoch, len(minibatches), on_gpu)


def kernels(spans: list[tuple[str, float, float]], epoch: float, num_minibatches: int, on_gpu: bool) -> Found:
    """Of an epoch's names with starts and ends (microseconds), and its seconds."""
    copies = [name for name, *_ in spans if name.startswith(("Memcpy", "Memset"))]
    back = sum("DtoH" in name for name in copies)
    per_minibatch = (len(spans) - len(copies)) / num_minibatches
    found: Found = {
        "kernels per minibatch": per_minibatch, "kernels per time step": per_minibatch / T,
        "seconds per epoch": epoch, "busy": covered(span[1:] for span in spans) / 1e6 / epoch,
        "copies to the host per epoch": back,
    }  # fmt: skip
    if on_gpu and not spans:
        found["problem"] = "the profiler saw no kernel: are its counters allowed on this machine?"
    elif back > 1:
        found["problem"] = f"{back} copies to the host in an epoch: there must be one, of the loss at its end"
    return found


def covered(spans: Iterable[tuple[float, float]]) -> float:
    """The length of the union of intervals."""
    total, end = 0.0, -math.inf
    for start, stop in sorted(spans):
        total += max(0.0, stop - max(start, end))
        end = max(end, stop)
    return total


def round_trips(name: str, setting: Setting) -> Found:
    """How often a minibatch waits for the device; the first one, which makes all memory, does not count.

    Without a GPU the device "meta" stands in, on which a wait is an error.
    """
    device = setting.device if setting.device.type == "cuda" else torch.device("meta")
    minibatches, V = setting.minibatches()
    learner, _ = ALL[name].make(V, device)
    learner.start_epoch()
    if device.type == "meta" and isinstance(learner, Concise):
        learner.update = lambda: None  # Adam's, fused on a GPU, is another one there
    waits: list[str] = []
    for number, (X, Y) in enumerate((X.to(device), Y.to(device)) for X, Y in minibatches):
        with waits_noted(device) as noted:
            learner.step(X, Y)
        waits += noted if number else []
    found: Found = {"minibatches": len(minibatches) - 1, "waits": len(waits), "where": sorted(set(waits))[:5]}
    return found | ({"problem": f"{len(waits)} waits for the device within minibatches"} if waits else {})


@contextlib.contextmanager
def waits_noted(device: torch.device) -> Iterator[list[str]]:
    """The warnings that CUDA gives of operations that wait, with file and line."""
    noted: list[str] = []
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        if device.type == "cuda":
            torch.cuda.set_sync_debug_mode("warn")
        try:
            yield noted
        finally:
            if device.type == "cuda":
                torch.cuda.set_sync_debug_mode("default")
    noted += [f"{Path(w.filename).name}:{w.lineno}" for w in warned if "called a synchronizing" in str(w.message)]


Train = Callable[..., d2l.History]


def train_scratch(setting: Setting, device: torch.device, num_epochs: int, **options: Any) -> d2l.History:
    indices, char_to_idx, idx_to_char, V = setting.corpus
    with contextlib.redirect_stdout(io.StringIO()):
        return d2l.train_and_predict_rnn(
            fs.gru, fs.gru_params, fs.init_gru_state, 64, V, device, indices[:3000], idx_to_char, char_to_idx,
            False, num_epochs, T, 1e2, 1e-2, B, num_epochs, 5, idx_to_char[:1], seed=0, **options,
        )  # fmt: skip


def train_concise(setting: Setting, device: torch.device, num_epochs: int, **options: Any) -> d2l.History:
    indices, char_to_idx, idx_to_char, V = setting.corpus
    d2l.set_seed(0)
    model = d2l.RNNModel(nn.GRU(V, 64), V)
    with contextlib.redirect_stdout(io.StringIO()):
        return d2l.train_and_predict_rnn_pytorch(
            model, 64, V, device, indices[:3000], idx_to_char, char_to_idx,
            num_epochs, T, 1e-2, 1e-2, B, num_epochs, 5, idx_to_char[:1], **options,
        )  # fmt: skip


def resumed(train: Train, setting: Setting, first: torch.device, second: torch.device) -> Found:
    """A run that is saved on one device and goes on on the other, against one that stays."""
    whole = train(setting, first, 4)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "run.checkpoint"
        train(setting, first, 2, resume=file)
        moved = train(setting, second, 4, resume=file)
    pairs = list(zip(whole.perplexities, moved.perplexities, strict=True))
    apart = max(abs(math.log(one) - math.log(other)) for one, other in pairs)
    device = moved.params[0].device.type
    found: Found = {"apart": apart, "ends on": device}
    if not apart <= ROUNDING_OF_DEVICES or device != second.type:
        found["problem"] = f"losses {apart:.0e} apart, ends on {device}"
    return found


def samples(setting: Setting) -> Found:
    """The same parameters write the same characters on the device and on the CPU."""
    _, char_to_idx, idx_to_char, V = setting.corpus
    params = [param.detach() for param in train_scratch(setting, setting.device, 5).params]
    texts = [
        d2l.predict_rnn(
            idx_to_char[0], 20, fs.gru, [param.to(device) for param in params], fs.init_gru_state, 64, V, device,
            idx_to_char, char_to_idx,
        )
        for device in (setting.device, torch.device("cpu"))
    ]  # fmt: skip
    return {"texts": texts} | ({} if texts[0] == texts[1] else {"problem": "the samples differ"})


def interrupted(setting: Setting, after: float = 1.0) -> Found:
    """Ctrl-C in the middle of training: the run ends in good order, and the parameters can be trained on."""
    timer = threading.Timer(after, lambda: os.kill(os.getpid(), signal.SIGINT))
    timer.start()
    try:
        history = train_scratch(setting, setting.device, 100_000)
    finally:
        timer.cancel()
    are_finite = all(bool(param.isfinite().all()) for param in history.params)
    found: Found = {"stopped": history.stopped, "epochs": len(history.epochs), "finite": are_finite}
    if history.stopped != "interrupted" or not are_finite or not history.epochs:
        found["problem"] = "not stopped as it should be"
    return found


def starts_on_the_cpu(inputs: list[Tensor], state: fs.State, params: list[Tensor]) -> Any:
    """Right on the CPU only."""
    H = torch.zeros(state[0].shape, dtype=state[0].dtype) + state[0]
    return fs.gru(inputs, (H,), params)


def moves_last(vocab_size: int, num_hiddens: int, device: object) -> list[Tensor]:
    """Leaves on the CPU only."""
    return [param.to(device) for param in fs.gru_params(vocab_size, num_hiddens, "cpu")]


def checks(setting: Setting) -> Found:
    """What a check says of functions that are wrong on a GPU only, and whether they are; and of a right one."""
    device = setting.device
    texts = {
        "forward": find_task("gru.forward").examine(starts_on_the_cpu).text(),
        "params": find_task("gru.params").examine(moves_last).text(),
    }
    with device:
        right = find_task("gru.forward").examine(fs.gru).text()
    problems = [
        *([] if "a tensor is made on the CPU" in texts["forward"] else ["gru.forward does not name the mistake"]),
        *([] if "requires_grad_() last" in texts["params"] else ["gru.params does not name the mistake"]),
        *([] if "right" in right else [f"the default device {device} breaks a check"]),
    ]
    if device.type == "cuda":
        problems += [*_still_works(device)]
    return texts | {"right": right} | ({"problem": "; ".join(problems)} if problems else {})


def _still_works(device: torch.device) -> Iterator[str]:
    """Whether what the checks call wrong works on the device after all."""
    X = d2l.to_onehot(torch.zeros(2, 3, dtype=torch.int64, device=device), 5)
    with contextlib.suppress(RuntimeError):
        starts_on_the_cpu(X, fs.init_gru_state(2, 4, device), fs.gru_params(5, 4, device))
        yield "the function with a tensor of the CPU works on the device"
    if any(param.is_leaf for param in moves_last(5, 4, device)):
        yield "what is moved last is a leaf on the device"


def cuda_tests(setting: Setting) -> Found:
    """`pytest -m cuda`; on the CPU all are skipped."""
    command = [sys.executable, "-m", "pytest", "-q", "-m", "cuda", "-rs", "--continue-on-collection-errors"]
    ran = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=120)
    lines = (ran.stdout + ran.stderr).splitlines()
    found: Found = {"exit": ran.returncode, "summary": lines[-1] if lines else "", "output": lines[-60:]}
    is_well = ran.returncode == 0 and (setting.device.type == "cpu" or "skipped" not in found["summary"])
    return found | ({} if is_well else {"problem": f"pytest ended with {ran.returncode}: {found['summary']}"})


def tasks(setting: Setting, done: dict[str, Found]) -> dict[str, Callable[[], Found]]:
    """All, by their names, what matters most first. `done` has the results of those before."""
    cpu, here = torch.device("cpu"), setting.device
    plan: dict[str, Callable[[], Found]] = {"machine": lambda: machine(setting)}
    plan |= {f"compared {name}": lambda name=name: compared(name, setting) for name in ALL}
    plan["against cuDNN"] = lambda: against_cudnn(done, setting)
    plan |= {f"round trips {name}": lambda name=name: round_trips(name, setting) for name in ALL}
    plan |= {f"profiled {n}": lambda n=n: profiled(n, setting) for n in ("gru-scratch", "lstm-scratch", "gru")}
    plan |= {f"untraced {n}": lambda n=n: untraced(n, setting) for n in ("gru-scratch", "lstm-scratch")}
    for kind, train in (("scratch", train_scratch), ("concise", train_concise)):
        plan[f"resumed {kind}, there"] = lambda train=train: resumed(train, setting, cpu, here)
        plan[f"resumed {kind}, back"] = lambda train=train: resumed(train, setting, here, cpu)
    plan["samples"] = lambda: samples(setting)
    plan["interrupted"] = lambda: interrupted(setting)
    plan["checks"] = lambda: checks(setting)
    plan["tests"] = lambda: cuda_tests(setting)
    return plan
