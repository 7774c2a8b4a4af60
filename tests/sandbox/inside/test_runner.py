"""What a kernel answers and says, cell by cell: a real one, in a process of its own, at the other end of a socket."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import textwrap
import time

import pytest

from course_utils.sandbox.inside import runner
from course_utils.sandbox.protocol.values import Decoder, Encoder
from course_utils.sandbox.protocol.wire import WireError, receive, send

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kernels are forked")


class Kernel:
    """The judge's end."""

    def __init__(self, folder) -> None:
        self.connection, theirs = socket.socketpair()
        self.number = 0
        self.process = os.fork()
        if self.process == 0:
            with contextlib.suppress(BaseException):
                self.connection.close()
                runner.run(theirs, str(folder), 100_000)
            os._exit(1)
        theirs.close()

    def ask(self, buffers=(), **command):
        """All that it says, and its answer."""
        self.start(buffers, **command)
        return self.finish()

    def start(self, buffers=(), **command) -> None:
        self.number += 1
        send(self.connection, {**command, "id": self.number}, buffers)

    def finish(self):
        said = []
        while True:
            frame = receive(self.connection, time.monotonic() + 30)
            if frame.header.get("id") == self.number and "is" in frame.header and frame.header["is"] in ANSWERS:
                return said, frame
            said.append(frame.header)

    def run(self, source: str) -> list[dict]:
        return self.ask(do="execute", source=textwrap.dedent(source))[0]

    def printed(self, source: str) -> str:
        return text_of(self.run(source))

    def interrupt(self) -> None:
        os.kill(self.process, signal.SIGINT)

    def close(self) -> None:
        self.connection.close()
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            os.kill(self.process, signal.SIGKILL)
            os.waitpid(self.process, 0)


ANSWERS = ("done", "value", "returned", "gradients", "failed")


def text_of(said: list[dict], name: str = "stdout") -> str:
    return "".join(one["text"] for one in said if one["is"] == "stream" and one["name"] == name)


@pytest.fixture
def kernel(tmp_path):
    kernel = Kernel(tmp_path)
    yield kernel
    kernel.close()


# Streams and displays


def test_what_is_printed_comes_in_order_on_its_stream(kernel):
    said = kernel.run("import sys\nprint('a'); print('b', file=sys.stderr); print('c')")
    assert (text_of(said), text_of(said, "stderr")) == ("a\nc\n", "b\n")


def test_a_long_text_is_said_while_it_is_printed_and_not_in_the_end_only(kernel):
    kernel.start(do="execute", source="print('x' * 10_000)\nimport time\ntime.sleep(60)")
    assert receive(kernel.connection, time.monotonic() + 20).header["is"] == "stream"


def test_the_last_expression_is_a_result_and_none_is_not(kernel):
    (said,) = kernel.run("1 + 1")
    assert (said["is"], said["data"]["text/plain"], said["count"]) == ("result", "2", 1)
    assert kernel.run("None") == [] == kernel.run("1 + 1;")


def test_printing_comes_before_a_display_that_follows_it(kernel):
    said = kernel.run("from IPython.display import display\nprint('first')\ndisplay('second')\nprint('third')")
    assert [one["is"] for one in said] == ["stream", "display", "stream"]


def test_a_display_can_be_updated(kernel):
    shown, updated = kernel.run("handle = display('a', display_id='here')\nhandle.update('b')")
    assert (shown["is"], shown["place"], updated["is"], updated["place"]) == ("display", "here", "update", "here")
    assert updated["data"]["text/plain"] == "'b'"


def test_outputs_can_be_cleared(kernel):
    said = kernel.run("from IPython.display import clear_output\nprint(1)\nclear_output(wait=True)\nprint(2)")
    assert [(one["is"], one.get("wait")) for one in said] == [("stream", None), ("clear", True), ("stream", None)]


def test_a_plot_comes_as_a_picture_and_a_table_as_html(kernel):
    said = kernel.run("from matplotlib import pyplot as plt\n%matplotlib inline\nplt.plot([1, 2]); plt.show()")
    assert next(one["data"].keys() for one in said if one["is"] == "display") >= {"image/png", "text/plain"}
    (table,) = kernel.run("from IPython.display import HTML\nHTML('<b>x</b>')")
    assert table["data"]["text/html"] == "<b>x</b>"


