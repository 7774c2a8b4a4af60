"""`get_params` and the initial states of the LSTM, the deep RNN and the bidirectional RNN, right and wrong."""

from __future__ import annotations

import itertools

import torch
from torch import nn

from . import habit, right

# The LSTM's parameters


@right("lstm.params")
def lstm_in_a_list(vocab_size, num_hiddens, device):
    num_inputs = num_outputs = vocab_size

    def normal(shape):
        return torch.randn(size=shape, device=device) * 0.01

    def three():
        return (
            normal((num_inputs, num_hiddens)),
            normal((num_hiddens, num_hiddens)),
            torch.zeros(num_hiddens, device=device),
        )

    W_xi, W_hi, b_i = three()
    W_xf, W_hf, b_f = three()
    W_xo, W_ho, b_o = three()
    W_xc, W_hc, b_c = three()
    W_hq = normal((num_hiddens, num_outputs))
    b_q = torch.zeros(num_outputs, device=device)
    params = [W_xi, W_hi, b_i, W_xf, W_hf, b_f, W_xo, W_ho, b_o, W_xc, W_hc, b_c, W_hq, b_q]
    for param in params:
        param.requires_grad_(True)
    return params


@right("lstm.params")
def lstm_as_parameters(vocab_size, num_hiddens, device=None):
    def weight(*shape):
        return nn.Parameter(torch.normal(0, 0.01, size=shape, device=device))

    def bias(size):
        return nn.Parameter(torch.zeros(size, device=device))

    params = nn.ParameterList()
    for _ in "ifoc":
        params.extend([weight(vocab_size, num_hiddens), weight(num_hiddens, num_hiddens), bias(num_hiddens)])
    params.extend([weight(num_hiddens, vocab_size), bias(vocab_size)])
    return params


@right("lstm.params")
def lstm_from_one_fused_draw(vocab_size, num_hiddens, device):
    """Drawn at once, then cut into copies of their own."""
    W = torch.randn(vocab_size + num_hiddens, 4 * num_hiddens, device=device) * 0.01
    params = []
    for part in W.chunk(4, dim=1):
        W_x, W_h = part.split([vocab_size, num_hiddens])
        params += [W_x.clone(), W_h.clone(), torch.zeros(num_hiddens, device=device)]
    params += [torch.randn(num_hiddens, vocab_size, device=device) / 100, torch.zeros(vocab_size, device=device)]
    return tuple(param.requires_grad_() for param in params)


@right("lstm.state")
def lstm_two_zeros(batch_size, num_hiddens, device):
    return (
        torch.zeros((batch_size, num_hiddens), device=device),
        torch.zeros((batch_size, num_hiddens), device=device),
    )


@right("lstm.state")
def lstm_cell_like_the_hidden_state(batch_size, num_hiddens, device="cpu"):
    H = torch.zeros(batch_size, num_hiddens).to(device)
    return H, torch.zeros_like(H)


def changed(task, make, says):
    """Registers a right `get_params` with one thing done to its list."""

    def register(change):
        def answer(*arguments):
            params = list(make(*arguments))
            with torch.no_grad():
                change(params)
            return params

        if task.startswith("deep_rnn"):

            def get_params(vocab_size, num_hiddens, num_layers, device):
                return answer(vocab_size, num_hiddens, num_layers, device)
        else:

            def get_params(vocab_size, num_hiddens, device):
                return answer(vocab_size, num_hiddens, device)

        get_params.__name__ = change.__name__
        habit(task, says)(get_params)
        return change

    return register


@changed("lstm.params", lstm_in_a_list, "expected the bias b_f to be zero, its largest value is 1")
def lstm_forget_bias_of_one(params):
    """Good practice, but not what is asked."""
    params[5].fill_(1.0)


@changed("lstm.params", lstm_in_a_list, "expected 14 parameters (W_xi W_hi b_i")
def lstm_without_the_candidate(params):
    del params[9:12]


@changed("lstm.params", lstm_in_a_list, "the order is W_xi W_hi b_i")
def lstm_sorted_by_kind(params):
    params[:12] = [*params[0:12:3], *params[1:12:3], *params[2:12:3]]


@changed("lstm.params", lstm_in_a_list, "are one tensor")
def lstm_four_times_the_same_three(params):
    params[:12] = params[:3] * 4


