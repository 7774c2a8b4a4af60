"""Training character language models: one loop, with a trainer for from-scratch functions and one for `nn` modules."""

import math
import os
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import numpy as np
import torch
from torch import nn

from course_utils.data.batches import Indices, Minibatches, data_iter_consecutive, data_iter_random
from course_utils.engine import training_cpu
from course_utils.student_code.signatures import call_fitting
from course_utils.training.checkpoints import Checkpoint, Moment, digest
from course_utils.training.contract import trainable
from course_utils.training.history import History
from course_utils.training.learners import Concise, FromScratch, Learner
from course_utils.training.live import live_plot
from course_utils.training.perplexity import perplexity
from course_utils.training.progress import current_experiment
from course_utils.training.sampling import require_readable
from course_utils.translation import say, to_say

__all__ = [
    "quick_limit",
    "set_seed",
    "train_and_predict_rnn",
    "train_and_predict_rnn_pytorch",
]

QUICK_LIMIT = 2
LOST, LOST_EPOCHS = 10, 4  # so many times worse than a uniform guess, and no better after so many epochs
LONG = 1e9  # a perplexity from which on its digits say nothing
USUAL_THETA = 1e-2  # both trainers' default


def set_seed(seed: int) -> None:
    """Seeds every global generator that a run may draw from: torch, numpy and `random`."""
    torch.manual_seed(seed)
    np.random.seed(seed % 2**32)  # numpy accepts nothing larger
    random.seed(seed)


def quick_limit(wanted: int, what: str, limit: int = QUICK_LIMIT) -> int:
    """`wanted`, but at most `limit` in quick mode: where `COURSE_QUICK` is set, or nbgrader runs a notebook.

    For loops other than the trainers', which bound themselves; `what` names the things that are counted, such as
    "epochs". Prints a line when it lowers the number.
    """
    quick = os.environ.get("COURSE_QUICK", "") not in ("", "0")
    graded = os.environ.get("NBGRADER_EXECUTION") in ("autograde", "validate")
    if not (quick or graded) or wanted <= limit:
        return wanted
    counted = {"limit": limit, "wanted": wanted, "what": say(what)}
    if quick:
        _say(say("quick mode: {limit} of {wanted} {what}, as COURSE_QUICK is set", **counted))
    else:
        _say(say("quick mode: {limit} of {wanted} {what}, as nbgrader executes this notebook", **counted))
    return limit


