"""A student's function that lives in a kernel, as a function here: called, differentiated, and never trusted.

The checks call it like any function. Its results are rebuilt from plain data, and gradients come from a backward pass
in the kernel; the comparison with the reference happens here, on numbers that only a right function can give.
"""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function

from course_utils.sandbox.outside.kernel import Kernel, KernelDied, KernelTooSlow
from course_utils.sandbox.protocol.values import Decoder, Encoder, ValueTreeError
from course_utils.sandbox.protocol.wire import Frame
from course_utils.student_code.call import ProbeError
from course_utils.text import tidy
from course_utils.translation import say


class Remote:
    """The values of a kernel's names, for one check. `seconds` is what all its calls may take together."""

    def __init__(self, kernel: Kernel, seconds: float) -> None:
        self.kernel, self.deadline = kernel, time.monotonic() + seconds
        self.seconds = seconds
        self.ended = ""  # why the kernel gives no further answers, or gave the last one too late

    @property
    def is_over(self) -> bool:
        """Whether the time for this check has passed."""
        return time.monotonic() >= self.deadline

    def value(self, expression: str) -> Any:
        """What an instructor's expression gives in the kernel; functions come as `RemoteFunction`.

        Raises ProbeError when it cannot be evaluated or sent.
        """
        answer = self.ask({"do": "value", "expression": expression}, [], "value")
        first = answer.header.get("first")

        def function(node: dict[str, Any]) -> Any:
            if type(first) is not int or type(node["function"]) is not int:
                raise ValueTreeError("expected a function's number")
            return RemoteFunction(self, first + node["function"], node)

        return self.decoded(lambda: Decoder(answer.buffers, function).value(answer.header["tree"]))

    def ask(self, command: dict[str, Any], buffers: list[bytes], wanted: str) -> Frame:
        """The answer to a command. Raises ProbeError with the kernel's words, or when it took too long or died."""
        try:
            answer = self.kernel.ask(command, buffers, seconds=max(0.1, self.deadline - time.monotonic()))
        except KernelTooSlow as error:
            self.ended = say(
                "stopped: the check took more than {seconds} seconds\n{where}",
                seconds=f"{self.seconds:.0f}",
                where=error.where,
            ).rstrip()
            raise ProbeError(self.ended) from error
        except KernelDied as error:
            self.ended = str(error)
            raise ProbeError(self.ended) from error
        if answer.header.get("is") == "failed" and isinstance(answer.header.get("message"), str):
            lines = answer.header["message"][:4000].splitlines()[:12] or [say("it failed without a word")]
            raise ProbeError("\n".join(tidy(line, 400) for line in lines))
        if answer.header.get("is") != wanted:
            raise self.nonsense()
        return answer

    def decoded(self, decode: Callable[[], Any]) -> Any:
        """What `decode` gives; whatever is wrong with what came ends the kernel."""
        try:
            return decode()
        except (ValueTreeError, KeyError, TypeError, ValueError, IndexError, OverflowError, RuntimeError) as error:
            raise self.nonsense() from error

    def nonsense(self) -> ProbeError:
        """The error to raise for an answer that is none; the kernel is ended."""
        self.ended = str(self.kernel.give_up(say("the kernel sent something that is no answer")))
        return ProbeError(self.ended)


class RemoteFunction:
    """A function in a kernel. Its signature and source, as the kernel reports them, serve messages, not points."""

    def __init__(self, remote: Remote, number: int, node: dict[str, Any]) -> None:
        self._remote, self._number = remote, number
        self.__name__ = str(node.get("name"))[:100]
        source, outside = node.get("source"), node.get("outside")
        self.source_elsewhere = source if isinstance(source, str) else ""
        self.outside_elsewhere = {
            tidy(str(name), 50): value
            for name, value in (list(outside.items())[:10] if isinstance(outside, dict) else [])
            if type(value) is int
        }
        self.__signature__ = _signature(node.get("signature"))

    def __call__(self, *arguments: Any) -> Any:
        # Modes that watch a student's calls of torch are for what runs here; the function runs in the kernel.
        with torch._C.DisableTorchFunction():
            return self._called(arguments)

    def _called(self, arguments: tuple[Any, ...]) -> Any:
        encoder = Encoder()
        trees = [encoder.tree(argument) for argument in arguments]
        leaves = [tensor for tensor in encoder.tensors if tensor.requires_grad]
        call = _Call(self._remote, self._number, arguments, trees, encoder.buffers)
        if not leaves or not torch.is_grad_enabled():
            return call.run()
        tracked = _Differentiable.apply(call, *leaves)
        return call.with_tensors(tracked if isinstance(tracked, tuple) else (tracked,))


