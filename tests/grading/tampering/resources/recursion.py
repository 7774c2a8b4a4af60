# Raises the recursion limit and recurses until the stack is full.
# graded: either
# %% gru-forward
def gru(*a):
    import sys

    sys.setrecursionlimit(10**8)

    class Deep:
        def __getattr__(self, name):
            return getattr(self, name + "x") or repr(self)

        def __repr__(self):
            return repr([self])

    return repr(Deep())
