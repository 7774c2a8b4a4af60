"""Small matrices are multiplied faster by one thread; and tests that run side by side leave each other alone."""

import torch

torch.set_num_threads(1)
