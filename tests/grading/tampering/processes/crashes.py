# Reads address 0: the process crashes in native code.
# graded: either
# %% gru-forward
def gru(*a):
    import ctypes

    ctypes.string_at(0)
