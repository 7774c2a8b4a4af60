# Returns an object that says it is a Tensor, has a shape, and is unpickled into a file on the judge's side.
# %% gru-forward
class Bomb:
    dtype, device, requires_grad, is_leaf, grad_fn = torch.float32, torch.device("cpu"), False, True, None

    def __init__(self, shape):
        self.shape = torch.Size(shape)

    @property
    def __class__(self):
        return torch.Tensor

    def __reduce__(self):
        return (exec, ('open("@MARKER@", "w").close()',))

    def __array__(self, *a, **k):
        import numpy

        return numpy.array([self], dtype=object)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *a, **k: self


def gru(inputs, state, params):
    return [Bomb(X.shape) for X in inputs], (Bomb(state[0].shape),)


# %% gru-after
gru_reset_after = gru