@changed("lstm.params", lstm_in_a_list, "b_i and b_f are one tensor")
def lstm_one_bias_for_all(params):
    params[5] = params[8] = params[11] = params[2]


@changed(
    "lstm.params", lstm_in_a_list, "expected parameter 13, W_hq, of shape (40, 60) for V=60, H=40; got a tensor of"
)
def lstm_output_weight_transposed(params):
    params[12] = params[12].T.contiguous().requires_grad_()


@changed("lstm.params", lstm_in_a_list, "expected parameter 3, b_i, of shape (40,)")
def lstm_biases_as_rows(params):
    params[2] = params[2].reshape(1, -1).requires_grad_()


@changed("lstm.params", lstm_in_a_list, "b_c does not require gradients")
def lstm_candidate_bias_without_gradients(params):
    params[11].requires_grad_(False)


@habit("lstm.params", "expected 14 parameters (W_xi W_hi b_i")
def lstm_fused(vocab_size, num_hiddens, device):
    return [
        torch.zeros(vocab_size, 4 * num_hiddens, requires_grad=True),
        torch.zeros(num_hiddens, 4 * num_hiddens, requires_grad=True),
        torch.zeros(4 * num_hiddens, requires_grad=True),
    ]


@habit("lstm.state", "expected the tuple (H, C), got a tuple of 1")
def lstm_without_a_cell(batch_size, num_hiddens, device):
    return (torch.zeros(batch_size, num_hiddens, device=device),)


@habit("lstm.state", "expected the tuple (H, C), got a tensor of shape (2, ")
def lstm_stacked(batch_size, num_hiddens, device):
    return torch.zeros(2, batch_size, num_hiddens, device=device)


@habit("lstm.state", "expected the tuple (H, C), got a list of 2")
def lstm_state_in_a_list(batch_size, num_hiddens, device):
    return [torch.zeros(batch_size, num_hiddens, device=device) for _ in range(2)]


@habit("lstm.state", "expected C to be zero everywhere")
def lstm_cell_of_ones(batch_size, num_hiddens, device):
    H = torch.zeros(batch_size, num_hiddens, device=device)
    return H, torch.ones_like(H)


@habit("lstm.state", "expected H of shape (B, H) = ")
def lstm_as_torch_wants_it(batch_size, num_hiddens, device):
    return torch.zeros(1, batch_size, num_hiddens, device=device), torch.zeros(1, batch_size, num_hiddens).to(device)


@habit("lstm.state", "expected C of shape (B, H) = ")
def lstm_cell_the_wrong_way_round(batch_size, num_hiddens, device):
    return torch.zeros(batch_size, num_hiddens, device=device), torch.zeros(num_hiddens, batch_size, device=device)


@habit("lstm.state", "device")
def lstm_cell_on_the_processor(batch_size, num_hiddens, device):
    return torch.zeros(batch_size, num_hiddens, device=device), torch.zeros(batch_size, num_hiddens)


# The deep RNN's parameters


@right("deep_rnn.params")
def deep_layer_by_layer(vocab_size, num_hiddens, num_layers, device):
    params = []
    for layer in range(num_layers):
        num_inputs = vocab_size if layer == 0 else num_hiddens
        params.append(torch.randn(num_inputs, num_hiddens, device=device) * 0.01)
        params.append(torch.randn(num_hiddens, num_hiddens, device=device) * 0.01)
        params.append(torch.zeros(num_hiddens, device=device))
    params += [torch.randn(num_hiddens, vocab_size, device=device) * 0.01, torch.zeros(vocab_size, device=device)]
    for param in params:
        param.requires_grad_()
    return params


@right("deep_rnn.params")
def deep_from_pairs_of_sizes(vocab_size, num_hiddens, num_layers, device):
    def weight(rows, columns):
        W = torch.empty(rows, columns, device=device, requires_grad=True)
        return nn.init.normal_(W, mean=0.0, std=0.01)

    sizes = [vocab_size] + [num_hiddens] * num_layers
    layers = (
        (weight(below, size), weight(size, size), torch.zeros(size, device=device, requires_grad=True))
        for below, size in itertools.pairwise(sizes)
    )
    b_q = torch.zeros(vocab_size, device=device, requires_grad=True)
    return (*itertools.chain.from_iterable(layers), weight(num_hiddens, vocab_size), b_q)


