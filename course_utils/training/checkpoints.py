"""A training run in a file, so that it can continue later to the same numbers as without the break.

The file is written at the end of an epoch, under another name first, so that a kill leaves the last complete one. It
is read as plain data (`weights_only`): it cannot run code.
"""

from __future__ import annotations

import copy
import hashlib
import os
import random
import time
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from course_utils.training.history import History
from course_utils.training.learners import Learner
from course_utils.translation import say

FORMAT = "course_utils training checkpoint 4"  # another number whenever what is in it changes
SAVE_EVERY = 10.0  # seconds: what an interrupted run loses at most, besides its last epoch


class CheckpointError(ValueError):
    """A checkpoint that cannot be used for this run. The message names the file and says what to do."""


class Checkpoint:
    """The file of one run. `settings`, by the names that users know, are all that the run's numbers depend on.

    Raises `CheckpointError` when the folder of the file does not exist."""

    def __init__(self, path: str | os.PathLike, settings: Mapping[str, object]) -> None:
        self.path = Path(path).expanduser()
        self.settings = {name: _python_number(value) for name, value in settings.items()}
        self._saved_at = time.monotonic()
        if not self.path.parent.is_dir():
            names = {"file": repr(str(path)), "folder": repr(str(self.path.parent))}
            raise CheckpointError(say("resume={file}: the folder {folder} does not exist. Make it first.", **names))

    def load(self, learner: Learner, history: History) -> bool:
        """Sets learner, history and random generators as the file has them; `False` when there is no file.

        Raises `CheckpointError`, and changes nothing, for a file that is no checkpoint or belongs to another run.
        """
        if not self.path.exists():
            return False
        content = self._read()
        self._require_same_run(content, learner)
        _restore(content, learner, history)
        return True

    def save(self, learner: Learner, history: History) -> None:
        """Replaces the file in one step. Raises `OSError`, and keeps the old file, when it cannot be written."""
        part = self.path.with_name(f"{self.path.name}.{os.getpid()}.part")
        try:
            with open(part, "wb") as file:
                torch.save(self._content(learner, history), file)
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, self.path)
        finally:
            part.unlink(missing_ok=True)
        self._saved_at = time.monotonic()

    def save_when_due(self, learner: Learner, history: History) -> None:
        """Saves when `SAVE_EVERY` seconds have passed since the last time."""
        if time.monotonic() - self._saved_at >= SAVE_EVERY:
            self.save(learner, history)

    def _content(self, learner: Learner, history: History) -> dict[str, Any]:
        return {"format": FORMAT, "settings": self.settings, **_moment(learner, history)}

    def _read(self) -> dict[str, Any]:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # about the origin of a foreign file, which is reported below
                content = torch.load(self.path, map_location="cpu", weights_only=True)
        except Exception as error:  # zip, pickle and the system each have errors of their own for an incomplete file
            message = say(
                "{file} cannot be read as a checkpoint: it is damaged or another kind of file ({error}).\n"
                "Move it away to start from the beginning, or name another file.",
                file=repr(str(self.path)), error=type(error).__name__,
            )  # fmt: skip
            raise CheckpointError(message) from error
        if not isinstance(content, dict) or content.get("format") != FORMAT:
            message = say(
                "{file} is not a checkpoint that this version of the course has written.\n"
                "Name another file in resume=; this one is left as it is.", file=repr(str(self.path)),
            )  # fmt: skip
            raise CheckpointError(message)
        return content

    def _require_same_run(self, content: dict[str, Any], learner: Learner) -> None:
        theirs = content["settings"]
        for name, ours in self.settings.items():
            if theirs.get(name) != ours:
                self._refuse(f"{name} {theirs.get(name)!r}", f"{name} {ours!r}")
        shapes = [tuple(param.shape) for param in content["learner"]["params"]]
        expected = [tuple(param.shape) for param in learner.params]
        if shapes != expected:
            self._refuse(say("parameters of shapes {shapes}", shapes=shapes), str(expected))

    def _refuse(self, found: str, expected: str) -> None:
        message = say(
            "{file} belongs to another run: it has {found}, this run {expected}.\n"
            "Use the same settings to continue it, or name another file to start from the beginning.",
            file=repr(str(self.path)), found=found, expected=expected,
        )  # fmt: skip
        raise CheckpointError(message)


class Moment:
    """What a run's next epoch starts from, copied, so that the run can go back to it."""

    def __init__(self, learner: Learner, history: History) -> None:
        self._copied = copy.deepcopy(_moment(learner, history))

    def restore(self, learner: Learner, history: History) -> None:
        """Sets learner, history and random generators as they were."""
        _restore(copy.deepcopy(self._copied), learner, history)


def _moment(learner: Learner, history: History) -> dict[str, Any]:
    return {
        "learner": learner.snapshot(),
        "history": {name: getattr(history, name) for name in ("epochs", "perplexities", "seconds", "samples")},
        "generators": _generators(),
    }


def _restore(moment: dict[str, Any], learner: Learner, history: History) -> None:
    learner.restore(moment["learner"])
    for name, value in moment["history"].items():
        getattr(history, name)[:] = value
    _restore_generators(moment["generators"])


def _python_number(value: object) -> object:
    """A number of NumPy or torch as Python's, which can be read back without running code; others as they are."""
    return value.item() if hasattr(value, "item") else value


def digest(indices: Tensor) -> str:
    """A short name for the text of `indices` `(n,)`, the same on every machine."""
    return hashlib.sha256(indices.cpu().numpy().tobytes()).hexdigest()[:16]


def _generators() -> dict[str, Any]:
    state: Any = np.random.get_state()  # a tuple, though numpy's types also allow a dict
    name, keys, *rest = state
    return {
        "torch": torch.get_rng_state(),
        "cuda": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
        "numpy": [name, keys.tolist(), *rest],
        "random": random.getstate(),
    }


def _restore_generators(states: dict[str, Any]) -> None:
    torch.set_rng_state(states["torch"])
    if torch.cuda.is_available() and len(states["cuda"]) == torch.cuda.device_count():
        torch.cuda.set_rng_state_all(states["cuda"])
    name, keys, *rest = states["numpy"]
    np.random.set_state((name, np.array(keys, dtype=np.uint32), *rest))
    random.setstate(states["random"])
