# Opens 20,000 files at once, and closes them.
# graded: either
# %% gru-params
files = []
try:
    while len(files) < 20_000:
        files.append(open("/dev/null"))
except OSError:
    pass
for file in files:
    file.close()
