# Right, written as the equations stand.

# %% rnn-params
def get_params(vocab_size, num_hiddens, device):
    def normal(*shape):
        return torch.normal(0.0, 0.01, shape, device=device).requires_grad_()

    W_xh, W_hh = normal(vocab_size, num_hiddens), normal(num_hiddens, num_hiddens)
    b_h, b_q = (torch.zeros(length, device=device, requires_grad=True) for length in (num_hiddens, vocab_size))
    return [W_xh, W_hh, b_h, normal(num_hiddens, vocab_size), b_q]

# %% rnn-state
def init_rnn_state(batch_size, num_hiddens, device):
    return (torch.zeros((batch_size, num_hiddens), device=device),)

# %% rnn-forward
def rnn(inputs, state, params):
    W_xh, W_hh, b_h, W_hq, b_q = params
    H, = state
    outputs = []
    for X in inputs:
        H = torch.tanh(torch.matmul(X, W_xh) + torch.matmul(H, W_hh) + b_h)
        outputs.append(torch.matmul(H, W_hq) + b_q)
    return outputs, (H,)

# %% rnn-step
def training_step(inputs, Y, state, params, lr, theta):
    outputs, (H,) = rnn(inputs, state, params)
    targets = Y.T.reshape(-1)
    loss = nn.functional.cross_entropy(torch.cat(outputs, dim=0), targets)
    grads = torch.autograd.grad(loss, params)
    norm = sum((grad ** 2).sum() for grad in grads).sqrt().item()
    if norm > theta:
        grads = [grad * theta / norm for grad in grads]
    new = [(param - lr * grad).detach().requires_grad_() for param, grad in zip(params, grads)]
    return loss.item(), new, (H.detach(),)

# %% rnn-question-1
The clipped gradient has at most the length theta, so the step has at most lr * theta: 1 before, 100 now. That is far too long, the
loss will jump. With theta = 1 one needs lr = 1.

# %% rnn-question-2
The state still knows how it was computed. The second backward pass would go into the graph of the first minibatch, and torch has
already deleted that: "Trying to backward through the graph a second time".

# %% rnn-question-3
The training perplexity falls a lot from 40 to 160 epochs, the held-out one rises, so it learns this text by heart: its samples
contain pieces of it word for word. For a new song I would take the one with 40 epochs, its held-out perplexity is smaller.
