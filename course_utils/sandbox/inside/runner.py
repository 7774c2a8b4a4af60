"""A submission's kernel: it runs cells and calls functions as the judge asks, one command after another.

Commands, each a frame whose header has an `id`; the answer is a frame with the same id, after any number of outputs:

    {"do": "files", "names"} and their bytes                 -> {"is": "done"}
    {"do": "execute", "source", "graded"}                    -> {"is": "done", "ok"}
    {"do": "value", "expression"}                            -> {"is": "value", "tree"}
    {"do": "call", "function", "arguments", "seed"}          -> {"is": "returned", "tree", "arguments", "same_lists"}
    {"do": "backward", "call", "cotangents"}                 -> {"is": "gradients", "tree"}

`{"is": "failed", "message"}` answers a call that raised. The same process runs a student's code, so none of this is
trusted by the judge.
"""

from __future__ import annotations

import io
import os
import random
import signal
import socket
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy
import torch
from torch import Tensor
from torch.library import Library

from course_utils.sandbox.inside.shell import flush, listen
from course_utils.sandbox.protocol.values import Decoder, Encoder
from course_utils.sandbox.protocol.wire import Closed, Frame, receive, send
from course_utils.student_code.call import ProbeError, observed, quiet
from course_utils.student_code.failures.backward import SECOND, backward_explained, reaches
from course_utils.student_code.failures.failure import IN_YOUR_LINE
from course_utils.student_code.frames import failing_line
from course_utils.student_code.library_cells import refuse_everywhere
from course_utils.student_code.recorder import Write
from course_utils.text import tidy
from course_utils.translation import say

KEPT_CALLS = 2  # whose graphs are kept for a backward pass


@dataclass
class _Call:
    """A call whose graph is kept: its results and arguments with gradients, and the writes that it made."""

    function: Any
    results: list[Tensor]
    leaves: list[Tensor]
    writes: list[Write]


