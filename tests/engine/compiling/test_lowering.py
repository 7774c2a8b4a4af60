"""A step's programs have no more calls than the step needs."""

from collections import Counter

from course_utils.engine.compiling.graph import Buffer, Kind
from course_utils.engine.compiling.lowering import compiled
from tests.engine.compiling.test_passes import a_gru


def names(program):
    return Counter(instruction.function.__name__.strip("_") for instruction in program)


def a_gru_compiled():
    traced, H, score = a_gru()
    return compiled(traced.step(score, H))


def test_a_gru_is_nine_calls_forward_and_eleven_backward():
    step = a_gru_compiled()
    assert names(step.forward) == {"addmm": 2, "sigmoid": 1, "mul": 3, "tanh": 1, "sub": 1, "add": 1}
    expected = {"mul": 3, "neg": 1, "addcmul": 3, "tanh_gradient": 1, "sigmoid_gradient": 1}
    assert names(step.backward) == expected | {"mm": 1, "addmm": 1}


def test_every_gradient_is_written_before_it_is_added_to_or_read():
    step = a_gru_compiled()
    written = {Buffer(Kind.GRADIENT, q) for q in step.initial}
    kinds = {
        Kind.GRADIENT, Kind.THROUGH, Kind.STATE_GRADIENT, Kind.ACTIVATION_GRADIENT, Kind.FUSED_GRADIENT,
        Kind.INPUT_GRADIENT,
    }  # fmt: skip
    for function, operands, result in step.backward:
        for buffer in operands:
            parts = [done for done in written if done[:2] == buffer[:2]]
            assert buffer.kind not in kinds or parts, (function, buffer)
        written.add(result)
    assert {Buffer(Kind.STATE_GRADIENT, q) for q in step.initial} <= written


def test_the_same_step_is_compiled_once():
    assert a_gru_compiled() is a_gru_compiled()
