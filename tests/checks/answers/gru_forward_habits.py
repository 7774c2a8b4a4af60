"""The GRU with right equations and a bad habit, or with no usable result; and the words that its message must have."""

from __future__ import annotations

import torch
from torch import nn

from . import habit, remarked
from .gru_forward_right import as_the_equations_say, one_step

# Arguments changed in place


@habit("gru.forward", says="the incoming state is changed")
def updates_the_state_in_place(inputs, state, params):
    (H,) = state
    outputs = []
    for X in inputs:
        with torch.no_grad():
            H.copy_(one_step(X, H, params))
        outputs.append(H @ params[9] + params[10])
    return outputs, (H.clone(),)


@habit("gru.forward", says="an input is changed")
def overwrites_an_input(inputs, state, params):
    result = as_the_equations_say(inputs, state, params)
    inputs[0].zero_()
    return result


@habit("gru.forward", says="a parameter is changed")
def scales_a_parameter(inputs, state, params):
    result = as_the_equations_say(inputs, state, params)
    params[2].data.mul_(0.5)
    return result


@habit("gru.forward", says="inputs")
def empties_the_list_of_inputs(inputs, state, params):
    H, outputs = state[0], []
    while inputs:
        H = one_step(inputs.pop(0), H, params)
        outputs.append(H @ params[9] + params[10])
    return outputs, (H,)


@habit("gru.forward", says="param")
def takes_parameters_out_of_the_list(inputs, state, params):
    b_q, W_hq = params.pop(), params.pop()
    H, outputs = state[0], []
    for X in inputs:
        H = one_step(X, H, params)
        outputs.append(H @ W_hq + b_q)
    return outputs, (H,)


# Something kept between calls, or random


@habit("gru.forward", says="two calls with the same arguments differ")
class KeepsTheStateBetweenCalls:
    memory = None

    def __call__(self, inputs, state, params):
        H = state[0] if self.memory is None else self.memory
        outputs, (self.memory,) = as_the_equations_say(inputs, (H,), params)
        return outputs, (self.memory,)


@habit("gru.forward", says="two calls with the same arguments differ")
class CollectsOutputsInAList:
    """The classic: `outputs = []` above the function."""

    def __init__(self):
        self.outputs = []

    def __call__(self, inputs, state, params):
        outputs, state = as_the_equations_say(inputs, state, params)
        self.outputs += outputs
        return self.outputs, state


@habit("gru.forward", says="two calls with the same arguments differ")
def dropout_on_the_state(inputs, state, params):
    H, outputs = state[0], []
    for X in inputs:
        H = torch.dropout(one_step(X, H, params), 0.5, train=True)
        outputs.append(H @ params[9] + params[10])
    return outputs, (H,)


@habit("gru.forward", says="two calls with the same arguments differ")
def a_little_noise(inputs, state, params):
    outputs, state = as_the_equations_say(inputs, state, params)
    return [Y + 0.01 * torch.randn_like(Y) for Y in outputs], state


# The dtype forced: right, with a remark


@remarked("gru.forward", says="float64 arguments do not give float64 results")
def casts_to_float32(inputs, state, params):
    cast = [W.float() for W in params]
    return as_the_equations_say([X.float() for X in inputs], (state[0].float(),), cast)


@remarked("gru.forward", says="precision is lost")
def computes_in_float32(inputs, state, params):
    outputs, (H,) = casts_to_float32(inputs, state, params)
    return [Y.to(state[0].dtype) for Y in outputs], (H.to(state[0].dtype),)


@remarked("gru.forward", says="float64 arguments make it fail")
def makes_a_float32_tensor(inputs, state, params):
    H = torch.zeros(state[0].shape, dtype=torch.float32).lerp(state[0], 1.0)
    return as_the_equations_say(inputs, (H,), params)


# Right on the CPU only


@remarked("gru.forward", says="a tensor is made on the CPU when the arguments are on another device")
def starts_from_a_tensor_of_the_cpu(inputs, state, params):
    H = torch.zeros(state[0].shape, dtype=state[0].dtype)
    return as_the_equations_say(inputs, (H + state[0],), params)


