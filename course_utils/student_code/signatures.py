"""Calling functions that students write, whose signatures have more than one accepted form."""

import inspect
from collections.abc import Callable

from course_utils.translation import say


def call_fitting(function: Callable, **arguments: object) -> object:
    """Calls `function` with all `arguments` in order, or with none, or by name: the first that fits.

    So `get_params(vocab_size, num_hiddens, device)`, the older `get_params()`, and
    `functools.partial(get_params, num_layers=2)` all work. A callable without a signature gets all, in order.

    Raises `TypeError` that names the accepted forms when none fits.
    """
    try:
        signature = inspect.signature(function)
    except ValueError:
        return function(*arguments.values())
    for args, kwargs in ((tuple(arguments.values()), {}), ((), {}), ((), arguments)):
        if _takes(signature, *args, **kwargs):
            return function(*args, **kwargs)
    name = getattr(function, "__name__", type(function).__name__)
    told = {"name": name, "signature": signature, "arguments": ", ".join(arguments)}
    raise TypeError(say("{name}{signature} should take ({arguments}), or no argument at all.", **told))


def _takes(signature: inspect.Signature, *args: object, **kwargs: object) -> bool:
    try:
        signature.bind(*args, **kwargs)
    except TypeError:
        return False
    return True
