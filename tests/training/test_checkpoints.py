"""A run that was broken off continues to the same numbers as without the break; a file that does not fit is refused."""

import copy
import functools
import os
import pickle
import re
from contextlib import contextmanager

import from_scratch
import numpy as np
import pytest
import torch
from torch import nn

import course_utils as d2l
from course_utils.errors import UsageError
from course_utils.training import checkpoints, learners, loop
from tests import small


@pytest.fixture(autouse=True)
def nothing_is_quick(monkeypatch):
    monkeypatch.delenv("COURSE_QUICK", raising=False)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)


def noisy_rnn(inputs, state, params):
    """Draws from all three generators at every minibatch."""
    import random

    outputs, state = small.rnn(inputs, state, params)
    return [output + 0.01 * (torch.rand(()) + np.random.rand() + random.random()) for output in outputs], state


def train(path, num_epochs, rnn=small.rnn, is_random_iter=False, lr=0.5, num_hiddens=small.H, device="cpu", **more):
    plan = {"num_steps": small.T, "clipping_theta": 0.5, "batch_size": small.B, "pred_period": 2, "pred_len": 3}
    return d2l.train_and_predict_rnn(
        rnn, small.get_params, small.init_state, num_hiddens, small.V, device, small.CORPUS, small.CHARS,
        small.CHAR_TO_IDX, is_random_iter, num_epochs, lr=lr, prefixes=["街灯"], resume=path, seed=3, **(plan | more),
    )  # fmt: skip


def train_concise(path, num_epochs, layer=nn.GRU, model=None, device="cpu", **options):
    torch.manual_seed(5)
    model = model or d2l.RNNModel(layer(small.V, small.H, **options), small.V)
    return d2l.train_and_predict_rnn_pytorch(
        model, small.H, small.V, device, small.CORPUS, small.CHARS, small.CHAR_TO_IDX, num_epochs, small.T, 0.02, 0.5,
        small.B, 2, 3, ["街灯"], resume=path, seed=3,
    )  # fmt: skip


def mapped_rnn(inputs, state, params):
    """Cannot be traced, and therefore runs twice at the first minibatch."""
    outputs, state = noisy_rnn(inputs, state, params)
    return [torch.func.vmap(torch.sin)(output) for output in outputs], state


FACES = {
    "not traced": functools.partial(train, rnn=mapped_rnn),
    "consecutive": functools.partial(train, rnn=noisy_rnn),
    "random": functools.partial(train, rnn=noisy_rnn, is_random_iter=True),
    "nn.GRU": train_concise,
    "nn.LSTM with dropout": functools.partial(train_concise, layer=nn.LSTM, num_layers=2, dropout=0.3),
}


def draws():
    return torch.rand(3).tolist(), np.random.rand(3).tolist()


@pytest.mark.parametrize("face", FACES.values(), ids=FACES.keys())
@pytest.mark.parametrize("pause", [2, 4])
def test_a_resumed_run_is_the_uninterrupted_one_bit_for_bit(tmp_path, face, pause):
    whole = face(None, 7)
    expected = draws()
    face(tmp_path / "run", pause)
    resumed = face(tmp_path / "run", 7)
    assert resumed.perplexities == whole.perplexities and resumed.epochs == whole.epochs
    assert resumed.samples == whole.samples and len(resumed.seconds) == 7
    assert all(torch.equal(ours, theirs) for ours, theirs in zip(resumed.params, whole.params, strict=True))
    assert draws() == expected


def test_a_run_of_large_matrices_is_resumed_bit_for_bit_too(tmp_path):
    """Their products are rounded differently when they are grouped differently."""
    V, H = 300, 256
    generator = torch.Generator().manual_seed(0)
    corpus = torch.randint(V, (1500,), generator=generator)
    chars = [chr(0x4E00 + i) for i in range(V)]

    def train(path, num_epochs):
        return d2l.train_and_predict_rnn(
            from_scratch.gru, from_scratch.gru_params, from_scratch.init_gru_state, H, V, "cpu", corpus, chars,
            {char: i for i, char in enumerate(chars)}, False, num_epochs, 10, 1e2, 1e-2, 32, 10, 1, [chars[0]],
            seed=3, resume=path,
        )  # fmt: skip

    whole = train(None, 4)
    train(tmp_path / "run", 2)
    resumed = train(tmp_path / "run", 4)
    assert all(torch.equal(ours, theirs) for ours, theirs in zip(resumed.params, whole.params, strict=True))


@pytest.mark.cuda
@pytest.mark.parametrize("first, second", [("cpu", "cuda"), ("cuda", "cpu")])
@pytest.mark.parametrize("face", [train, train_concise])
def test_a_run_goes_on_on_another_device(tmp_path, face, first, second):
    whole = face(None, 4, device=first)
    face(tmp_path / "run", 2, device=first)
    moved = face(tmp_path / "run", 4, device=second)
    assert {param.device.type for param in moved.params} == {second}
    assert moved.perplexities == pytest.approx(whole.perplexities, rel=1e-3)