def train_and_predict_rnn(
    rnn: Callable,
    get_params: Callable,
    init_rnn_state: Callable,
    num_hiddens: int,
    vocab_size: int,
    device: torch.device | str | None,
    corpus_indices: Indices,
    idx_to_char: Sequence[str],
    char_to_idx: Mapping[str, int],
    is_random_iter: bool = False,
    num_epochs: int = 160,
    num_steps: int = 35,
    lr: float = 1e2,
    clipping_theta: float = 1e-2,
    batch_size: int = 32,
    pred_period: int = 40,
    pred_len: int = 50,
    prefixes: Sequence[str] = ("分开", "不分开"),
    *,
    seed: int | None = None,
    resume: str | os.PathLike | None = None,
) -> History:
    """Trains a from-scratch model with plain SGD and global-norm clipping; prints perplexities and samples.

    `get_params(vocab_size, num_hiddens, device)`, or the older `get_params()`, returns leaf tensors that
    require gradients; `init_rnn_state(batch_size, num_hiddens, device)` a tuple of tensors with `batch_size`
    rows; and `rnn(inputs, state, params)`, with `inputs` a list of `T` one-hot `(B, V)`, the tuple `(outputs,
    state)` with `outputs` a list of `T` scores `(B, V)`. The state starts again at every epoch, with
    `is_random_iter` at every minibatch. Every `pred_period` epochs it prints a line, and a sample of `pred_len`
    characters for each prefix.

    The later arguments have the tutorial's values as defaults: 160 epochs of minibatches `(32, 35)` in consecutive
    order, a learning rate of 100, gradients clipped at 0.01; every 40 epochs it writes 50 characters after 分开 and
    不分开.

    An int `seed` seeds all generators before parameters are made; `None` leaves them alone. A run that
    is interrupted or diverges ends with one or two lines and returns the history so far: see `History.stopped`.

    `resume` is a file, such as "gru.checkpoint". The run is saved in it every `pred_period` epochs, at the end,
    and in between so that little is lost. When the file exists already, the run continues from there, to the same
    numbers as without the break; a larger `num_epochs` trains further.

    Raises `ValueError`, before anything is learnt, when a function returns something else, a prefix cannot be
    read, the text is too short, or the file belongs to another run.
    Source: the older edition's `train_and_predict_rnn`.
    """
    plan = _TrainingPlan(num_epochs, pred_period, pred_len, prefixes, lr, clipping_theta, usual_lr=1e2)
    plan.require_possible(char_to_idx)
    if seed is not None:
        set_seed(seed)
    params: Any = call_fitting(get_params, vocab_size=vocab_size, num_hiddens=num_hiddens, device=device)
    learner = FromScratch(
        rnn, trainable(params), init_rnn_state, num_hiddens, device, idx_to_char, char_to_idx, vocab_size,
        is_random_iter, lr, clipping_theta,
    )  # fmt: skip
    corpus = torch.as_tensor(corpus_indices, dtype=torch.int64, device=device)  # (n,)
    data_iter = data_iter_random if is_random_iter else data_iter_consecutive
    checkpoint = Checkpoint(resume, {
        "trainer": "train_and_predict_rnn", "corpus": digest(corpus), "vocab_size": vocab_size,
        "num_hiddens": num_hiddens, "is_random_iter": bool(is_random_iter), "num_steps": num_steps,
        "batch_size": batch_size, "lr": lr, "clipping_theta": clipping_theta, "seed": seed,
    }) if resume else None  # fmt: skip
    return _fit(_Run(learner, lambda: data_iter(corpus, batch_size, num_steps), plan, checkpoint))


def train_and_predict_rnn_pytorch(
    model: nn.Module,
    num_hiddens: int,
    vocab_size: int,
    device: torch.device | str | None,
    corpus_indices: Indices,
    idx_to_char: Sequence[str],
    char_to_idx: Mapping[str, int],
    num_epochs: int = 160,
    num_steps: int = 35,
    lr: float = 1e-2,
    clipping_theta: float = 1e-2,
    batch_size: int = 32,
    pred_period: int = 40,
    pred_len: int = 50,
    prefixes: Sequence[str] = ("分开", "不分开"),
    *,
    seed: int | None = None,
    resume: str | os.PathLike | None = None,
) -> History:
    """Trains a model of torch modules with Adam and global-norm clipping; prints perplexities and samples.

    `model(X, state)`, such as `RNNModel`, maps indices `(B, T)` to scores `(T*B, V)`, time-major, and the new
    state. The state is `None` at first and is then carried on, detached, through minibatches and epochs;
    minibatches are consecutive. `num_hiddens` is not used; it is there for code written for the older
    edition. The defaults are those of `train_and_predict_rnn`, but for the learning rate, which is 0.01.

    The caller made the model, so `seed` (as in `train_and_predict_rnn`) covers only what is drawn
    later, such as dropout: call `set_seed` before making the model to repeat a whole run. Printing, stopping,
    `resume`, errors and source are those of `train_and_predict_rnn`.
    """
    plan = _TrainingPlan(num_epochs, pred_period, pred_len, prefixes, lr, clipping_theta, usual_lr=1e-2)
    plan.require_possible(char_to_idx)
    if seed is not None:
        set_seed(seed)
    learner = Concise(model, device, idx_to_char, char_to_idx, vocab_size, lr, clipping_theta)
    corpus = torch.as_tensor(corpus_indices, dtype=torch.int64, device=device)  # (n,)
    checkpoint = Checkpoint(resume, {
        "trainer": "train_and_predict_rnn_pytorch", "corpus": digest(corpus), "vocab_size": vocab_size,
        "num_steps": num_steps, "batch_size": batch_size, "lr": lr, "clipping_theta": clipping_theta, "seed": seed,
    }) if resume else None  # fmt: skip
    return _fit(_Run(learner, lambda: data_iter_consecutive(corpus, batch_size, num_steps), plan, checkpoint))


