# Clips each gradient by itself.

# %% rnn-params as amina
# %% rnn-state as amina
# %% rnn-forward as amina

# %% rnn-step
def training_step(inputs, Y, state, params, lr, theta):
    outputs, (H,) = rnn(inputs, state, params)
    loss = nn.functional.cross_entropy(torch.cat(outputs), Y.t().reshape(-1))
    grads = torch.autograd.grad(loss, params)
    new = []
    for param, grad in zip(params, grads):
        norm = grad.norm()
        if norm > theta:
            grad = grad * theta / norm
        new.append((param - lr * grad).detach().requires_grad_())
    return loss.item(), new, (H.detach(),)

# %% rnn-question-1
At most sqrt(5) * lr * theta, as there are five parameters: each one is clipped. With theta = 1 everything is 100 times longer.

# %% rnn-question-2
The graphs of all minibatches hang together, so backward goes back through all of them, and memory grows.

# %% rnn-question-3
Training gets better, held-out gets worse. I take 40 epochs. The quotations show that it has learnt lines by heart.
