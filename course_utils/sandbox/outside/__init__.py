"""The judge's side: walls, kernels, and values that live inside. It is not visible inside the sandbox."""
