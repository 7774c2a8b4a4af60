"""Values go as plain data and come back the same; what cannot go is named, and what is malformed is refused."""

from __future__ import annotations

import contextlib
import itertools
import json
import pickle

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from course_utils.sandbox.protocol.values import DTYPES, MAX_NODES, Decoder, Encoder, ValueTreeError
from course_utils.student_code.describe import Opaque


def over(value, function=None):
    """The value after its way as JSON text and buffers."""
    encoder = Encoder()
    tree = json.loads(json.dumps(encoder.tree(value)))
    return Decoder(encoder.buffers, function).value(tree)


# Numbers, texts, containers

PLAIN = (
    st.none() | st.booleans() | st.integers(-(2**63) + 1, 2**63 - 1) | st.floats(allow_nan=False) | st.text(max_size=9)
)
VALUES = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=4) | st.lists(inner, max_size=4).map(tuple)
    | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)  # fmt: skip


@pytest.mark.parametrize(
    "value, plain", [(np.int64(2), 2), (np.float32(0.5), 0.5), (np.bool_(True), True), (np.str_("2"), "2")], ids=repr
)
def test_a_number_of_numpy_arrives_as_one_of_python(value, plain):
    arrived = over({"q1": value})["q1"]
    assert (arrived, type(arrived)) == (plain, type(plain))


@settings(max_examples=100, deadline=None)
@given(VALUES)
def test_plain_values_come_back_with_their_types(value):
    def depth(one):
        inner = one.values() if isinstance(one, dict) else one if isinstance(one, list | tuple) else None
        return 0 if inner is None else 1 + max(map(depth, inner), default=0)

    if depth(value) <= 6:
        assert repr(over(value)) == repr(value)


def test_a_parameter_list_comes_as_a_list_and_a_device_as_itself():
    assert [tuple(one.shape) for one in over(nn.ParameterList([torch.ones(2), torch.ones(3)]))] == [(2,), (3,)]
    assert over(torch.device("meta")) == torch.device("meta")


@pytest.mark.parametrize(
    ("value", "named"),
    [
        (2**63, Opaque("int")),
        ("x" * 30_000, Opaque("str", 30_000)),
        ([0] * 5000, Opaque("list", 5000)),
        (object(), Opaque("object")),
        (b"bytes", Opaque("bytes")),
        (1j, Opaque("complex")),
        ({1, 2}, Opaque("set")),
        (itertools.count(), Opaque("count")),
        (torch.ones(2, dtype=torch.complex64), Opaque("complex64", shape=(2,))),
        (torch.ones(2).to_sparse(), Opaque("float32", shape=(2,))),
        (torch.empty(3_000_000), Opaque("float32", shape=(3_000_000,))),
        (torch.quantize_per_tensor(torch.ones(2), 0.1, 0, torch.quint8), Opaque("quint8", shape=(2,))),
    ],
    ids=lambda value: f"{value.kind} {value.count or value.shape}" if isinstance(value, Opaque) else "",
)
def test_what_is_not_sent_is_named(value, named):
    assert over(value) == named


@pytest.mark.parametrize("size", [-1, 10**4000, 2.0, "3", True, None])
def test_what_is_said_of_a_value_that_was_not_sent_is_a_size_or_nothing(size):
    tree = {"other": "list", "count": size, "shape": [size]}
    assert Decoder([]).value(tree) == Opaque("list")


# Strange things


class Raises:
    def __getattribute__(self, name):
        raise RuntimeError("no")


class LiesAboutItsClass:
    __class__ = property(lambda self: Tensor)


class LiesAboutItsLength(list):
    def __len__(self):
        return -1


class LengthRaises(list):
    def __len__(self):
        raise RuntimeError("no length")


class EndlessList(list):
    def __iter__(self):
        return itertools.count()


class Meta(type):
    @property
    def __name__(cls):
        raise RuntimeError("no name")


class Nameless(metaclass=Meta):
    pass


class ShapeRaises(Tensor):
    @property
    def shape(self):
        raise RuntimeError("no shape")


class SignatureRaises:
    __signature__ = property(lambda self: 1 / 0)

    def __call__(self):
        pass


def cyclic() -> list:
    value: list = [1]
    value += [value, value]
    return value