@remarked("gru.forward", says="in your line: ones = torch.ones(X.shape[0], b_z.shape[0], dtype=X.dtype) - 0 * b_z")
def makes_ones_without_a_device(inputs, state, params):
    X, b_z = inputs[0], params[2]
    ones = torch.ones(X.shape[0], b_z.shape[0], dtype=X.dtype) - 0 * b_z
    return as_the_equations_say(inputs, (state[0] * ones,), params)


@remarked("gru.forward", says="a result is on the CPU when the arguments are on another device")
def adds_the_scores_to_a_tensor_of_the_cpu(inputs, state, params):
    outputs, state = as_the_equations_say(inputs, state, params)
    return [torch.zeros(Y.shape, dtype=Y.dtype).add_(Y) for Y in outputs], state


# Gradients lost


@habit("gru.forward", says="gradients")
def detaches_in_the_loop(inputs, state, params):
    H, outputs = state[0], []
    for X in inputs:
        H = one_step(X, H.detach(), params)
        outputs.append(H @ params[9] + params[10])
    return outputs, (H,)


@habit("gru.forward", says="no gradient reaches")
def without_gradients(inputs, state, params):
    with torch.no_grad():
        return as_the_equations_say(inputs, state, params)


@habit("gru.forward", says="no gradient reaches b_z")
def goes_round_by_data(inputs, state, params):
    p = [W.data if W.dim() == 1 else W for W in params]
    return as_the_equations_say(inputs, state, p)


@habit("gru.forward", says="no gradient reaches the incoming H")
def makes_a_new_tensor_of_the_state(inputs, state, params):
    H = torch.tensor(state[0].tolist(), dtype=state[0].dtype)
    return as_the_equations_say(inputs, (H,), params)


@habit("gru.forward", says="no gradient reaches")
def through_numpy(inputs, state, params):
    outputs, (H,) = as_the_equations_say(inputs, state, params)
    return [torch.from_numpy(Y.detach().numpy()) for Y in outputs], (H.detach(),)


@habit("gru.forward", says="in your line: X = torch.from_numpy(H.numpy())")
def through_numpy_without_detach(inputs, state, params):
    H = state[0]
    X = torch.from_numpy(H.numpy())
    return as_the_equations_say(inputs, (X,), params)


# Another form of result


@habit("gru.forward", says="expected the state as a tuple of 1 (H,), got a list of 1")
def state_in_a_list(inputs, state, params):
    outputs, state = as_the_equations_say(inputs, state, params)
    return outputs, list(state)


@habit("gru.forward", says="expected the state as a tuple of 1 (H,), got a tensor of shape")
def state_without_its_tuple(inputs, state, params):
    outputs, (H,) = as_the_equations_say(inputs, state, params)
    return outputs, H


@habit("gru.forward", says="expected outputs as a list of T = ")
def outputs_stacked(inputs, state, params):
    outputs, state = as_the_equations_say(inputs, state, params)
    return torch.stack(outputs), state


@habit("gru.forward", says="expected outputs as a list of T = ")
def only_the_last_output(inputs, state, params):
    outputs, state = as_the_equations_say(inputs, state, params)
    return outputs[-1:], state


@habit("gru.forward", says="expected the output of step 1 as (B, V) = ")
def hidden_states_for_outputs(inputs, state, params):
    H, outputs = state[0], []
    for X in inputs:
        H = one_step(X, H, params)
        outputs.append(H)
    return outputs, (H,)


@habit("gru.forward", says="expected the pair (outputs, state), got a list of")
def outputs_only(inputs, state, params):
    return as_the_equations_say(inputs, state, params)[0]


@habit("gru.forward", says="got None: is the return missing?")
def nothing_returned(inputs, state, params):
    as_the_equations_say(inputs, state, params)


@habit("gru.forward", says="expected the output of step 1 as (B, V) = ")
def outputs_as_arrays(inputs, state, params):
    outputs, (H,) = as_the_equations_say(inputs, state, params)
    return [Y.detach().numpy() for Y in outputs], (H,)


# Sizes hard-coded: the message tells the sizes of the call that failed


@habit("gru.forward", says="B=")
def batch_size_hard_coded(inputs, state, params):
    H = state[0] + torch.zeros(2, state[0].shape[1])
    return as_the_equations_say(inputs, (H,), params)


@habit("gru.forward", says="H=")
def num_hiddens_hard_coded(inputs, state, params):
    return as_the_equations_say(inputs, (state[0].reshape(-1, 256),), params)


