"""What a student's code raises while it is trained is told in its words and line, without frames of torch or ours."""

from __future__ import annotations

import pytest
import torch
from torch import nn

import course_utils as d2l
from course_utils.training.failures import TrainingFailed

V, H = 6, 5
INDICES = [0, 1, 2, 3, 4, 5] * 20
KEPT: dict = {}


def get_params(vocab_size, num_hiddens, device):
    shapes = (V, H), (H, H), (H,), (H, V), (V,)
    return [(0.1 * torch.randn(shape)).requires_grad_() for shape in shapes]


def init_state(batch_size, num_hiddens, device):
    return (torch.zeros(batch_size, num_hiddens),)


def train(rnn):
    characters = "abcdef"
    return d2l.train_and_predict_rnn(
        rnn, get_params, init_state, H, V, torch.device("cpu"), INDICES, list(characters),
        {character: index for index, character in enumerate(characters)}, False, 2, 7, 1.0, 1.0,
        4, 1, 3, ["ab"], seed=0,
    )  # fmt: skip


def fails(rnn):
    with pytest.raises(TrainingFailed) as caught:
        train(rnn)
    return caught.value


def step(X, H, params):
    return torch.tanh(X @ params[0] + H @ params[1] + params[2])


def right(inputs, state, params):
    (H,), outputs = state, []
    for X in inputs:
        H = step(X, H, params)
        outputs.append(H @ params[3] + params[4])
    return outputs, (H,)


def exchanged(inputs, state, params):
    return [state[0] @ params[0] for X in inputs], state


def in_one_tensor(inputs, state, params):
    Hs = torch.zeros(len(inputs) + 1, *state[0].shape)
    Hs[0] = state[0]
    for t, X in enumerate(inputs):
        Hs[t + 1] = step(X, Hs[t], params)
    return [H @ params[3] + params[4] for H in Hs[1:]], (Hs[-1],)


def kept_outside(inputs, state, params):
    outputs, last = right(inputs, KEPT.get("state", state), params)
    KEPT["state"] = last
    return outputs, last


def test_shapes_are_told_in_letters():
    lines = str(fails(exchanged)).splitlines()
    assert lines[0] == "state[0] @ params[0] is (B, H) times (V, H): they do not fit"
    assert lines[1] == "in your line: return [state[0] @ params[0] for X in inputs], state"
    assert lines[-1].startswith("your function raised RuntimeError: mat1 and mat2 shapes")


def test_a_write_that_backward_misses_is_told_with_its_line():
    lines = str(fails(in_one_tensor)).splitlines()
    assert lines[0] == "Hs[t + 1] = … writes into a tensor that backward still needs"
    assert lines[1] == "in your line: Hs[t + 1] = step(X, Hs[t], params)"


def test_a_state_kept_outside_is_told_and_nothing_is_said_to_be_interrupted():
    KEPT.clear()
    error = str(fails(kept_outside))
    assert error.startswith("something from an earlier call still carries its graph: KEPT")
    assert "interrupted" not in error


def test_what_is_shown_in_a_notebook_is_the_message_alone():
    error = fails(exchanged)
    assert error._render_traceback_() == str(error).splitlines()
    assert error.__cause__ is not None


def test_an_error_of_the_students_own_has_its_words_and_line():
    def rnn(inputs, state, params):
        raise KeyError("mine")

    assert "your function raised KeyError: 'mine'\nin your line: raise KeyError(\"mine\")" in str(fails(rnn))


def test_what_fails_for_one_row_only_is_told_when_a_sample_is_written():
    def rnn(inputs, state, params):
        if len(inputs[0]) == 1:
            inputs[0] @ params[1]
        return right(inputs, state, params)

    error = str(fails(rnn))
    assert "in your line: inputs[0] @ params[1]" in error
    assert "while a sample was written: one row, B = 1" in error


def test_an_interrupt_is_no_failure():
    def rnn(inputs, state, params):
        raise KeyboardInterrupt

    assert train(rnn).stopped == "interrupted"


def test_a_wrong_form_is_told_with_the_sentence_that_helps():
    def rnn(inputs, state, params):
        outputs, state = right(inputs, state, params)
        return torch.cat(outputs), state

    with pytest.raises(ValueError, match=r"without torch\.cat: the training loop joins the steps"):
        train(rnn)


def test_a_model_of_torchs_modules_is_told_too():
    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            self.dense = nn.Linear(H, V)

        def forward(self, X, state):
            return self.dense(nn.functional.one_hot(X.T.long(), V).float()), state

    characters = "abcdef"
    with pytest.raises(TrainingFailed, match=r"in your line: return self\.dense\(") as caught:
        d2l.train_and_predict_rnn_pytorch(
            Model(), H, V, torch.device("cpu"), INDICES, list(characters),
            {character: index for index, character in enumerate(characters)}, 1, 7, 0.1, 1.0, 4, 1, 3, ["ab"],
        )  # fmt: skip
    assert "they do not fit" in str(caught.value)


def test_a_wrong_form_is_shown_without_the_courses_frames():
    with pytest.raises(ValueError) as caught:
        train(lambda inputs, state, params: (right(inputs, state, params)[0], state[0]))
    lines = caught.value._render_traceback_()
    assert lines == str(caught.value).splitlines()
    assert lines[-1] == "a tuple of one is written (H,), with its comma: (H) is H itself"