STRANGE = {
    "attributes raise": Raises,
    "lies about its class": LiesAboutItsClass,
    "lies about its length": lambda: LiesAboutItsLength([1]),
    "length raises": lambda: LengthRaises([1]),
    "endless list": EndlessList,
    "class without a name": Nameless,
    "a class without a name": lambda: Nameless,
    "shape raises": lambda: torch.ones(2).as_subclass(ShapeRaises),
    "signature raises": SignatureRaises,
    "odd keys": lambda: {float("nan"): 1, (1, 2): 2, None: 3, Raises(): 4},
    "cyclic": cyclic,
    "generator": lambda: (one for one in itertools.count()),
    "class": lambda: type,
    "builtin": lambda: len,
    "module": lambda: torch,
    "error": lambda: ValueError("x"),
}


@pytest.mark.parametrize("make", STRANGE.values(), ids=STRANGE)
def test_whatever_a_function_returns_can_be_told_and_understood(make):
    beside = over((make(), torch.ones(2)), lambda node: node["name"])
    assert torch.equal(beside[1], torch.ones(2))


def test_subclasses_of_containers_are_what_they_are_made_of():
    from collections import OrderedDict, namedtuple

    pair = over(namedtuple("Pair", "a b")(1, 2))
    assert type(pair) is tuple and pair == (1, 2)
    assert over(OrderedDict(a=1)) == {"a": 1}


def test_a_function_is_told_by_name_parameters_source_and_numbers_outside():
    encoder = Encoder()
    tree = encoder.tree(over)
    assert encoder.functions == [over]
    assert (tree["name"], [one[0] for one in tree["signature"]]) == ("over", ["value", "function"])
    assert "after its way as JSON" in tree["source"]


# Tensors


def same(got: Tensor, given_: Tensor) -> bool:
    return got.dtype == given_.dtype and got.shape == given_.shape and torch.equal(got, given_.detach())


@pytest.mark.parametrize("dtype", DTYPES.values(), ids=DTYPES)
@pytest.mark.parametrize("shape", [(), (0,), (2, 3), (2, 0, 3)], ids=str)
def test_a_tensor_of_any_dtype_and_shape_comes_back(dtype, shape):
    value = (torch.arange(6)[: max(1, torch.Size(shape).numel())] % 2).to(dtype)
    value = value.reshape(shape) if value.numel() == torch.Size(shape).numel() else torch.empty(shape, dtype=dtype)
    assert same(over(value), value)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(width=32), min_size=1, max_size=9))
def test_every_number_comes_back_to_the_bit(numbers):
    value = torch.tensor(numbers)
    assert torch.equal(over(value).view(torch.int32), value.view(torch.int32))


@pytest.mark.parametrize(
    "view",
    [lambda x: x.t(), lambda x: x[:, ::2], lambda x: x[1], lambda x: x.expand(2, 4, 4), lambda x: x.flip(0),
     lambda x: torch.view_as_complex(x.reshape(8, 2)).conj().imag],
    ids=["transposed", "stride", "row", "expanded", "flipped", "negated lazily"],
)  # fmt: skip
def test_a_view_comes_back_with_its_own_numbers(view):
    value = torch.arange(16.0).reshape(4, 4)
    assert same(over(view(value)), view(value))


def test_views_of_one_memory_with_other_numbers_are_not_taken_for_one_another():
    value = torch.arange(9.0).reshape(3, 3)
    one, other = over([value, value.t()])
    assert same(one, value) and same(other, value.t())


def test_one_tensor_twice_is_one_tensor_twice():
    value = torch.ones(2)
    one, other, apart = over([value, value, torch.ones(2)])
    assert one is other and apart is not one


def test_a_tensor_and_its_detached_twin_keep_what_tells_them_apart():
    value = torch.ones(2, requires_grad=True)
    one, other = over([value, value.detach()])
    assert (one.requires_grad, other.requires_grad) == (True, False)


def test_gradients_and_leaves_are_told():
    leaf = torch.ones(2, requires_grad=True)
    got = over([leaf, leaf * 2, leaf.detach(), nn.Parameter(torch.ones(2))])
    assert [one.requires_grad for one in got] == [True, True, False, True]
    assert [one.is_leaf for one in got] == [True, False, True, True]


