"""The trainers repeat the older edition's numbers and lines, and end every run with a history."""

import copy
import functools
import inspect
import math
import random
import re

import numpy as np
import older_edition
import pytest
import torch
from torch import nn

import course_utils as d2l
from course_utils.training.loop import has_diverged
from tests import small

ON_EACH_DEVICE = pytest.mark.parametrize("device", ["cpu", pytest.param("cuda", marks=pytest.mark.cuda)])


@pytest.fixture(autouse=True)
def nothing_is_quick(monkeypatch):
    monkeypatch.delenv("COURSE_QUICK", raising=False)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)


def train(rnn=small.rnn, get_params=small.get_params, init_state=small.init_state, device="cpu", **changed):
    plan = {"is_random_iter": False, "num_epochs": 3, "num_steps": small.T, "lr": 2.0, "clipping_theta": 0.5}
    plan |= {"batch_size": small.B, "pred_period": 1000, "pred_len": 4, "prefixes": ["街灯"]} | changed
    return d2l.train_and_predict_rnn(
        rnn,
        get_params,
        init_state,
        small.H,
        small.V,
        device,
        small.CORPUS,
        small.CHARS,
        small.CHAR_TO_IDX,
        **plan,
    )


def train_concise(model, device="cpu", **changed):
    plan = {"num_epochs": 3, "num_steps": small.T, "lr": 0.02, "clipping_theta": 0.5, "batch_size": small.B}
    plan |= {"pred_period": 1000, "pred_len": 4, "prefixes": ["街灯"]} | changed
    return d2l.train_and_predict_rnn_pytorch(
        model, small.H, small.V, device, small.CORPUS, small.CHARS, small.CHAR_TO_IDX, **plan
    )


def gru_model(**options):
    torch.manual_seed(5)
    return d2l.RNNModel(nn.GRU(small.V, small.H, **options), small.V)


def epochs_of(data_iter, num_epochs=3, device="cpu"):
    """The minibatches that a trainer draws after `torch.manual_seed(11)`."""
    torch.manual_seed(11)
    return [list(data_iter(small.CORPUS, small.B, small.T, device)) for _ in range(num_epochs)]


@ON_EACH_DEVICE
@pytest.mark.parametrize("is_random_iter", [False, True])
@pytest.mark.parametrize(
    "rnn, init_state", [(small.rnn, small.init_state), (small.two_state_rnn, small.init_two_states)]
)
@pytest.mark.parametrize("theta", [0.01, 100.0])
def test_from_scratch_epochs_equal_the_transcription(is_random_iter, rnn, init_state, theta, device):
    data_iter = d2l.data_iter_random if is_random_iter else d2l.data_iter_consecutive
    params = small.get_params(device=device)
    expected = older_edition.train_from_scratch(
        rnn, params, lambda rows: init_state(rows, small.H, device), small.V, epochs_of(data_iter, device=device),
        is_random_iter, 0.5, theta,
    )  # fmt: skip
    expected = list(expected)
    plan = {"is_random_iter": is_random_iter, "lr": 0.5, "clipping_theta": theta, "seed": 11}
    history = train(rnn, init_state=init_state, device=device, **plan)
    assert history.perplexities == pytest.approx(expected, rel=1e-5, abs=1e-4)
    assert all(torch.allclose(ours, plain, atol=1e-5) for ours, plain in zip(history.params, params, strict=True))


@ON_EACH_DEVICE
@pytest.mark.parametrize("layer", [nn.RNN, nn.GRU, nn.LSTM])
@pytest.mark.parametrize("options", [{}, {"num_layers": 2}, {"bidirectional": True}])
@pytest.mark.parametrize("theta", [0.01, 100.0])
def test_concise_epochs_equal_the_transcription(layer, options, theta, device):
    torch.manual_seed(5)
    model = d2l.RNNModel(layer(small.V, small.H, **options), small.V)
    dense = older_edition.DenseModel(copy.deepcopy(model.rnn), copy.deepcopy(model.dense)).to(device)
    expected = older_edition.train_concise(dense, epochs_of(d2l.data_iter_consecutive, device=device), 0.02, theta)
    history = train_concise(model, device, clipping_theta=theta)
    assert history.perplexities == pytest.approx(list(expected), rel=1e-5, abs=1e-4)


