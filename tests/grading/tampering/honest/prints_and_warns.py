# Prints, warns and logs, in the notebook and inside the functions that are judged.
# %% first
import logging
import sys
import warnings

print("hello", file=sys.stderr)
warnings.warn("old")
logging.basicConfig(level=logging.DEBUG)
logging.warning("careful")

# %% before gru-params-check
_get_params, _gru = get_params, None


def get_params(vocab_size, num_hiddens, device):
    print("making", vocab_size, num_hiddens)
    warnings.warn("still old")
    logging.error("not an error")
    print("on stderr", file=sys.stderr)
    return _get_params(vocab_size, num_hiddens, device)


# %% before gru-forward-check
_gru = gru


def gru(inputs, state, params):
    print(len(inputs), inputs[0].shape)
    warnings.warn("still old", DeprecationWarning)
    sys.stderr.write("once more\n")
    return _gru(inputs, state, params)
