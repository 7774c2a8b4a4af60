"""A check knows what happened in its kernel: which cell failed, and whose function is therefore an older one."""

from __future__ import annotations

import pytest
from IPython.core.interactiveshell import InteractiveShell

from course_utils.checks.session import Session, asks_for


@pytest.fixture
def shell():
    """A shell of its own, which no other test sees, and what is followed in it."""
    shell = InteractiveShell()
    shell.history_manager.enabled = False
    shell.shown = []
    shell._showtraceback = lambda kind, error, lines: shell.shown.append("\n".join(lines))
    session = Session(shell)
    session.follow()

    def run(source: str):
        shell.run_cell(source, store_history=True)
        return shell.user_ns.get("gru")

    return run, session, shell


@pytest.mark.parametrize(
    ("failing", "error"),
    [
        ("def gru（): pass", "SyntaxError: invalid character '（' (U+FF08), line 1"),
        ("gru = [1,", "SyntaxError"),
        ("1 / 0\ndef gru(): pass", "ZeroDivisionError: division by zero"),
    ],
    ids=["no Python", "half a line", "stopped above"],
)
def test_a_cell_that_failed_before_it_defined_the_function_leaves_an_older_one(shell, failing, error):
    run, session, _ = shell
    gru = run("def gru(): pass")
    assert session.older([gru]) == ""
    assert run(failing) is gru
    words = session.older([gru])
    assert words.startswith(f"this is an older gru: cell [2] stopped with {error}")
    assert "did not replace it\nmend that cell and run it" in words
    assert session.older([run("def gru(): return 1")]) == ""


def test_a_cell_that_failed_below_the_function_has_defined_it(shell):
    run, session, _ = shell
    run("def gru(): pass")
    assert session.older([run("def gru(): return 2\n1 / 0")]) == ""


def test_another_name_for_the_same_function_is_older_too_and_others_are_not(shell):
    run, session, _ = shell
    gru = run("def gru(): pass")
    run("def gru(: pass")
    assert session.older([len, gru]) and not session.older([len])


@pytest.mark.parametrize(
    ("before", "says"),
    [
        ("", "gru is not defined yet: run the cell that defines it first"),
        ("def gru（): pass", "gru is not defined yet: cell [1] stopped with SyntaxError: invalid character"),
    ],
    ids=["not run", "failed"],
)
def test_a_check_of_a_name_that_is_not_there_says_what_to_run_and_shows_no_traceback(shell, before, says):
    run, _, shell = shell
    run(before)
    run("check = print\ncheck('gru.forward', gru)")
    assert shell.shown[-1].startswith(says) and "\n" not in shell.shown[-1]


@pytest.mark.parametrize(
    "cell",
    ["gru", "def f(): return gru\ncheck = print\ncheck(f())", "check = print\ncheck('x')\nprint(gru)"],
    ids=["no check", "in a function", "outside of the check"],
)
def test_any_other_missing_name_is_shown_as_python_shows_it(shell, cell):
    run, _, shell = shell
    run(cell)
    assert "name 'gru' is not defined" in shell.shown[-1] and "Traceback" in shell.shown[-1]


def test_a_name_is_asked_for_where_it_stands_in_a_check():
    assert asks_for("%time\nd2l.check('gru.forward', wrap(gru))", "gru")
    assert not asks_for("check('gru.forward', lstm)\nprint(gru)", "gru")
    assert not asks_for("check('gru.forward', gru", "gru")
