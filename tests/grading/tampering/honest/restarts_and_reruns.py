# Defines its functions twice, deletes names, reloads modules, and changes the working folder.
# %% before gru-params
import importlib
import os

import course_utils

check = course_utils.check
get_params = None

# %% before gru-forward-check
os.makedirs("elsewhere", exist_ok=True)
os.chdir("elsewhere")
X = inputs = state = params = outputs = None
del X, inputs
%reset_selective -f ^nothing$