def test_a_widget_and_a_progress_bar_harm_nothing(kernel):
    said = kernel.run("""
        import ipywidgets
        from tqdm.auto import tqdm
        for _ in tqdm(range(3)): pass
        display(ipywidgets.IntSlider())
        print("on")""")  # fmt: skip
    assert text_of(said) == "on\n" and not [one for one in said if one["is"] == "error"]


def test_a_display_of_something_odd_harms_nothing(kernel):
    said = kernel.run("""
        class Odd:
            def _repr_html_(self): raise ValueError("no")
            def __repr__(self): return chr(0xD800)
        display({"a": Odd()}, Odd())
        get_ipython().display_pub.publish({"application/x": object(), "text/plain": b"bytes"}, {"m": object()})
        print("on")""")
    assert text_of(said).endswith("on\n")


# Errors


def test_an_error_is_said_once_with_its_line_and_the_answer_is_not_ok(kernel):
    said, answer = kernel.ask(do="execute", source="x = 1\nraise ValueError('so not')")
    (error,) = [one for one in said if one["is"] == "error"]
    assert (error["ename"], error["evalue"]) == ("ValueError", "so not")
    assert any("raise ValueError" in line for line in error["traceback"]) and "\x1b" not in "".join(error["traceback"])
    assert answer.header["ok"] is False


@pytest.mark.parametrize(
    ("source", "name"),
    [("def", "SyntaxError"), ("if 1:\nx", "IndentationError"), ("x = '\0'", ""), ("1/0", "ZeroDivisionError"),
     ("import sys; sys.exit(3)", "SystemExit"), ("raise KeyboardInterrupt", "KeyboardInterrupt"),
     ("def f(): f()\nf()", "RecursionError"), ("class E(Exception):\n def __str__(self): 1/0\nraise E", "E"),
     ("%no_such_magic", ""), ("exit()", ""), ("quit", "")],
)  # fmt: skip
def test_a_cell_that_fails_leaves_a_kernel_that_goes_on(kernel, source, name):
    said = kernel.run(source)
    assert name in [one["ename"] for one in said if one["is"] == "error"] or not name
    assert kernel.printed("print('on')") == "on\n"


# What cells may use


def test_magics_and_the_shell(kernel):
    assert kernel.printed("!echo from the shell").strip() == "from the shell"
    assert "Wall time" in kernel.printed("%%time\npass")
    assert kernel.printed("%%writefile made.py\nx = 3").startswith("Writing made.py")
    assert kernel.printed("import made; print(made.x)") == "3\n"


def test_await_at_the_top_level(kernel):
    assert kernel.printed("import asyncio\nawait asyncio.sleep(0.01)\nprint('awaited')") == "awaited\n"


def test_input_is_at_its_end_and_does_not_wait(kernel):
    assert [one["ename"] for one in kernel.run("input('?')") if one["is"] == "error"] == ["EOFError"]


def test_files_are_put_beside_the_notebook(kernel, tmp_path):
    assert kernel.ask([b"1", b"2"], do="files", names=["a", "b/c"])[1].header["is"] == "done"
    assert (tmp_path / "b" / "c").read_bytes() == b"2"


def test_a_file_that_cannot_be_written_is_said(kernel):
    _, answer = kernel.ask([b"1", b"2"], do="files", names=["a", "a/b"])
    assert answer.header["is"] == "failed" and answer.header["message"].startswith("a/b cannot be put")


# Threads, processes, floods


def test_threads_that_print_at_once_keep_frames_whole(kernel):
    printed = kernel.printed("""
        import threading
        def say(mark):
            for _ in range(200): print(mark * 20, flush=True)
        threads = [threading.Thread(target=say, args=(mark,)) for mark in "abcd"]
        for thread in threads: thread.start()
        for thread in threads: thread.join()""")
    assert sorted(printed.split()) == sorted([mark * 20 for mark in "abcd"] * 200)


def test_a_forked_process_that_prints_does_not_speak_into_the_frames(kernel):
    said = kernel.run("""
        import os
        children = [os.fork() for _ in range(2)]
        for number in range(300): print(os.getpid(), number, flush=True)
        if 0 in children: os._exit(0)
        for child in children: os.waitpid(child, 0)""")
    pids = {line.split()[0] for line in text_of(said).splitlines()}
    assert pids == {str(kernel.process)}
    assert kernel.printed("print('on')") == "on\n"


def test_a_fork_that_runs_on_to_the_end_of_the_cell_gives_no_second_answer(kernel):
    kernel.run("import os; child = os.fork()")
    assert kernel.printed("print('on')") == "on\n"
    assert kernel.printed("os.waitpid(child, 0); print('gone')") == "gone\n"