def interrupting(call):
    calls = []

    def rnn(*arguments):
        calls.append(1)
        if len(calls) == call:
            raise KeyboardInterrupt
        return small.rnn(*arguments)

    return rnn


@pytest.mark.parametrize("call", [60, 61, 70])
def test_an_interrupted_run_goes_on_from_its_last_save(tmp_path, call, capsys):
    whole = train(None, 9)
    broken = train(tmp_path / "run", 9, rnn=interrupting(call))
    assert broken.stopped == "interrupted"
    capsys.readouterr()
    resumed = train(tmp_path / "run", 9)
    assert re.match(r"resumed after epoch [24] from ", capsys.readouterr().out)
    assert resumed.stopped is None and resumed.perplexities == whole.perplexities
    assert all(torch.equal(ours, theirs) for ours, theirs in zip(resumed.params, whole.params, strict=True))


def interrupt_in(monkeypatch, place, call):
    """Interrupts a run once, in the middle of one of its steps."""
    calls = []

    def interrupted(step, *arguments):
        if place == "after the update":
            step(*arguments)
        calls.append(1)
        if len(calls) == call:
            raise KeyboardInterrupt
        if place == "before the update":
            step(*arguments)

    for kind in (learners.FromScratch, learners.Concise):
        monkeypatch.setattr(kind, "update", lambda self, update=kind.update: interrupted(update, self))


@pytest.mark.parametrize("face", FACES.values(), ids=FACES.keys())
@pytest.mark.parametrize("place", ["before the update", "after the update"])
def test_an_interrupted_run_goes_on_bit_for_bit(face, place, monkeypatch):
    whole = face(None, 5)
    expected = draws()
    interrupt_in(monkeypatch, place, call=34)
    history = face(None, 5)
    assert history.stopped == "interrupted" and 1 <= len(history.epochs) < 5
    draws()
    with torch.no_grad():
        history.params[0].fill_(7.0)  # somebody plays with what was learnt
    assert history.resume() is history
    assert history.perplexities == whole.perplexities and history.epochs == whole.epochs
    assert history.samples == whole.samples and history.stopped is None
    assert all(torch.equal(ours, theirs) for ours, theirs in zip(history.params, whole.params, strict=True))
    assert draws() == expected


def test_a_run_can_be_stopped_at_an_epoch_and_go_on_any_number_of_times(tmp_path, monkeypatch):
    @contextmanager
    def stopping_at_each_epoch(history, num_epochs):
        yield lambda: True

    whole = train(None, 4, rnn=noisy_rnn)
    monkeypatch.setattr(loop, "live_plot", stopping_at_each_epoch)
    history = train(tmp_path / "run", 4, rnn=noisy_rnn)
    for epochs in (1, 2, 3):
        assert len(history.epochs) == epochs and history.stopped == "interrupted"
        history.resume()
    assert history.stopped is None and history.perplexities == whole.perplexities
    assert train(tmp_path / "run", 4, rnn=None).perplexities == whole.perplexities
    with pytest.raises(UsageError, match="was not interrupted"):
        history.resume()


def test_what_says_that_a_run_was_interrupted_names_its_file(tmp_path, capsys):
    train(tmp_path / "run", 9, rnn=interrupting(70))
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == f"After a restart, run this again: it goes on from {str(tmp_path / 'run')!r}."


def test_a_long_period_is_saved_in_between(tmp_path, monkeypatch):
    monkeypatch.setattr(checkpoints, "SAVE_EVERY", 0.0)
    train(tmp_path / "run", 9, rnn=interrupting(70), pred_period=1000)
    assert len(train(tmp_path / "run", 1).epochs) >= 4


def test_a_finished_run_is_given_back_without_training(tmp_path):
    first = train(tmp_path / "run", 3)
    again = train(tmp_path / "run", 3, rnn=None)
    assert again.perplexities == first.perplexities and again.seconds == first.seconds
    assert all(torch.equal(ours, theirs) for ours, theirs in zip(again.params, first.params, strict=True))


def test_a_diverged_epoch_is_not_saved(tmp_path):
    train(tmp_path / "run", 2)
    kept = (tmp_path / "run").read_bytes()
    diverging = train(tmp_path / "run", 9, rnn=lambda *a: ([o * torch.nan for o in small.rnn(*a)[0]], a[1]))
    assert diverging.stopped == "diverged" and (tmp_path / "run").read_bytes() == kept