@dataclass
class _TrainingPlan:
    """How long a run is, and what it prints."""

    num_epochs: int
    pred_period: int
    pred_len: int
    prefixes: Sequence[str]
    lr: float
    clipping_theta: float
    usual_lr: float  # the trainer's default
    max_minibatches: int | None = None  # per epoch; None: all

    def require_possible(self, char_to_idx: Mapping[str, int]) -> None:
        """Raises `ValueError` for a number that is not positive, and for a prefix that cannot be read."""
        for name in ("num_epochs", "pred_period", "lr", "clipping_theta"):
            if not getattr(self, name) > 0:
                found = getattr(self, name)
                raise ValueError(say("{name} must be more than 0, but is {found}.", name=name, found=found))
        for prefix in self.prefixes:
            require_readable(prefix, char_to_idx)


@dataclass
class _Run:
    """A run that can be broken off and go on."""

    learner: Learner
    minibatches: Callable[[], Minibatches]
    plan: _TrainingPlan
    checkpoint: Checkpoint | None

    def __post_init__(self) -> None:
        self.history = History(params=self.learner.params)

    def go(self) -> None:
        """Trains the epochs that are left."""
        history, plan = self.history, self.plan
        moment = Moment(self.learner, history)
        with live_plot(history, plan.num_epochs) as stop_is_asked:
            try:
                for epoch in range(len(history.epochs) + 1, plan.num_epochs + 1):
                    train_epoch(self.learner, islice(self.minibatches(), plan.max_minibatches), epoch, history)
                    if self._has_diverged():
                        _stop_diverged(history, plan, self.learner.vocab_size)
                        return
                    self._after(epoch)
                    moment = Moment(self.learner, history)
                    if stop_is_asked() and epoch < plan.num_epochs:
                        raise KeyboardInterrupt
            except KeyboardInterrupt:
                self._interrupted(moment)

    def _has_diverged(self) -> bool:
        is_last = len(self.history.epochs) == self.plan.num_epochs
        return has_diverged(self.history.perplexities, self.learner.vocab_size, is_last)

    def _after(self, epoch: int) -> None:
        is_due, is_last = epoch % self.plan.pred_period == 0, epoch == self.plan.num_epochs
        if is_due:
            _report(self.learner, self.history, self.plan)
        if self.checkpoint and (is_due or is_last):
            self.checkpoint.save(self.learner, self.history)
        elif self.checkpoint:
            self.checkpoint.save_when_due(self.learner, self.history)

    def _interrupted(self, moment: Moment) -> None:
        self.history.stopped = "interrupted"
        self.history.go_on = lambda: self._resume(moment)
        if current_experiment():  # it ends as a whole, and says so
            raise KeyboardInterrupt
        _say(_in_words(self.history, self.plan, self.checkpoint))

    def _resume(self, moment: Moment) -> None:
        # A new learner, as the interrupt may have come in the middle of a step, with the same parameters.
        self.learner = replace(self.learner)  # type: ignore[type-var]  # both kinds are dataclasses
        moment.restore(self.learner, self.history)
        self.history.stopped = self.history.go_on = None
        _say(say("goes on after epoch {epoch}", epoch=len(self.history.epochs)))
        self.go()


def _fit(run: _Run) -> History:
    _cap_when_quick(run.plan)
    run.minibatches()  # raises for a text that is too short, before the file is touched
    if run.checkpoint and run.checkpoint.load(run.learner, run.history):
        at = {"epoch": run.history.epochs[-1], "file": repr(str(run.checkpoint.path))}
        _say(say("resumed after epoch {epoch} from {file}", **at))
    run.go()
    return run.history


def has_diverged(perplexities: Sequence[float], vocab_size: int, is_last: bool = False) -> bool:
    """Whether a run that has these perplexities so far will not learn any more.

    So it is when the last is no number, or when LOST_EPOCHS in a row (two, where the run is at its end) were more than
    LOST times that of a uniform guess, and the last of them is no better than the first.
    """
    last = perplexities[-LOST_EPOCHS:]
    is_long_enough = len(last) == LOST_EPOCHS or (is_last and len(last) >= 2)
    is_lost = is_long_enough and min(last) > LOST * vocab_size and last[-1] >= last[0]
    return is_lost or not math.isfinite(last[-1])


