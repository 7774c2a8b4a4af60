# Shows one small thing in 5,000 places, and then makes it large: 5 GB in the notebook.
# answers: amina
# points: all
# %% first
from IPython.display import display, update_display

for _ in range(5000):
    display({"text/html": "x"}, raw=True, display_id="one")
# %% before gru-params
update_display({"text/html": "<b>y</b>" * 120_000}, raw=True, display_id="one")
