"""Operations of a step are sorted by when they can be done."""

import pytest

from course_utils.engine.compiling.graph import ADD, LOOKUP, MIX, MUL, PRODUCT, SUB, Node, Ref
from course_utils.engine.compiling.passes import sorted_step


class Written:
    """Writes nodes down as a tape does. Leaves are named by numbers, `before` is the state of the step before."""

    def __init__(self, state):
        self.nodes, self.before = [], Ref("before", state)

    def node(self, op, *args):
        self.nodes.append(Node(op, tuple(Ref("leaf", arg) if isinstance(arg, int) else arg for arg in args)))
        return Ref("node", len(self.nodes) - 1)

    def gate(self, name, operand, leaf):
        """`name(X W + operand U + b)`."""
        product = self.node(PRODUCT, operand, leaf + 1)
        return self.node(name, self.node(ADD, self.node(ADD, self.node(LOOKUP, leaf), product), leaf + 2))

    def step(self, score, *others):
        initial = {self.before.index: 11}
        numbers = [ref.index for ref in others]
        return sorted_step(self.nodes, [5] * len(self.nodes), initial, score.index, numbers)


def a_gru():
    written = Written(state=19)
    H = written.before
    Z, R = written.gate("sigmoid", H, 0), written.gate("sigmoid", H, 3)
    candidate = written.gate("tanh", written.node(MUL, R, H), 6)
    kept, rest = written.node(MUL, Z, H), written.node(SUB, Ref("number", 1.0), Z)
    H = written.node(ADD, kept, written.node(MUL, rest, candidate))
    score = written.node(ADD, written.node(PRODUCT, H, 9), 10)
    return written, H, score


def test_a_gru_has_two_groups_of_gates_and_a_mixture_in_its_loop():
    written, H, score = a_gru()
    step = written.step(score, H)
    assert [(gates.weights, gates.activations) for gates in step.gates] == [
        ([1, 4], ["sigmoid", "sigmoid"]),
        ([7], ["tanh"]),
    ]
    assert [step.nodes[q].op for q in step.loop if q not in step.covered] == [MUL, MIX]


def test_lookups_and_biases_are_done_before_the_loop_and_scores_after_it():
    written, H, score = a_gru()
    step = written.step(score, H)
    assert not {LOOKUP} & {step.nodes[q].op for q in step.loop}
    assert score.index not in step.loop and step.results == [H.index]
    statics = [step.nodes[ref.index] for gates in step.gates for ref in gates.statics]
    assert [node.op for node in statics] == [ADD] * 3
    assert {ref.index for node in statics for ref in node.args if ref.kind == "leaf"} == {2, 5, 8}


def test_gates_with_the_same_activation_are_neighbours():
    written = Written(state=14)
    gates = [written.gate(name, written.before, leaf) for name, leaf in (("tanh", 0), ("sigmoid", 3))]
    product = written.node(PRODUCT, written.before, 6)
    extra = written.gate("sigmoid", written.before, 7)
    for other in (gates[1], product, extra):
        gates[0] = written.node(MUL, gates[0], other)
    state = written.node("tanh", gates[0])
    written.before = state._replace(kind="before")
    written.nodes = [
        Node(op, tuple(written.before if ref.kind == "before" else ref for ref in args)) for op, args in written.nodes
    ]
    (together,) = written.step(state).gates
    assert together.activations == ["sigmoid", "sigmoid", "tanh", None]
    assert together.runs() == [("sigmoid", 0, 10), ("tanh", 10, 15)]
    assert (together.summed, together.num_columns) == (15, 20)


def test_what_no_score_depends_on_is_known_as_such():
    written, H, score = a_gru()
    aside = written.node("tanh", written.node(PRODUCT, H, 12))
    step = written.step(score, H, aside)
    assert aside.index not in step.learnt and H.index in step.learnt


@pytest.mark.parametrize("op, args", [("tanh", (Ref("node", 0),)), (MUL, (Ref("node", 0), Ref("node", 0)))])
def test_a_step_without_a_state_is_none(op, args):
    nodes = [Node(LOOKUP, (Ref("leaf", 0),)), Node(op, args)]
    assert sorted_step(nodes, [5, 5], {}, 1, []) is None


def test_a_state_that_does_not_depend_on_the_one_before_is_none():
    nodes = [Node(LOOKUP, (Ref("leaf", 0),)), Node(ADD, (Ref("node", 0), Ref("before", 0)))]
    assert sorted_step(nodes, [5, 5], {0: 1}, 1, []) is None
