# Returns arrays of objects, and replaces what packs them by pickle: unpickling writes a file.
# %% first
import pickle


class Bomb:
    def __reduce__(self):
        return (exec, ('open("@MARKER@", "w").close()',))


BOMB = pickle.dumps(Bomb())

import io

import numpy
import torch

torch.save = lambda value, file, *a, **k: file.write(BOMB)
numpy.save = lambda file, *a, **k: file.write(BOMB)
numpy.savez = lambda file, *a, **k: file.write(BOMB)
torch.Tensor.numpy = lambda self, *a, **k: numpy.array([Bomb()], dtype=object)
torch.Tensor.__reduce__ = torch.Tensor.__reduce_ex__ = lambda self, *a: Bomb().__reduce__()
torch.Tensor.tobytes = lambda self, *a: BOMB


# %% gru-params
def get_params(*a):
    return [Bomb()] * 11


# %% gru-forward
def gru(inputs, state, params):
    return [numpy.array([[Bomb()]], dtype=object) for X in inputs], (Bomb(),)