def test_output_is_cut_off_with_a_line_and_the_cell_goes_on(kernel):
    said, answer = kernel.ask(do="execute", source="for _ in range(3000): print('x' * 99)\ny = 1")
    assert answer.header["ok"] is True
    assert len(text_of(said)) <= 100_000
    assert "output of more than 0.0953674 MiB cut off" in text_of(said, "stderr")
    assert kernel.printed("print(y)") == "1\n", "the next cell may speak again"


# Interrupts


def interrupted(kernel, source: str) -> list[dict]:
    kernel.start(do="execute", source=textwrap.dedent(source))
    time.sleep(0.5)
    kernel.interrupt()
    return kernel.finish()[0]


@pytest.mark.parametrize(
    "source",
    ["while True: pass", "import time\ntime.sleep(60)", "while True: print('x' * 50, flush=True)",
     "import torch\nwhile True: torch.ones(9) @ torch.ones(9)"],
    ids=["busy", "asleep", "talking", "computing"],
)  # fmt: skip
def test_an_interrupt_ends_the_cell_and_the_frames_stay_whole(kernel, source):
    said = interrupted(kernel, source)
    assert [one["ename"] for one in said if one["is"] == "error"] in (["KeyboardInterrupt"], [])
    assert kernel.printed("print('on')") == "on\n"


def test_a_thread_that_talks_does_not_take_the_interrupt_for_itself(kernel):
    said = interrupted(kernel, """
        import threading, time
        def talk():
            while not over: print("x" * 50, flush=True)
        over = []
        threading.Thread(target=talk, daemon=True).start()
        while True: pass""")  # fmt: skip
    assert said
    kernel.run("over.append(1)")
    assert kernel.printed("print('on')").endswith("on\n")


def test_an_interrupt_that_comes_late_harms_nothing(kernel):
    kernel.run("1")
    kernel.interrupt()
    time.sleep(0.2)
    assert kernel.printed("print('on')") == "on\n"


# Functions


def call(kernel, expression: str, *arguments):
    """Ask for a function and call it; the answer to the call."""
    _, answer = kernel.ask(do="value", expression=expression)
    number = answer.header["first"] + answer.header["tree"]["function"]
    encoder = Encoder()
    trees = [encoder.tree(argument) for argument in arguments]
    return kernel.ask(encoder.buffers, do="call", function=number, arguments=trees, seed=1)[1]


def test_a_function_is_called_quietly_and_repeatably(kernel):
    kernel.run("import torch\ndef draw(n):\n    print('hm')\n    return torch.rand(n)")
    first, second = call(kernel, "draw", 3), call(kernel, "draw", 3)
    assert first.buffers == second.buffers
    assert Decoder(first.buffers).value(first.header["tree"]).shape == (3,)


def test_a_function_that_raises_says_where(kernel):
    kernel.run("def wrong(x):\n    y = 1\n    raise ValueError('so not')")
    answer = call(kernel, "wrong", 1)
    assert answer.header["is"] == "failed"
    assert "ValueError: so not" in answer.header["message"] and "raise ValueError" in answer.header["message"]


def test_changes_in_place_are_told(kernel):
    import torch

    kernel.run("def change(x, items):\n    x.add_(1)\n    items.append(2)")
    answer = call(kernel, "change", torch.zeros(2), [torch.ones(1)])
    after = Decoder(answer.buffers[answer.header["results"] :])
    assert after.value(answer.header["arguments"][0]).tolist() == [1, 1]
    assert answer.header["same_lists"] is False


def test_a_name_that_is_not_there_is_said(kernel):
    assert kernel.ask(do="value", expression="gru")[1].header["message"].startswith("gru is not there")


def test_a_returned_thing_that_cannot_be_looked_at_leaves_a_kernel_that_goes_on(kernel):
    kernel.run("class Odd:\n    def __getattribute__(self, name): raise RuntimeError\ndef odd():\n    return Odd(), 1")
    assert call(kernel, "odd").header["tree"]["tuple"][1] == {"plain": 1}
    assert kernel.printed("print('on')") == "on\n"


def test_a_kernel_whose_judge_hangs_up_ends(kernel):
    kernel.connection.close()
    end = time.monotonic() + 10
    while os.waitpid(kernel.process, os.WNOHANG) == (0, 0):
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_dead_kernel_is_an_error_of_the_wire(kernel):
    with pytest.raises(WireError):
        kernel.run("import os; os._exit(1)")