class Runner:
    """The state of one kernel: its shell, the functions that were shown to the judge, and the last calls."""

    def __init__(self, connection: socket.socket, max_output: int) -> None:
        self.connection, self.max_output = connection, max_output  # characters per cell; the judge counts too
        self.shell = listen(self._emit)
        self.functions: list[Any] = []
        self.calls: dict[int, _Call] = {}
        self.refusal: Library | None = None  # of torch's own cells, while the judge asks
        self.output_size = 0
        self.pid, self.lock = os.getpid(), threading.RLock()
        self.sending = self.interrupted = False
        signal.signal(signal.SIGINT, self._interrupt)

    def serve(self) -> None:
        """Answer commands until the judge hangs up."""
        while True:
            try:
                self._answer(receive(self.connection))
            except Closed:
                return
            except KeyboardInterrupt:  # came late: the command it was meant for has ended
                continue

    def _answer(self, frame: Frame) -> None:
        number = frame.header["id"]
        do = {
            "files": self._files, "execute": self._execute,
            "value": self._value, "call": self._call, "backward": self._backward,
        }  # fmt: skip
        self.output_size = 0
        try:
            header, buffers = do[frame.header["do"]](frame)
        except ProbeError as error:
            header, buffers = {"is": "failed", "message": str(error)[:4000]}, []
        except KeyboardInterrupt as error:
            failing = failing_line(error)
            where = say(IN_YOUR_LINE, line=tidy(failing.line)) if failing and failing.line else ""
            header, buffers = {"is": "failed", "message": where}, []
        if os.getpid() != self.pid:
            os._exit(0)  # a cell has forked: only the parent answers
        self._send({**header, "id": number}, buffers)

    def _emit(self, message: dict[str, Any]) -> None:
        size = len(repr(message))
        if self.output_size <= self.max_output < self.output_size + size:
            text = f"\n(output of more than {self.max_output / 2**20:g} MiB cut off)\n"
            self._send({"is": "stream", "name": "stderr", "text": text})
        self.output_size += size
        if self.output_size <= self.max_output:
            self._send(message)

    def _send(self, header: dict[str, Any], buffers: Sequence[bytes] = ()) -> None:
        """One frame at a time, whole: cells may print from several threads, and an interrupt waits for its end.

        What a cell forks is not heard: two processes would speak into each other's frames.
        """
        if os.getpid() != self.pid:
            return
        is_main = threading.current_thread() is threading.main_thread()  # which alone is interrupted
        with self.lock:
            self.sending = is_main
            try:
                send(self.connection, header, buffers)
            finally:
                self.sending = False
        if is_main and self.interrupted:
            self.interrupted = False
            raise KeyboardInterrupt

    def _interrupt(self, *_: Any) -> None:
        if not self.sending:
            raise KeyboardInterrupt
        self.interrupted = True

    def _files(self, frame: Frame) -> tuple[dict[str, Any], list[bytes]]:
        for name, content in zip(frame.header["names"], frame.buffers, strict=True):
            try:
                os.makedirs(os.path.dirname(name) or ".", exist_ok=True)
                with open(name, "wb") as file:
                    file.write(content)
            except OSError as error:
                raise ProbeError(
                    say("{name} cannot be put beside the notebook: {reason}", name=name, reason=error.strerror)
                ) from error
        return {"is": "done"}, []

    def _execute(self, frame: Frame) -> tuple[dict[str, Any], list[bytes]]:
        if self.refusal is not None:
            self.refusal._destroy()
            self.refusal = None
        self.shell.is_graded = frame.header.get("graded", False)
        try:
            result = self.shell.run_cell(frame.header["source"], store_history=True)
            return {"is": "done", "ok": result.success}, []
        finally:
            flush()

    def _value(self, frame: Frame) -> tuple[dict[str, Any], list[bytes]]:
        expression = frame.header["expression"]
        try:
            value = eval(expression, self.shell.user_ns)  # an instructor's words, a student's names
        except NameError as error:
            said = say("{name} is not there: {reason}", name=expression, reason=tidy(str(error)))
            raise ProbeError(said) from error
        except Exception as error:
            reason = f"{type(error).__name__}: {tidy(str(error))}"
            raise ProbeError(say("{name} cannot be read: {reason}", name=expression, reason=reason)) from error
        encoder = Encoder()
        tree = encoder.tree(value)
        for function in encoder.functions:
            self.functions.append(function)
        return {"is": "value", "tree": tree, "first": len(self.functions) - len(encoder.functions)}, encoder.buffers

    def _call(self, frame: Frame) -> tuple[dict[str, Any], list[bytes]]:
        header = frame.header
        decoder = Decoder(frame.buffers)
        arguments = [decoder.value(tree) for tree in header["arguments"]]
        handed = [id(item) for argument in arguments if isinstance(argument, list) for item in argument]
        leaves = [tensor for tensor in decoder.tensors if tensor.requires_grad]
        _seed(header["seed"])
        if self.refusal is None:
            self.refusal = refuse_everywhere()
        function = self.functions[header["function"]]
        result, recorder = observed(function, *arguments)
        encoder, after = Encoder(), Encoder()
        with quiet():
            tree = encoder.tree(result)
            after_tree = [after.tree(argument) for argument in arguments]
        results = [tensor for tensor in encoder.tensors if tensor.requires_grad]
        self.calls[header["id"]] = _Call(function, results, leaves, recorder.writes)
        for old in sorted(self.calls)[:-KEPT_CALLS]:
            del self.calls[old]
        same = handed == [id(item) for argument in arguments if isinstance(argument, list) for item in argument]
        answer = {"is": "returned", "tree": tree, "arguments": after_tree, "same_lists": same}
        return answer | {"results": len(encoder.buffers)}, encoder.buffers + after.buffers

    def _backward(self, frame: Frame) -> tuple[dict[str, Any], list[bytes]]:
        kept = self.calls[frame.header["call"]]
        decoder = Decoder(frame.buffers)
        pairs = [(kept.results[index], decoder.value(tree)) for index, tree in frame.header["cotangents"]]
        earlier = [leaf for call in self.calls.values() if call is not kept for leaf in call.leaves]
        try:
            if reaches(kept.results, earlier):  # in one process, with the same parameters, torch refuses it
                raise RuntimeError(SECOND)
            with quiet():
                outputs, cotangents = zip(*pairs, strict=True)
                gradients = torch.autograd.grad(outputs, kept.leaves, cotangents, allow_unused=True)
        except Exception as error:
            raise ProbeError(backward_explained(error, kept.writes, kept.function)) from error
        encoder = Encoder()
        return {"is": "gradients", "tree": [encoder.tree(gradient) for gradient in gradients]}, encoder.buffers


def _seed(seed: int) -> None:
    torch.manual_seed(seed)
    random.seed(seed)
    numpy.random.seed(seed % 2**32)


def run(connection: socket.socket, folder: str, max_output: int) -> None:
    """Be the kernel of one submission in `folder`, until the judge hangs up. Does not return.

    max_output: characters that a cell may print.
    """
    os.chdir(folder)
    sys.path.insert(0, "")  # modules that were handed in beside the notebook, as in Jupyter
    sys.stdin = io.StringIO()  # input() gets an end of file, and does not wait
    _seed(0)
    Runner(connection, max_output).serve()
    os._exit(0)
