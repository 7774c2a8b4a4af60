"""`check(...)` shows its verdict where it is called: in a terminal, and in a real Jupyter kernel."""

from __future__ import annotations

import nbformat
import pytest
from nbclient import NotebookClient

from course_utils.checks import CheckFailed, check, hint

from .answers.gru_forward_right import as_the_equations_say
from .answers.gru_forward_wrong import update_gate_the_other_way_round

SENTENCE = "Z_t and 1 − Z_t are swapped in H_t"


def test_a_right_answer_prints_one_line_outside_a_notebook(capsys):
    assert check("gru.forward", as_the_equations_say) is None
    captured = capsys.readouterr()
    assert captured.out == "✓ gru.forward: right (5 of 5 points)\n"
    assert captured.err == ""


def test_a_wrong_answer_raises_with_the_diagnosis_as_first_line():
    with pytest.raises(CheckFailed) as failure:
        check("gru.forward", update_gate_the_other_way_round)
    assert str(failure.value).splitlines()[0] == f"gru.forward: {SENTENCE}"


def test_a_wrong_answer_raises_with_the_whole_verdict_outside_a_notebook(capsys):
    with pytest.raises(CheckFailed, match="✗ values of the outputs"):
        check("gru.forward", update_gate_the_other_way_round)
    assert capsys.readouterr().out == ""


def test_an_unknown_task_raises_with_the_names_of_the_tasks():
    with pytest.raises(CheckFailed, match=r"expected one of the tasks .*gru\.forward.*got 'gru\.nothing'"):
        check("gru.nothing", as_the_equations_say)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ((as_the_equations_say,), 'the name of the task comes first: as in check("gru.forward", gru)'),
        ((type("gru", (), {}),), 'comes first: check("gru.forward", gru) or check("gru.gradients", gru)'),
        (("gru", as_the_equations_say), "'gru' is an assignment; its tasks are gru.params, gru.state, gru.forward"),
        (("gru.forwrad", as_the_equations_say), "did you mean gru.forward?"),
    ],
    ids=["no name", "no name of a known function", "an assignment", "misspelt"],
)
def test_a_check_that_is_called_wrongly_says_how(asked, says):
    with pytest.raises(CheckFailed) as failure:
        check(*asked)
    assert says in str(failure.value)


def test_a_function_that_is_interrupted_is_a_verdict_with_its_line():
    def endless(inputs, state, params):
        while True:
            raise KeyboardInterrupt  # as ■ does

    with pytest.raises(CheckFailed, match=r"interrupted after 0 s, in your line: raise KeyboardInterrupt") as failure:
        check("gru.forward", endless)
    assert "does the loop around it end?\n" in str(failure.value)


def test_a_failed_check_is_an_assertion_for_those_who_catch_assertions():
    with pytest.raises(AssertionError):
        check("gru.forward", None)


def keep(z, steps): ...


@pytest.mark.parametrize(
    "function, says",
    [
        (keep, "exercise.keep: not written yet"),
        (lambda z, steps: 1 - z**steps, "exercise.keep: that is the share that is lost"),
        (lambda z, steps: z**steps, "✓ exercise.keep: right"),
        (None, "expected the function keep, got a NoneType"),
    ],
    ids=["stub", "wrong", "right", "nothing"],
)
def test_an_exercise_prints_its_verdict_and_never_raises(function, says, capsys):
    assert check("exercise.keep", function) is None
    printed = capsys.readouterr().out
    assert says in printed and "points" not in printed


