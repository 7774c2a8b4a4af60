"""Whether a text that is shown in Chinese is Chinese: no English words, nothing left to fill in, Chinese signs."""

from __future__ import annotations

import re

# Code and formulas: in backticks, with a dot, a bracket, an underscore, an index or digits, or an upper-case name.
CODE = re.compile(
    r"`[^`]*`|https?://\S+|[\w.]*\w\([^()]*(?:\([^()]*\)[^()]*)*\)|\[[^\[\]]*\]|[A-Za-z]\w*(?:\.\w+)+|\.\w+"
    r"|\w*_[\w·]*|\w*\d\w*|'[^']*'|\w+=\S+|\([\w\s,*−+]*\)"
)
WORD = re.compile(r"[A-Za-z]{2,}")
NAMES = (
    "RNN GRU LSTM CPU SGD tanh ReLU relu sigmoid softmax exp ln log nan inf NumPy Keras torch PyTorch "
    "arXiv None Chung Cho Greff Gers Schmidhuber Ba He Zhou float return clamp hardtanh detach item numpy "
    "sleep alpha theta gap mean inputs outputs state params loss steps list tuple dict int str Tensor "
    "ndarray generator quiz dim abs nn forward rnn gru lstm birnn "
)
KNOWN = set(NAMES.split())
HANZI = "\u4e00-\u9fff"


def faults(text: str, known: str = "") -> list[str]:
    """What is not Chinese in a text: English words, {names} that were not filled in, other punctuation.

    known: names that may stand there too.
    """
    names = KNOWN | set(known.split())
    found = [word for word in WORD.findall(CODE.sub(" ", text)) if word not in names]
    found += re.findall(r"\{[a-z]\w+\}", text)
    found += re.findall(f"[{HANZI}][,;:!?]|[{HANZI}] [{HANZI}]|[{HANZI}]\\.$", text)
    return found if re.search(f"[{HANZI}]", text) else [*found, f"no Chinese: {text}"]


def assert_chinese(text: str, known: str = "") -> None:
    """Fails with what is not Chinese in the text. known: names that may stand there too."""
    found = faults(text, known)
    assert not found, (found, text)