@habit("gru.forward", says="V=")
def vocab_size_hard_coded(inputs, state, params):
    return as_the_equations_say([X.view(-1, 1027) for X in inputs], state, params)


@habit("gru.forward", says="T=")
def num_steps_hard_coded(inputs, state, params):
    return as_the_equations_say([inputs[step] for step in range(35)], state, params)


# Not an answer


@habit("gru.forward", says="not written yet")
def not_written_yet(inputs, state, params):
    raise NotImplementedError


@habit("gru.forward", says="your function raised ValueError: the shapes are odd\nin your line: raise ValueError(")
def raises(inputs, state, params):
    raise ValueError("the shapes are odd")


@habit(
    "gru.forward", says="NameError: name 'W_xz' is not defined\nin your line: return [X @ W_xz for X in inputs], state"
)
def forgets_to_unpack(inputs, state, params):
    return [X @ W_xz for X in inputs], state  # noqa: F821


@habit("gru.forward", says="RecursionError")
def never_ends(inputs, state, params):
    return never_ends(inputs, state, params)


@habit("gru.forward", says="SystemExit")
def leaves_python(inputs, state, params):
    raise SystemExit(0)


# torch's own cell, however it is reached: the bonus has the equations of nn.GRU, so values alone would accept it

Layer, Cell = nn.GRU, nn.GRUCell  # under another name, so that reading the code does not show it


def layer_weights(params):
    W_xz, W_hz, b_z, W_xr, W_hr, b_r, W_xh, W_hh, b_h, *_ = params
    b_ih = torch.cat([b_r, b_z, b_h])
    return [torch.cat([W_xr, W_xz, W_xh], 1).T, torch.cat([W_hr, W_hz, W_hh], 1).T, b_ih, torch.zeros_like(b_ih)]


def filled(module, params):
    with torch.no_grad():
        for own, given in zip(module.parameters(), layer_weights(params), strict=True):
            own.copy_(given)
    return module


def scores(hidden, last, params):
    return [H @ params[9] + params[10] for H in hidden], (last,)


@habit("gru.bonus", says="your function uses torch's own GRU: write the equations yourself")
def layer_of_torch(inputs, state, params):
    layer = filled(nn.GRU(inputs[0].shape[1], state[0].shape[1]), params)
    hidden, last = layer(torch.stack(inputs), state[0][None])
    return scores(hidden, last[0], params)


@habit("gru.bonus", says="your function uses torch's own GRUCell: write the equations yourself")
def cell_of_torch(inputs, state, params):
    cell = filled(torch.nn.GRUCell(inputs[0].shape[1], state[0].shape[1]), params)
    H, hidden = state[0], []
    for X in inputs:
        H = cell(X, H)
        hidden.append(H)
    return scores(hidden, H, params)


@habit("gru.bonus", says="your function uses torch's own gru: write the equations yourself")
def layer_by_another_name(inputs, state, params):
    layer = filled(Layer(inputs[0].shape[1], state[0].shape[1]), params)
    hidden, last = layer(torch.stack(inputs), state[0][None])
    return scores(hidden, last[0], params)


@habit("gru.bonus", says="your function uses torch's own gru_cell: write the equations yourself")
def cell_by_another_name(inputs, state, params):
    cell = filled(Cell(inputs[0].shape[1], state[0].shape[1]), params)
    H, hidden = state[0], []
    for X in inputs:
        H = cell(X, H)
        hidden.append(H)
    return scores(hidden, H, params)


@habit("gru.bonus", says="your function uses torch's own gru_cell: write the equations yourself")
def functional_cell(inputs, state, params):
    H, hidden = state[0], []
    for X in inputs:
        H = torch.gru_cell(X, H, *layer_weights(params))
        hidden.append(H)
    return scores(hidden, H, params)


def through(name, gru):
    def function_of_torch(inputs, state, params):
        hidden, last = gru(
            torch.stack(inputs), state[0][None], layer_weights(params), True, 1, 0.0, False, False, False
        )
        return scores(hidden, last[0], params)

    function_of_torch.__name__ = name
    return function_of_torch


for name, function in {
    "torch_gru": torch.gru,
    "torch_VF_gru": torch._VF.gru,
    "torch_ops_aten_gru": torch.ops.aten.gru.input,
}.items():
    habit("gru.bonus", says="your function uses torch's own gru: write the equations yourself")(through(name, function))
