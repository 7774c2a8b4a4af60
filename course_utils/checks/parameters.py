"""Looks at `get_params(vocab_size, num_hiddens, device)`: shapes, order, spread, biases, gradients, device."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch
from torch import Tensor

from course_utils.checks.probe import ProbeError, call, tidy, type_and_shape
from course_utils.checks.verdict import Criterion
from course_utils.equations.network import Network
from course_utils.student_code.signatures import call_fitting
from course_utils.translation import say, to_say

CRITERIA = (
    to_say("shapes and order"),
    to_say("weights drawn from N(0, 0.01²), biases zero"),
    to_say("each parameter its own tensor"),
    to_say("ready for gradients"),
    to_say("on the device that is asked for"),
)
OLDER = to_say(
    "the older form without arguments works with its own sizes and device only; "
    "get_params(vocab_size, num_hiddens, device) works with all"
)
SPREAD = 0.01
# 60 x 40 draws put the sample's standard deviation within 5 % of the true one with near certainty; three times as much
# is allowed, so that a truncated normal is accepted too.
SPREAD_TOLERANCE = 0.15
VOCAB_SIZE, NUM_HIDDENS = 60, 40


def examine_parameters(
    function: Callable[..., Any], networks: Sequence[Network], seed: int
) -> tuple[list[Criterion], tuple[()]]:
    """The criteria of a `get_params`; the seed is set for the student's draws, so that a verdict can be repeated."""
    drawn: list[dict[str, Tensor]] = []
    older = is_older_form(function, networks[0])
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)  # the CPU's alone: a GPU's draws are the student's
        for network in networks[:1] if older else dict.fromkeys(networks):
            try:
                drawn.append(_parameters(function, network, networks if older else ()))
            except ProbeError as error:
                return [Criterion(name, 1, False, str(error)) for name in CRITERIA], ()
    problems_of = (_values_problems, _sharing_problems, _gradient_problems)
    first = [next((problem for named in drawn for problem in problems(named)), "") for problems in problems_of]
    are_leaves = not first[-1]  # on the CPU
    on_device = "" if older else device_problem(function, networks[-1], (VOCAB_SIZE, 2), are_leaves)
    messages = ["", *first, on_device]
    return [
        Criterion(
            name, 1, not message, message, name in CRITERIA[:2], say(OLDER) if older and name == CRITERIA[0] else ""
        )
        for name, message in zip(CRITERIA, messages, strict=True)
    ], ()


def _parameters(function: Callable[..., Any], network: Network, heights: Sequence[Network]) -> dict[str, Tensor]:
    """Name -> parameter. Raises ProbeError when number, types or shapes are not those of the network.

    heights: for a function that takes no arguments, the stacks that its list may be of.
    """
    require_fitting(function, ("vocab_size", "num_hiddens"), network)
    sizes = dict(
        zip(("vocab_size", "num_hiddens", "num_layers"), (VOCAB_SIZE, NUM_HIDDENS, *network.depth), strict=False)
    )
    result = call(lambda: call_fitting(function, **sizes, device=torch.device("cpu")))
    is_list = isinstance(result, list | tuple | torch.nn.ParameterList)
    network = next((other for other in heights if is_list and len(other.parameters) == len(result)), network)
    names = list(network.parameters)
    if not isinstance(result, list | tuple | torch.nn.ParameterList):
        no_list = to_say("expected a list of {count} parameters, got {what}")
        raise ProbeError(say(no_list, count=len(names), what=type_and_shape(result)))
    if len(result) != len(names):
        another = to_say("expected {count} parameters ({names}), got {number}")
        raise ProbeError(say(another, count=len(names), names=" ".join(names), number=len(result)))
    vocab_size, num_hiddens = _own_sizes(list(result)) if heights else (VOCAB_SIZE, NUM_HIDDENS)
    shapes = network.shapes(vocab_size, num_hiddens)
    for position, (name, given) in enumerate(zip(names, result, strict=True), start=1):
        if not isinstance(given, Tensor) or tuple(given.shape) != shapes[name]:
            expected = say(
                "expected parameter {position}, {name}, of shape {shape} for V={V}, H={H}; got {what}",
                position=position, name=name, shape=shapes[name], V=vocab_size, H=num_hiddens,
                what=type_and_shape(given),
            )  # fmt: skip
            raise ProbeError("\n".join([expected, say("the order is {names}", names=" ".join(names))]))
    return dict(zip(names, result, strict=True))


def _own_sizes(parameters: Sequence[Any]) -> tuple[int, int]:
    """V and H of a list whose function takes no sizes: those of its first weight, (V, H) in every network."""
    first = parameters[0]
    if not isinstance(first, Tensor) or first.dim() != 2:
        raise ProbeError(say("expected parameter 1 as a matrix (V, H), got {what}", what=type_and_shape(first)))
    return first.shape[0], first.shape[1]


