"""Frames on a socket: a JSON header and raw buffers, with limits that hold whatever the other side sends.

A frame is the header's length (4 bytes), the header in JSON, and the buffers whose lengths stand in
`header["buffers"]`.
Nothing is ever unpickled.
"""

from __future__ import annotations

import json
import re
import select
import socket
import struct
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

MAX_HEADER = 8 * 2**20  # bytes: one output of the largest size, or the source of a cell
MAX_BUFFERS = 1024
MAX_BYTES = 64 * 2**20  # of all buffers of a frame
HALF = re.compile(rb"\\u[dD][89a-fA-F]")  # half a character, which no file could hold: a question mark stands for it


class WireError(Exception):
    """The other side does not follow the protocol, or is gone."""


class Closed(WireError):
    """The other side is gone."""


class TooSlow(WireError):
    """No whole frame came in time."""


@dataclass(frozen=True)
class Frame:
    """A header and its buffers."""

    header: dict[str, Any]
    buffers: Sequence[bytes] = field(default=())


def send(connection: socket.socket, header: dict[str, Any], buffers: Sequence[bytes] = (), seconds: float = 60) -> None:
    """Send one frame. Raises Closed when the other side is gone, TooSlow when it does not read."""
    text = json.dumps({**header, "buffers": [len(buffer) for buffer in buffers]}, default=str).encode()
    connection.settimeout(seconds)
    try:
        connection.sendall(b"".join([struct.pack("!I", len(text)), text, *buffers]))
    except TimeoutError as error:
        raise TooSlow("the other side does not read") from error
    except OSError as error:
        raise Closed("the other side is gone") from error


def receive(connection: socket.socket, deadline: float | None = None, tick: Callable[[], None] | None = None) -> Frame:
    """Receive one frame before `deadline` (on the monotonic clock; None: wait for ever).

    tick: is called at least four times a second, and before each piece that comes; what it raises ends the waiting.
    Raises Closed, TooSlow, or WireError when what came is not a frame or breaks a limit.
    """

    def exactly(size: int) -> bytes:
        return _exactly(connection, size, deadline, tick)

    (length,) = struct.unpack("!I", exactly(4))
    if length > MAX_HEADER:
        raise WireError(f"a header of {length} bytes, at most {MAX_HEADER} are allowed")
    header = _parsed(exactly(length))
    sizes = header.pop("buffers", None)
    if not isinstance(sizes, list) or len(sizes) > MAX_BUFFERS or not all(type(size) is int for size in sizes):
        raise WireError(f"expected at most {MAX_BUFFERS} buffer lengths")
    if any(size < 0 for size in sizes) or sum(sizes) > MAX_BYTES:
        raise WireError(f"buffers of more than {MAX_BYTES} bytes")
    return Frame(header, [exactly(size) for size in sizes])


def _parsed(text: bytes) -> dict[str, Any]:
    try:
        header = json.loads(text.decode())  # of bytes json takes other encodings too, and half characters in them
        if HALF.search(text):
            header = json.loads(json.dumps(header, ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        raise WireError("a header that is not JSON") from error
    if not isinstance(header, dict):
        raise WireError("a header that is not an object")
    return header


def _exactly(connection: socket.socket, size: int, deadline: float | None, tick: Callable[[], None] | None) -> bytes:
    data = bytearray(size)
    view, done = memoryview(data), 0
    while done < size:
        _wait(connection, deadline, tick)
        try:
            count = connection.recv_into(view[done:])
        except OSError as error:
            raise Closed("the other side is gone") from error
        if count == 0:
            raise Closed("the other side is gone")
        done += count
    return bytes(data)


def _wait(connection: socket.socket, deadline: float | None, tick: Callable[[], None] | None) -> None:
    while True:
        left = None if deadline is None else deadline - time.monotonic()
        if left is not None and left <= 0:
            raise TooSlow("no answer in time")
        if tick is not None:
            tick()
        pause = left if tick is None else min(0.25, 0.25 if left is None else left)
        if select.select([connection], [], [], pause)[0]:
            return