def test_the_comparison_would_notice_another_order_of_targets():
    _, Y = epochs_of(d2l.data_iter_consecutive, 1)[0][0]
    assert not torch.equal(older_edition.time_major(Y), Y.reshape(-1))


def test_the_two_kinds_of_line_are_printed_every_pred_period(capsys):
    history = train(num_epochs=5, pred_period=2, prefixes=["街灯", "雨"])
    out, err = capsys.readouterr()
    figure = r"epoch {}, perplexity \d+\.\d{{6}}, time \d+\.\d\d sec\n - 街灯.{{4}}\n - 雨.{{4}}\n"
    assert re.fullmatch(figure.format(2) + figure.format(4), out)
    assert err == ""
    assert history.samples == [(2 if i < 2 else 4, line) for i, line in enumerate(re.findall(" - (.*)", out))]


def defaults_of(trainer):
    parameters = inspect.signature(trainer).parameters.values()
    return {one.name: one.default for one in parameters if one.default is not one.empty}


def test_the_later_arguments_have_the_tutorials_values():
    tutorial = {"num_epochs": 160, "num_steps": 35, "clipping_theta": 1e-2, "batch_size": 32, "pred_period": 40,
                "pred_len": 50, "prefixes": ("分开", "不分开"), "seed": None, "resume": None}  # fmt: skip
    assert defaults_of(d2l.train_and_predict_rnn) == {"is_random_iter": False, "lr": 1e2, **tutorial}
    assert defaults_of(d2l.train_and_predict_rnn_pytorch) == {"lr": 1e-2, **tutorial}


def test_what_is_left_out_has_its_default(capsys):
    corpus = {"corpus_indices": small.CORPUS * 4, "idx_to_char": small.CHARS, "char_to_idx": small.CHAR_TO_IDX}
    where = {"num_hiddens": small.H, "vocab_size": small.V, "device": "cpu", "prefixes": ["雨"]}
    scratch = d2l.train_and_predict_rnn(small.rnn, small.get_params, small.init_state, **where, **corpus, lr=1.0)
    concise = d2l.train_and_predict_rnn_pytorch(gru_model(), **where, **corpus)
    for history in (scratch, concise):
        assert [epoch for epoch, _ in history.samples] == [40, 80, 120, 160]
        assert {len(sample) for _, sample in history.samples} == {51}


@pytest.mark.parametrize("run", [train, lambda **plan: train_concise(gru_model(), **plan)])
def test_the_history_records_every_epoch(run, capsys):
    history = run(num_epochs=4)
    assert history.epochs == [1, 2, 3, 4]
    assert history.perplexities == sorted(history.perplexities, reverse=True)
    assert len(history.seconds) == 4 and min(history.seconds) > 0
    assert history.stopped is None and capsys.readouterr().out == ""


def test_the_parameters_in_the_history_are_the_trained_ones():
    params = small.get_params()
    before = [param.clone() for param in params]
    history = train(get_params=lambda: params)
    assert all(kept is param for kept, param in zip(history.params, params, strict=True))
    assert not any(torch.equal(param, old) for param, old in zip(params, before, strict=True))
    model = gru_model()
    assert all(a is b for a, b in zip(train_concise(model).params, model.parameters(), strict=True))


def drawn_params(vocab_size, num_hiddens, device):
    scale = 0.1 + 0.1 * random.random()
    params = [torch.randn_like(param) * scale for param in small.get_params(vocab_size, num_hiddens)]
    params[0] = torch.tensor(np.random.normal(0, 0.1, params[0].shape), dtype=torch.float32)
    return [param.requires_grad_() for param in params]


def test_the_same_seed_gives_the_same_numbers():
    def run(seed):
        return train(get_params=drawn_params, is_random_iter=True, seed=seed).perplexities

    assert run(1) == run(1) != run(2)


