# Returns an object that never ends to represent itself, to compare itself, to tell its length.
# graded: either
# slow: yes
# %% gru-params
class Slow:
    def wait(self, *a):
        import time

        time.sleep(900)

    __repr__ = __str__ = __len__ = __iter__ = __eq__ = __array__ = __getattr__ = __bool__ = wait


def get_params(*a):
    return Slow()
