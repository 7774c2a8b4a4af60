# A step uphill: the gradient is added.

# %% rnn-params as amina
# %% rnn-state as amina
# %% rnn-forward as amina

# %% rnn-step
def training_step(inputs, Y, state, params, lr, theta):
    outputs, (H,) = rnn(inputs, state, params)
    loss = nn.functional.cross_entropy(torch.cat(outputs), Y.T.flatten())
    grads = torch.autograd.grad(loss, params)
    norm = torch.sqrt(sum((grad ** 2).sum() for grad in grads))
    factor = min(1.0, theta / norm.item())
    params = [(p + lr * factor * g).detach().requires_grad_() for p, g in zip(params, grads)]
    return loss.item(), params, (H.detach(),)

# %% rnn-question-1
The step is 100 long and was 1 long. My own loop diverges already with 0.01, I do not know why.

# %% rnn-question-2
The second backward needs the first graph, and that is freed.
