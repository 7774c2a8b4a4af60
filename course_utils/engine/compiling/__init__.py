"""A step as a graph, its passes, and the programs that it is lowered to."""
