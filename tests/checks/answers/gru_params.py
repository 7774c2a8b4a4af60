"""`get_params` for the GRU, right and wrong."""

from __future__ import annotations

import functools

import numpy as np
import torch
from torch import nn

from . import habit, remarked, right


@right("gru.params")
def in_a_list(vocab_size, num_hiddens, device):
    def normal(*shape):
        return torch.randn(*shape, device=device) * 0.01

    def three():
        return (
            normal(vocab_size, num_hiddens),
            normal(num_hiddens, num_hiddens),
            torch.zeros(num_hiddens, device=device),
        )

    params = [*three(), *three(), *three(), normal(num_hiddens, vocab_size), torch.zeros(vocab_size, device=device)]
    for param in params:
        param.requires_grad_(True)
    return params


@right("gru.params")
def in_a_tuple(vocab_size, num_hiddens, device):
    return tuple(in_a_list(vocab_size, num_hiddens, device))


@right("gru.params")
def as_the_older_edition_has_it(vocab_size, num_hiddens, device=None):
    def _one(shape):
        values = torch.tensor(np.random.normal(0, 0.01, size=shape), device=device, dtype=torch.float32)
        return nn.Parameter(values, requires_grad=True)

    def _three():
        return (
            _one((vocab_size, num_hiddens)),
            _one((num_hiddens, num_hiddens)),
            nn.Parameter(torch.zeros(num_hiddens, device=device, dtype=torch.float32), requires_grad=True),
        )

    b_q = nn.Parameter(torch.zeros(vocab_size, device=device, dtype=torch.float32), requires_grad=True)
    return nn.ParameterList([*_three(), *_three(), *_three(), _one((num_hiddens, vocab_size)), b_q])


@right("gru.params")
def drawn_by_init(vocab_size, num_hiddens, device):
    V, H = vocab_size, num_hiddens
    params = [nn.Parameter(torch.empty(shape, device=device)) for shape in [(V, H), (H, H), (H,)] * 3 + [(H, V), (V,)]]
    for param in params:
        nn.init.normal_(param, std=0.01) if param.dim() == 2 else nn.init.zeros_(param)
    return params


@right("gru.params")
def drawn_as_a_truncated_normal(vocab_size, num_hiddens, device):
    params = in_a_list(vocab_size, num_hiddens, device)
    for param in params:
        if param.dim() == 2:
            nn.init.trunc_normal_(param, std=0.01, a=-0.025, b=0.025)
    return params


@right("gru.params")
def with_a_spread_of_its_own_choosing(vocab_size, num_hiddens, device, spread=0.01):
    print("a fixed seed is nobody's harm")
    torch.manual_seed(0)
    return in_a_list(vocab_size, num_hiddens, device)


@right("gru.params")
def moved_and_then_asked_for_gradients(vocab_size, num_hiddens, device):
    params = in_a_list(vocab_size, num_hiddens, torch.device("cpu"))
    return [param.detach().to(device).requires_grad_() for param in params]


@right("gru.params")
def drawn_by_a_generator_of_the_cpu(vocab_size, num_hiddens, device):
    V, H, draws = vocab_size, num_hiddens, torch.Generator().manual_seed(0)
    shapes = [(V, H), (H, H), (H,)] * 3 + [(H, V), (V,)]
    weight = functools.partial(torch.normal, 0.0, 0.01, generator=draws, device=device)
    return [
        (weight(size=shape) if len(shape) == 2 else torch.zeros(shape, device=device)).requires_grad_()
        for shape in shapes
    ]


def changed(change):
    """`get_params` with one thing done to its list."""

    def answer(vocab_size, num_hiddens, device):
        params = in_a_list(vocab_size, num_hiddens, device)
        with torch.no_grad():
            change(params)
        return params

    answer.__name__ = change.__name__
    return answer


def wrong_params(says):
    def register(change):
        habit("gru.params", says)(changed(change))
        return change

    return register


@wrong_params("the order is W_xz W_hz b_z")
def biases_before_weights(params):
    params[0], params[2] = params[2], params[0]


@wrong_params("expected parameter 10, W_hq, of shape (40, 60) for V=60, H=40; got a tensor of shape (60, 40)")
def output_weight_the_wrong_way_round(params):
    params[9] = params[9].T.contiguous().requires_grad_()


