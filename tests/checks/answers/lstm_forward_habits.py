"""The LSTM, right but for a bad habit or a wrong form; `habit` has the words of the message."""

from __future__ import annotations

import torch
from torch import nn

from . import habit
from .lstm_forward_right import as_the_equations_say, one_step

# Right equations, bad habits. Names must not be those of another cell's habits.


@habit("lstm.forward", says="expected the state as a tuple of 2 (H, C), got a list of 2")
def state_of_two_in_a_list(inputs, state, params):
    outputs, state = as_the_equations_say(inputs, state, params)
    return outputs, list(state)


@habit("lstm.forward", says="expected the state as a tuple of 2 (H, C), got a tensor of shape")
def hidden_state_alone(inputs, state, params):
    outputs, (H, _) = as_the_equations_say(inputs, state, params)
    return outputs, H


@habit("lstm.forward", says="expected the state as a tuple of 2 (H, C), got a tuple of 1")
def hidden_state_alone_in_its_tuple(inputs, state, params):
    outputs, (H, _) = as_the_equations_say(inputs, state, params)
    return outputs, (H,)


@habit("lstm.forward", says="expected the pair (outputs, state), got a tuple of 3")
def three_results(inputs, state, params):
    outputs, (H, C) = as_the_equations_say(inputs, state, params)
    return outputs, H, C


@habit("lstm.forward", says="expected the output of step 1 as (B, V) = ")
def hidden_states_and_no_scores(inputs, state, params):
    H, C = state
    outputs = []
    for X in inputs:
        _, H, C = one_step(([], H, C), X, params)
        outputs.append(H)
    return outputs, (H, C)


@habit("lstm.forward", says="gradients")
def cell_detached_in_the_loop(inputs, state, params):
    outputs, (H, C) = [], state
    for X in inputs:
        outputs, H, C = one_step((outputs, H, C.detach()), X, params)
    return outputs, (H, C)


@habit("lstm.forward", says="gradients")
def state_detached_at_the_end(inputs, state, params):
    outputs, (H, C) = as_the_equations_say(inputs, state, params)
    return outputs, (H.detach(), C.detach())


@habit("lstm.forward", says="no gradient reaches the incoming H, the incoming C")
def state_detached_at_the_start(inputs, state, params):
    return as_the_equations_say(inputs, tuple(part.detach() for part in state), params)


@habit("lstm.forward", says="no gradient reaches")
def gates_without_gradients(inputs, state, params):
    with torch.no_grad():
        outputs, H, C = [], *state
        for X in inputs:
            outputs, H, C = one_step((outputs, H, C), X, params)
    return outputs, (H, C)


@habit("lstm.forward", says="T=")
def thirty_five_steps(inputs, state, params):
    return as_the_equations_say([inputs[t] for t in range(35)], state, params)


@habit("lstm.forward", says="B=")
def rows_hard_coded(inputs, state, params):
    return as_the_equations_say([X.reshape(32, -1) for X in inputs], state, params)


@habit("lstm.forward", says="the incoming state is changed in place")
def cell_updated_in_place(inputs, state, params):
    H, C = state
    outputs = []
    for X in inputs:
        with torch.no_grad():
            (Y,), H, new = one_step(([], H, C), X, params)
            C.copy_(new)
        outputs.append(Y)
    return outputs, (H, C.clone())


@habit("lstm.forward", says="two calls with the same arguments differ")
class KeepsTheCellBetweenCalls:
    C = None

    def __call__(self, inputs, state, params):
        outputs, (H, self.C) = as_the_equations_say(inputs, (state[0], state[1] if self.C is None else self.C), params)
        return outputs, (H, self.C)


def weights_as_torch_wants_them(params):
    order = (0, 3, 9, 6)  # i, f, g, o
    b = torch.cat([params[k + 2] for k in order])
    W_ih, W_hh = (torch.cat([params[k + j] for k in order], 1).T.contiguous() for j in (0, 1))
    return [W_ih, W_hh, b, torch.zeros_like(b)]


@habit("lstm.forward", says="your function uses torch's own LSTM: write the equations yourself")
def the_layer_of_torch(inputs, state, params):
    layer = nn.LSTM(inputs[0].shape[1], state[0].shape[1])
    with torch.no_grad():
        for own, given in zip(layer.parameters(), weights_as_torch_wants_them(params), strict=True):
            own.copy_(given)
    hidden, (H, C) = layer(torch.stack(inputs), (state[0][None], state[1][None]))
    return list(hidden @ params[12] + params[13]), (H[0], C[0])


@habit("lstm.forward", says="your function uses torch's own lstm_cell: write the equations yourself")
def the_cell_of_torch(inputs, state, params):
    outputs = []
    for X in inputs:
        state = torch.lstm_cell(X, state, *weights_as_torch_wants_them(params))
        outputs.append(state[0] @ params[12] + params[13])
    return outputs, state


Layer = nn.LSTM  # under another name, so that reading the code does not show it


by_another_name = getattr(torch, "ls" + "tm")


@habit("lstm.forward", says="your function uses torch's own lstm: write the equations yourself")
def the_layer_by_another_name(inputs, state, params):
    layer = Layer(inputs[0].shape[1], state[0].shape[1])
    hidden, (H, C) = layer(torch.stack(inputs), (state[0][None], state[1][None]))
    return list(hidden @ params[12] + params[13]), (H[0], C[0])


@habit("lstm.forward", says="your function uses torch's own lstm: write the equations yourself")
def the_function_by_another_name(inputs, state, params):
    X, start = torch.stack(inputs), [part[None] for part in state]
    weights = weights_as_torch_wants_them(params)
    hidden, H, C = by_another_name(X, start, weights, True, 1, 0.0, False, False, False)
    return list(hidden @ params[12] + params[13]), (H[0], C[0])