CELLS = {
    "set-up": """
import sys, warnings, torch
from course_utils import check
def answer(inputs, state, params, flipped=False):
    print("called")
    print("to stderr", file=sys.stderr)
    warnings.warn("careful")
    W_xz, W_hz, b_z, W_xr, W_hr, b_r, W_xh, W_hh, b_h, W_hq, b_q = params
    (H,), outputs = state, []
    for X in inputs:
        Z = torch.sigmoid(X @ W_xz + H @ W_hz + b_z)
        R = torch.sigmoid(X @ W_xr + H @ W_hr + b_r)
        H_tilde = torch.tanh(X @ W_xh + (R * H) @ W_hh + b_h)
        H = (1 - Z) * H + Z * H_tilde if flipped else Z * H + (1 - Z) * H_tilde
        outputs.append(H @ W_hq + b_q)
    return outputs, (H,)
def raises(inputs, state, params):
    W_xz = params.first
def missing_name(inputs, state, params):
    raise ValueError("<script>alert(1)</script>")
""",
    "right": 'check("gru.forward", answer)',
    "wrong": 'check("gru.forward", lambda inputs, state, params: answer(inputs, state, params, flipped=True))',
    "raising": 'check("gru.forward", raises)',
    "hostile": 'check("gru.forward", missing_name)',
    "library": 'check("gru.forward", lambda inputs, state, params: torch.nn.GRU(3, 4)(torch.stack(inputs)))',
    "borrowed": "from course_utils.equations import GRU, evaluate\n"
    'check("gru.forward", lambda inputs, state, params: evaluate(GRU, inputs, state, params))',
    "stub": 'def keep(z, steps): ...\ncheck("exercise.keep", keep)',
    "unknown": 'check("gru.nothing", answer)',
    "too early": 'check("gru.forward", later)',
    "broken": "def answer（inputs, state, params): pass",
    "older": 'check("gru.forward", answer)',
    "mended": "def answer(inputs, state, params, flipped=False, answer=answer):\n"
    "    return answer(inputs, state, params, flipped)",
    "seen": """
import IPython
IPython.get_ipython().kernel.get_parent()["content"]["allow_stdin"] = True  # as where a person can answer
check("gru.forward", lambda inputs, state, params: answer(inputs, state, params, flipped=True))
""",
    "hint": "from course_utils import hint\nhint('gru.forward')",
    "no hint": "hint('gru.training')",
}


