"""The equations are data: the course's networks as expression trees, and all that is derived from them."""

from course_utils.equations.evaluate import evaluate
from course_utils.equations.mistakes.catalogue import edits, reset_after
from course_utils.equations.mistakes.edit import Edit
from course_utils.equations.network import Network
from course_utils.equations.networks import BIRNN, BIRNN_GAP, GRU, LSTM, NETWORKS, RNN, deep_rnn, deep_rnn_residual
from course_utils.equations.render import layer_latex, network_latex, network_text

__all__ = [
    "BIRNN",
    "BIRNN_GAP",
    "GRU",
    "LSTM",
    "NETWORKS",
    "RNN",
    "Edit",
    "Network",
    "deep_rnn",
    "deep_rnn_residual",
    "edits",
    "evaluate",
    "layer_latex",
    "network_latex",
    "network_text",
    "reset_after",
]
