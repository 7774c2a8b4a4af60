"""`course doctor`: says in one line per part whether it works on this machine, and if not, what to do."""

from __future__ import annotations

import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rich.cells import set_cell_size
from rich.console import Console
from rich.text import Text

from course_utils.filesystem import REPOSITORY, put_tools_on_path
from course_utils.installation import how_to_install, top
from course_utils.translation import say, to_say

LEVELS = {"ok": to_say("ok"), "note": to_say("note"), "problem": to_say("problem")}
ENOUGH_DISK = 1.0  # GiB, for a class's notebooks, feedback and the demo


@dataclass(frozen=True)
class PartStatus:
    """The state of one part. `remedy` is empty when it works; the doctor fails only for a part that is required."""

    part: str
    description: str
    remedy: str = ""
    required: bool = True

    @property
    def level(self) -> str:
        """ "ok", "problem", or "note" for a part that the course can do without."""
        if not self.remedy:
            return "ok"
        return "problem" if self.required else "note"


def run_doctor(console: Console | None = None) -> int:
    """Print one line per part; the exit code is 0 when all required parts work, else 1."""
    console = console or Console(highlight=False)
    styles = {"ok": "green", "note": "yellow", "problem": "bold red"}
    healthy = True
    for part, examine in PARTS:
        status = examine_part(part, examine)
        healthy = healthy and status.level != "problem"
        level = set_cell_size(say(LEVELS[status.level]), 8)
        line = Text(level, style=styles[status.level]) + Text(set_cell_size(say(status.part), 12), style="bold")
        line += Text(" - ".join(filter(None, (status.description, status.remedy))), style="not bold")
        console.print(line, soft_wrap=True)
    return 0 if healthy else 1


def examine_part(part: str, examine: Callable[[], PartStatus]) -> PartStatus:
    """The status of a part; an examination that raises is a problem of that part."""
    try:
        return examine()
    except Exception as error:
        if isinstance(error, ModuleNotFoundError) and top(error):
            return PartStatus(part, say("cannot be examined"), how_to_install(top(error)))
        reason = f"{type(error).__name__}: {error}".splitlines()[0]
        return PartStatus(
            part, reason, say("install the course again: delete .venv, which holds only packages, and run ./course")
        )


def python() -> PartStatus:
    """Python's version and path."""
    version = ".".join(map(str, sys.version_info[:3]))
    remedy = "" if sys.version_info >= (3, 10) else say("the course needs Python >= 3.10")
    return PartStatus("Python", f"{version}, {sys.executable}", remedy)


def packages() -> PartStatus:
    """The packages that the course needs by name: whether each is installed."""
    needed = [text for text in importlib.metadata.requires("course-utils") or [] if "extra ==" not in text]
    names = [re.split(r"[^\w.-]", text, maxsplit=1)[0] for text in needed]
    missing = [name for name in names if not _is_installed(name)]
    if missing:
        return PartStatus("packages", say("some are missing"), how_to_install(*missing))
    return PartStatus("packages", say("all {count} that the course asks for", count=len(names)))


def _is_installed(package: str) -> bool:
    try:
        return bool(importlib.metadata.version(package))
    except importlib.metadata.PackageNotFoundError:
        return False


def torch() -> PartStatus:
    """torch's version and device, and whether it computes a product correctly."""
    import torch

    total = (torch.ones(2, 2) @ torch.ones(2, 2)).sum().item()
    device = f"CUDA: {torch.cuda.get_device_name()}" if torch.cuda.is_available() else "CPU"
    remedy = "" if total == 8 else say("torch computes wrongly: install it again")
    return PartStatus("torch", f"{torch.__version__}, {device}", remedy)


