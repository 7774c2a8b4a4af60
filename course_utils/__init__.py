"""The course's tools: `import course_utils as d2l` is enough for code written for the older PyTorch edition.

Importing this package loads torch and nothing heavier: what needs matplotlib (`plot_perplexity`,
`use_chinese_font`) or the equations (`check`) is loaded at its first use.
"""

from importlib import import_module

from .batches import data_iter_consecutive, data_iter_random, to_onehot
from .corpus import CorpusError, load_data_jay_lyrics
from .history import History
from .models import RNNModel
from .sampling import predict_rnn, predict_rnn_pytorch
from .training import (
    grad_clipping,
    perplexity,
    set_seed,
    train_and_predict_rnn,
    train_and_predict_rnn_pytorch,
)

__all__ = [
    "CorpusError",
    "History",
    "RNNModel",
    "check",
    "data_iter_consecutive",
    "data_iter_random",
    "gate_explorer",
    "grad_clipping",
    "load_data_jay_lyrics",
    "perplexity",
    "plot_perplexity",
    "predict_rnn",
    "predict_rnn_pytorch",
    "set_seed",
    "to_onehot",
    "train_and_predict_rnn",
    "train_and_predict_rnn_pytorch",
    "use_chinese_font",
]

_LOADED_AT_FIRST_USE = {
    "gate_explorer": "course_utils.widgets",
    "check": "course_utils.checks",
    "plot_perplexity": "course_utils.plots",
    "use_chinese_font": "course_utils.plots",
}


def __getattr__(name: str) -> object:
    if name not in _LOADED_AT_FIRST_USE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_LOADED_AT_FIRST_USE[name]), name)
    globals()[name] = value  # found directly from now on
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