def device_problem(
    function: Callable[..., Any], network: Network, sizes: tuple[int, int], are_leaves: bool = False
) -> str:
    """Whether tensors are made where `device` says; asked with "meta", a device that every machine has.

    are_leaves: whether they are so on the CPU, and so have to be there too.
    A function that cannot make tensors there (a generator of the processor's, say) is given the benefit of the doubt.
    """
    try:
        made = call(function, *sizes, *network.depth, torch.device("meta"))
    except ProbeError:
        return ""
    if not all(isinstance(value, Tensor) and value.device.type == "meta" for value in made):
        return say("the tensors are not made on the device that is asked for: torch.zeros(…, device=device)")
    if are_leaves and not all(value.is_leaf for value in made):
        return say(
            "on another device than the CPU, .to(device) after requires_grad_() gives a copy whose .grad stays empty: "
            "move first, and call requires_grad_() last"
        )
    return ""


def require_signature(function: Callable[..., Any], sizes: tuple[str, str], network: Network) -> None:
    """Raises ProbeError when the function cannot be called with two sizes (three for a stack) and a device."""
    require_arguments(function, _argument_names(sizes, network))


def require_arguments(function: Callable[..., Any], names: Sequence[str]) -> None:
    """Raises ProbeError when the function cannot be called with these arguments."""
    if not _binds(function, names):
        takes = tidy(str(inspect.signature(function)))
        expected = to_say("expected a function of ({names}), got one that takes {takes}")
        raise ProbeError(say(expected, names=", ".join(names), takes=takes))


def require_fitting(function: Callable[..., Any], sizes: tuple[str, str], network: Network) -> None:
    """Raises ProbeError when the function takes neither these arguments nor none, as the trainer's `get_params` may."""
    names = _argument_names(sizes, network)
    if not (_binds(function, ()) or _binds(function, (), names)):
        require_signature(function, sizes, network)


def is_older_form(function: Callable[..., Any], network: Network) -> bool:
    """Whether a `get_params` takes no arguments, as in the book's older edition: it knows its sizes from outside."""
    names = _argument_names(("vocab_size", "num_hiddens"), network)
    return not _binds(function, names) and not _binds(function, (), names)


def _argument_names(sizes: tuple[str, str], network: Network) -> tuple[str, ...]:
    return (*sizes, *(("num_layers",) if network.layers else ()), "device")


def _binds(function: Callable[..., Any], positional: Sequence[str], named: Sequence[str] = ()) -> bool:
    """Whether a function can be called with these arguments; one without a signature to read is taken to."""
    try:
        inspect.signature(function).bind(*positional, **dict.fromkeys(named))
    except TypeError:
        return False
    except ValueError:  # some callables have no signature to read: calling them will show
        return True
    return True


def _tolerance(weight: Tensor) -> float:
    """How far the spread or the mean of a weight's draws may be off; wider for the few draws of small sizes."""
    return SPREAD * max(SPREAD_TOLERANCE, 5 / weight.numel() ** 0.5)


def _values_problems(named: dict[str, Tensor]) -> Iterator[str]:
    for name, value in named.items():
        value = value.detach().double()
        if value.dim() == 1:
            if bool(value.any()):
                largest = to_say("expected the bias {name} to be zero, its largest value is {value}")
                yield say(largest, name=name, value=f"{float(value.abs().max()):.2g}")
        elif not abs(float(value.std()) - SPREAD) <= _tolerance(value):
            spread = to_say("expected {name} with standard deviation {spread}, got {value}")
            yield say(spread, name=name, spread=SPREAD, value=f"{float(value.std()):.2g}")
        elif not abs(float(value.mean())) <= _tolerance(value):
            yield say("expected {name} with mean 0, got {value}", name=name, value=f"{float(value.mean()):.2g}")


def _sharing_problems(named: dict[str, Tensor]) -> Iterator[str]:
    seen: dict[int, str] = {}
    names = list(named)
    for name, value in named.items():
        if value.data_ptr() in seen:
            one = to_say("{first} and {second} are one tensor: training one changes the other")
            yield say(one, first=seen[value.data_ptr()], second=name)
        seen[value.data_ptr()] = name
    weights = [name for name in names if named[name].dim() == 2]
    for number, first in enumerate(weights):
        for second in weights[number + 1 :]:
            if named[first].shape == named[second].shape and bool((named[first] == named[second]).all()):
                equal = to_say("{first} and {second} hold the same numbers: draw each of them separately")
                yield say(equal, first=first, second=second)
                return


def _gradient_problems(named: dict[str, Tensor]) -> Iterator[str]:
    for name, value in named.items():
        if not value.requires_grad:
            frozen = to_say(
                "{name} does not require gradients: nothing could be learnt. Use requires_grad_() or nn.Parameter"
            )
            yield say(frozen, name=name)
            return
        if not value.is_leaf:
            yield say("{name} is the result of a computation: its .grad would stay empty. Scale first", name=name)
            return
        if value.dtype != torch.float32:
            expected = say("expected {name} in float32, got {dtype}", name=name, dtype=value.dtype)
            advice = say(
                "NumPy's random numbers are float64, for one: torch.tensor(…, dtype=torch.float32), "
                "or draw with torch.randn"
            )
            yield f"{expected}\n{advice}"
            return
