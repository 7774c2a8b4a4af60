# Changes torch's settings: threads, seeds, printing, determinism, anomaly detection.
# %% before gru-params
torch.set_num_threads(1)
torch.manual_seed(1234)
torch.set_printoptions(precision=2, sci_mode=False)
torch.use_deterministic_algorithms(True, warn_only=True)
torch.set_grad_enabled(True)

import random

import numpy as np

np.random.seed(0)
random.seed(0)

# %% before gru-forward-check
torch.manual_seed(1234)
torch.autograd.set_detect_anomaly(True)
np.seterr(all="ignore")
