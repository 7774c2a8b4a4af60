# Makes 20,000 files.
# graded: either
# %% gru-params
import os
import shutil

folder = os.path.expanduser("~/files")
try:
    os.mkdir(folder)
    for number in range(20_000):
        open(os.path.join(folder, str(number)), "w").close()
except OSError:
    pass
finally:
    shutil.rmtree(folder, ignore_errors=True)