@right("deep_rnn.params")
def deep_recursive(vocab_size, num_hiddens, num_layers, device):
    """The top layer is added to a stack that is one lower."""
    if num_layers == 0:
        b_q = nn.Parameter(torch.zeros(vocab_size, device=device))
        return [nn.Parameter(0.01 * torch.randn((num_hiddens, vocab_size), device=device)), b_q]
    *below, W_hq, b_q = deep_recursive(vocab_size, num_hiddens, num_layers - 1, device)
    shapes = (num_hiddens if below else vocab_size, num_hiddens), (num_hiddens, num_hiddens)
    weights = [nn.Parameter(0.01 * torch.randn(shape, device=device)) for shape in shapes]
    return [*below, *weights, nn.Parameter(torch.zeros(num_hiddens, device=device)), W_hq, b_q]


@right("deep_rnn.state")
def deep_tuple_of_zeros(batch_size, num_hiddens, num_layers, device):
    return tuple(torch.zeros((batch_size, num_hiddens), device=device) for _ in range(num_layers))


@right("deep_rnn.state")
def deep_unbound(batch_size, num_hiddens, num_layers, device):
    return torch.zeros(num_layers, batch_size, num_hiddens, device=device).unbind()


@right("deep_rnn.state")
def deep_one_tensor_for_all(batch_size, num_hiddens, num_layers, device):
    """Harmless, as nothing may change a state in place."""
    return (torch.zeros(batch_size, num_hiddens, device=device),) * num_layers


@changed("deep_rnn.params", deep_layer_by_layer, "of shape (60, 40)")
def deep_output_first(params):
    params[:] = params[-2:] + params[:-2]


@changed("deep_rnn.params", deep_layer_by_layer, "expected 8 parameters (W_xh1 W_hh1 b_h1 W_xh2")
def deep_in_nested_lists(params):
    params[:] = [params[k : k + 3] for k in range(0, len(params) - 2, 3)] + params[-2:]


@changed("deep_rnn.params", deep_layer_by_layer, "expected parameter 2, W_hh1, of shape (40, 40)")
def deep_bias_second(params):
    for k in range(0, len(params) - 2, 3):
        params[k + 1], params[k + 2] = params[k + 2], params[k + 1]


