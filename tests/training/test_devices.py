"""Training on another device than the CPU. `meta`, a device without numbers, stands in for a GPU.

On it `.item()`, `.cpu()`, `.numpy()` and whatever else has to wait for a device's numbers raise an error.
"""

import contextlib

import from_scratch
import pytest
import torch
from torch import nn
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

import course_utils as d2l
from course_utils.training.failures import TrainingFailed
from course_utils.training.learners import Concise, FromScratch
from course_utils.training.loop import train_epoch
from tests import small

B, T, V, H = 4, 5, 12, 6
META = torch.device("meta")


class OnlyOn(TorchDispatchMode):
    """Refuses operations that read or make a tensor elsewhere: each such number is a copy to or from the device."""

    def __init__(self, device):
        super().__init__()
        self.device = device

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        result = func(*args, **(kwargs or {}))
        elsewhere = [x for x in tree_leaves((args, kwargs, result)) if isinstance(x, torch.Tensor)]
        assert all(x.device == self.device for x in elsewhere), f"{func} is not done on {self.device}"
        return result


def learner_of(name, device, rnn=None):
    params = getattr(from_scratch, f"{name}_params")(V, H, device)
    init_state = getattr(from_scratch, f"init_{name}_state")
    rnn = rnn or getattr(from_scratch, name)
    return FromScratch(rnn, params, init_state, H, device, [], {}, V, False, 1e2, 0.01)


def concise(device, layer):
    learner = Concise(d2l.RNNModel(layer, V), device, [], {}, V, 0.01, 0.01)
    learner.update = lambda: None  # Adam's, fused on a GPU, is another one on `meta`
    return learner


def minibatches(device, number=3):
    generator = torch.Generator().manual_seed(0)
    return [torch.randint(V, (2, B, T), generator=generator).to(device).unbind() for _ in range(number)]


def asks_for_a_number(inputs, state, params):
    outputs, state = from_scratch.gru(inputs, state, params)
    return [output * max(1.0, output.abs().max().item()) for output in outputs], state


@pytest.mark.parametrize("is_traced", [True, False])
@pytest.mark.parametrize("name", ["gru", "lstm"])
def test_a_network_from_scratch_learns_without_a_round_trip_to_the_host(name, is_traced):
    learner = learner_of(name, META)
    if not is_traced:
        learner.network.is_tracing = False
    for X, Y in minibatches(META):
        with OnlyOn(META):
            loss = learner.step(X, Y)
    assert loss.device == META
    assert learner.network.is_tracing == is_traced


def test_a_network_with_numbers_in_it_learns_without_a_round_trip_either():
    learner = learner_of("lstm", META, small.two_state_rnn)
    learner.params = [param.to(META).detach().requires_grad_() for param in small.get_params(V, H)]
    for X, Y in minibatches(META):
        with OnlyOn(META):
            learner.step(X, Y)
    assert learner.network.is_tracing


@pytest.mark.parametrize(
    "layer", [nn.RNN(V, H), nn.GRU(V, H), nn.LSTM(V, H, num_layers=2), nn.GRU(V, H, bidirectional=True)], ids=str
)
def test_a_model_of_torchs_layers_learns_without_a_round_trip_to_the_host(layer):
    learner = concise(META, layer)
    for X, Y in minibatches(META):
        with OnlyOn(META):
            loss = learner.step(X, Y)
    assert loss.device == META


@pytest.mark.parametrize("is_traced", [True, False])
def test_a_round_trip_would_be_noticed(is_traced):
    learner = learner_of("gru", META, asks_for_a_number)
    if not is_traced:
        learner.network.is_tracing = False
    ((X, Y),) = minibatches(META, 1)
    with pytest.raises(RuntimeError, match="item"):
        learner.step(X, Y)


def test_a_constant_made_on_the_cpu_would_be_noticed():
    def rnn(inputs, state, params):
        outputs, state = from_scratch.gru(inputs, state, params)
        return [output * torch.tensor(2.0) for output in outputs], state

    ((X, Y),) = minibatches(META, 1)
    with pytest.raises(TrainingFailed, match="is not done on meta"), OnlyOn(META):
        learner_of("gru", META, rnn).step(X, Y)


def test_an_epoch_waits_for_its_device_at_its_end_only():
    learner, learnt = learner_of("gru", META), []
    step = learner.step
    learner.step = lambda X, Y: learnt.append(step(X, Y)) or learnt[-1]
    with pytest.raises(RuntimeError, match="item"):
        train_epoch(learner, iter(minibatches(META, 3)), 1, d2l.History())
    assert len(learnt) == 3


def test_a_network_of_fake_tensors_is_run_as_it_is_written():
    """A subclass of tensors may give operations any meaning, so no network of theirs is traced."""
    with FakeTensorMode():
        learner = learner_of("gru", "cpu")
        for _ in range(2):
            X = torch.zeros(B, T, dtype=torch.int64)
            loss = learner.step(X, X)
    assert loss.shape == () and not learner.network.is_tracing


def test_a_network_of_fake_tensors_shows_a_round_trip_too():
    with FakeTensorMode(), pytest.raises(TrainingFailed, match="DataDependentOutputException"):
        X = torch.zeros(B, T, dtype=torch.int64)
        learner_of("gru", "cpu", asks_for_a_number).step(X, X)


def losses(name):
    torch.manual_seed(1)
    learner = learner_of(name, "cpu")
    return [learner.step(X, Y).item() for X, Y in minibatches("cpu", 6)], learner


@pytest.mark.parametrize("name", ["gru", "lstm"])
def test_without_the_tracing_engine_the_losses_are_the_same(name, monkeypatch):
    traced, learner = losses(name)
    assert learner.network.is_tracing
    monkeypatch.setenv("COURSE_TRACE", "0")
    plain, learner = losses(name)
    assert not learner.network.is_tracing
    assert plain == pytest.approx(traced, rel=1e-5)


def test_a_checkpoint_of_a_traced_run_goes_on_without_the_engine_if_so_asked(monkeypatch):
    snapshot = losses("gru")[1].snapshot()
    monkeypatch.setenv("COURSE_TRACE", "0")
    learner = learner_of("gru", "cpu")
    learner.restore(snapshot)
    assert not learner.network.is_tracing


@pytest.mark.parametrize("is_random_iter", [False, True])
def test_another_default_device_changes_nothing_for_a_run_that_names_its_own(is_random_iter):
    perplexities = []
    for default in (contextlib.nullcontext(), META):
        torch.manual_seed(1)
        with default:
            history = d2l.train_and_predict_rnn(
                small.rnn, lambda V, H, device: small_params(device), small.init_state, small.H, small.V, "cpu",
                small.CORPUS, small.CHARS, small.CHAR_TO_IDX, is_random_iter, 2, small.T, 2.0, 0.5, small.B,
                2, 3, ["街"],
            )  # fmt: skip
        perplexities.append(history.perplexities)
    assert perplexities[0] == perplexities[1]


def small_params(device):
    with torch.device("cpu"):
        return [param.detach().to(device).requires_grad_() for param in small.get_params()]
