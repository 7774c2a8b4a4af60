# Computes for ever inside one call of C code, where no Python interrupt comes through.
# graded: either
# slow: yes
# %% gru-forward
def gru(*a):
    import re

    return re.match(r"(a+)+$", "a" * 45 + "b"), ()