def test_a_meta_tensor_has_a_shape_and_no_numbers():
    got = over(torch.empty(2, 3, device="meta"))
    assert (got.device.type, tuple(got.shape)) == ("meta", (2, 3))


def test_a_meta_tensor_tells_of_gradients_and_leaves_too():
    leaf = torch.ones(2, requires_grad=True)
    got = over([leaf.to("meta"), torch.ones(2, device="meta", requires_grad=True)])
    assert [(one.requires_grad, one.is_leaf) for one in got] == [(True, False), (True, True)]


def test_a_tensor_that_came_can_be_written():
    got = over(torch.ones(2))
    got += 1
    assert got.tolist() == [2, 2]


# What a stranger sends

WORDS = ["plain", "other", "list", "tuple", "dict", "function", "tensor", "dtype", "buffer", "at", "device", "is_leaf"]
TREES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 2**40) | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(WORDS),
        inner | st.sampled_from(["float32", "bool", "meta", "cpu", [2], [0], [2, 2**30]]),
        max_size=7,
    ),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(TREES)
def test_a_tree_is_a_value_or_refused(tree):
    with contextlib.suppress(ValueTreeError):
        Decoder([bytes(8), b"x"]).value(tree)


def tensor_node(**changes):
    return {"tensor": [2], "dtype": "float32", "device": "cpu", "is_leaf": True, "requires_grad": False, "at": 1,
            "buffer": 0} | changes  # fmt: skip


@pytest.mark.parametrize(
    "changes",
    [{"tensor": [3]}, {"tensor": [-2]}, {"tensor": [2.0]}, {"tensor": "2"}, {"tensor": [2**40]}, {"tensor": [True, 2]},
     {"dtype": "complex64"}, {"dtype": ["float32"]}, {"dtype": None}, {"buffer": 1}, {"buffer": -1}, {"buffer": None},
     {"buffer": True}, {"at": "1"}, {"at": None}, {"tensor": [2**31 - 1] * 8, "device": "meta"}],
    ids=str,
)  # fmt: skip
def test_a_tensor_that_does_not_fit_its_bytes_is_refused(changes):
    assert torch.equal(Decoder([bytes(8)]).value(tensor_node()), torch.zeros(2))
    with pytest.raises(ValueTreeError):
        Decoder([bytes(8)]).value(tensor_node(**changes))


def test_a_few_bytes_do_not_become_many_tensors():
    """Or one frame of allowed size would fill the judge's memory."""
    with pytest.raises(ValueTreeError):
        Decoder([bytes(8)]).value({"list": [tensor_node(at=number) for number in range(100)]})


@pytest.mark.parametrize(
    "tree",
    [
        {"list": [{"plain": 1}] * (8 * MAX_NODES)},
        {"plain": 10**30},
        {"plain": "x" * 10**6},
        {"plain": [1]},
        {"dict": [[1]]},
    ],
    ids=["too many", "huge number", "huge text", "no plain value", "no pair"],
)
def test_what_the_encoder_would_not_have_made_is_refused(tree):
    with pytest.raises(ValueTreeError):
        Decoder([]).value(tree)


def test_deep_nesting_is_refused():
    tree: dict = {"plain": 1}
    for _ in range(50):
        tree = {"list": [tree]}
    with pytest.raises(ValueTreeError):
        Decoder([]).value(tree)


def test_nothing_is_ever_unpickled(monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("unpickled")

    monkeypatch.setattr(pickle, "loads", refuse)
    monkeypatch.setattr(pickle, "Unpickler", refuse)
    monkeypatch.setattr(torch, "load", refuse)
    encoder = Encoder()
    tree = encoder.tree([torch.ones(2), {"a": (1, "x")}, over])
    Decoder(encoder.buffers, lambda node: None).value(tree)


@pytest.mark.parametrize("pairs", [[["a", 1]], [[{"plain": 1}, {"plain": 1}, {"plain": 1}]], [{}], ["ab"]], ids=str)
def test_pairs_that_are_none_are_refused(pairs):
    with pytest.raises(ValueTreeError):
        Decoder([]).value({"dict": pairs})
