# Draws plots, shows progress bars, widgets and formulas.
# %% before gru-forward-check
import ipywidgets
import matplotlib.pyplot as plt
from IPython.display import HTML, Math, display
from tqdm.auto import tqdm

for _ in tqdm(range(20)):
    pass
plt.plot([1, 2, 3])
plt.title("困惑度")
plt.show()
display(ipywidgets.IntSlider(), HTML("<b>bold</b>"), Math(r"\sigma"))
button = ipywidgets.Button(description="go")
button