class _Call:
    """One call: its command, and what came back."""

    def __init__(self, remote: Remote, number: int, arguments: Any, trees: list[Any], buffers: list[bytes]) -> None:
        self.remote, self.arguments, self.buffers = remote, arguments, buffers
        seed = int(torch.randint(2**31, ()))
        self.command = {"do": "call", "function": number, "arguments": trees, "seed": seed}
        self.result: Any = None
        self.differentiable: list[Tensor] = []

    def run(self) -> Any:
        answer = self.remote.ask(self.command, self.buffers, "returned")
        self.id = self.remote.kernel.number
        self.result = self.remote.decoded(lambda: self._decoded(answer))
        return self.result

    def _decoded(self, answer: Frame) -> Any:
        split = answer.header["results"]
        decoder = Decoder(answer.buffers[:split])
        result = decoder.value(answer.header["tree"])
        self.differentiable = [tensor for tensor in decoder.tensors if tensor.requires_grad]
        after = Decoder(answer.buffers[split:])
        changed = [after.value(tree) for tree in answer.header["arguments"]]
        same_lists = answer.header.get("same_lists") is not False
        for given, now in zip(self.arguments, changed, strict=True):
            _carry_over(given, now, same_lists)
        return result

    def with_tensors(self, tracked: tuple[Tensor, ...]) -> Any:
        """The result, with the tensors that a backward pass here leads to the kernel."""
        by_id = {id(old): new for old, new in zip(self.differentiable, tracked, strict=True)}
        return _replaced(self.result, by_id)

    def backward(self, cotangents: list[tuple[int, Tensor]]) -> list[Tensor | None]:
        encoder = Encoder()
        pairs = [(index, encoder.tree(cotangent.detach())) for index, cotangent in cotangents]
        command = {"do": "backward", "call": self.id, "cotangents": pairs}
        answer = self.remote.ask(command, encoder.buffers, "gradients")
        decoder = Decoder(answer.buffers)
        return self.remote.decoded(lambda: [_gradient(decoder.value(tree)) for tree in answer.header["tree"]])


class _Differentiable(Function):
    @staticmethod
    def forward(ctx: Any, call: _Call, *leaves: Tensor) -> tuple[Tensor, ...]:
        call.run()
        ctx.call, ctx.shapes = call, [leaf.shape for leaf in leaves]
        ctx.set_materialize_grads(False)
        return tuple(tensor.detach().clone() for tensor in call.differentiable)

    @staticmethod
    def backward(ctx: Any, *cotangents: Tensor | None) -> tuple[Any, ...]:
        asked = [(index, cotangent) for index, cotangent in enumerate(cotangents) if cotangent is not None]
        if not asked:
            return None, *([None] * len(ctx.shapes))
        gradients = ctx.call.backward(asked)
        fits = len(gradients) == len(ctx.shapes) and all(
            gradient is None or gradient.shape == shape for gradient, shape in zip(gradients, ctx.shapes, strict=True)
        )
        if not fits:
            raise ctx.call.remote.nonsense()
        return None, *gradients


def _gradient(value: Any) -> Tensor | None:
    if value is not None and not isinstance(value, Tensor):
        raise ValueTreeError("expected a gradient")
    return value.detach() if value is not None else None


def _carry_over(given: Any, now: Any, same_list: bool) -> None:
    """Do to our argument what the kernel's function did to its own: changes in place, other items in a list."""
    if isinstance(given, Tensor):
        if isinstance(now, Tensor) and _is_another(given.detach(), now.detach()):
            with torch.no_grad():
                given.copy_(now.detach())
    elif isinstance(given, list | tuple) and isinstance(now, list | tuple):
        for before, after in zip(given, now, strict=False):
            _carry_over(before, after, same_list)
        if isinstance(given, list) and not same_list:
            given[:] = list(now)


def _is_another(given: Tensor, now: Tensor) -> bool:
    fits = now.shape == given.shape and now.dtype == given.dtype and given.device.type != "meta"
    return fits and not torch.equal(given, now)


def _replaced(value: Any, by_id: dict[int, Tensor]) -> Any:
    if isinstance(value, Tensor):
        return by_id.get(id(value), value)
    if isinstance(value, list | tuple):
        return type(value)(_replaced(item, by_id) for item in value)
    return value


class _Default:
    """A parameter's default, which stays where it is."""

    def __repr__(self) -> str:
        return "…"


def _signature(described: Any) -> inspect.Signature:
    """The signature as the kernel reports it; one that takes anything when that makes no sense."""
    anything = inspect.Signature([inspect.Parameter("arguments", inspect.Parameter.VAR_POSITIONAL)])
    try:
        parameters = [
            inspect.Parameter(name, inspect._ParameterKind(kind), default=_Default() if has_default else inspect._empty)
            for name, kind, has_default in described
        ]
        return inspect.Signature(parameters)
    except (TypeError, ValueError):
        return anything
