"""A recurrent layer that reads indices gives what torch's own gives for one-hot vectors, and the same gradients."""

import copy

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

import course_utils as d2l
from course_utils.engine.layers import nn_layers
from course_utils.engine.layers.nn_gru import gru_direction

KINDS = [nn.GRU, nn.LSTM, lambda *a, **k: nn.RNN(*a, **k), lambda *a, **k: nn.RNN(*a, nonlinearity="relu", **k)]


def results(run, layer, state):
    """Output, state and the gradients of everything, for a loss that weighs every number differently."""
    state = None if state is None else [part.clone().requires_grad_() for part in state]
    given = state if state is None or layer.mode == "LSTM" else state[0]
    output, new = run(layer, given if given is None or torch.is_tensor(given) else tuple(given))
    parts = list(new) if isinstance(new, tuple) else [new]
    sum((part * torch.arange(part.numel()).view_as(part).cos()).sum() for part in (output, *parts)).backward()
    leaves = [*layer.parameters(), *(state or [])]
    return [output, *parts, *(leaf.grad for leaf in leaves)]


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(KINDS),
    st.fixed_dictionaries({"num_layers": st.integers(1, 3), "bidirectional": st.booleans(), "bias": st.booleans()}),
    st.tuples(st.integers(1, 5), st.integers(1, 4), st.integers(1, 8), st.integers(1, 5)),
    st.booleans(),
    st.sampled_from([torch.float64, torch.float32]),
    st.integers(0, 1000),
)
def test_output_state_and_gradients_are_torchs(kind, options, sizes, starts, dtype, seed):
    T, B, V, H = sizes
    torch.manual_seed(seed)
    layer = kind(V, H, **options).to(dtype)
    X = torch.randint(V, (T, B))
    state = [torch.randn(options["num_layers"] * (1 + options["bidirectional"]), B, H, dtype=dtype) for _ in "hc"]
    state = None if starts else state[: 2 if layer.mode == "LSTM" else 1]
    assert nn_layers.reads_indices(layer, X)
    ours = results(lambda layer, state: nn_layers.run(layer, X, state), copy.deepcopy(layer), state)
    torchs = results(lambda layer, state: layer(F.one_hot(X, V).to(dtype), state), layer, state)
    tolerance = 1e-9 if dtype is torch.float64 else 1e-4
    for a, b in zip(ours, torchs, strict=True):
        torch.testing.assert_close(a, b, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("kind", [nn.GRU, nn.LSTM])
def test_dropout_between_layers_draws_what_torch_draws(kind):
    torch.manual_seed(0)
    layer, X = kind(9, 6, num_layers=3, dropout=0.5), torch.randint(9, (5, 4))
    torch.manual_seed(1)
    ours, _ = nn_layers.run(layer, X, None)
    torch.manual_seed(1)
    torchs, _ = layer(F.one_hot(X, 9).float())
    torch.testing.assert_close(ours, torchs)
    layer.eval()
    torch.testing.assert_close(nn_layers.run(layer, X, None)[0], layer(F.one_hot(X, 9).float())[0])


@given(st.booleans(), st.integers(0, 100))
@settings(max_examples=20, deadline=None)
def test_gradients_of_a_gru_direction_are_finite_differences(reverse, seed):
    draw = torch.Generator().manual_seed(seed)
    T, B, H = 3, 2, 2
    shapes = [(T, B, 3 * H), (B, H), (3 * H, H), (3 * H,)]
    operands = [torch.randn(shape, generator=draw, dtype=torch.float64).requires_grad_() for shape in shapes]
    assert torch.autograd.gradcheck(lambda *tensors: gru_direction(*tensors, reverse), operands)
    assert torch.autograd.gradcheck(lambda *tensors: gru_direction(*tensors, reverse)[1], operands)


def test_frozen_weights_get_no_gradient_and_the_others_do():
    layer = nn.GRU(5, 4)
    layer.weight_hh_l0.requires_grad_(False)
    nn_layers.run(layer, torch.randint(5, (3, 2)), None)[0].sum().backward()
    assert layer.weight_hh_l0.grad is None and layer.weight_ih_l0.grad is not None


def with_hook(layer):
    layer.register_forward_hook(lambda *_: None)
    return layer


class Own(nn.GRU):
    pass


@pytest.mark.parametrize(
    "layer",
    [
        with_hook(nn.GRU(5, 4)),
        Own(5, 4),
        nn.LSTM(5, 4, proj_size=2),
        torch.nn.utils.parametrizations.weight_norm(nn.GRU(5, 4), "weight_hh_l0"),
        nn.GRU(5, 4, device="meta"),
    ],
    ids=["hook", "subclass", "projection", "parametrized", "other device"],
)
def test_what_is_not_plainly_torchs_layer_on_the_cpu_is_called_itself(layer):
    assert not nn_layers.reads_indices(layer, torch.zeros(3, 2, dtype=torch.int64))


def test_a_model_works_in_functional_calls_under_autocast_and_in_a_copy():
    torch.manual_seed(0)
    model, X = d2l.RNNModel(nn.GRU(7, 5), 7), torch.randint(7, (2, 4))
    expected = model(X, None)[0]
    params = dict(model.named_parameters())
    torch.testing.assert_close(torch.func.functional_call(model, params, (X, None))[0], expected)
    slope = torch.func.grad(lambda params: torch.func.functional_call(model, params, (X, None))[0].sum())(params)
    expected.sum().backward()
    for name, param in model.named_parameters():
        torch.testing.assert_close(slope[name], param.grad)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert model(X, None)[0].dtype is torch.bfloat16
    assert torch.equal(copy.deepcopy(model)(X, None)[0], model(X, None)[0])


@pytest.mark.parametrize("layer", [nn.GRU(5, 4), nn.LSTM(5, 4)])
def test_a_state_of_another_batch_size_is_refused_as_torch_does(layer):
    state = torch.zeros(1, 3, 4)
    with pytest.raises(RuntimeError, match=r"Expected hidden"):
        nn_layers.run(layer, torch.zeros(6, 2, dtype=torch.int64), (state, state) if layer.mode == "LSTM" else state)


@pytest.mark.parametrize("index", [-1, 5])
@pytest.mark.parametrize("layer", [nn.GRU(5, 4), nn.LSTM(5, 4)])
def test_an_index_outside_the_vocabulary_is_an_error(layer, index):
    with pytest.raises((IndexError, RuntimeError)):
        nn_layers.run(layer, torch.tensor([[index]]), None)


@pytest.mark.cuda
@pytest.mark.parametrize("kind", [nn.RNN, nn.GRU, nn.LSTM])
def test_a_run_on_a_gpu_is_the_run_on_the_cpu(kind):
    torch.manual_seed(0)
    V, H, B, T = 11, 8, 4, 5
    model, indices = d2l.RNNModel(kind(V, H), V), torch.randint(V, (200,)).tolist()

    def losses(device):
        history = d2l.train_and_predict_rnn_pytorch(
            copy.deepcopy(model), H, V, device, indices, [], {}, 3, T, 0.01, 1.0, B, 9, 0, []
        )
        return history.perplexities

    assert losses("cuda") == pytest.approx(losses("cpu"), rel=1e-3)
