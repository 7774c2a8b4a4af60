# The targets in the order of the rows, the scores in the order of the steps.

# %% rnn-params as amina
# %% rnn-state as amina
# %% rnn-forward as amina

# %% rnn-step
def training_step(inputs, Y, state, params, lr, theta):
    outputs, (H,) = rnn(inputs, state, params)
    loss = nn.functional.cross_entropy(torch.cat(outputs), Y.reshape(-1))
    grads = torch.autograd.grad(loss, params)
    norm = torch.sqrt(sum((grad ** 2).sum() for grad in grads))
    factor = min(1.0, theta / norm.item())
    params = [(p - lr * factor * g).detach().requires_grad_() for p, g in zip(params, grads)]
    return loss.item(), params, (H.detach(),)

# %% rnn-question-1
The steps are too big now, 100 is a very large learning rate.

# %% rnn-question-2
It gives an error about the graph.

# %% rnn-question-3
The perplexity after 160 epochs is much smaller, so this network is better.
