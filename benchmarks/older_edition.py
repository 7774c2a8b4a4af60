"""The older edition's training loop, transcribed plainly: the reference for tests and times.

Deliberately as simple and slow as the older edition: dense one-hot matrices, a Python loop over parameters for clipping
and for the update, the loss read at every step. It prints nothing and takes its minibatches as given.
"""

import math

import torch
import torch.nn.functional as F


def dense_onehot(X, vocab_size):
    """Indices `(B, T)` as a list of `T` matrices `(B, V)`."""
    matrices = []
    for t in range(X.shape[1]):
        matrix = torch.zeros(X.shape[0], vocab_size, device=X.device)  # (B, V)
        matrix[torch.arange(X.shape[0], device=X.device), X[:, t]] = 1.0
        matrices.append(matrix)
    return matrices


def clip(params, theta):
    """Scales all gradients in place, so that their common norm is at most `theta`."""
    total = 0.0
    for param in params:
        total += (param.grad**2).sum().item()
    norm = math.sqrt(total)
    if norm > theta:
        for param in params:
            param.grad *= theta / norm


def descend(params, lr):
    """One step of SGD."""
    for param in params:
        param.data -= lr * param.grad


def time_major(Y):
    """The targets in the order of the scores."""
    return Y.transpose(0, 1).contiguous().view(-1)  # (B, T) -> (T*B,)


def train_from_scratch(rnn, params, init_state, vocab_size, epochs, is_random_iter, lr, theta):
    """`epochs` is a list of lists of minibatches `(X, Y)`; yields the perplexity of each epoch."""
    for minibatches in epochs:
        total, count, state = 0.0, 0, None
        for X, Y in minibatches:
            fresh = state is None or is_random_iter
            state = init_state(len(X)) if fresh else tuple(part.detach() for part in state)
            outputs, state = rnn(dense_onehot(X, vocab_size), state, params)
            loss = F.cross_entropy(torch.cat(outputs, dim=0), time_major(Y))
            for param in params:
                if param.grad is not None:
                    param.grad.zero_()
            loss.backward()
            clip(params, theta)
            descend(params, lr)
            total += loss.item() * Y.numel()
            count += Y.numel()
        yield math.exp(total / count)


class DenseModel(torch.nn.Module):
    """A recurrent layer and a linear layer, fed with a stack of dense one-hot matrices."""

    def __init__(self, rnn_layer, dense):
        super().__init__()
        self.rnn, self.dense = rnn_layer, dense

    def forward(self, X, state):
        inputs = torch.stack(dense_onehot(X, self.rnn.input_size))  # (T, B, V)
        H, state = self.rnn(inputs, state)
        return self.dense(H.view(-1, H.shape[-1])), state  # (T*B, V)


def train_concise(model, epochs, lr, theta):
    """`epochs` as above; yields the perplexity of each epoch."""
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    state = None
    for minibatches in epochs:
        total, count = 0.0, 0
        for X, Y in minibatches:
            if isinstance(state, tuple):
                state = tuple(part.detach() for part in state)
            elif state is not None:
                state = state.detach()
            scores, state = model(X, state)
            loss = F.cross_entropy(scores, time_major(Y))
            optimizer.zero_grad()
            loss.backward()
            clip(list(model.parameters()), theta)
            optimizer.step()
            total += loss.item() * Y.numel()
            count += Y.numel()
        yield math.exp(total / count)
