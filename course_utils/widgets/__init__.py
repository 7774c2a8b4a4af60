"""The explorers: pictures of a network that react to sliders."""

from course_utils.widgets.depth import depth_explorer
from course_utils.widgets.directions import sight_explorer
from course_utils.widgets.gradients import gradient_explorer
from course_utils.widgets.gru import gate_explorer
from course_utils.widgets.lstm import lstm_explorer

__all__ = ["depth_explorer", "gate_explorer", "gradient_explorer", "lstm_explorer", "sight_explorer"]
