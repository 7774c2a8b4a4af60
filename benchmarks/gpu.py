r"""All that a GPU is needed for, in one script: losses, times, kernels, round trips, checkpoints, checks, tests.

On a bare machine, from the repository's root:

    python3 -m venv .venv && .venv/bin/pip install -c requirements.lock -e '.[test]' && \
        .venv/bin/python benchmarks/gpu.py

Where torch is installed already, `python benchmarks/gpu.py` needs nothing but it, NumPy and, for the last task, pytest
with hypothesis.

    python benchmarks/gpu.py [--device cuda|cpu] [--quick] [--output DIR] [--only NAME ...] [--minutes 5]

Results go to DIR (benchmarks/results/gpu) as results.json and results.txt, written anew after every task: whatever
fails or is killed, the others' are there. A task that raises is recorded with its traceback; after the given minutes
no further one is started, which leaves three of eight for the installation. TF32 is off, so that losses can be
compared. Exits with 1 if there was a problem, else 0.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY))  # the package need not be installed

import torch  # noqa: E402
from gpu_tasks import Found, Setting, tasks  # noqa: E402


def run(name: str, task: Callable[[], Found]) -> Found:
    """What a task found, and its seconds; or a traceback if it raises."""
    start = time.perf_counter()
    try:
        found = dict(task())
    except Exception as error:
        found = {"problem": f"{type(error).__name__}: {error}".splitlines()[0], "traceback": traceback.format_exc()}
    return found | {"took": time.perf_counter() - start}


def run_all(plan: dict[str, Callable[[], Found]], done: dict[str, Found], output: Path, minutes: float) -> None:
    """One after another into `done`, which is written after each."""
    end = time.monotonic() + 60 * minutes
    for name, task in plan.items():
        late = {"problem": f"not run: the {minutes:g} minutes were over", "took": 0.0}
        done[name] = run(name, task) if time.monotonic() < end else late
        print(line(name, done[name]), flush=True)
        write(done, output)


def line(name: str, found: Found) -> str:
    """A task in one line: what is a number or short, the problem last."""
    shown = [f"{key} {short(value)}" for key, value in found.items() if is_short(value) and key != "problem"]
    problem = [f"PROBLEM: {found['problem']}"] if "problem" in found else []
    return f"{name:24} {', '.join(shown)}" + "".join(f"\n{'':24} {one}" for one in problem)


def is_short(value: Any) -> bool:
    return isinstance(value, int | float) or (isinstance(value, str) and len(value) < 60 and "\n" not in value)


def short(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def table(done: dict[str, Found]) -> list[str]:
    """Seconds per epoch of what was compared, as a table for docs/performance.md."""
    rows = [found for name, found in done.items() if name.startswith("compared") and "ratio" in found]
    head = ["| seconds per epoch | trainer | transcription | times faster | losses apart |", "|---|---|---|---|---|"]
    return head + [
        f"| {row['title']} | {row['trainer']:.4f} | {row['transcription']:.4f} | {row['ratio']:.2f} "
        f"| {row['apart']:.0e} |"
        for row in rows
    ]


def text(done: dict[str, Found]) -> str:
    tracebacks = [f"{name}\n{found['traceback']}" for name, found in done.items() if "traceback" in found]
    parts = [*table(done), "", *(line(name, found) for name, found in done.items()), "", *tracebacks]
    return "\n".join(parts)


def write(done: dict[str, Found], output: Path) -> None:
    """Both files, each in one step."""
    output.mkdir(parents=True, exist_ok=True)
    contents = {"results.json": json.dumps(done, indent=1, ensure_ascii=False, default=str), "results.txt": text(done)}
    for name, content in contents.items():
        part = output / f"{name}.part"
        part.write_text(content, encoding="utf-8")
        os.replace(part, output / name)


def arguments_of(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="All that a GPU is needed for, in one script.")
    parser.add_argument("--device", choices=("cuda", "cpu"), default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--quick", action="store_true", help="few minibatches and epochs: to see that it runs")
    parser.add_argument("--output", type=Path, default=REPOSITORY / "benchmarks" / "results" / "gpu", metavar="DIR")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="tasks whose names begin so")
    parser.add_argument("--minutes", type=float, default=5.0, help="after these no further task is started (default 5)")
    arguments = parser.parse_args(words)
    if arguments.device == "cuda" and not torch.cuda.is_available():
        parser.error("torch sees no CUDA device here")
    return arguments


def main(words: list[str] | None = None) -> int:
    arguments = arguments_of(words)
    os.environ.pop("COURSE_TRACE", None)
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
    if arguments.quick:
        torch.set_num_threads(1)  # two that wait for each other on a busy machine take minutes
    done: dict[str, Found] = {}
    plan = tasks(Setting(torch.device(arguments.device), arguments.quick), done)
    if arguments.only:
        plan = {name: task for name, task in plan.items() if name.startswith(tuple(arguments.only))}
    run_all(plan, done, arguments.output, arguments.minutes)
    print(f"\n{arguments.output / 'results.txt'}")
    return int(any("problem" in found for found in done.values()))


if __name__ == "__main__":
    sys.exit(main())
