"""Training fast: the tracing engine behind a student's own code. See docs/engine.md."""

from course_utils.engine.cpu import training_cpu
from course_utils.engine.layers.nn_layers import index_layer
from course_utils.engine.network import TracedNetwork

__all__ = ["TracedNetwork", "index_layer", "training_cpu"]
