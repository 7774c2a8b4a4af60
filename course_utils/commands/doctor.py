"""`course doctor`: what works on this machine, a line a part, and what to do about what does not."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.text import Text

from course_utils.filesystem import REPOSITORY, put_tools_on_path

ENOUGH_DISK = 1.0  # GiB: for a class's notebooks, feedback and the demo


@dataclass(frozen=True)
class Finding:
    """One line of the doctor's. `remedy` is empty when all is well; only what is required makes the doctor fail."""

    part: str
    found: str
    remedy: str = ""
    required: bool = True

    @property
    def word(self) -> str:
        """ "ok", "problem", or "note" for what the course can do without."""
        if not self.remedy:
            return "ok"
        return "problem" if self.required else "note"


def run_doctor(console: Console | None = None) -> int:
    """Print a line for each part; 0 when all that is required works, else 1."""
    console = console or Console(highlight=False)
    styles = {"ok": "green", "note": "yellow", "problem": "bold red"}
    healthy = True
    for part, examine in PARTS:
        one = examined(part, examine)
        healthy = healthy and one.word != "problem"
        line = Text(f"{one.word:<8}", style=styles[one.word]) + Text(f"{one.part:<12}", style="bold")
        line += Text(" - ".join(filter(None, (one.found, one.remedy))), style="not bold")
        console.print(line, soft_wrap=True)
    return 0 if healthy else 1


def examined(part: str, examine: Callable[[], Finding]) -> Finding:
    """The finding; an examination that fails itself is a finding too."""
    try:
        return examine()
    except Exception as error:
        reason = f"{type(error).__name__}: {error}".splitlines()[0]
        return Finding(part, reason, "install the course again: delete .venv and run ./course")


def python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    remedy = "" if sys.version_info >= (3, 10) else "the course needs Python >= 3.10"
    return Finding("Python", f"{version}, {sys.executable}", remedy)


def torch() -> Finding:
    import torch

    sum_ = (torch.ones(2, 2) @ torch.ones(2, 2)).sum().item()
    device = f"CUDA: {torch.cuda.get_device_name()}" if torch.cuda.is_available() else "CPU"
    remedy = "" if sum_ == 8 else "torch computes wrongly: install it again"
    return Finding("torch", f"{torch.__version__}, {device}", remedy)


def engine() -> Finding:
    """Whether networks from scratch are traced on the device that training uses here: a small one is trained on it."""
    import torch

    from course_utils.training.learners import new_tape

    device = "cuda" if torch.cuda.is_available() else "cpu"
    if new_tape() is None:
        return Finding("engine", f"networks from scratch are not traced on {device}, as COURSE_TRACE=0 is set")
    try:
        is_traced = small_network_is_traced(device)
    except RuntimeError as error:  # torch's, of whatever the engine asks of this device and cannot have
        reason = str(error).strip().partition("\n")[0]
        return Finding("engine", f"tracing fails on {device}: {reason}", "set COURSE_TRACE=0", required=False)
    if is_traced:
        return Finding("engine", f"networks from scratch are traced on {device}")
    return Finding(
        "engine", f"a small network from scratch is not traced on {device}: it runs as written, with the same results",
        "run the course's own versions of its packages: delete .venv and run ./course", required=False,
    )  # fmt: skip


def small_network_is_traced(device: str) -> bool:
    """Trains a network of one product per step for two minibatches: whether it was traced to the end."""
    import torch

    from course_utils.training.learners import FromScratch

    def rnn(inputs: list, state: tuple, params: list) -> tuple[list, tuple]:
        (H,), outputs = state, []
        for X in inputs:
            H = torch.tanh(X @ params[0] + H @ params[0])  # (B, H), V and H being equal
            outputs.append(H)
        return outputs, (H,)

    params = [torch.eye(3, device=device).requires_grad_()]
    learner = FromScratch(
        rnn, params, lambda *_: (torch.zeros(2, 3, device=device),), 3, device, [], {}, 3, False, 0.1, 1.0
    )  # fmt: skip
    X = torch.zeros(2, 4, dtype=torch.int64, device=device)  # (B, T)
    for _ in range(2):
        learner.step(X, X)
    return learner.tape is not None