def test_without_a_seed_the_global_generators_are_left_alone():
    def states():
        return torch.get_rng_state().tolist(), str(np.random.get_state()), random.getstate()

    before = states()
    train()
    assert states() == before


class Callable3:
    def __call__(self, vocab_size, num_hiddens, device):
        return small.get_params(vocab_size, num_hiddens, device)


def with_layers(vocab_size, num_hiddens, num_layers, device):
    assert num_layers == 2
    return small.get_params(vocab_size, num_hiddens, device)


@pytest.mark.parametrize(
    "get_params",
    [
        small.get_params,
        lambda: small.get_params(),
        lambda *sizes: small.get_params(*sizes),
        lambda V, H, device: tuple(small.get_params(V, H, device)),
        functools.partial(small.get_params, small.V, small.H, "cpu"),
        functools.partial(with_layers, num_layers=2),
        Callable3(),
        lambda: nn.ParameterList(nn.Parameter(param.detach()) for param in small.get_params()),
    ],
)
def test_every_accepted_form_of_get_params_trains_alike(get_params):
    assert train(get_params=get_params).perplexities == train().perplexities


def test_the_tutorials_numpy_initialisation_trains():
    def get_params():
        def _one(shape):
            values = np.random.normal(0, 0.01, size=shape)
            return nn.Parameter(torch.tensor(values, device="cpu", dtype=torch.float32), requires_grad=True)

        H, V = small.H, small.V
        bias, last = (nn.Parameter(torch.zeros(size), requires_grad=True) for size in (H, V))
        return nn.ParameterList([_one((V, H)), _one((H, H)), bias, _one((H, V)), last])

    history = train(get_params=get_params, lr=50, clipping_theta=0.01, seed=0)
    assert history.perplexities[-1] < history.perplexities[0]


def test_a_get_params_of_another_signature_is_answered_with_what_is_taken():
    with pytest.raises(TypeError, match=r"should take \(vocab_size, num_hiddens, device\), or no argument"):
        train(get_params=lambda a, b: None)


@pytest.mark.parametrize(
    "position, change, problem",
    [
        (3, torch.Tensor.detach, r"of shape \(6, \d+\), does not require gradients"),
        (1, lambda param: param * 2, r"of shape \(6, 6\), was computed from another"),
        (2, torch.Tensor.tolist, "is a list of 6.*not a tensor"),
    ],
)
def test_a_parameter_that_cannot_be_trained_is_named_by_its_position(position, change, problem):
    params = small.get_params()
    params[position] = change(params[position])
    with pytest.raises(ValueError, match=f"parameter {position} of 5, counted from 0, {problem}"):
        train(get_params=lambda: params)


@pytest.mark.parametrize(
    "wrong, expected, came",
    [
        (lambda out, state: None, "the tuple (outputs, state)", "None"),
        (lambda out, state: out, "the tuple (outputs, state)", "a list of 5: tensor (4, "),
        (lambda out, state: (out, state, 1), "the tuple (outputs, state)", "a tuple of 3"),
        (lambda out, state: (out[:2], state), "a list of 5: tensor (4, ", "a list of 2: tensor (4, "),
        (lambda out, state: ([o[:, :3] for o in out], state), "(batch_size, vocab_size)", "tensor (4, 3)"),
        (lambda out, state: (torch.cat(out), state), "a list of 5: tensor (4, ", "a tensor (20, "),
        (lambda out, state: (out, state[0]), "a tuple of 1: tensor (4, 6)", "a tensor (4, 6)"),
        (lambda out, state: (out, state * 2), "a tuple of 1: tensor (4, 6)", "a tuple of 2: tensor (4, 6)"),
        (lambda out, state: (out, (state[0][:1],)), "a tuple of 1: tensor (4, 6)", "tensor (1, 6)"),
        (lambda out, state: (out, None), "a tuple of 1: tensor (4, 6)", "None"),
        (lambda out, state: ([o.detach() for o in out], state), "from `params`", "nothing can be learnt"),
    ],
)
def test_a_wrong_result_of_rnn_is_reported_before_anything_is_learnt(wrong, expected, came):
    params = small.get_params()
    with pytest.raises(ValueError) as caught:
        train(lambda *arguments: wrong(*small.rnn(*arguments)), lambda: params)
    assert expected in str(caught.value) and came in str(caught.value)
    assert all(torch.equal(param, first) for param, first in zip(params, small.get_params(), strict=True))


