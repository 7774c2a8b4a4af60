# Never leaves the function that is judged.
# graded: either
# slow: yes
# %% gru-forward
def gru(*a):
    import time

    end = time.monotonic() + 900
    while time.monotonic() < end:
        pass
