# A `check` that returns each cell's points, which become the cell's result.
# %% gru-params
def check(task, *a):
    return {"gru.params": 2, "gru.state": 1, "gru.forward": 5}.get(task, 2)
