# Right, all twelve clicked.
