# Fills memory until 6 GiB are touched.
# graded: either
# witness: yes
# %% gru-params
import gc

hoard = []
try:
    while len(hoard) < 24:
        hoard.append(torch.full((1 << 28,), 1, dtype=torch.uint8))
    @SAY@
except (MemoryError, RuntimeError):
    pass
finally:
    hoard.clear()
    gc.collect()
