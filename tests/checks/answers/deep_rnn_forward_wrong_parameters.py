"""The deep RNN with a mistake in its parameters, terms or activations; `wrong` names the edit."""

from __future__ import annotations

import torch

from . import wrong


@wrong("deep_rnn.forward", "shared weights")
def one_hidden_weight_for_all_layers(inputs, state, params):
    W_hq, b_q = params[-2:]
    H = list(state)
    outputs = []
    for X in inputs:
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer], params[1], params[3 * layer + 2]
            X = H[layer] = torch.tanh(X @ W_xh + H[layer] @ W_hh + b_h)
        outputs.append(X @ W_hq + b_q)
    return outputs, tuple(H)


@wrong("deep_rnn.forward", "shared weights")
def hidden_weight_and_bias_of_the_first_layer(inputs, state, params):
    W_hq, b_q = params[-2:]
    H = list(state)
    outputs = []
    for X in inputs:
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer], params[1], params[2]
            X = H[layer] = torch.tanh(X @ W_xh + H[layer] @ W_hh + b_h)
        outputs.append(X @ W_hq + b_q)
    return outputs, tuple(H)


@wrong("deep_rnn.forward", "shared weights")
def upper_layers_share_the_second_ones_weights(inputs, state, params):
    """Right for two layers: only a higher stack tells."""
    W_hq, b_q = params[-2:]
    H = list(state)
    outputs = []
    for X in inputs:
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[:3] if layer == 0 else params[3:6]
            X = H[layer] = torch.tanh(X @ W_xh + H[layer] @ W_hh + b_h)
        outputs.append(X @ W_hq + b_q)
    return outputs, tuple(H)


@wrong("deep_rnn.forward", "parameter exchanged + parameter exchanged")
def input_and_hidden_weight_of_upper_layers_exchanged(inputs, state, params):
    W_hq, b_q = params[-2:]
    H = list(state)
    outputs = []
    for X in inputs:
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            if layer > 0:
                W_xh, W_hh = W_hh, W_xh
            X = H[layer] = torch.tanh(X @ W_xh + H[layer] @ W_hh + b_h)
        outputs.append(X @ W_hq + b_q)
    return outputs, tuple(H)


@wrong("deep_rnn.forward", "term dropped")
def bias_in_the_first_layer_only(inputs, state, params):
    W_hq, b_q = params[-2:]
    H = list(state)
    outputs = []
    for X in inputs:
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            X = H[layer] = torch.tanh(X @ W_xh + H[layer] @ W_hh + (b_h if layer == 0 else 0))
        outputs.append(X @ W_hq + b_q)
    return outputs, tuple(H)


@wrong("deep_rnn.forward", "term dropped")
def no_bias_in_any_layer(inputs, state, params):
    W_hq, b_q = params[-2:]
    H = list(state)
    outputs = []
    for X in inputs:
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            X = H[layer] = torch.tanh(X @ W_xh + H[layer] @ W_hh)
        outputs.append(X @ W_hq + b_q)
    return outputs, tuple(H)


@wrong("deep_rnn.forward", "term dropped")
def upper_layers_do_not_see_their_past(inputs, state, params):
    W_hq, b_q = params[-2:]
    H = list(state)
    outputs = []
    for X in inputs:
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            A = X @ W_xh + b_h
            if layer == 0:
                A = A + H[layer] @ W_hh
            X = H[layer] = torch.tanh(A)
        outputs.append(X @ W_hq + b_q)
    return outputs, tuple(H)


@wrong("deep_rnn.forward", "term dropped")
def scores_without_their_bias(inputs, state, params):
    W_hq, b_q = params[-2:]
    H = list(state)
    outputs = []
    for X in inputs:
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            X = H[layer] = torch.tanh(X @ W_xh + H[layer] @ W_hh + b_h)
        outputs.append(X @ W_hq)
    return outputs, tuple(H)


@wrong("deep_rnn.forward", "term doubled")
def two_biases_as_torch_has(inputs, state, params):
    W_hq, b_q = params[-2:]
    H = list(state)
    outputs = []
    for X in inputs:
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            X = H[layer] = torch.tanh((X @ W_xh + b_h) + (H[layer] @ W_hh + b_h))
        outputs.append(X @ W_hq + b_q)
    return outputs, tuple(H)


@wrong("deep_rnn.forward", "transposed")
def hidden_weights_transposed(inputs, state, params):
    W_hq, b_q = params[-2:]
    H = list(state)
    outputs = []
    for X in inputs:
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            X = H[layer] = torch.tanh(X @ W_xh + H[layer] @ W_hh.T + b_h)
        outputs.append(X @ W_hq + b_q)
    return outputs, tuple(H)


