"""`init_gru_state`, right and wrong."""

from __future__ import annotations

import torch

from . import habit, right


@right("gru.state")
def zeros(batch_size, num_hiddens, device):
    return (torch.zeros((batch_size, num_hiddens), device=device),)


@right("gru.state")
def zeros_by_product(batch_size, num_hiddens, device):
    return (torch.ones(batch_size, num_hiddens).to(device) * 0,)


@right("gru.state")
def named_arguments(batch_size, num_hiddens, device=None):
    print("the state of", batch_size, "rows")
    H = torch.empty(size=(batch_size, num_hiddens), device=device).fill_(0.0)
    return tuple(part for part in [H])


@habit("gru.state", "expected the tuple (H,), got a tensor of shape")
def bare_tensor(batch_size, num_hiddens, device):
    return torch.zeros(batch_size, num_hiddens, device=device)


@habit("gru.state", "a tuple of one is written (H,)")
def brackets_without_comma(batch_size, num_hiddens, device):
    return torch.zeros(batch_size, num_hiddens, device=device)


@habit("gru.state", "expected the tuple (H,), got a list of 1")
def in_a_list(batch_size, num_hiddens, device):
    return [torch.zeros(batch_size, num_hiddens, device=device)]


@habit("gru.state", "expected the tuple (H,), got a tuple of 2")
def as_for_the_lstm(batch_size, num_hiddens, device):
    return tuple(torch.zeros(batch_size, num_hiddens, device=device) for _ in range(2))


@habit("gru.state", "expected H of shape (B, H) = ")
def the_wrong_way_round(batch_size, num_hiddens, device):
    return (torch.zeros(num_hiddens, batch_size, device=device),)


@habit("gru.state", "expected H of shape (B, H) = ")
def as_nn_gru_wants_it(batch_size, num_hiddens, device):
    return (torch.zeros(1, batch_size, num_hiddens, device=device),)


@habit("gru.state", "expected H of shape (B, H) = ")
def one_row_for_all(batch_size, num_hiddens, device):
    return (torch.zeros(num_hiddens, device=device),)


@habit("gru.state", "expected H to be zero everywhere")
def random_numbers(batch_size, num_hiddens, device):
    return (torch.randn(batch_size, num_hiddens, device=device) * 0.01,)


@habit("gru.state", "expected H to be zero everywhere")
def not_filled_yet(batch_size, num_hiddens, device):
    return (torch.full((batch_size, num_hiddens), float("nan"), device=device),)


@habit("gru.state", "expected H in float32, got torch.float64")
def double_precision(batch_size, num_hiddens, device):
    return (torch.zeros(batch_size, num_hiddens, device=device, dtype=torch.float64),)


@habit("gru.state", "expected H in float32, got torch.int64")
def integers(batch_size, num_hiddens, device):
    return (torch.zeros(batch_size, num_hiddens, device=device, dtype=torch.int64),)


@habit("gru.state", "got None: is the return missing?")
def nothing_returned(batch_size, num_hiddens, device):
    torch.zeros(batch_size, num_hiddens, device=device)


@habit("gru.state", "not written yet")
def not_written_yet(batch_size, num_hiddens, device):
    raise NotImplementedError


@habit(
    "gru.state",
    "expected a function of (batch_size, num_hiddens, device), got one that takes (batch_size, num_hiddens)",
)
def without_a_device(batch_size, num_hiddens):
    return (torch.zeros(batch_size, num_hiddens),)


@habit("gru.state", "device")
def ignores_the_device(batch_size, num_hiddens, device):
    return (torch.zeros(batch_size, num_hiddens, device=torch.device("cpu")),)
