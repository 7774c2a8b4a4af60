"""A check in Chinese finds what it finds in English, and says it in Chinese from the first line to the last."""

from __future__ import annotations

import pytest
import torch

from course_utils.checks.exercises import FIRST_CHAPTERS
from course_utils.checks.exercises_of_stacks import LATER_CHAPTERS
from course_utils.checks.hints import BY_KIND, hints_for
from course_utils.checks.measurements import FORGET_BIAS, SIGNAL
from course_utils.checks.stages import stages
from course_utils.checks.tasks import EXERCISES, TASKS, Task, UnknownTask, find_task
from course_utils.checks.training_step import MISTAKES
from course_utils.checks.verdict import Verdict
from course_utils.checks.verdict_html import verdict_html
from course_utils.equations import GRU, LSTM, evaluate
from course_utils.translation import say, speaking
from tests.checks.answers import REMARKS, WRONG
from tests.chinese_sentences import assert_chinese

SOME_WRONG = WRONG[::18]  # of every network


def gru(inputs, state, params):
    return evaluate(GRU, inputs, state, params)


def lstm(inputs, state, params):
    return evaluate(LSTM, inputs, state, params)


def small_lstm(vocab_size, num_hiddens, device):
    shapes = LSTM.shapes(vocab_size, num_hiddens).values()
    return [torch.zeros(shape) if len(shape) == 1 else 0.01 * torch.randn(shape) for shape in shapes]


def prose(verdict: Verdict) -> list[str]:
    """The lines of a verdict without the task's name and without the equations."""
    lines = verdict.text().removeprefix("✓ ").removeprefix(f"{verdict.task}: ").splitlines()
    return [line for line in lines if not (line.startswith("    ") and " = " in line)]


def look(task: Task, *objects) -> tuple[Verdict, str]:
    """The verdict in Chinese, and its text, of which every line is Chinese."""
    with speaking("zh"):
        verdict = task.examine(*objects)
        for line in prose(verdict):
            assert_chinese(line)
        return verdict, verdict.text()


@pytest.mark.parametrize("known", SOME_WRONG, ids=str)
def test_the_same_mistake_is_found_and_every_line_is_chinese(known):
    task = find_task(known.task)
    english = task.examine(known.make())
    chinese, _ = look(task, known.make())
    assert [edit.key for edit in chinese.explanations] == [edit.key for edit in english.explanations]
    assert chinese.points == english.points and len(english.explanations) > 0
    of_both = [[(one.name, one.passed) for one in verdict.criteria] for verdict in (english, chinese)]
    assert of_both[0] == of_both[1]


def test_one_process_speaks_each_students_language():
    verdict = find_task(SOME_WRONG[0].task).examine(SOME_WRONG[0].make())
    with speaking("zh"):
        chinese = verdict.sentence
    assert_chinese(chinese)
    assert verdict.sentence == verdict.explanations[0].sentence != chinese


@pytest.mark.parametrize("known", REMARKS[:3], ids=str)
def test_remarks_are_chinese(known):
    assert look(find_task(known.task), known.make())[1].count("附注：") == 1


FORMS = {
    "no pair": ("gru.forward", lambda inputs, state, params: {}),
    "no list": ("gru.forward", lambda inputs, state, params: (3, state)),
    "a matrix too wide": ("lstm.forward", lambda inputs, state, params: ([X[:, :-1] for X in inputs], state)),
    "another state": ("lstm.forward", lambda inputs, state, params: (lstm(inputs, state, params)[0], (1, 2))),
    "not finite": ("gru.forward", lambda i, s, p: ([X * torch.nan for X in i], s)),
    "cut off": ("gru.gradients", lambda i, s, p: gru([X.detach() for X in i], s, [w.detach() for w in p])),
    "losses": ("gru.training", lambda i, s, p: gru(i, s, [1.5 * w for w in p])),
    "no gradient": ("gru.training", lambda i, s, p: gru(i, s, [w.detach() for w in p])),
    "too few": ("lstm.params", lambda vocab_size, num_hiddens, device: []),
    "no gradients": ("lstm.params", small_lstm),
    "ones": ("gru.state", lambda batch_size, num_hiddens, device: (torch.ones(batch_size, num_hiddens),)),
    "a list": ("gru.state", lambda batch_size, num_hiddens, device: torch.zeros(batch_size, num_hiddens)),
    "other arguments": ("gru.state", lambda: None),
    "no step": ("rnn.step", lambda inputs, Y, state, params, lr, theta: 3),
    "the same": ("rnn.step", lambda inputs, Y, state, params, lr, theta: (torch.zeros(()), params, state)),
    "a text": ("exercise.perplexity", lambda probabilities: "five"),
    "other numbers": ("exercise.bigram", lambda counts, alpha: counts * 0.5),
    "averaged": (
        "exercise.both_ways",
        lambda forward, backward: [(f + b) / 2 for f, b in zip(forward, backward, strict=True)],
    ),
    "too short": ("exercise.both_ways", lambda forward, backward: []),
    "nothing filled": ("lstm.forget_bias", lambda params, value: list(params)),
}


@pytest.mark.parametrize(("task", "answer"), FORMS.values(), ids=FORMS)
def test_what_has_another_form_is_said_in_chinese(task, answer):
    assert not look(find_task(task), answer)[0].passed


def test_what_is_no_function_or_right_is_said_in_chinese():
    for objects in ((), (3,)):
        look(find_task("gru.forward"), *objects)
    assert look(find_task("gru.forward"), gru)[1] == "✓ gru.forward: 正确（5 分，满分 5 分）"


def test_every_named_mistake_of_a_short_function_is_chinese():
    mistakes = [
        one.sentence for short in (*FIRST_CHAPTERS, *LATER_CHAPTERS, FORGET_BIAS, SIGNAL) for one in short.wrong
    ]
    with speaking("zh"):
        for sentence in (*mistakes, *(sentence for sentence, _ in MISTAKES)):
            assert_chinese(say(sentence))


def test_every_hint_is_chinese():
    with speaking("zh"):
        for kind in (*BY_KIND, "another"):
            for hint in hints_for(kind):
                assert_chinese(hint)


def test_every_stage_of_hints_on_a_task_is_chinese():
    with speaking("zh"):
        for task in (*TASKS.values(), *EXERCISES.values()):
            for hint in stages(task, task.examine()):
                assert_chinese(hint.sentence, known=task.function)
        mistaken = find_task(SOME_WRONG[0].task)
        for hint in stages(mistaken, mistaken.examine(SOME_WRONG[0].make())):
            assert_chinese(hint.sentence)


def test_an_unknown_task_is_named_in_chinese():
    with speaking("zh"):
        for name in ("gru.forwrad", "gru", "something"):
            with pytest.raises(UnknownTask) as caught:
                find_task(name)
            assert "任务" in str(caught.value) and "expected" not in str(caught.value)


def test_the_page_says_in_chinese_what_the_text_says():
    with speaking("zh"):
        verdict = find_task(SOME_WRONG[0].task).examine(SOME_WRONG[0].make())
        page = verdict_html(verdict)
    assert "✗ 还不对" in page and verdict.explanations[0].sentence not in page
    assert "你的函数计算的正是" in page and "课程的公式：" in page
