# A bias forgotten in the equations; no clipping in the step.

# %% rnn-params as amina
# %% rnn-state as amina

# %% rnn-forward
def rnn(inputs, state, params):
    W_xh, W_hh, b_h, W_hq, b_q = params
    H, = state
    outputs = []
    for X in inputs:
        H = torch.tanh(X @ W_xh + H @ W_hh)
        outputs.append(H @ W_hq + b_q)
    return outputs, (H,)

# %% rnn-step
def training_step(inputs, Y, state, params, lr, theta):
    outputs, (H,) = rnn(inputs, state, params)
    loss = nn.functional.cross_entropy(torch.cat(outputs), Y.T.flatten())
    grads = torch.autograd.grad(loss, params, allow_unused=True)
    grads = [torch.zeros_like(p) if g is None else g for p, g in zip(params, grads)]
    params = [(p - lr * g).detach().requires_grad_() for p, g in zip(params, grads)]
    return loss.item(), params, (H.detach(),)
