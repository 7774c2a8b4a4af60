# The loss is a sum over the characters, and the state is not detached.

# %% rnn-params as amina
# %% rnn-state as amina
# %% rnn-forward as amina

# %% rnn-step
def training_step(inputs, Y, state, params, lr, theta):
    outputs, state = rnn(inputs, state, params)
    loss = nn.functional.cross_entropy(torch.cat(outputs), Y.T.flatten(), reduction="sum")
    grads = torch.autograd.grad(loss, params)
    norm = torch.sqrt(sum((grad ** 2).sum() for grad in grads))
    factor = min(1.0, theta / norm.item())
    params = [(p - lr * factor * g).detach().requires_grad_() for p, g in zip(params, grads)]
    return loss.item(), params, state

# %% rnn-question-1
The longest step is lr times theta = 100. It was 1.

# %% rnn-question-2
I did not see anything go wrong.

# %% rnn-question-3
It overfits.
