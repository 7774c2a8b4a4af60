# Answers with an object that can be called, a partial, a method and a decorated function.
# %% before gru-params-check
import functools

_get = get_params


class Maker:
    def __call__(self, vocab_size, num_hiddens, device):
        return _get(vocab_size, num_hiddens, device)


get_params = Maker()

# %% before gru-state-check
_init = init_gru_state


def with_dtype(dtype, batch_size, num_hiddens, device):
    return _init(batch_size, num_hiddens, device)


init_gru_state = functools.partial(with_dtype, None)


# %% before gru-forward-check
def counted(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        wrapper.calls += 1
        return function(*args, **kwargs)

    wrapper.calls = 0
    return wrapper


gru = counted(gru)

# %% before gru-after-check
_after = gru_reset_after


class Cell:
    def step(self, inputs, state, params):
        return _after(inputs, state, params)


gru_reset_after = Cell().step