@pytest.mark.parametrize("dies_in", ["torch.save", "os.replace", "os.fsync"])
def test_a_save_that_fails_leaves_the_file_before_and_no_other(tmp_path, monkeypatch, dies_in):
    train(tmp_path / "run", 2)
    kept = (tmp_path / "run").read_bytes()

    def dying(*arguments):
        raise OSError("No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(dies_in, dying)
        with pytest.raises(OSError, match="No space"):
            train(tmp_path / "run", 4)
    assert (tmp_path / "run").read_bytes() == kept and os.listdir(tmp_path) == ["run"]
    assert train(tmp_path / "run", 4).perplexities == train(None, 4).perplexities


class Dangerous:
    def __reduce__(self):
        return os.mkdir, ("made-by-a-pickle",)


def torch_saved(value):
    def write(path):
        torch.save(value, path)

    return write


def of_an_older_version(path):
    content = torch.load(path, weights_only=True)
    del content["learner"]["is_tracing"]
    torch.save(content | {"format": "course_utils training checkpoint 1"}, path)


@pytest.mark.parametrize(
    "write",
    [
        of_an_older_version,
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.read_bytes()[:1000]),
        lambda path: path.write_bytes(path.read_bytes()[:-30]),
        lambda path: path.write_text("perplexity 1.0"),
        lambda path: path.write_bytes(pickle.dumps({"format": checkpoints.FORMAT})),
        torch_saved(Dangerous()),
        torch_saved({"format": checkpoints.FORMAT, "settings": Dangerous()}),
        torch_saved([1, 2]),
        torch_saved({"weight": torch.ones(2)}),
        lambda path: (path.unlink(), path.mkdir()),
    ],
    ids=[
        "older",
        "empty",
        "truncated",
        "tail lost",
        "text",
        "pickle",
        "code",
        "code within",
        "list",
        "other",
        "folder",
    ],
)
def test_a_file_that_is_no_checkpoint_is_reported_in_two_lines_and_left_alone(tmp_path, monkeypatch, write):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "run"
    train(path, 2)
    write(path)
    before = path.is_file() and path.read_bytes()
    with pytest.raises(d2l.CheckpointError) as caught:
        train(path, 4)
    message = str(caught.value)
    assert str(path) in message and message.count("\n") == 1 and max(map(len, message.split("\n"))) < 300
    assert (path.is_file() and path.read_bytes()) == before and os.listdir(tmp_path) == ["run"]


@pytest.mark.parametrize(
    "changed, found",
    [
        ({"lr": 0.25}, "it has lr 0.5, this run lr 0.25"),
        ({"num_steps": 4}, "it has num_steps 5, this run num_steps 4"),
        ({"batch_size": 3}, "batch_size"),
        ({"clipping_theta": 1.0}, "clipping_theta"),
        ({"is_random_iter": True}, "is_random_iter"),
        ({"num_hiddens": 7}, "num_hiddens"),
    ],
)
def test_a_run_with_other_settings_is_refused_before_anything_is_learnt(tmp_path, changed, found):
    train(tmp_path / "run", 2)
    with pytest.raises(d2l.CheckpointError, match=found):
        train(tmp_path / "run", 4, **changed)


def test_other_shapes_another_trainer_and_another_text_are_refused(tmp_path, monkeypatch):
    train_concise(tmp_path / "run", 2)
    with pytest.raises(d2l.CheckpointError, match="parameters of shapes"):
        train_concise(tmp_path / "run", 4, layer=nn.LSTM)
    with pytest.raises(d2l.CheckpointError, match="trainer"):
        train(tmp_path / "run", 4)
    monkeypatch.setattr(small, "CORPUS", small.CORPUS[::-1])
    with pytest.raises(d2l.CheckpointError, match="corpus"):
        train_concise(tmp_path / "run", 4)


def test_a_folder_that_is_not_there_is_reported_at_once(tmp_path):
    calls = []
    with pytest.raises(d2l.CheckpointError, match="does not exist"):
        train(tmp_path / "nowhere" / "run", 2, rnn=lambda *_: calls.append(1))
    assert calls == []


def test_settings_may_be_numpys_numbers(tmp_path):
    train(tmp_path / "run", 2, lr=np.float64(0.5), batch_size=np.int64(small.B))
    assert train(tmp_path / "run", 4).perplexities == train(None, 4).perplexities


def test_buffers_are_resumed_too(tmp_path):
    class Normed(nn.Module):
        def __init__(self):
            super().__init__()
            torch.manual_seed(1)
            self.inner, self.norm = d2l.RNNModel(nn.GRU(small.V, small.H), small.V), nn.BatchNorm1d(small.V)

        def forward(self, X, state):
            scores, state = self.inner(X, state)
            return self.norm(scores), state

    first = Normed()
    whole, paused, resumed = first, copy.deepcopy(first), copy.deepcopy(first)
    expected = train_concise(None, 4, model=whole)
    train_concise(tmp_path / "run", 2, model=paused)
    assert train_concise(tmp_path / "run", 4, model=resumed).samples == expected.samples
    assert torch.equal(resumed.norm.running_mean, whole.norm.running_mean)
