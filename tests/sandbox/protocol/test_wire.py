"""Frames arrive as they were sent, within limits; whatever else comes is a WireError, and nothing but that."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.sandbox.protocol import wire
from course_utils.sandbox.protocol.wire import Closed, Frame, TooSlow, WireError, receive, send

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=4)
    ),
    max_leaves=15,
)
HEADERS = st.dictionaries(
    st.text(st.characters(codec="utf-8")).filter(lambda name: name != "buffers"), JSON, max_size=5
)


@pytest.fixture
def pair():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def received(data: bytes, **options) -> Frame:
    """The frame in bytes that somebody sent before hanging up."""
    ours, theirs = socket.socketpair()
    with ours:
        writer = threading.Thread(target=_write, args=(theirs, data))
        writer.start()
        try:
            return receive(ours, time.monotonic() + 5, **options)
        finally:
            ours.close()
            writer.join()


def _write(connection: socket.socket, data: bytes) -> None:
    with connection:
        try:
            connection.sendall(data)
        except OSError:
            return


def frame(header: object, *buffers: bytes) -> bytes:
    text = json.dumps(header).encode()
    return b"".join([struct.pack("!I", len(text)), text, *buffers])


@settings(max_examples=50, deadline=None)
@given(HEADERS, st.lists(st.binary(max_size=200), max_size=5))
def test_a_frame_arrives_as_it_was_sent(header, buffers):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        send(theirs, header, buffers)
        got = receive(ours, time.monotonic() + 5)
    assert got == Frame(header, buffers)


def test_frames_that_come_at_once_are_read_one_by_one(pair):
    for number in range(3):
        send(pair[1], {"id": number}, [b"x" * number])
    assert [receive(pair[0]).header["id"] for _ in range(3)] == [0, 1, 2]


def test_a_frame_larger_than_a_sockets_buffer_arrives(pair):
    big = bytes(5_000_000)
    writer = threading.Thread(target=send, args=(pair[1], {}, [big]))
    writer.start()
    assert receive(pair[0]).buffers == [big]
    writer.join()


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=60))
def test_garbage_is_a_wire_error(data):
    with pytest.raises(WireError):
        received(data)


@settings(max_examples=60, deadline=None)
@given(HEADERS, st.lists(st.binary(min_size=1, max_size=9), max_size=3), st.data())
def test_a_frame_cut_off_anywhere_is_closed(header, buffers, data):
    whole = frame({**header, "buffers": [len(buffer) for buffer in buffers]}, *buffers)
    with pytest.raises(Closed):
        received(whole[: data.draw(st.integers(0, len(whole) - 1))])


@settings(max_examples=100, deadline=None)
@given(JSON)
def test_any_list_of_sizes_that_is_none_is_a_wire_error(sizes):
    if isinstance(sizes, list) and all(type(size) is int and size == 0 for size in sizes):
        return
    with pytest.raises(WireError):
        received(frame({"buffers": sizes}))


@pytest.mark.parametrize(
    "data",
    [
        struct.pack("!I", wire.MAX_HEADER + 1),
        frame({"buffers": [0] * (wire.MAX_BUFFERS + 1)}),
        frame({"buffers": [wire.MAX_BYTES, 1]}),
        frame({"buffers": [True]}),
        frame({"buffers": [-1, 1]}),
        frame({"buffers": [10**30]}),
        frame({}),
        frame([]),
        frame("text"),
        b"\0\0\0\3\xff\xfe\xfd",
        struct.pack("!I", 400_000) + b"[" * 400_000,
        struct.pack("!I", 5000) + b"9" * 5000,
    ],
    ids=["header", "number of buffers", "bytes", "a truth as size", "negative", "beyond all memory", "no sizes",
         "a list", "a text", "no UTF-8", "deep nesting", "a number of 5000 digits"],
)  # fmt: skip
def test_each_limit_holds(data):
    with pytest.raises(WireError):
        received(data)


def test_limits_hold_before_anything_is_kept(pair):
    """A header that announces more than the limit is refused by its length alone."""
    pair[1].sendall(struct.pack("!I", 2**32 - 1))
    with pytest.raises(WireError, match="at most"):
        receive(pair[0], time.monotonic() + 5)


@pytest.mark.parametrize("text", ["\ud800", "a\udfffb", "\ud83d\ude00 \ud83d"])
def test_half_a_character_becomes_a_question_mark(pair, text):
    send(pair[1], {"text": text})
    got = receive(pair[0]).header["text"]
    assert "?" in got and got.encode()


def test_whole_characters_outside_the_basic_plane_arrive(pair):
    send(pair[1], {"text": "\U0001f600 \\ud800"})
    assert receive(pair[0]).header["text"] == "\U0001f600 \\ud800"


def test_nothing_is_ever_unpickled():
    import pickle

    with pytest.raises(WireError):
        received(struct.pack("!I", 40) + pickle.dumps({"a": 1}).ljust(40))


# Time


def test_a_deadline_that_passes_is_too_slow(pair):
    started = time.monotonic()
    with pytest.raises(TooSlow):
        receive(pair[0], time.monotonic() + 0.2)
    assert 0.2 <= time.monotonic() - started < 2


def test_bytes_that_trickle_in_do_not_move_the_deadline(pair):
    stop = threading.Event()

    def trickle():
        pair[1].sendall(struct.pack("!I", 1000))
        while not stop.wait(0.02):
            pair[1].sendall(b" ")

    writer = threading.Thread(target=trickle)
    writer.start()
    try:
        with pytest.raises(TooSlow):
            receive(pair[0], time.monotonic() + 0.5)
    finally:
        stop.set()
        writer.join()


def test_the_watch_is_called_while_frames_keep_coming(pair):
    """Who speaks all the time would otherwise never be looked at."""
    looks = []
    for _ in range(20):
        send(pair[1], {})
        receive(pair[0], time.monotonic() + 5, tick=lambda: looks.append(1))
    assert len(looks) >= 20


def test_the_watch_is_called_while_nothing_comes_and_what_it_raises_ends_the_waiting(pair):
    looks = []

    def look():
        looks.append(1)
        if len(looks) == 3:
            raise MemoryError("too much")

    with pytest.raises(MemoryError):
        receive(pair[0], None, tick=look)


def test_sending_to_who_does_not_read_is_too_slow(pair):
    with pytest.raises(TooSlow):
        send(pair[0], {}, [bytes(5_000_000)], seconds=0.2)


def test_sending_to_who_is_gone_is_closed(pair):
    pair[1].close()
    with pytest.raises(Closed):
        send(pair[0], {"id": 1})


@pytest.mark.parametrize(
    "text",
    [b'{"a": "\xed\xa0\x80", "buffers": []}', '{"a": "\\ud800", "buffers": []}'.encode("utf-16-le")],
    ids=["half a character", "another encoding"],
)
def test_a_header_that_is_not_utf_8_is_none(text):
    with pytest.raises(WireError):
        received(struct.pack("!I", len(text)) + text)
