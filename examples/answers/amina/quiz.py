# Right, all six clicked.
