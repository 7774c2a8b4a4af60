"""The depth explorer computes a deep RNN's equations, forwards and backwards."""

import math
from itertools import pairwise

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.equations import deep_rnn, evaluate
from course_utils.widgets.depth import DEEPEST, UNITS, DepthSettings, _draws, depth_explorer, depth_response
from course_utils.widgets.explorer import short

scales = st.floats(0.05, 3)


def by_the_equations(num_layers, scale):
    """Signals and gradients of `DepthResponse`, from the trees and autograd."""
    H, error, draws = (torch.from_numpy(array) for array in _draws())
    no_bias, start = torch.zeros(UNITS, dtype=torch.float64), torch.zeros_like(H)
    identity = [torch.eye(UNITS, dtype=torch.float64), no_bias]  # the outputs are the top layer's states
    layers = [[scale * draw, torch.zeros_like(draw), no_bias] for draw in draws[:num_layers]]
    signals, gradients = [H.std(dim=0, correction=0).square().mean().sqrt()], []
    for layer in range(num_layers):
        H.requires_grad_()
        above = [param for params in layers[layer:] for param in params]
        (top,), (first, *_) = evaluate(
            deep_rnn(num_layers - layer), [H], (start,) * (num_layers - layer), above + identity
        )
        (gradient,) = torch.autograd.grad(top, H, error)
        gradients.append(gradient.square().mean().sqrt() / error.square().mean().sqrt())
        H = first.detach()
        signals.append(H.std(dim=0, correction=0).square().mean().sqrt())
    return [(signal / signals[0]).item() for signal in signals], [gradient.item() for gradient in gradients] + [1.0]


@settings(max_examples=15, deadline=None)
@given(num_layers=st.integers(1, 5), scale=scales)
def test_signals_and_gradients_are_those_of_a_deep_rnn(num_layers, scale):
    signals, gradients = by_the_equations(num_layers, scale)
    response = depth_response(DepthSettings(num_layers, scale))
    assert response.signals == pytest.approx(signals)
    assert response.gradients == pytest.approx(gradients)


@given(num_layers=st.integers(1, DEEPEST), scale=scales, residual=st.floats(0, 1))
@settings(max_examples=30, deadline=None)
def test_there_is_a_number_for_the_input_and_one_for_each_layer(num_layers, scale, residual):
    response = depth_response(DepthSettings(num_layers, scale, residual))
    assert len(response.signals) == len(response.gradients) == num_layers + 1
    assert response.signals[0] == response.gradients[-1] == 1


def test_without_weights_a_residual_connection_hands_on_all_and_nothing_else_hands_on_anything():
    assert depth_response(DepthSettings(5, scale=0, residual=1)).signals == [1] * 6
    assert depth_response(DepthSettings(5, scale=0, residual=1)).gradients == [1] * 6
    assert depth_response(DepthSettings(3, scale=0)).signals == [1, 0, 0, 0]


def test_small_weights_lose_the_signal_and_its_gradient_by_the_same_share_at_every_layer():
    response = depth_response(DepthSettings(DEEPEST, scale=0.1))
    for sizes in (response.signals, response.gradients[::-1]):
        shares = [after / before for before, after in pairwise(sizes)]
        assert shares == pytest.approx([0.1] * DEEPEST, rel=0.25)


def test_residual_connections_keep_what_small_weights_lose():
    plain = depth_response(DepthSettings(DEEPEST, scale=0.6))
    residual = depth_response(DepthSettings(DEEPEST, scale=0.6, residual=1))
    assert max(plain.signals[-1], plain.gradients[0]) < 1e-4
    assert min(residual.signals[-1], residual.gradients[0]) > 1


@pytest.mark.parametrize("num_layers", [0, DEEPEST + 1, math.nan])
def test_a_depth_out_of_range_is_refused(num_layers):
    with pytest.raises(ValueError, match="num_layers must be between 1 and 20"):
        depth_response(DepthSettings(num_layers))


def test_the_draws_are_normal_and_those_of_the_weights_keep_the_size_of_a_signal():
    H, error, weights = _draws()
    for draws in (H, error, weights * math.sqrt(UNITS)):
        assert abs(draws.mean()) < 4 / math.sqrt(draws.size)
        assert abs(draws.std() - 1) < 4 / math.sqrt(2 * draws.size)
        assert abs((abs(draws) > 1.96).mean() - 0.05) < 4 * math.sqrt(0.05 * 0.95 / draws.size)


def test_the_explorer_says_in_words_what_it_shows():
    explorer = depth_explorer()
    explorer.settings = {"num_layers": 20, "scale": 0.5, "residual": 0}
    response = depth_response(DepthSettings(20, 0.5))
    signal, gradient = short(response.signals[-1]), short(response.gradients[0])
    assert repr(explorer) == (
        "Layers: 20, scale 0.50, residual 0.00. "
        f"The signal at the top is {signal}, the gradient at the bottom {gradient}."
    )
    assert "× 10⁻⁷" in repr(explorer)