def test_a_state_without_its_comma_is_reported():
    with pytest.raises(ValueError, match=r"init_rnn_state must return a tuple.*a tensor \(4, 6\)"):
        train(init_state=lambda rows, hiddens, device: torch.zeros(rows, hiddens))


class Wrong(nn.Module):
    def __init__(self, change):
        super().__init__()
        self.inner, self.change = gru_model(), change

    def forward(self, X, state):
        return self.change(*self.inner(X, state))


@pytest.mark.parametrize(
    "change, came",
    [(lambda out, state: out, "a tensor (20, "), (lambda out, state: (out.view(5, 4, -1), state), "(5, 4, ")],
)
def test_a_wrong_result_of_a_model_is_reported(change, came):
    with pytest.raises(ValueError, match="The model must return") as caught:
        train_concise(Wrong(change))
    assert came in str(caught.value)


@pytest.mark.parametrize(
    "wrong",
    [
        {"num_epochs": 0}, {"pred_period": 0}, {"lr": -1}, {"clipping_theta": 0.0},
        {"prefixes": ["街灯", "猫"]}, {"prefixes": [""]}, {"batch_size": 1000},
    ],
)  # fmt: skip
def test_a_plan_that_cannot_work_is_refused_before_training(wrong):
    calls = []
    with pytest.raises(ValueError):
        train(lambda *arguments: calls.append(1) or small.rnn(*arguments), **wrong)
    assert not calls


def test_a_diverging_run_ends_with_its_epoch_its_cause_and_a_remedy(capsys):
    history = train(lr=1e30, clipping_theta=1e30, num_epochs=9, pred_period=1)
    out, err = capsys.readouterr()
    assert history.stopped == "diverged"
    assert len(history.epochs) < 9 and not math.isfinite(history.perplexities[-1])
    lines = [line for line in out.splitlines() if not line.startswith(("epoch", " - "))]
    assert lines[0].startswith(f"diverged in epoch {history.epochs[-1]}: perplexity ")
    assert "lr=1e+30" in lines[0] and "clipping_theta=1e+30" in lines[0]
    assert lines[1] == "Train again from new parameters with lr=100 and clipping_theta=0.01."
    assert len(lines) == 2 and err == ""


def test_a_run_that_stays_far_above_a_guess_has_diverged_too(capsys):
    history = train(lr=1e4, clipping_theta=1e-2, num_epochs=30, pred_period=1)
    out = capsys.readouterr().out
    assert history.stopped == "diverged" and 4 <= len(history.epochs) < 30
    assert "with lr=100 and clipping_theta=0.01." in out
    assert f", where a guess has {small.V}" in out
    assert max(map(len, out.splitlines())) < 200  # no perplexity of a hundred digits


def test_a_bad_beginning_that_gets_better_is_no_divergence():
    assert not has_diverged([1e30, 1e30, 1e30], vocab_size=10)
    assert not has_diverged([1e30, 1e30, 1e30, 9.0], vocab_size=10)
    assert not has_diverged([1e30, 1e20, 1e10, 1e9], vocab_size=10)
    assert not has_diverged([90.0] * 5, vocab_size=10)
    assert has_diverged([9.0, 110.0, 110.0, 110.0, 110.0], vocab_size=10)


def test_at_the_end_of_a_short_run_two_epochs_are_enough(capsys):
    assert has_diverged([1e30, 1e31], vocab_size=10, is_last=True)
    assert not has_diverged([1e30, 1e29], vocab_size=10, is_last=True)
    assert not has_diverged([1e30], vocab_size=10, is_last=True)
    assert train(lr=1e4, clipping_theta=1e-2, num_epochs=2).stopped == "diverged"