def engine() -> PartStatus:
    """Whether networks from scratch are traced on the device that training uses here: a small one is trained on it."""
    import torch

    device = "cuda" if torch.cuda.is_available() else "cpu"
    if os.environ.get("COURSE_TRACE") == "0":
        return PartStatus(
            "engine", say("networks from scratch are not traced on {device}, as COURSE_TRACE=0 is set", device=device)
        )
    try:
        is_traced = small_network_is_traced(device)
    except RuntimeError as error:  # torch's, of whatever the engine asks of this device and cannot have
        reason = str(error).strip().partition("\n")[0]
        fails = say("tracing fails on {device}: {reason}", device=device, reason=reason)
        return PartStatus("engine", fails, say("set COURSE_TRACE=0"), required=False)
    if is_traced:
        return PartStatus("engine", say("networks from scratch are traced on {device}", device=device))
    return PartStatus(
        "engine",
        say("a small network from scratch is not traced on {device}: it runs as written, with the same results",
            device=device),
        say("run the course's own versions of its packages: delete .venv, which holds only packages, and run ./course"),
        required=False,
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
    return learner.network.is_tracing


def threads() -> PartStatus:
    """The speed of a time step's product with torch's own choice of threads, one per core, and with a single one."""
    import torch

    used, cores = torch.get_num_threads(), len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None
    rate = step_product_rate()
    parts = {"used": used, "cores": cores or os.cpu_count(), "rate": f"{rate:.0f}"}
    description = say("{used} for torch, on {cores} cores: {rate} GFLOP/s in a time step's product", **parts)
    if used == 1:
        return PartStatus("threads", description)
    torch.set_num_threads(1)
    try:
        single_rate = step_product_rate()
    finally:
        torch.set_num_threads(used)
    description = say("{description}, {rate} with one thread", description=description, rate=f"{single_rate:.0f}")
    remedy = ""
    if cores and used > cores:
        remedy = say("set OMP_NUM_THREADS={cores}: with more threads than cores some wait", cores=cores)
    elif single_rate > 1.2 * rate:
        remedy = say("set OMP_NUM_THREADS=1 while other programs keep the cores busy")
    return PartStatus("threads", description, remedy, required=False)


def step_product_rate() -> float:
    """The speed of `(32, 256) @ (256, 1024)` in GFLOP/s, the best of 30 runs."""
    import torch

    from course_utils.engine.kernels import matmul

    left, right = torch.ones(32, 256), torch.ones(256, 1024)  # (B, H), (H, 4H)
    fastest = float("inf")
    with torch.no_grad():
        for _ in range(30):
            start = time.perf_counter()
            matmul(left, right)
            fastest = min(fastest, time.perf_counter() - start)
    return 2 * left.numel() * right.shape[1] / fastest / 1e9


def kernel() -> PartStatus:
    """The kernel "python3", which has to be this very Python: another lacks the course's packages."""
    from jupyter_client.kernelspec import KernelSpecManager

    spec = KernelSpecManager().get_kernel_spec("python3")
    program = shutil.which(spec.argv[0]) or spec.argv[0]
    # jupyter_client replaces a plain "python" by its own interpreter.
    ours = spec.argv[0] in ("python", "python3", Path(sys.executable).name) or Path(program) == Path(sys.executable)
    remedy = say("run: {command}", command=f"{sys.executable} -m ipykernel install --sys-prefix")
    where = say("python3 in {folder}", folder=spec.resource_dir)
    description = where if ours else say("python3 is {program}", program=program)
    return PartStatus("kernel", description, "" if ours else remedy)


def nbgrader() -> PartStatus:
    """nbgrader's version, and whether it can make a gradebook."""
    put_tools_on_path()
    import nbgrader.apps  # noqa: F401  (the import is the examination)

    lacking = say("alembic is missing, so gradebooks cannot be made: install the course again")
    remedy = "" if shutil.which("alembic") else lacking
    return PartStatus("nbgrader", importlib.metadata.version("nbgrader"), remedy)


def font() -> PartStatus:
    """The font with which plots show Chinese."""
    from course_utils.style import use_chinese_font

    name = use_chinese_font()
    remedy = "" if name else say("install zhplot, which carries one")
    return PartStatus("fonts", name or say("none with Chinese"), remedy)


def browser() -> PartStatus:
    """Whether a browser on this machine shows Chinese: fontconfig names the fonts that it finds."""
    if not sys.platform.startswith("linux"):
        return PartStatus("browser", say("the system brings fonts with Chinese"))
    program = shutil.which("fc-list")
    if program is None:
        return PartStatus("browser", say("fonts unknown: there is no fontconfig, so probably no browser here either"))
    listed = subprocess.run([program, ":lang=zh", "family"], capture_output=True, text=True, timeout=30).stdout
    count = len({font for font in listed.splitlines() if font.strip()})
    if count:
        return PartStatus("browser", say("{count} fonts with Chinese on this machine", count=count))
    return PartStatus(
        "browser",
        say("no font with Chinese on this machine: a browser here shows a box for each Chinese character"),
        say("install one, on Debian and Ubuntu: apt-get install fonts-noto-cjk"),
        required=False,
    )


def sandbox() -> PartStatus:
    """The sandbox, which only grading needs."""
    if sys.platform == "win32":  # where the grader's modules cannot even be imported
        reason = say("the sandbox needs Linux: grade there (a virtual machine will do)")
    else:
        from course_utils.sandbox.outside.kernel import why_no_sandbox

        reason = why_no_sandbox()
    if not reason:
        return PartStatus("sandbox", f"bubblewrap, {shutil.which('bwrap')}")
    none = say("none: instructors need it to grade, students do not")
    return PartStatus("sandbox", none, reason, required=False)


def corpus() -> PartStatus:
    """The text that the models learn."""
    from course_utils.data.corpus import CorpusError, load_data_jay_lyrics

    try:
        indices, _, _, vocab_size = load_data_jay_lyrics()
    except CorpusError as error:
        remedy = say("repair the file, or unset COURSE_LYRICS to use the embedded corpus")
        return PartStatus("corpus", str(error), remedy)
    sizes = {"characters": len(indices), "distinct": vocab_size}
    description = say("{name}: {characters} characters, {distinct} distinct ones", name=_corpus_name(), **sizes)
    return PartStatus("corpus", description)


def _corpus_name() -> str:
    """The origin of the corpus, in the order in which `load_data_jay_lyrics` looks."""
    if os.environ.get("COURSE_LYRICS"):
        return os.environ["COURSE_LYRICS"]
    files = (Path("data") / f"jaychou_lyrics.txt{ending}" for ending in ("", ".zip"))
    return next((str(path) for path in files if path.exists()), say("embedded"))


def disk() -> PartStatus:
    """The free space where the course lies."""
    free = shutil.disk_usage(REPOSITORY).free / 2**30
    remedy = "" if free >= ENOUGH_DISK else say("{size} GiB are needed", size=f"{ENOUGH_DISK:.0f}")
    return PartStatus("disk", say("{size} GiB free", size=f"{free:.1f}"), remedy)


PARTS: tuple[tuple[str, Callable[[], PartStatus]], ...] = (
    ("Python", python),
    (to_say("packages"), packages),
    ("torch", torch),
    (to_say("engine"), engine),
    (to_say("threads"), threads),
    (to_say("kernel"), kernel),
    ("nbgrader", nbgrader),
    (to_say("fonts"), font),
    (to_say("browser"), browser),
    (to_say("sandbox"), sandbox),
    (to_say("corpus"), corpus),
    (to_say("disk"), disk),
)
