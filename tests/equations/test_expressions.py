"""Trees are built by ordinary operators, compare by value, and can be changed at any node without touching the rest."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.equations.expressions import (
    Apply,
    Concat,
    Equation,
    MatMul,
    OneMinus,
    Parameter,
    Product,
    Ref,
    Scale,
    Sequence,
    Sum,
    concat,
    replace_at,
    sigmoid,
    t,
    tanh,
    transform,
    walk,
)

from .trees import trees

H, W, b = Sequence("H"), Parameter("W"), Parameter("b")


def test_an_index_is_an_offset_from_the_step_at_hand():
    assert (H[t], H[t - 1], H[t + 1]) == (Ref("H", 0), Ref("H", -1), Ref("H", 1))


def test_a_double_arrow_makes_an_equation():
    assert (H[t] << H[t - 1] @ W) == Equation("H", MatMul(Ref("H", -1), W))


def test_a_sum_of_three_is_one_node():
    assert H[t] + W + b == Sum((Ref("H"), W, b))


def test_a_sum_in_brackets_on_the_right_stays_a_node_of_its_own():
    assert H[t] + (W + b) == Sum((Ref("H"), Sum((W, b))))


def test_a_star_is_the_element_wise_product_and_an_at_sign_the_matrix_product():
    assert (H[t] * b, H[t] @ W) == (Product(Ref("H"), b), MatMul(Ref("H"), W))


def test_one_minus_a_gate_is_a_node():
    assert 1 - H[t] == OneMinus(Ref("H"))


@pytest.mark.parametrize("constant", [0, 2, -1])
def test_no_other_constant_is_taken(constant):
    with pytest.raises(ValueError, match=f"expected 1 - gate, got {constant} -"):
        constant - H[t]


def test_activations_and_concatenation_have_names():
    assert sigmoid(b) == Apply("sigmoid", b)
    assert tanh(b) == Apply("tanh", b)
    assert concat(H[t], b) == Concat((Ref("H"), b))


def test_a_node_cannot_be_changed_in_place():
    with pytest.raises(FrozenInstanceError):
        b.name = "c"


def test_walking_visits_parents_first_and_tells_the_way_to_each_node():
    tree = tanh(H[t - 1] @ W + b)
    assert dict(walk(tree)) == {
        (): tree,
        (0,): H[t - 1] @ W + b,
        (0, 0): H[t - 1] @ W,
        (0, 0, 0): H[t - 1],
        (0, 0, 1): W,
        (0, 1): b,
    }
    assert [path for path, _ in walk(tree)][:3] == [(), (0,), (0, 0)]


def test_replacing_a_node_changes_that_node_only():
    assert replace_at(tanh(H[t] @ W + b), (0, 0, 1), b) == tanh(H[t] @ b + b)


def test_transforming_reaches_every_node():
    renamed = transform(tanh(H[t] @ W + W), lambda node: b if node == W else node)
    assert renamed == tanh(H[t] @ b + b)


def test_transforming_gives_children_before_their_parents():
    seen = []
    transform(tanh(Scale(-1, b)), lambda node: seen.append(type(node).__name__) or node)
    assert seen == ["Parameter", "Scale", "Apply"]


@given(trees())
def test_any_tree_rebuilt_from_its_children_is_itself(tree):
    assert tree.with_children(tree.children()) == tree
    assert transform(tree, lambda node: node) == tree


@given(trees(), st.data())
def test_any_node_can_be_exchanged_and_put_back(tree, data):
    path, node = data.draw(st.sampled_from(list(walk(tree))))
    marker = Parameter("the marker")
    changed = replace_at(tree, path, marker)
    assert dict(walk(changed))[path] == marker
    assert replace_at(changed, path, node) == tree
