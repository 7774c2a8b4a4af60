"""A piece of code does not depend on names, order and comments, one of a text not on case and punctuation."""

from __future__ import annotations

import pytest

from course_utils.grading.gradebook.pieces import code_pieces, passages, text_pieces

CODE = """
def gru(inputs, state, params):
    W_z, U_z, b_z = params[:3]
    H, outputs = state[0], []
    for X in inputs:
        Z = torch.sigmoid(X @ W_z + H @ U_z + b_z)
        H = Z * H + (1 - Z) * torch.tanh(X @ W_z)
        outputs.append(H @ W_z)
    return outputs, (H,)
"""


def test_other_names_comments_and_layout_give_the_same_pieces():
    other = CODE.replace("W_z", "weights").replace("H", "hidden").replace("X", "x_t").replace("outputs", "scores")
    other = other.replace("    return", "    # all steps are done\n\n    return").replace("gru(", "my_gru(")
    assert code_pieces(other).keys() == code_pieces(CODE).keys() and len(code_pieces(CODE)) == 6
    assert code_pieces(other) != code_pieces(CODE)  # as they were written, they differ


def test_another_order_of_lines_gives_the_same_pieces():
    lines = CODE.strip().splitlines()
    lines[1], lines[2] = lines[2], lines[1]
    assert code_pieces("\n".join(lines)).keys() == code_pieces(CODE).keys()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("y = torch.tanh(x)", "y = x.tanh()"),
        ("y = torch.matmul(a, b) + c", "y = a @ b + c"),
        ("y = F.softmax(x, dim=1)", "y = x.softmax(dim=1)"),
    ],
)
def test_a_function_of_torch_and_the_method_are_the_same(one, other):
    head = "def f(x, a, b, c):\n    "
    assert code_pieces(head + one).keys() == code_pieces(head + other).keys()


def test_what_is_computed_makes_a_difference():
    pieces = {*code_pieces(CODE)}
    for wrong in (CODE.replace("Z * H", "(1 - Z) * H"), CODE.replace("tanh", "sigmoid"), CODE.replace("H @ U_z", "H")):
        assert len(pieces - {*code_pieces(wrong)}) == 1


@pytest.mark.parametrize("source", ["def gru(:", "%matplotlib inline", "(" * 5000, "x = \0", "", '"""only words"""'])
def test_what_is_no_code_has_no_pieces(source):
    assert code_pieces(source) == {}


def test_words_in_a_row_count_whatever_their_case_and_punctuation():
    one, other = "The gate scales *every* unit, alike.", "the gate scales every\nunit alike"
    assert text_pieces(one).keys() == text_pieces(other).keys() and len(text_pieces(one)) == 3
    assert text_pieces("too few words") == {}


def test_in_chinese_characters_stand_for_words():
    assert list(text_pieces("重置门相同。")) == ["重 置 门 相", "置 门 相 同"]
    assert text_pieces("重置门，相同").keys() == text_pieces("重置门相同").keys()


def test_passages_are_the_longest_stretches_that_are_shared():
    text = "First a b c d e then something else entirely here, and a b c d."
    assert passages(text, {"a b c d", "b c d e"}) == ["a b c d e", "a b c d"]
