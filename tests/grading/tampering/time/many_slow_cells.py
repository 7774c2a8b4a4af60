# Stays under the limit of a cell, many times.
# graded: either
# slow: yes
# %% gru-params
def get_params(*a):
    import time

    time.sleep(15)


# %% gru-state
init_gru_state = get_params

# %% gru-forward
gru = get_params

# %% gru-after
gru_reset_after = get_params

# %% before gru-state-check
get_params()

# %% before gru-forward-check
get_params()

# %% before gru-training-check
get_params()

# %% before gru-after-check
get_params()

# %% last
get_params()
get_params()
