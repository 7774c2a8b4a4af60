"""A student's function is called quietly, and every way to fail is an error that names the student's line."""

from __future__ import annotations

import sys
import warnings

import pytest
import torch

from course_utils.student_code.call import ProbeError, call, quiet


def says(function, *arguments):
    with pytest.raises(ProbeError) as error:
        call(function, *arguments)
    return str(error.value)


def test_what_the_function_returns_comes_back():
    assert call(lambda a, b: a + b, 2, 3) == 5


def test_prints_and_warnings_are_swallowed(capfd):
    def noisy():
        print("hello")
        print("there", file=sys.stderr)
        warnings.warn("careful", stacklevel=1)

    call(noisy)
    assert capfd.readouterr() == ("", "")


def test_quiet_ends_with_its_block(capsys):
    with quiet():
        print("not heard")
    print("heard")
    assert capsys.readouterr().out == "heard\n"


def test_an_error_has_its_name_its_message_and_the_students_line():
    def function():
        raise ValueError("no such luck")

    message = says(function)
    assert message.startswith("your function raised ValueError: no such luck")
    assert 'raise ValueError("no such luck")' in message


def test_a_function_that_is_not_written_yet_is_told_so():
    def function():
        raise NotImplementedError

    assert says(function) == "not written yet: the cell still raises NotImplementedError"


def test_leaving_python_is_an_error_like_others():
    assert "SystemExit" in says(sys.exit, 3)


def test_an_interrupt_is_the_users():
    def function():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        call(function)


def test_a_library_cell_is_refused():
    cell = torch.nn.GRUCell(2, 3)
    assert "uses torch's own gru_cell" in says(cell, torch.zeros(1, 2))


def test_an_error_that_cannot_be_printed_is_still_named():
    class Unprintable(Exception):
        def __str__(self):
            raise ValueError

    def function():
        raise Unprintable

    assert "Unprintable" in says(function)


def test_a_function_that_was_compiled_is_called_as_it_is_written():
    compiled = []

    def backend(graph, inputs):
        compiled.append(graph)
        return graph.forward

    function = torch.compile(lambda x: torch.tanh(x) + 1, backend=backend)
    assert torch.equal(call(function, torch.ones(2)), torch.tanh(torch.ones(2)) + 1) and compiled == []
    function(torch.ones(2))
    assert len(compiled) == 1, "outside of a check it is compiled"
