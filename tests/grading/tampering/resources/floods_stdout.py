# Prints 24 MiB.
# graded: either
# %% gru-params
for _ in range(24):
    print("x" * (1 << 20))

# %% gru-forward
def gru(*a):
    for _ in range(24):
        print("y" * (1 << 20))
