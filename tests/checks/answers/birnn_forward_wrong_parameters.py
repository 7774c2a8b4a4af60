"""The bidirectional RNN with a mistake in its parameters, terms or activations; `wrong` names the edit."""

from __future__ import annotations

import torch

from . import wrong


@wrong("birnn.forward", "shared weights")
def backward_with_forward_weights(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in reversed(inputs):
        H_b = torch.tanh(X @ W_xh_f + H_b @ W_hh_f + b_h_f)
        backward.append(H_b)
    backward.reverse()
    outputs = [torch.cat((f, b), dim=1) @ W_hq + b_q for f, b in zip(forward, backward, strict=True)]
    return outputs, (H_f, H_b)


@wrong("birnn.forward", "parameter exchanged")
def backward_with_the_forward_hidden_weight(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in reversed(inputs):
        H_b = torch.tanh(X @ W_xh_b + H_b @ W_hh_f + b_h_b)
        backward.append(H_b)
    backward.reverse()
    outputs = [torch.cat((f, b), dim=1) @ W_hq + b_q for f, b in zip(forward, backward, strict=True)]
    return outputs, (H_f, H_b)


@wrong("birnn.forward", "parameter exchanged")
def backward_with_the_forward_input_weight(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in reversed(inputs):
        H_b = torch.tanh(X @ W_xh_f + H_b @ W_hh_b + b_h_b)
        backward.append(H_b)
    backward.reverse()
    outputs = [torch.cat((f, b), dim=1) @ W_hq + b_q for f, b in zip(forward, backward, strict=True)]
    return outputs, (H_f, H_b)


@wrong("birnn.forward", "parameter exchanged")
def backward_with_the_forward_bias(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in reversed(inputs):
        H_b = torch.tanh(X @ W_xh_b + H_b @ W_hh_b + b_h_f)
        backward.append(H_b)
    backward.reverse()
    outputs = [torch.cat((f, b), dim=1) @ W_hq + b_q for f, b in zip(forward, backward, strict=True)]
    return outputs, (H_f, H_b)


@wrong("birnn.forward", "unpacking order")
def unpacked_backward_first(inputs, state, params):
    W_xh_b, W_hh_b, b_h_b, W_xh_f, W_hh_f, b_h_f, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in reversed(inputs):
        H_b = torch.tanh(X @ W_xh_b + H_b @ W_hh_b + b_h_b)
        backward.append(H_b)
    backward.reverse()
    outputs = [torch.cat((f, b), dim=1) @ W_hq + b_q for f, b in zip(forward, backward, strict=True)]
    return outputs, (H_f, H_b)


@wrong("birnn.forward", "term dropped")
def backward_does_not_see_its_past(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in reversed(inputs):
        H_b = torch.tanh(X @ W_xh_b + b_h_b)
        backward.append(H_b)
    backward.reverse()
    outputs = [torch.cat((f, b), dim=1) @ W_hq + b_q for f, b in zip(forward, backward, strict=True)]
    return outputs, (H_f, H_b)


@wrong("birnn.forward", "term dropped")
def backward_without_bias(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in reversed(inputs):
        H_b = torch.tanh(X @ W_xh_b + H_b @ W_hh_b)
        backward.append(H_b)
    backward.reverse()
    outputs = [torch.cat((f, b), dim=1) @ W_hq + b_q for f, b in zip(forward, backward, strict=True)]
    return outputs, (H_f, H_b)


@wrong("birnn.forward", "term dropped")
def no_biases_in_either_direction(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f)
        forward.append(H_f)
    for X in reversed(inputs):
        H_b = torch.tanh(X @ W_xh_b + H_b @ W_hh_b)
        backward.append(H_b)
    backward.reverse()
    outputs = [torch.cat((f, b), dim=1) @ W_hq + b_q for f, b in zip(forward, backward, strict=True)]
    return outputs, (H_f, H_b)


@wrong("birnn.forward", "term dropped")
def scores_without_their_bias(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in reversed(inputs):
        H_b = torch.tanh(X @ W_xh_b + H_b @ W_hh_b + b_h_b)
        backward.append(H_b)
    backward.reverse()
    outputs = [torch.cat((f, b), dim=1) @ W_hq for f, b in zip(forward, backward, strict=True)]
    return outputs, (H_f, H_b)


@wrong("birnn.forward", "activation missing")
def backward_without_tanh(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in reversed(inputs):
        H_b = X @ W_xh_b + H_b @ W_hh_b + b_h_b
        backward.append(H_b)
    backward.reverse()
    outputs = [torch.cat((f, b), dim=1) @ W_hq + b_q for f, b in zip(forward, backward, strict=True)]
    return outputs, (H_f, H_b)


@wrong("birnn.forward", "activation exchanged")
def sigmoid_in_both_directions(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.sigmoid(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in reversed(inputs):
        H_b = torch.sigmoid(X @ W_xh_b + H_b @ W_hh_b + b_h_b)
        backward.append(H_b)
    backward.reverse()
    outputs = [torch.cat((f, b), dim=1) @ W_hq + b_q for f, b in zip(forward, backward, strict=True)]
    return outputs, (H_f, H_b)


@wrong("birnn.forward", "activation exchanged")
def relu_in_the_backward_direction(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in reversed(inputs):
        H_b = torch.relu(X @ W_xh_b + H_b @ W_hh_b + b_h_b)
        backward.append(H_b)
    backward.reverse()
    outputs = [torch.cat((f, b), dim=1) @ W_hq + b_q for f, b in zip(forward, backward, strict=True)]
    return outputs, (H_f, H_b)


@wrong("birnn.forward", "extra activation")
def scores_through_softmax(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in reversed(inputs):
        H_b = torch.tanh(X @ W_xh_b + H_b @ W_hh_b + b_h_b)
        backward.append(H_b)
    backward.reverse()
    outputs = [
        torch.softmax(torch.cat((f, b), dim=1) @ W_hq + b_q, dim=1) for f, b in zip(forward, backward, strict=True)
    ]
    return outputs, (H_f, H_b)


@wrong("birnn.forward", "extra activation")
def joined_state_through_tanh(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in reversed(inputs):
        H_b = torch.tanh(X @ W_xh_b + H_b @ W_hh_b + b_h_b)
        backward.append(H_b)
    backward.reverse()
    outputs = [torch.tanh(torch.cat((f, b), dim=1)) @ W_hq + b_q for f, b in zip(forward, backward, strict=True)]
    return outputs, (H_f, H_b)


@wrong("birnn.forward", "transposed")
def hidden_weights_transposed(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f.T + b_h_f)
        forward.append(H_f)
    for X in reversed(inputs):
        H_b = torch.tanh(X @ W_xh_b + H_b @ W_hh_b.T + b_h_b)
        backward.append(H_b)
    backward.reverse()
    outputs = [torch.cat((f, b), dim=1) @ W_hq + b_q for f, b in zip(forward, backward, strict=True)]
    return outputs, (H_f, H_b)


@wrong("birnn.forward", "term doubled")
def output_bias_with_each_half(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    W_f, W_b = W_hq.chunk(2)
    outputs = []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        outputs.append(H_f @ W_f + b_q)
    for t in reversed(range(len(inputs))):
        H_b = torch.tanh(inputs[t] @ W_xh_b + H_b @ W_hh_b + b_h_b)
        outputs[t] = outputs[t] + H_b @ W_b + b_q
    return outputs, (H_f, H_b)
