"""An explanation has one sentence, the student's line, what to do, and last the error's own words."""

from __future__ import annotations

import pytest
import torch

from course_utils.student_code.call import ProbeError, call

T, B, V, H = 4, 3, 9, 7


def explained(function):
    arguments = [torch.zeros(B, V) for _ in range(T)], (torch.zeros(B, H),), [torch.zeros(V, H), torch.zeros(H, H)]
    with pytest.raises(ProbeError) as caught:
        call(function, *arguments)
    return str(caught.value).splitlines()


def test_the_sentence_comes_first_and_the_errors_own_words_last():
    lines = explained(lambda inputs, state, params: state[0] @ params[0])
    assert lines[0] == "state[0] @ params[0] is (B, H) times (V, H): they do not fit"
    assert lines[1].startswith("in your line: lines = explained(")
    assert lines[-1].startswith("your function raised RuntimeError: mat1 and mat2")


def test_an_error_of_the_students_own_is_told_as_it_is():
    def function(inputs, state, params):
        raise ValueError("my own words")

    assert explained(function) == ["your function raised ValueError: my own words",
                                   'in your line: raise ValueError("my own words")']  # fmt: skip


def test_control_characters_and_long_texts_do_not_pass():
    def function(inputs, state, params):
        raise ValueError("\x1b[2J" + "long " * 10_000)

    assert all(len(line) < 300 and line.isprintable() for line in explained(function))


class Hostile(torch.Tensor):
    @property
    def shape(self):
        raise RuntimeError("no shape")


class Leaves:
    def __getattr__(self, name):
        raise SystemExit(name)


def test_an_object_that_leaves_python_when_it_is_looked_at_does_not():
    leaves = Leaves()
    assert "raised" in explained(lambda inputs, state, params: inputs[0] @ leaves)[0]


def test_an_object_that_cannot_be_looked_at_leaves_the_errors_own_words():
    hostile = torch.zeros(2, 5).as_subclass(Hostile)
    assert explained(lambda inputs, state, params: hostile @ inputs[0])[0].startswith("your function raised")
