# Returns generators and iterators that never end, and a list whose length changes.
# %% gru-params
import itertools


def get_params(*a):
    return (torch.zeros(1) for _ in itertools.count())


# %% gru-forward
class Longer(list):
    def __len__(self):
        self.append(torch.zeros(1))
        return super().__len__()

    def __iter__(self):
        return itertools.repeat(torch.zeros(1), 10**7)


def gru(inputs, state, params):
    return Longer(inputs), state


# %% gru-after
def gru_reset_after(inputs, state, params):
    return (X for X in itertools.cycle(inputs)), state