@wrong_params("expected 11 parameters (W_xz W_hz b_z")
def one_too_few(params):
    params.pop()


@wrong_params("got 12")
def one_too_many(params):
    params.append(params[-1].clone())


@wrong_params("b_z and b_r are one tensor")
def shared_bias(params):
    params[5] = params[2]


@wrong_params("W_xz and W_xr are one tensor")
def shared_storage(params):
    params[3] = params[0].detach().requires_grad_()


@wrong_params("W_xz and W_xr hold the same numbers")
def copied_weight(params):
    params[3].copy_(params[0])


@wrong_params("expected the bias b_r to be zero")
def bias_of_ones(params):
    params[5].fill_(1.0)


@wrong_params("expected the bias b_q to be zero")
def random_bias(params):
    params[10].normal_(std=0.01)


@wrong_params("expected W_hr with standard deviation 0.01, got 0")
def weight_of_zeros(params):
    params[4].zero_()


@wrong_params("expected W_xz with standard deviation 0.01, got ")
def spread_of_one(params):
    for param in params:
        param.mul_(100)


@wrong_params("expected W_xz with standard deviation 0.01, got ")
def variance_for_standard_deviation(params):
    for param in params:
        param.mul_(10)


@wrong_params("expected W_xz with standard deviation 0.01, got 0.005")
def uniform_numbers(params):
    for param in params:
        if param.dim() == 2:
            param.uniform_(-0.01, 0.01)


@wrong_params("expected W_xh with mean 0")
def numbers_around_a_hundredth(params):
    params[6].add_(0.01)


@wrong_params("expected W_hh with")
def a_weight_with_nan(params):
    params[7][0, 0] = float("nan")


@wrong_params("W_xz does not require gradients")
def no_gradients(params):
    for param in params:
        param.requires_grad_(False)


@wrong_params("b_q does not require gradients")
def one_without_gradients(params):
    params[-1].requires_grad_(False)


@wrong_params("expected W_xz in float32, got torch.float64")
def double_precision(params):
    params[:] = [param.double().requires_grad_() for param in params]


@habit("gru.params", "W_xz is the result of a computation")
def scaled_after_asking_for_gradients(vocab_size, num_hiddens, device):
    V, H = vocab_size, num_hiddens
    weight, bias = ({"requires_grad": True, "device": device} for _ in range(2))
    three = [lambda: torch.randn(V, H, **weight) * 0.01, lambda: torch.randn(H, H, **weight) * 0.01]
    params = []
    for _ in range(3):
        params += [three[0](), three[1](), torch.zeros(H, **bias)]
    return [*params, torch.randn(H, V, **weight) * 0.01, torch.zeros(V, **bias)]


@remarked("gru.params", says="the older form without arguments")
def zero_arguments():
    return in_a_list(60, 40, None)


@habit("gru.params", "expected a list of 11 parameters, got None: is the return missing?")
def nothing_returned(vocab_size, num_hiddens, device):
    in_a_list(vocab_size, num_hiddens, device)


@habit("gru.params", "expected a list of 11 parameters, got a dict")
def in_a_dictionary(vocab_size, num_hiddens, device):
    return dict(enumerate(in_a_list(vocab_size, num_hiddens, device)))


@habit("gru.params", "expected parameter 1, W_xz, of shape (60, 40)")
def sizes_hard_coded(vocab_size, num_hiddens, device):
    return in_a_list(1027, 256, device)


@habit("gru.params", "got an ndarray")
def arrays(vocab_size, num_hiddens, device):
    return [param.detach().numpy() for param in in_a_list(vocab_size, num_hiddens, device)]


@habit("gru.params", "not written yet")
def not_written_yet(vocab_size, num_hiddens, device):
    raise NotImplementedError("get_params")


@habit("gru.params", "device")
def ignores_the_device(vocab_size, num_hiddens, device):
    return in_a_list(vocab_size, num_hiddens, torch.device("cpu"))


@habit("gru.params", "move first, and call requires_grad_() last")
def moved_after_asking_for_gradients(vocab_size, num_hiddens, device):
    return [param.to(device) for param in in_a_list(vocab_size, num_hiddens, torch.device("cpu"))]


@habit("gru.params", "your function raised NameError: name 'normal' is not defined\nin your line: return [normal(")
def misspelt(vocab_size, num_hiddens, device):
    return [normal(vocab_size, num_hiddens)]  # noqa: F821
