"""The course's tools: data, models, training and sampling, plots, widgets and checks.

The names of the older edition work: in a notebook written for it, `import course_utils as d2l` is enough. A name's
module is loaded at its first use, so that the command line answers before torch is loaded.
"""

from importlib import import_module

_MODULES = {
    "checks": ("check", "hint"),
    "data.batches": ("data_iter_consecutive", "data_iter_random", "to_onehot"),
    "data.corpus": ("CorpusError", "load_data_jay_lyrics", "load_held_out", "load_lyrics_lines"),
    "data.glosses": ("gloss",),
    "desk.button": ("submit",),
    "desk.status": ("status",),
    "translation": ("language",),
    "quiz.buttons": ("practice", "quiz_buttons"),
    "quiz.guess": ("guess_characters",),
    "quiz.predictions": ("Prediction", "predict"),
    "style": ("use_chinese_font",),
    "training.checkpoints": ("CheckpointError",),
    "training.history": ("History",),
    "training.loop": (
        "quick_limit",
        "set_seed",
        "train_and_predict_rnn",
        "train_and_predict_rnn_pytorch",
    ),
    "training.loss": ("grad_clipping",),
    "training.models": ("RNNModel",),
    "training.perplexity": ("perplexity", "perplexity_rnn", "perplexity_rnn_pytorch"),
    "training.plots": ("plot_perplexity",),
    "training.progress": ("progress",),
    "training.sampling": ("predict_rnn", "predict_rnn_pytorch"),
    "widgets.depth": ("depth_explorer",),
    "widgets.directions": ("sight_explorer",),
    "widgets.gradients": ("gradient_explorer",),
    "widgets.gru": ("gate_explorer",),
    "widgets.lstm": ("lstm_explorer",),
    "widgets.text_gates": ("gates_over_text",),
}
_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names}

__all__ = sorted(_MODULE_OF)


def __getattr__(name: str) -> object:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        value = getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
    except ModuleNotFoundError as error:
        from course_utils.installation import with_remedy

        raise with_remedy(error) from None
    globals()[name] = value  # found directly from now on
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