def test_a_usual_learning_rate_that_is_too_high_is_made_smaller(capsys):
    train(lambda *a: ([o * torch.nan for o in small.rnn(*a)[0]], a[1]), clipping_theta=1e-2)
    assert capsys.readouterr().out.endswith("Train again from new parameters with lr=0.2.\n")


def interrupting(call):
    calls = []

    def rnn(inputs, state, params):
        calls.append(1)
        if len(calls) == call:
            raise KeyboardInterrupt
        return small.rnn(inputs, state, params)

    return rnn


@ON_EACH_DEVICE
def test_an_interrupt_keeps_parameters_and_history(capsys, device):
    in_epoch = len(epochs_of(d2l.data_iter_consecutive, 1)[0])
    whole = train(num_epochs=2, device=device)
    history = train(interrupting(call=2 * in_epoch + 1), num_epochs=9, device=device)
    assert history.stopped == "interrupted"
    rounding = 0.0 if device == "cpu" else 1e-5  # a GPU adds rows in another order in each run
    assert history.perplexities == pytest.approx(whole.perplexities, rel=rounding, abs=0.0)
    pairs = zip(history.params, whole.params, strict=True)
    assert all(torch.allclose(kept, same, rtol=rounding, atol=rounding) for kept, same in pairs)
    assert capsys.readouterr().out == (
        "interrupted after epoch 2 of 9: the parameters and the history so far are kept.\n"
        "To go on to the same numbers: history.resume(), where history is what the trainer returned.\n"
        'With resume="run.checkpoint" in the call, a run can also go on after a restart.\n'
    )


def test_an_interrupt_in_the_first_epoch_keeps_what_was_learnt(capsys):
    history = train(interrupting(call=3))
    assert history.epochs == [] and history.stopped == "interrupted"
    assert not torch.equal(history.params[0], small.get_params()[0])
    assert capsys.readouterr().out.startswith("interrupted during epoch 1 of 3: the parameters so far are kept.\n")


@pytest.mark.parametrize(
    "name, value",
    [("COURSE_QUICK", "1"), ("NBGRADER_EXECUTION", "autograde"), ("NBGRADER_EXECUTION", "validate")],
)
def test_quick_mode_runs_two_epochs_and_says_so(monkeypatch, capsys, name, value):
    monkeypatch.setenv(name, value)
    history = train(num_epochs=160, pred_period=40)
    lines = capsys.readouterr().out.splitlines()
    assert history.epochs == [1, 2]
    assert re.fullmatch(r"quick mode: 2 of 160 epochs, as .*(COURSE_QUICK|nbgrader).*", lines[0])
    assert [line[:8] for line in lines[1:]] == ["epoch 2,", " - 街灯" + history.samples[0][1][2:5]]


def test_quick_mode_bounds_what_a_chapter_counts_itself(monkeypatch, capsys):
    assert d2l.quick_limit(3, "seeds") == 3
    monkeypatch.setenv("COURSE_QUICK", "1")
    assert [d2l.quick_limit(wanted, "seeds") for wanted in (1, 2, 3)] == [1, 2, 2]
    assert d2l.quick_limit(500, "lines", limit=400) == 400
    lines = capsys.readouterr().out.splitlines()
    assert lines == [f"quick mode: {bound}, as COURSE_QUICK is set" for bound in ("2 of 3 seeds", "400 of 500 lines")]


@pytest.mark.parametrize("value", ["", "0"])
def test_quick_mode_can_be_off(monkeypatch, value):
    monkeypatch.setenv("COURSE_QUICK", value)
    assert len(train(num_epochs=3).epochs) == 3


def test_quick_mode_is_silent_about_a_short_run(monkeypatch, capsys):
    monkeypatch.setenv("COURSE_QUICK", "1")
    assert train(num_epochs=2).epochs == [1, 2]
    assert capsys.readouterr().out == ""
