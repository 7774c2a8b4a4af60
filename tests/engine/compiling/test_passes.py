"""Each pass computes the same with less work in the loop."""

from dataclasses import replace

import pytest

from course_utils.engine.compiling.graph import ADD, LOOKUP, MUL, PRODUCT, SUB, Node, Operand, Step
from course_utils.engine.compiling.passes import gather_sums, hoist, scheduled


class Traced:
    """Collects nodes as a trace does. Leaves are named by numbers, `before` is the state of the step before."""

    def __init__(self, state):
        self.nodes, self.before = [], Operand("before", state)

    def node(self, op, *args):
        self.nodes.append(Node(op, tuple(Operand("leaf", arg) if isinstance(arg, int) else arg for arg in args)))
        return Operand("node", len(self.nodes) - 1)

    def gate(self, name, operand, leaf):
        """`name(X W + operand U + b)`."""
        product = self.node(PRODUCT, operand, leaf + 1)
        return self.node(name, self.node(ADD, self.node(ADD, self.node(LOOKUP, leaf), product), leaf + 2))

    def step(self, score, *others):
        initial = {self.before.index: 11}
        widths = (5,) * len(self.nodes)
        return Step(tuple(self.nodes), widths, initial, score.index, tuple(ref.index for ref in others))


def a_gru():
    traced = Traced(state=19)
    H = traced.before
    Z, R = traced.gate("sigmoid", H, 0), traced.gate("sigmoid", H, 3)
    candidate = traced.gate("tanh", traced.node(MUL, R, H), 6)
    kept, rest = traced.node(MUL, Z, H), traced.node(SUB, Operand("number", 1.0), Z)
    H = traced.node(ADD, kept, traced.node(MUL, rest, candidate))
    score = traced.node(ADD, traced.node(PRODUCT, H, 9), 10)
    return traced, H, score


def test_a_gru_has_two_fused_products_in_its_loop():
    traced, H, score = a_gru()
    step = scheduled(traced.step(score, H))
    assert [(product.weights, product.activations) for product in step.products] == [
        ((1, 4), ("sigmoid", "sigmoid")),
        ((7,), ("tanh",)),
    ]
    assert [step.nodes[q].op for q in step.recurrent if q not in step.fused] == [MUL, MUL, SUB, MUL, ADD]


def test_lookups_and_biases_are_hoisted_and_scores_come_after_the_loop():
    traced, H, score = a_gru()
    step = scheduled(traced.step(score, H))
    assert not {LOOKUP} & {step.nodes[q].op for q in step.recurrent}
    assert score.index not in step.recurrent and step.results == (H.index,)
    invariant = [step.nodes[ref.index] for product in step.products for ref in product.loop_invariant]
    assert [node.op for node in invariant] == [ADD] * 3
    assert {ref.index for node in invariant for ref in node.args if ref.kind == "leaf"} == {2, 5, 8}


def test_a_pass_leaves_the_step_that_it_is_given_alone():
    traced, H, score = a_gru()
    step = hoist(traced.step(score, H))
    before = replace(step)
    assert len(gather_sums(step).recurrent) == len(step.recurrent) - 3
    assert vars(step).items() >= vars(before).items()


def test_gates_with_the_same_activation_are_neighbours():
    traced = Traced(state=14)
    gates = [traced.gate(name, traced.before, leaf) for name, leaf in (("tanh", 0), ("sigmoid", 3))]
    product = traced.node(PRODUCT, traced.before, 6)
    extra = traced.gate("sigmoid", traced.before, 7)
    for other in (gates[1], product, extra):
        gates[0] = traced.node(MUL, gates[0], other)
    state = traced.node("tanh", gates[0])
    traced.before = state._replace(kind="before")
    traced.nodes = [
        Node(op, tuple(traced.before if ref.kind == "before" else ref for ref in args)) for op, args in traced.nodes
    ]
    (together,) = scheduled(traced.step(state)).products
    assert together.activations == ("sigmoid", "sigmoid", "tanh", None)
    assert together.runs() == [("sigmoid", 0, 10), ("tanh", 10, 15)]
    assert (together.summed, together.num_columns) == (15, 20)


def test_what_no_score_depends_on_needs_no_gradient():
    traced, H, score = a_gru()
    aside = traced.node("tanh", traced.node(PRODUCT, H, 12))
    step = hoist(traced.step(score, H, aside))
    assert aside.index not in step.needs_grad and H.index in step.needs_grad


@pytest.mark.parametrize("op, args", [("tanh", (Operand("node", 0),)), (MUL, (Operand("node", 0), Operand("node", 0)))])
def test_a_step_without_a_state_is_none(op, args):
    nodes = (Node(LOOKUP, (Operand("leaf", 0),)), Node(op, args))
    assert scheduled(Step(nodes, (5, 5), {}, 1)) is None


def test_a_state_that_does_not_depend_on_the_one_before_is_none():
    nodes = (Node(LOOKUP, (Operand("leaf", 0),)), Node(ADD, (Operand("node", 0), Operand("before", 0))))
    assert scheduled(Step(nodes, (5, 5), {0: 1}, 1)) is None