@changed("deep_rnn.params", deep_layer_by_layer, "are one tensor")
def deep_upper_layers_shared(params):
    """The upper layers by multiplication of a list: [...] * (num_layers - 1)."""
    params[3:-2] = params[3:6] * ((len(params) - 5) // 3)


@changed("deep_rnn.params", deep_layer_by_layer, "are one tensor")
def deep_one_bias_for_all_layers(params):
    for k in range(5, len(params) - 2, 3):
        params[k] = params[2]


@changed("deep_rnn.params", deep_layer_by_layer, "W_hh1 and W_hh2 hold the same numbers")
def deep_upper_layers_copied(params):
    for k in range(4, len(params) - 2, 3):
        params[k].copy_(params[1])


@changed("deep_rnn.params", deep_layer_by_layer, "expected the bias b_h2 to be zero")
def deep_random_biases_above(params):
    for k in range(5, len(params) - 2, 3):
        params[k].normal_(std=0.01)


@changed("deep_rnn.params", deep_layer_by_layer, "expected W_xh2 with standard deviation 0.01, got ")
def deep_upper_weights_unscaled(params):
    for k in range(3, len(params) - 2, 3):
        params[k].mul_(100)


@changed("deep_rnn.params", deep_layer_by_layer, "W_xh2 does not require gradients")
def deep_gradients_for_the_first_layer_only(params):
    for param in params[3:-2]:
        param.requires_grad_(False)


@habit("deep_rnn.params", "expected parameter 4, W_xh2, of shape (40, 40) for V=60, H=40")
def deep_every_layer_reads_the_input(vocab_size, num_hiddens, num_layers, device):
    one = lstm_in_a_list(vocab_size, num_hiddens, device)
    layers = [one[3 * layer : 3 * layer + 3] for layer in range(num_layers)]
    return [*itertools.chain(*layers), *one[-2:]]


@habit("deep_rnn.params", "expected 11 parameters (W_xh1 W_hh1 b_h1 W_xh2 W_hh2 b_h2 W_xh3 W_hh3 b_h3 W_hq b_q), got 8")
def deep_two_layers_hard_coded(vocab_size, num_hiddens, num_layers, device):
    return deep_layer_by_layer(vocab_size, num_hiddens, 2, device)


@habit("deep_rnn.params", "expected 8 parameters")
def deep_one_layer_too_few(vocab_size, num_hiddens, num_layers, device):
    return deep_layer_by_layer(vocab_size, num_hiddens, num_layers - 1, device)


@habit("deep_rnn.params", "expected a function of (vocab_size, num_hiddens, num_layers, device), got one that takes (")
def deep_without_a_number_of_layers(vocab_size, num_hiddens, device):
    return deep_layer_by_layer(vocab_size, num_hiddens, 2, device)


@habit("deep_rnn.state", "expected the tuple (H1, H2), got a list of 2")
def deep_list_of_zeros(batch_size, num_hiddens, num_layers, device):
    return [torch.zeros(batch_size, num_hiddens, device=device) for _ in range(num_layers)]


@habit("deep_rnn.state", "expected the tuple (H1, H2), got a tensor of shape (2, ")
def deep_as_torch_wants_it(batch_size, num_hiddens, num_layers, device):
    return torch.zeros(num_layers, batch_size, num_hiddens, device=device)


@habit("deep_rnn.state", "expected the tuple (H1, H2), got a tuple of 1")
def deep_one_state(batch_size, num_hiddens, num_layers, device):
    return (torch.zeros(batch_size, num_hiddens, device=device),)


@habit("deep_rnn.state", "expected the tuple (H1, H2, H3), got a tuple of 2")
def deep_two_states_hard_coded(batch_size, num_hiddens, num_layers, device):
    return torch.zeros(batch_size, num_hiddens, device=device), torch.zeros(batch_size, num_hiddens, device=device)


@habit("deep_rnn.state", "got a generator")
def deep_a_generator(batch_size, num_hiddens, num_layers, device):
    return (torch.zeros(batch_size, num_hiddens, device=device) for _ in range(num_layers))


@habit("deep_rnn.state", "to be zero everywhere")
def deep_upper_states_random(batch_size, num_hiddens, num_layers, device):
    H = torch.zeros(batch_size, num_hiddens, device=device)
    return (H, *(torch.randn_like(H) for _ in range(num_layers - 1)))


@habit("deep_rnn.state", "expected a function of (batch_size, num_hiddens, num_layers, device), got one that takes (")
def deep_state_without_a_number_of_layers(batch_size, num_hiddens, device):
    return (torch.zeros(batch_size, num_hiddens, device=device),) * 2


# The bidirectional RNN's parameters


@right("birnn.params")
def birnn_in_a_list(vocab_size, num_hiddens, device):
    def normal(*shape):
        return torch.randn(*shape, device=device) * 0.01

    W_xh_f, W_hh_f, b_h_f = (
        normal(vocab_size, num_hiddens),
        normal(num_hiddens, num_hiddens),
        torch.zeros(num_hiddens, device=device),
    )
    W_xh_b, W_hh_b, b_h_b = (
        normal(vocab_size, num_hiddens),
        normal(num_hiddens, num_hiddens),
        torch.zeros(num_hiddens, device=device),
    )
    W_hq, b_q = normal(2 * num_hiddens, vocab_size), torch.zeros(vocab_size, device=device)
    params = [W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q]
    for param in params:
        param.requires_grad_(True)
    return params


@right("birnn.params")
def birnn_from_shapes(vocab_size, num_hiddens, device):
    V, H = vocab_size, num_hiddens
    shapes = [(V, H), (H, H), (H,), (V, H), (H, H), (H,), (H + H, V), (V,)]
    return tuple(
        nn.Parameter((0.01 if len(shape) > 1 else 0.0) * torch.randn(shape, device=device)) for shape in shapes
    )


@right("birnn.params")
def birnn_output_weight_of_two_halves(vocab_size, num_hiddens, device):
    params = []
    halves = []
    for _ in ("forward", "backward"):
        params.append(torch.empty(vocab_size, num_hiddens, device=device).normal_(0, 0.01))
        params.append(torch.empty(num_hiddens, num_hiddens, device=device).normal_(0, 0.01))
        params.append(torch.zeros(num_hiddens, device=device))
        halves.append(torch.empty(num_hiddens, vocab_size, device=device).normal_(0, 0.01))
    params += [torch.cat(halves), torch.zeros(vocab_size, device=device)]
    return [param.requires_grad_() for param in params]


@right("birnn.state")
def birnn_two_zeros(batch_size, num_hiddens, device):
    H_f = torch.zeros(batch_size, num_hiddens, device=device)
    H_b = torch.zeros(batch_size, num_hiddens, device=device)
    return H_f, H_b


@right("birnn.state")
def birnn_one_tensor_cut_in_two(batch_size, num_hiddens, device):
    return torch.zeros(batch_size, 2 * num_hiddens, device=device).chunk(2, dim=1)


@habit("birnn.params", "expected parameter 7, W_hq, of shape (80, 60) for V=60, H=40; got a tensor of shape (40, 60)")
def birnn_output_weight_of_one_direction(vocab_size, num_hiddens, device):
    params = birnn_in_a_list(vocab_size, num_hiddens, device)
    params[6] = (torch.randn(num_hiddens, vocab_size, device=device) * 0.01).requires_grad_()
    return params


@changed("birnn.params", birnn_in_a_list, "expected parameter 7, W_hq, of shape (80, 60)")
def birnn_output_weight_transposed(params):
    params[6] = params[6].T.contiguous().requires_grad_()


@changed("birnn.params", birnn_in_a_list, "W_xh_f and W_xh_b are one tensor")
def birnn_one_direction_for_both(params):
    params[3:6] = params[:3]


@changed("birnn.params", birnn_in_a_list, "W_hh_f and W_hh_b hold the same numbers")
def birnn_hidden_weight_copied(params):
    params[4].copy_(params[1])


@changed("birnn.params", birnn_in_a_list, "the order is W_xh_f W_hh_f b_h_f")
def birnn_in_pairs(params):
    params[:6] = [params[0], params[3], params[1], params[4], params[2], params[5]]


@changed("birnn.params", birnn_in_a_list, "expected 8 parameters (W_xh_f")
def birnn_forward_direction_only(params):
    del params[3:6]


@changed("birnn.params", birnn_in_a_list, "got 9")
def birnn_two_output_weights(params):
    params[6:7] = [half.clone().requires_grad_() for half in params[6].chunk(2)]


@changed("birnn.params", birnn_in_a_list, "expected W_hq with standard deviation 0.01, got 0.1")
def birnn_output_weight_unscaled(params):
    params[6].mul_(10)


@habit("birnn.params", "W_hq is the result of a computation")
def birnn_output_weight_joined_after_asking_for_gradients(vocab_size, num_hiddens, device):
    params = birnn_in_a_list(vocab_size, num_hiddens, device)
    params[6] = torch.cat([half.detach().clone().requires_grad_() for half in params[6].chunk(2)])
    return params


@habit("birnn.state", "expected the tuple (H_f, H_b), got a tuple of 1")
def birnn_one_state(batch_size, num_hiddens, device):
    return (torch.zeros(batch_size, num_hiddens, device=device),)


@habit("birnn.state", "expected the tuple (H_f, H_b), got a tensor of shape (2, ")
def birnn_as_torch_wants_it(batch_size, num_hiddens, device):
    return torch.zeros(2, batch_size, num_hiddens, device=device)


@habit("birnn.state", "expected H_f of shape (B, H) = ")
def birnn_states_of_twice_the_width(batch_size, num_hiddens, device):
    return torch.zeros(batch_size, 2 * num_hiddens, device=device), torch.zeros(batch_size, 2 * num_hiddens).to(device)


@habit("birnn.state", "expected the tuple (H_f, H_b), got a list of 2")
def birnn_states_in_a_list(batch_size, num_hiddens, device):
    return [torch.zeros(batch_size, num_hiddens, device=device)] * 2


@habit("birnn.state", "expected H_b to be zero everywhere")
def birnn_backward_random(batch_size, num_hiddens, device):
    H = torch.zeros(batch_size, num_hiddens, device=device)
    return H, torch.rand_like(H)
