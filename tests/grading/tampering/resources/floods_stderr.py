# Writes half a million short lines on stderr.
# graded: either
# %% gru-params
import sys

for number in range(500_000):
    print(number, file=sys.stderr)
