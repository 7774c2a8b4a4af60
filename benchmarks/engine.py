"""The gain of each of the engine's optimisations: how much longer a minibatch takes without it.

    python benchmarks/engine.py [--only NAME ...] [--models NAME ...] [--epochs 6] [--cpu-time]

Two learners of the same model, one of them without the optimisation, take each minibatch in turn in one process.
Printed is the median of the ratios of their times, which other programs disturb least. `--cpu-time` counts the
processor's time instead of the clock's, for a machine that is not quiet; then use one thread (`OMP_NUM_THREADS=1`).
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count

import torch
from training import EXPERIMENTS, B, Minibatches, T, corpus

import course_utils as d2l
from course_utils.engine import kernels, training_cpu
from course_utils.engine.compiling import lowering, passes
from course_utils.engine.compiling.graph import Step
from course_utils.engine.eager.recognise import Recogniser
from course_utils.engine.layers import nn_layers
from course_utils.engine.running.buffers import Memory, Workspace
from course_utils.engine.running.execute import Unrolled
from course_utils.engine.tracing.replay import Replay
from course_utils.training.learners import Learner

SCRATCH, CONCISE = ("gru-scratch", "gru-after", "lstm-scratch"), ("gru", "lstm", "gru-both")

Patch = tuple[object, str, object]  # an object, its attribute, another value of that


@dataclass(frozen=True)
class Optimisation:
    """What is measured, and how it is switched off."""

    title: str
    patches: tuple[Patch, ...]
    models: tuple[str, ...] = SCRATCH
    is_eager: bool = False  # measured on networks that are not traced
    prepare: Callable[[Learner], None] = lambda learner: None  # the learner without it


def run_untraced(learner: Learner) -> None:
    learner.network.is_tracing = False


def run_plainly(learner: Learner) -> None:
    learner.network._is_off = True  # as COURSE_TRACE=0


def everything_in_the_loop(step: Step) -> Step:
    """As `passes.hoist`, with the output layer in the loop."""
    inside = passes.state_dependent(step)
    results = tuple(sorted({step.score, *step.others} & inside))
    needs_grad = inside & passes._ancestors(step.nodes, [step.score], kinds=("node", "before"))
    return replace(step, recurrent=tuple(sorted(inside)), results=results, needs_grad=frozenset(needs_grad))


numbers = count()
unchanged: Callable[[Step], Step] = lambda step: step  # noqa: E731
new_memory = lambda _, step, num_steps, like: Memory(step, num_steps, like)  # noqa: E731

OPTIMISATIONS = {
    "engine": Optimisation("the whole engine (`COURSE_TRACE=0`)", (), prepare=run_plainly),
    "tracing": Optimisation("tracing (run eagerly, products recognised)", (), prepare=run_untraced),
    "replay": Optimisation("replay of the last minibatch", ((Replay, "can_replay", lambda *_: False),)),
    "after-loop": Optimisation("output layer after the loop", ((passes, "hoist", everything_in_the_loop),)),
    "gather": Optimisation("gathered sums", ((passes, "gather_sums", unchanged),)),
    "fusion": Optimisation("fused products", ((passes, "_group", lambda *_: next(numbers)),)),
    "rows": Optimisation("rows looked up into buffers", ((Unrolled, "_rows", lambda *_: None),)),
    "memory": Optimisation("the loop's memory kept", ((Workspace, "memory", new_memory),)),
    "library": Optimisation(
        "the library for this CPU, not the other", ((kernels, "_ON_INTEL", not kernels._ON_INTEL),), SCRATCH + CONCISE
    ),
    "recognised": Optimisation("products recognised, untraced", (), is_eager=True, prepare=run_plainly),
    "lookups": Optimisation("lookups, untraced", ((Recogniser, "onehot", lambda *_: None),), is_eager=True),
    "indices": Optimisation("`nn` layers fed with indices", ((nn_layers, "reads_indices", lambda *_: False),), CONCISE),
}


@contextmanager
def without(optimisation: Optimisation) -> Iterator[None]:
    before = [(owner, name, getattr(owner, name)) for owner, name, _ in optimisation.patches]
    for owner, name, value in optimisation.patches:
        setattr(owner, name, value)
    try:
        yield
    finally:
        for owner, name, value in before:
            setattr(owner, name, value)


def measure(
    optimisation: Optimisation, model: str, minibatches: Minibatches, num_epochs: int, clock: Callable[[], float]
) -> tuple[float, float]:
    """Milliseconds of a minibatch with all optimisations, and how many times longer it takes without this one."""
    learners = []
    for _ in range(2):
        d2l.set_seed(0)
        learners.append(EXPERIMENTS[model].make(corpus()[1], torch.device("cpu"))[0])
        if optimisation.is_eager:
            run_untraced(learners[-1])
    optimisation.prepare(learners[1])
    times: tuple[list[float], list[float]] = [], []
    for epoch in range(num_epochs + 1):
        for learner in learners:
            learner.start_epoch()
        for number, (X, Y) in enumerate(minibatches):
            for which in (0, 1) if number % 2 else (1, 0):
                if epoch == 0:  # steps are compiled, each with its own passes
                    lowering._compiled.cache_clear()
                seconds = timed(learners[which], X, Y, optimisation if which else None, clock)
                if epoch > 0:
                    times[which].append(seconds)
    return 1e3 * statistics.median(times[0]), statistics.median(b / a for a, b in zip(*times, strict=True))


def timed(
    learner: Learner, X: torch.Tensor, Y: torch.Tensor, off: Optimisation | None, clock: Callable[[], float]
) -> float:
    with training_cpu(), without(off) if off else without(NOTHING):
        start = clock()
        learner.step(X, Y)
        return clock() - start


NOTHING = Optimisation("nothing", ())


def main() -> None:
    parser = argparse.ArgumentParser(description="The gain of each of the engine's optimisations.")
    parser.add_argument("--only", nargs="+", choices=OPTIMISATIONS, metavar="NAME", help=", ".join(OPTIMISATIONS))
    parser.add_argument("--models", nargs="+", metavar="NAME", help="default: the three from scratch, or of nn layers")
    parser.add_argument("--epochs", type=int, default=6, help="counted epochs of each (default 6)")
    parser.add_argument("--cpu-time", action="store_true", help="the processor's time instead of the clock's")
    arguments = parser.parse_args()
    clock = time.process_time if arguments.cpu_time else time.perf_counter
    minibatches = list(d2l.data_iter_consecutive(corpus()[0], B, T))
    print(f"{torch.get_num_threads()} threads, {'processor time' if arguments.cpu_time else 'clock'}; median of "
          f"{arguments.epochs} epochs of {len(minibatches)} minibatches\n\n| without | model | ms with | times longer |"
          "\n|---|---|---|---|")  # fmt: skip
    for name in arguments.only or OPTIMISATIONS:
        optimisation = OPTIMISATIONS[name]
        for model in [model for model in optimisation.models if model in (arguments.models or optimisation.models)]:
            milliseconds, ratio = measure(optimisation, model, minibatches, arguments.epochs, clock)
            print(f"| {optimisation.title} | {model} | {milliseconds:.1f} | {ratio:.3f} |", flush=True)


if __name__ == "__main__":
    main()
