"""A terminal, a notebook that runs in one go, and a person at a front end are told apart."""

import sys
import threading
from types import SimpleNamespace

import pytest

from course_utils.frontend import clicks_come_while_a_cell_runs, in_notebook, someone_is_there, this_cell


@pytest.fixture
def ipython(monkeypatch):
    """Stand in for IPython: `ipython(shell)` makes `get_ipython()` return that shell."""

    def use(shell):
        monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))

    return use


def kernel_asked_with(content):
    return SimpleNamespace(kernel=SimpleNamespace(get_parent=lambda: {"content": content}))


def test_without_ipython_nobody_is_there(monkeypatch):
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    assert not in_notebook() and not someone_is_there()
    assert "IPython" not in sys.modules


@pytest.mark.parametrize("shell", [None, SimpleNamespace(), SimpleNamespace(kernel=None)])
def test_ipython_in_a_terminal_is_no_notebook(ipython, shell):
    ipython(shell)
    assert not in_notebook() and not someone_is_there()


@pytest.mark.parametrize(
    "content, someone", [({"allow_stdin": True}, True), ({"allow_stdin": False}, False), ({}, True)]
)
def test_in_a_kernel_the_request_says_whether_it_takes_input(ipython, content, someone):
    ipython(kernel_asked_with(content))
    assert in_notebook() and someone_is_there() == someone


def test_each_run_of_a_cell_has_a_name_of_its_own(ipython):
    ipython(None)
    assert this_cell() == ""
    ipython(SimpleNamespace(kernel=SimpleNamespace(get_parent=lambda: {"header": {"msg_id": "one"}})))
    assert this_cell() == "one"


def test_clicks_come_while_a_cell_runs_where_the_front_end_has_a_subshell():
    assert not clicks_come_while_a_cell_runs()
    ended = threading.Event()
    threading.Thread(target=ended.wait, name="subshell-0").start()
    assert clicks_come_while_a_cell_runs()
    ended.set()