def threads() -> Finding:
    """What training uses, torch's own choice of a thread a core, against one thread, in the product of a time step."""
    import torch

    used, cores = torch.get_num_threads(), len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None
    rate = step_product_rate()
    found = f"{used} for torch, on {cores or os.cpu_count()} cores: {rate:.0f} GFLOP/s in a time step's product"
    if used == 1:
        return Finding("threads", found)
    torch.set_num_threads(1)
    try:
        alone = step_product_rate()
    finally:
        torch.set_num_threads(used)
    found += f", {alone:.0f} with one thread"
    if cores and used > cores:
        return Finding("threads", found, f"set OMP_NUM_THREADS={cores}: more threads than cores wait", required=False)
    busy = "set OMP_NUM_THREADS=1 while other programs keep the cores busy"
    return Finding("threads", found, busy if alone > 1.2 * rate else "", required=False)


def step_product_rate() -> float:
    """GFLOP/s of `(32, 256) @ (256, 1024)`, the best of 30."""
    import torch

    from course_utils.engine.kernels import matmul

    left, right = torch.ones(32, 256), torch.ones(256, 1024)
    fastest = float("inf")
    with torch.no_grad():
        for _ in range(30):
            start = time.perf_counter()
            matmul(left, right)
            fastest = min(fastest, time.perf_counter() - start)
    return 2 * left.numel() * right.shape[1] / fastest / 1e9


def kernel() -> Finding:
    """The kernel "python3" has to be this very Python, or notebooks run with other packages than the course's."""
    from jupyter_client.kernelspec import KernelSpecManager

    spec = KernelSpecManager().get_kernel_spec("python3")
    program = shutil.which(spec.argv[0]) or spec.argv[0]
    # jupyter_client puts its own interpreter in the place of a plain "python".
    ours = spec.argv[0] in ("python", "python3", Path(sys.executable).name) or Path(program) == Path(sys.executable)
    remedy = f"run: {sys.executable} -m ipykernel install --sys-prefix"
    return Finding(
        "kernel",
        f"python3 in {spec.resource_dir}" if ours else f"python3 is {program}",
        "" if ours else remedy,
    )


def nbgrader() -> Finding:
    put_tools_on_path()
    import nbgrader.apps  # noqa: F401  (the import is the examination)

    remedy = (
        "" if shutil.which("alembic") else "alembic is missing, gradebooks cannot be made: install the course again"
    )
    return Finding("nbgrader", importlib.metadata.version("nbgrader"), remedy)


def font() -> Finding:
    from course_utils.style import use_chinese_font

    name = use_chinese_font()
    return Finding("fonts", name or "none with Chinese", "" if name else "install zhplot, which carries one")


def sandbox() -> Finding:
    """Grading needs it, and nothing that a student does."""
    if sys.platform == "win32":  # where the grader's modules do not even load
        reason = "the sandbox needs Linux: grade there (a virtual machine will do)"
    else:
        from course_utils.sandbox.outside.kernel import why_no_sandbox

        reason = why_no_sandbox()
    if not reason:
        return Finding("sandbox", f"bubblewrap, {shutil.which('bwrap')}")
    return Finding("sandbox", "none: instructors need it to grade, students do not", reason, required=False)


def corpus() -> Finding:
    from course_utils.data.corpus import CorpusError, load_data_jay_lyrics

    try:
        indices, _, _, vocab_size = load_data_jay_lyrics()
    except CorpusError as error:
        return Finding("corpus", str(error), "mend the file, or unset COURSE_LYRICS to use the embedded corpus")
    return Finding("corpus", f"{_corpus_name()}: {len(indices)} characters, {vocab_size} different ones")


def _corpus_name() -> str:
    """Where the corpus comes from, in the order of the contract."""
    if os.environ.get("COURSE_LYRICS"):
        return os.environ["COURSE_LYRICS"]
    files = (Path("data") / f"jaychou_lyrics.txt{ending}" for ending in ("", ".zip"))
    return next((str(path) for path in files if path.exists()), "embedded")


def disk() -> Finding:
    free = shutil.disk_usage(REPOSITORY).free / 2**30
    return Finding("disk", f"{free:.1f} GiB free", "" if free >= ENOUGH_DISK else f"{ENOUGH_DISK:.0f} GiB are needed")


PARTS: tuple[tuple[str, Callable[[], Finding]], ...] = (
    ("Python", python),
    ("torch", torch),
    ("engine", engine),
    ("threads", threads),
    ("kernel", kernel),
    ("nbgrader", nbgrader),
    ("fonts", font),
    ("sandbox", sandbox),
    ("corpus", corpus),
    ("disk", disk),
)
