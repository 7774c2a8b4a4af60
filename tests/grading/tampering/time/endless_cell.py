# Never leaves a cell.
# graded: either
# slow: yes
# %% before gru-params-check
import time

end = time.monotonic() + 900
while time.monotonic() < end:
    pass