def train_epoch(learner: Learner, minibatches: Minibatches, epoch: int, history: History) -> None:
    """Learns from each of the minibatches once, and records the epoch's perplexity and seconds in `history`."""
    start = time.perf_counter()
    learner.start_epoch()
    with training_cpu():
        losses = torch.stack([learner.step(X, Y) for X, Y in minibatches])  # (number of minibatches,)
    # All minibatches have the same size, so this is the mean over characters. The epoch's only wait for the device.
    mean = losses.mean(dtype=torch.float64).item()
    history.record(epoch, perplexity(mean), time.perf_counter() - start)


def _report(learner: Learner, history: History, plan: _TrainingPlan) -> None:
    epoch = history.epochs[-1]
    perplexity = history.perplexities[-1]
    shown = f"{perplexity:f}" if perplexity < LONG else f"{perplexity:.2e}"
    _say(f"epoch {epoch}, perplexity {shown}, time {history.seconds[-1]:.2f} sec")
    for prefix in plan.prefixes:
        sample = learner.sample(prefix, plan.pred_len)
        history.samples.append((epoch, sample))
        _say(f" - {sample}")


def _cap_when_quick(plan: _TrainingPlan) -> None:
    """Shortens a run of which only the success matters."""
    if os.environ.get("COURSE_GRADING"):  # the judge runs it, and asks only whether training works
        plan.num_epochs, plan.pred_period, plan.pred_len, plan.max_minibatches = 1, 1, min(plan.pred_len, 5), 1
        _say(say("graded run: one minibatch"))
        return
    num_epochs = quick_limit(plan.num_epochs, to_say("epochs"))
    if num_epochs < plan.num_epochs:
        plan.num_epochs = num_epochs
        plan.pred_period = min(plan.pred_period, num_epochs)


def _stop_diverged(history: History, plan: _TrainingPlan, vocab_size: int) -> None:
    history.stopped = "diverged"
    print(_why_diverged(history, plan, vocab_size), flush=True)  # in an experiment, too


def _why_diverged(history: History, plan: _TrainingPlan, vocab_size: int) -> str:
    found = say(
        "diverged in epoch {epoch}: perplexity {perplexity:.3g}, where a guess has {vocab_size}. Likely the learning "
        "rate (lr={lr:g}) is too high or clipping_theta={clipping_theta:g} too large.",
        epoch=history.epochs[-1], perplexity=history.perplexities[-1], vocab_size=vocab_size,
        lr=plan.lr, clipping_theta=plan.clipping_theta,
    )  # fmt: skip
    if plan.lr > plan.usual_lr or plan.clipping_theta > USUAL_THETA:
        better = {"lr": min(plan.lr, plan.usual_lr), "clipping_theta": min(plan.clipping_theta, USUAL_THETA)}
        advice = say("Train again from new parameters with lr={lr:g} and clipping_theta={clipping_theta:g}.", **better)
    else:
        advice = say("Train again from new parameters with lr={lr:g}.", lr=plan.lr / 10)
    return f"{found}\n{advice}"


def _in_words(history: History, plan: _TrainingPlan, checkpoint: Checkpoint | None) -> str:
    """That a run was interrupted, and every way to go on."""
    at = {"epoch": history.epochs[-1] if history.epochs else 0, "total": plan.num_epochs}
    if history.epochs:
        first = say("interrupted after epoch {epoch} of {total}: the parameters and the history so far are kept.", **at)
    else:
        first = say("interrupted during epoch 1 of {total}: the parameters so far are kept.", **at)
    lines = [first, say("To go on to the same numbers: history.resume(), where history is what the trainer returned.")]
    if checkpoint and checkpoint.path.exists():
        lines.append(say("After a restart, run this again: it goes on from {file}.", file=repr(str(checkpoint.path))))
    elif not checkpoint:
        lines.append(say('With resume="run.checkpoint" in the call, a run can also go on after a restart.'))
    return "\n".join(lines)


def _say(line: str) -> None:
    if not current_experiment():
        print(line, flush=True)  # to stdout: nbgrader gives no points to a cell that writes to stderr