@wrong("deep_rnn.forward", "activation missing")
def upper_layers_without_tanh(inputs, state, params):
    W_hq, b_q = params[-2:]
    H = list(state)
    outputs = []
    for X in inputs:
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            X = X @ W_xh + H[layer] @ W_hh + b_h
            if layer == 0:
                X = torch.tanh(X)
            H[layer] = X
        outputs.append(X @ W_hq + b_q)
    return outputs, tuple(H)


@wrong("deep_rnn.forward", "activation missing")
def top_layer_without_tanh(inputs, state, params):
    """Taken for the output layer."""
    W_hq, b_q = params[-2:]
    H = list(state)
    outputs = []
    for X in inputs:
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            A = X @ W_xh + H[layer] @ W_hh + b_h
            X = H[layer] = A if layer == len(H) - 1 else torch.tanh(A)
        outputs.append(X @ W_hq + b_q)
    return outputs, tuple(H)


@wrong("deep_rnn.forward", "activation missing")
def no_layer_has_a_tanh(inputs, state, params):
    W_hq, b_q = params[-2:]
    H = list(state)
    outputs = []
    for X in inputs:
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            X = H[layer] = X @ W_xh + H[layer] @ W_hh + b_h
        outputs.append(X @ W_hq + b_q)
    return outputs, tuple(H)


@wrong("deep_rnn.forward", "activation exchanged")
def relu_in_every_layer(inputs, state, params):
    W_hq, b_q = params[-2:]
    H = list(state)
    outputs = []
    for X in inputs:
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            X = H[layer] = torch.relu(X @ W_xh + H[layer] @ W_hh + b_h)
        outputs.append(X @ W_hq + b_q)
    return outputs, tuple(H)


@wrong("deep_rnn.forward", "activation exchanged")
def sigmoid_in_every_layer(inputs, state, params):
    W_hq, b_q = params[-2:]
    H = list(state)
    outputs = []
    for X in inputs:
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            X = H[layer] = torch.sigmoid(X @ W_xh + H[layer] @ W_hh + b_h)
        outputs.append(X @ W_hq + b_q)
    return outputs, tuple(H)


@wrong("deep_rnn.forward", "activation exchanged")
def relu_between_the_layers(inputs, state, params):
    W_hq, b_q = params[-2:]
    H = list(state)
    outputs = []
    for X in inputs:
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            A = X @ W_xh + H[layer] @ W_hh + b_h
            X = H[layer] = torch.tanh(A) if layer == 0 else torch.relu(A)
        outputs.append(X @ W_hq + b_q)
    return outputs, tuple(H)


@wrong("deep_rnn.forward", "bracket closed early")
def bias_outside_of_the_tanh(inputs, state, params):
    W_hq, b_q = params[-2:]
    H = list(state)
    outputs = []
    for X in inputs:
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            X = H[layer] = torch.tanh(X @ W_xh + H[layer] @ W_hh) + b_h
        outputs.append(X @ W_hq + b_q)
    return outputs, tuple(H)


@wrong("deep_rnn.forward", "activation missing")
def upper_layers_read_before_the_tanh(inputs, state, params):
    """What goes up is what was inside the brackets."""
    W_hq, b_q = params[-2:]
    H = list(state)
    outputs = []
    for X in inputs:
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            X = X @ W_xh + H[layer] @ W_hh + b_h
            H[layer] = torch.tanh(X)
        outputs.append(H[-1] @ W_hq + b_q)
    return outputs, tuple(H)


@wrong("deep_rnn.forward", "extra activation")
def scores_through_softmax(inputs, state, params):
    W_hq, b_q = params[-2:]
    H = list(state)
    outputs = []
    for X in inputs:
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            X = H[layer] = torch.tanh(X @ W_xh + H[layer] @ W_hh + b_h)
        outputs.append(torch.softmax(X @ W_hq + b_q, dim=-1))
    return outputs, tuple(H)


@wrong("deep_rnn.forward", "extra activation")
def scores_through_tanh(inputs, state, params):
    W_hq, b_q = params[-2:]
    H = list(state)
    outputs = []
    for X in inputs:
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            X = H[layer] = torch.tanh(X @ W_xh + H[layer] @ W_hh + b_h)
        outputs.append(torch.tanh(X @ W_hq + b_q))
    return outputs, tuple(H)
