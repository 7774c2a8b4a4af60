"""A hint says a little, the next one more, and none says more than the course wishes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from course_utils.checks import TASKS, Criterion, Verdict, find_task
from course_utils.checks.forward import GRADIENTS
from course_utils.checks.stages import Hints, stages
from course_utils.checks.tasks import EXERCISES
from course_utils.equations import GRU, edits

TASK = find_task("gru.forward")


def failed(message, task="gru.forward", name="values"):
    return Verdict(task, 5, (Criterion(name, 1, False, message), Criterion("habits", 1, True)))


def explained(sentence, detail="term"):
    edit = next(edit for edit in edits(GRU) if edit.sentence == sentence)
    return replace(failed(sentence), explanations=(edit,), detail=detail)


SWAPPED = explained("Z_t and 1 − Z_t are swapped in H_t")


def texts(task, verdict):
    return [hint.text() for hint in stages(task, verdict)]


def test_hints_go_from_where_to_which_equation_to_which_term():
    first, second, *questions, last = texts(TASK, SWAPPED)
    assert first == "Hint 1 of 5: Look at the line that computes H_t."
    assert "    H_t = Z_t ⊙ H_{t−1} + (1 − Z_t) ⊙ H̃_t" in second and "⟦" not in second
    assert "Put Z = 1 everywhere." in questions[0]
    assert "Z_t and 1 − Z_t are swapped in H_t." in last and "⟦Z_t⟧" in last


@pytest.mark.parametrize("detail, count", [("where", 1), ("equation", 4), ("term", 5)])
def test_they_end_where_the_course_wishes(detail, count):
    found = texts(TASK, replace(SWAPPED, detail=detail))
    assert len(found) == count
    assert any("swapped" in text or "⟦" in text for text in found) == (detail == "term")
    assert any("H_t =" in text for text in found) == (detail != "where")


@pytest.mark.parametrize("task", [*TASKS.values(), *EXERCISES.values()], ids=lambda task: task.name)
def test_every_task_has_hints_also_where_nothing_explains_the_failure(task):
    found = texts(task, failed("expected 1, got 2", task.name))
    assert len(found) >= 3 and found[0].startswith(f"Hint 1 of {len(found)}: Begin with")
    assert not any("{" in text.replace("_{", "") for text in found)


@pytest.mark.parametrize(
    "task, says",
    [
        ("gru.forward", "    R_t = σ(X_t W_xr + H_{t−1} W_hr + b_r)"),
        ("gru.params", "in this order: W_xz (V, H), W_hz (H, H), b_z (H), "),
        ("lstm.state", "a matrix of zeros (B, H) for each of H, C."),
    ],
)
def test_it_describes_what_the_task_asks_for(task, says):
    assert says in "\n".join(texts(find_task(task), failed("wrong", task)))
    assert says not in "\n".join(texts(find_task(task), replace(failed("wrong", task), detail="where")))


def test_a_function_that_is_not_written_is_to_be_written_first():
    assert "Write gru first" in texts(TASK, failed("not written yet: the cell still raises NotImplementedError"))[0]


def test_wrong_gradients_of_right_values_are_their_own_matter():
    assert any("detach" in text for text in texts(TASK, failed("no gradient", name=GRADIENTS)))


def test_each_call_gives_the_next_hint_and_after_the_last_one_it_begins_again():
    hints = Hints()
    hints.remember(SWAPPED)
    given = [hints.next(TASK).text().partition(":")[0] for _ in range(7)]
    assert given[:5] == [f"Hint {number} of 5" for number in range(1, 6)]
    assert given[5].startswith("There is no further hint") and given[6] == "Hint 1 of 5"


def test_the_same_result_goes_on_and_another_one_begins_anew():
    hints = Hints()
    for verdict, number in ((SWAPPED, 1), (SWAPPED, 2), (explained("the bias b_q is missing in Y_t"), 1)):
        hints.remember(verdict)
        assert hints.next(TASK).text().startswith(f"Hint {number} of")


def test_a_task_that_is_right_or_not_checked_says_so():
    hints = Hints()
    assert "was not checked" in hints.next(TASK).text()
    hints.remember(Verdict("gru.forward", 5, (Criterion("values", 1, True),)))
    assert hints.next(TASK).text() == "gru.forward is right: nothing is left to hint at."


def test_a_hint_in_a_notebook_has_its_equations_and_escapes_what_students_wrote():
    page = stages(TASK, failed("<script>"))[0]._repr_html_()
    assert "<script" not in page
    assert "<b>H</b><sub>t−1</sub>" in stages(TASK, SWAPPED)[1]._repr_html_()
