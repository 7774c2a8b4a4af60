"""A step knows where its values are, and can be read."""

from course_utils.engine.compiling.graph import Buffer, Instruction, Kind, Node, Operand
from course_utils.engine.compiling.passes import scheduled
from tests.engine.compiling.test_passes import a_gru


def test_a_value_is_in_its_fused_product_unless_the_next_step_needs_it():
    traced, H, score = a_gru()
    step = scheduled(traced.step(score, H))
    Z = next(ref for ref in (Operand("node", q) for q in step.recurrent) if ref.index in step.columns)
    assert step.buffer(Z) == Buffer(Kind.FUSED, 0, 0, 5)
    assert step.buffer(H) == Buffer(Kind.VALUE, H.index)
    assert step.buffer(traced.before) == Buffer(Kind.BEFORE, H.index)
    assert step.buffer(Operand("number", 0.5)) == Buffer(Kind.NUMBER, 0.5)


def test_leaves_and_lookups_are_hoisted_and_the_state_is_not():
    traced, H, score = a_gru()
    step = scheduled(traced.step(score, H))
    assert step.is_hoisted(Operand("leaf", 2)) and step.is_hoisted(Operand("node", 1))
    assert not step.is_hoisted(traced.before) and not step.is_hoisted(H)


def test_nodes_and_instructions_are_readable():
    assert str(Node("+", (Operand("before", 3), Operand("number", 0.5)))) == "+(before 3, 0.5)"
    call = Instruction(str.upper, (Buffer(Kind.FUSED, 0, 0, 5),), Buffer(Kind.GRADIENT, 2))
    assert str(call) == "d node 2 = upper(fused 0[0:5])"
