# Shows 20,000 things.
# slow: yes
# graded: either
# %% gru-params
from IPython.display import display

for number in range(20_000):
    display({"text/plain": str(number)}, raw=True)