@pytest.fixture(scope="module")
def cells():
    """Each cell after the run, by its name, in one real kernel."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code.strip()) for code in CELLS.values()])
    NotebookClient(notebook, kernel_name="python3", allow_errors=True, timeout=120).execute()
    return dict(zip(CELLS, notebook.cells, strict=True))


def of_type(cell, output_type):
    return [output for output in cell.outputs if output.output_type == output_type]


def test_a_passing_cell_shows_one_display_and_nothing_that_nbgrader_misreads(cells):
    """No stream (stderr costs all points), no execute_result (a number would be taken for the score)."""
    (output,) = cells["right"].outputs
    assert output.output_type == "display_data"
    assert "✓ gru.forward" in output.data["text/plain"]
    assert "5 of 5 points" in output.data["text/html"]


FAILING = pytest.mark.parametrize("name", ["wrong", "raising", "hostile", "library"])


@FAILING
def test_a_failing_cell_ends_in_check_failed(cells, name):
    (error,) = of_type(cells[name], "error")
    assert error.ename == "CheckFailed"


@FAILING
def test_a_failing_cell_shows_its_verdict_as_html_and_text(cells, name):
    (display,) = of_type(cells[name], "display_data")
    assert "✗ not right yet" in display.data["text/html"]
    assert display.data["text/plain"].startswith("gru.forward: ")


@FAILING
def test_the_error_of_a_failing_cell_starts_with_the_sentence_of_the_verdict(cells, name):
    (error,), (display,) = of_type(cells[name], "error"), of_type(cells[name], "display_data")
    assert error.evalue.splitlines()[0] == display.data["text/plain"].splitlines()[0]


@FAILING
def test_a_failing_cell_writes_nothing_to_stderr(cells, name):
    assert of_type(cells[name], "stream") == of_type(cells[name], "execute_result") == []


@FAILING
def test_the_traceback_of_a_failing_cell_does_not_show_the_courses_own_code(cells, name):
    (error,) = of_type(cells[name], "error")
    assert "course_utils" not in "\n".join(error.traceback)
    assert len("\n".join(error.traceback).splitlines()) <= 15


def test_the_diagnosis_is_the_first_line_of_the_error(cells):
    (error,) = of_type(cells["wrong"], "error")
    assert error.evalue.splitlines()[0] == f"gru.forward: {SENTENCE}"


def test_the_wrong_equation_is_shown_with_its_marks(cells):
    (display,) = of_type(cells["wrong"], "display_data")
    assert "<mark" in display.data["text/html"]
    assert "⟦Z_t⟧" in display.data["text/plain"]


def test_the_students_own_line_is_shown(cells):
    (display,) = of_type(cells["raising"], "display_data")
    assert "W_xz = params.first" in display.data["text/plain"]
    assert "W_xz = params.first" in display.data["text/html"]


def test_a_students_html_is_not_shown_as_html(cells):
    (display,) = of_type(cells["hostile"], "display_data")
    assert "<script" not in display.data["text/html"]


def test_a_library_cell_is_refused_in_the_kernel_too(cells):
    (error,) = of_type(cells["library"], "error")
    assert "torch's own" in error.evalue


def test_the_courses_own_equations_are_refused_in_the_kernel_too(cells):
    (error,) = of_type(cells["borrowed"], "error")
    assert error.evalue.startswith("gru.forward: evaluate is the course's own and no answer")


def test_an_untouched_exercise_shows_that_it_is_not_written_and_no_error(cells):
    (display,) = cells["stub"].outputs
    assert display.output_type == "display_data"
    assert "not written yet: replace the body of keep" in display.data["text/plain"]


def test_an_unknown_task_is_an_error_that_lists_the_tasks(cells):
    (error,) = of_type(cells["unknown"], "error")
    assert error.ename == "CheckFailed" and "gru.forward" in error.evalue


def test_a_check_before_its_function_is_one_line(cells):
    (error,) = cells["too early"].outputs
    assert error.traceback == ["later is not defined yet: run the cell that defines it first"]


def test_a_right_function_whose_cell_has_failed_since_is_not_right_any_more(cells):
    (error,) = of_type(cells["older"], "error")
    number = cells["broken"].execution_count
    assert error.evalue.startswith(f"gru.forward: this is an older answer: cell [{number}] stopped with SyntaxError")
    (display,) = of_type(cells["older"], "display_data")
    assert "✓ gru.forward" not in display.data["text/html"]


def test_a_person_reads_the_sentence_once(cells):
    (error,), (display,) = of_type(cells["seen"], "error"), of_type(cells["seen"], "display_data")
    assert error.traceback == ["see the verdict above"]
    assert display.data["text/html"].count(SENTENCE) == 1
    assert "Stuck? d2l.hint(&quot;gru.forward&quot;)" in display.data["text/html"]


def test_a_hint_on_the_last_check_is_one_display(cells):
    (display,) = cells["hint"].outputs
    assert display.data["text/plain"] == "Hint 1 of 5: Look at the line that computes H_t."
    assert "Look at the line" in display.data["text/html"]


def test_a_task_that_was_not_checked_has_no_hint_yet(cells):
    (display,) = cells["no hint"].outputs
    assert "run its check first" in display.data["text/plain"]


def test_a_hint_is_printed_outside_a_notebook_and_the_next_one_says_more(capsys):
    with pytest.raises(CheckFailed):
        check("gru.forward", update_gate_the_other_way_round)
    hint("gru.forward")
    hint("gru.gru")  # another name of the same task
    first, *second = capsys.readouterr().out.splitlines()
    assert first.startswith("Hint 1 of 5") and "    H_t = Z_t ⊙ H_{t−1} + (1 − Z_t) ⊙ H̃_t" in second


@pytest.mark.parametrize("task, says", [("gru.forwrad", "did you mean gru.forward"), ("quiz.q1", "no hints")])
def test_a_hint_that_there_cannot_be_says_why(task, says):
    with pytest.raises(CheckFailed, match=says):
        hint(task)


def test_a_verdict_goes_as_far_as_the_edition_says(monkeypatch):
    monkeypatch.setattr("course_utils.checks.notebook.detail", lambda: "where")
    with pytest.raises(CheckFailed) as failure:
        check("gru.forward", update_gate_the_other_way_round)
    assert str(failure.value).startswith("gru.forward: Look at the line that computes H_t.")
    assert "swapped" not in str(failure.value) and "H_t =" not in str(failure.value)
