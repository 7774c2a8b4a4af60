# Closes every file descriptor of the kernel, its sockets among them.
# graded: either
# slow: yes
# %% gru-forward
def gru(*a):
    import os

    os.closerange(3, 4096)
    return [], ()
