"""In Chinese a student's errors are explained in Chinese, with the code and the error's own words as they are."""

from __future__ import annotations

import inspect

import pytest
import torch

from course_utils.student_code.call import ProbeError, call
from course_utils.student_code.failures.backward import backward_explained
from course_utils.student_code.failures.failure import RAISED
from course_utils.student_code.library_cells import LibraryCellUsed, ReferenceUsed
from course_utils.student_code.signatures import call_fitting
from course_utils.student_code.slips import about_a_shape, about_the_outputs, about_the_pair, about_the_state
from course_utils.translation import begins_as, speaking
from tests.chinese import assert_chinese

from . import test_slips
from .failures import test_backward, test_operations, test_values
from .failures.test_explain import explained

CODE = (
    "torch cat stack nn Linear shape dim state params inputs outputs return float64 float32 dtype tuple list dict "
    "None ndarray numpy"
)


@pytest.fixture(autouse=True)
def chinese():
    with speaking("zh"):
        yield


def failing_functions():
    """The functions of the English tests, which raise."""
    for module in (test_operations, test_values):
        for name, function in vars(module).items():
            if inspect.isfunction(function) and list(inspect.signature(function).parameters)[:1] == ["inputs"]:
                yield pytest.param(function, id=name)


@pytest.mark.parametrize("function", list(failing_functions()))
def test_an_error_is_explained_in_chinese(function):
    known = f"{CODE} {inspect.getsource(function)}"
    lines = explained(function)
    assert len(lines) > 1
    for line in lines:
        if begins_as(line, RAISED):
            known = f"{known} {line.partition(' ')[2]}"
        assert_chinese(line, known)


@pytest.mark.parametrize(
    ("function", "shape"),
    [
        (test_backward.steps_in_one_tensor, (2, 2)),
        (test_backward.added_in_place, (2,)),
        (test_backward.state_kept_outside, (2,)),
    ],
)
def test_an_error_of_the_backward_pass_is_explained_in_chinese(function, shape):
    *lines, raised = test_backward.words(function, test_backward.weight(*shape), times=2)
    assert raised.startswith(("反向传播抛出了：", "torch 的原话是："))
    for line in lines:
        assert_chinese(line, f"{CODE} {inspect.getsource(function)}")


def test_what_torch_says_of_leaves_is_explained_in_chinese():
    for words in (
        "element 0 of tensors does not require grad",
        "a leaf Variable in-place",
        "modified by an inplace operation",
    ):
        for line in backward_explained(RuntimeError(words)).splitlines()[:-1]:
            assert_chinese(line, f"{CODE} no_grad data")


def test_what_is_no_answer_is_refused_in_chinese():
    for error in (LibraryCellUsed("gru"), ReferenceUsed("GRU")):
        assert_chinese(str(error), "gru")

    def stub(inputs, state, params):
        raise NotImplementedError

    with pytest.raises(ProbeError) as caught:
        call(stub, 1, 2, 3)
    assert_chinese(str(caught.value), "raise NotImplementedError")
    with pytest.raises(TypeError) as wrong:
        call_fitting(lambda one, two, three, four: None, vocab_size=1)
    assert_chinese(str(wrong.value), "lambda one two three four vocab_size")


def test_another_form_than_the_text_asks_for_is_told_in_chinese():
    T, B, V, H = 4, 3, 9, 7
    inputs, matrix = [torch.zeros(B, V)] * T, torch.zeros
    advice = [
        *(about_the_pair(result, ["H", "C"]) for result in ((1, 2, 3), [1, 2], [1, 2, 3])),
        *(about_the_outputs(matrix(shape), inputs) for shape in ((T * B, V), (T, B, V), (2, 2))),
        *(about_the_outputs([0] * count, inputs) for count in (0, 2, T + 1, T + 2)),
        about_the_outputs([0], inputs, test_slips.leaves_early),
        about_the_outputs(test_slips.KEPT, inputs, test_slips.keeps_its_list),
        *(about_the_state(state, ["H"], T) for state in (matrix(2), [1], None, (1,) * T)),
        about_the_state(matrix(2), ["H", "C"], T),
        *(about_a_shape(matrix(shape), (B, V), (B, H)) for shape in ((V, B), (1, V), (B, H), (B, 1, V), (V,))),
    ]
    for line in advice:
        assert_chinese(line, f"{CODE} append init squeeze unsqueeze")
