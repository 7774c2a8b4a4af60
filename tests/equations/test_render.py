"""Equations as LaTeX, text and HTML: what is written means what is computed, and a mark surrounds the marked term."""

from __future__ import annotations

import re

import matplotlib.mathtext
import pytest
import torch
from hypothesis import given, settings

from course_utils.equations import (
    BIRNN,
    GRU,
    LSTM,
    NETWORKS,
    RNN,
    Network,
    deep_rnn,
    deep_rnn_residual,
    edits,
    layer_latex,
    network_latex,
    network_text,
)
from course_utils.equations import expressions as e
from course_utils.equations.evaluate import CyclicEquation
from course_utils.equations.render import equation_html, equation_latex, equation_text, term_text

from .trees import read_latex, read_text, square_run, trees, with_tree

every_network = pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)


def test_the_gru_as_text_is_the_equations_of_the_course():
    assert network_text(GRU) == (
        "R_t = σ(X_t W_xr + H_{t−1} W_hr + b_r)\n"
        "Z_t = σ(X_t W_xz + H_{t−1} W_hz + b_z)\n"
        "H̃_t = tanh(X_t W_xh + (R_t ⊙ H_{t−1}) W_hh + b_h)\n"
        "H_t = Z_t ⊙ H_{t−1} + (1 − Z_t) ⊙ H̃_t\n"
        "Y_t = H_t W_hq + b_q"
    )


def test_the_rnn_as_latex_is_one_aligned_display():
    assert network_latex(RNN) == (
        "\\begin{aligned}\n"
        r"\mathbf{H}_{t} &= \tanh\left(\mathbf{X}_{t} \mathbf{W}_{xh}"
        r" + \mathbf{H}_{t-1} \mathbf{W}_{hh} + \mathbf{b}_{h}\right) \\"
        "\n"
        r"\mathbf{Y}_{t} &= \mathbf{H}_{t} \mathbf{W}_{hq} + \mathbf{b}_{q}"
        "\n\\end{aligned}"
    )


def test_the_blend_of_the_gru_as_latex():
    assert equation_latex(GRU, "H") == (
        r"\mathbf{H}_{t} &= \mathbf{Z}_{t} \odot \mathbf{H}_{t-1}"
        r" + \left(1 - \mathbf{Z}_{t}\right) \odot \tilde{\mathbf{H}}_{t}"
    )


H, W, X = e.Ref("H"), e.Parameter("W_hh"), e.Ref("X")
WRITTEN = {
    "H_{t−1}": e.Ref("H", -1),
    "H_{t+1}": e.Ref("H", 1),
    "H_0": e.Ref("H", at="initial"),
    "X_1": e.Ref("X", at="first"),
    "X_T": e.Ref("X", at="last"),
    "X_{T−1}": e.Ref("X", at="before last"),
    "X_{T+1−t}": e.Ref("X", at="mirror"),
    "W_hhᵀ": e.Transpose(W),
    "H_t − X_t": e.Sum((H, e.Scale(-1, X))),
    "H_t + 2 X_t": e.Sum((H, e.Scale(2, X))),
    "0.5 (H_t + X_t)": e.Scale(0.5, H + X),
    "H_t + 1": H + e.One(),
    "(H_t + X_t) W_hh": e.MatMul(H + X, W),
    "H_t ⊙ (X_t W_hh)": e.Product(H, X @ W),
    "H_t + (X_t + W_hh)": e.Sum((H, e.Sum((X, W)))),
    "1 − (1 − H_t)": 1 - (1 - H),
    "relu(H_t)": e.Apply("relu", H),
    "H_t + X_t": e.Apply("identity", H + X),
    "[H_t, X_t + W_hh]": e.concat(H, X + W),
}


@pytest.mark.parametrize("text, tree", WRITTEN.items(), ids=WRITTEN)
def test_a_term_as_text(text, tree):
    assert term_text(GRU, tree) == text


def test_a_minus_is_the_same_sign_wherever_it_stands():
    assert term_text(GRU, e.Sum((e.Scale(-1, H), e.Scale(-1, X)))) == "−H_t − X_t"


def test_a_node_that_nobody_knows_how_to_write_is_a_type_error():
    with pytest.raises(TypeError, match="no way of writing Expr"):
        term_text(GRU, e.Expr())


def says_what_is_computed(network: Network, name: str, step: int) -> bool:
    run = square_run(network)
    expected = run.evaluate(network.expression(name), step)
    return all(torch.allclose(read(network, name, run, step), expected) for read in (read_text, read_latex))


@given(trees())
@settings(max_examples=80, deadline=None)
def test_any_tree_read_as_arithmetic_gives_the_values_that_are_computed(tree):
    assert says_what_is_computed(with_tree(tree), "R", step=2)


@every_network
def test_every_equation_read_as_arithmetic_gives_the_values_that_are_computed(network):
    assert all(says_what_is_computed(network, equation.name, step=2) for equation in network.equations)


@every_network
def test_every_edited_equation_read_as_arithmetic_gives_the_values_that_are_computed(network):
    misread = [
        equation_text(edit.network, name)
        for edit in edits(network)
        for name in edit.marks
        if has_values(edit.network, name) and not says_what_is_computed(edit.network, name, step=2)
    ]
    assert misread == []


def has_values(network: Network, name: str) -> bool:
    try:
        square_run(network).value(name, 2)
    except (CyclicEquation, RuntimeError):  # it reads itself, or shapes that do not fit: it describes no program
        return False
    return True


@every_network
def test_a_mark_surrounds_its_term_and_changes_nothing_else(network):
    for edit in edits(network):
        for name, marks in edit.marks.items():
            marked = equation_text(edit.network, name, marks)
            assert re.sub("[⟦⟧]", "", marked) == equation_text(edit.network, name)
            assert marked.count("⟦") == marked.count("⟧") == len(marks)


def test_the_marked_term_stands_in_double_brackets():
    assert equation_text(GRU, "H", ((1, 0),)) == "H_t = Z_t ⊙ H_{t−1} + ⟦(1 − Z_t)⟧ ⊙ H̃_t"


def test_the_marked_term_stands_in_a_box():
    assert equation_latex(RNN, "Y", ((1,),)).endswith(r"\mathbf{W}_{hq} + \boxed{\mathbf{b}_{q}}")


def test_the_whole_right_hand_side_can_be_marked():
    assert equation_text(RNN, "Y", ((),)) == "Y_t = ⟦H_t W_hq + b_q⟧"


def assert_balanced(latex: str) -> None:
    depth = 0
    for character in latex:
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert depth >= 0, f"a brace closes what was never opened: {latex}"
    assert depth == 0, f"a brace stays open: {latex}"
    assert len(re.findall(r"\\left\b", latex)) == len(re.findall(r"\\right\b", latex))


@every_network
def test_the_latex_of_every_edit_is_balanced_and_writes_one_exponent_at_most(network):
    for edit in edits(network):
        for name, marks in edit.marks.items():
            latex = equation_latex(edit.network, name, marks)
            assert_balanced(latex)
            assert not re.search(r"\^\{[^{}]*\}\^", latex), f"TeX refuses a double superscript: {latex}"


@every_network
def test_the_latex_of_every_equation_can_be_typeset(network):
    for equation in network.equations:
        typeset(equation_latex(network, equation.name))


@pytest.mark.parametrize("tree", WRITTEN.values(), ids=WRITTEN)
def test_the_latex_of_a_term_can_be_typeset(tree):
    typeset(equation_latex(with_tree(tree), "R", ((),)))


def typeset(latex: str) -> None:
    """matplotlib knows all the commands of the course but the box, the column sign and the long arrows."""
    formula = latex.replace("&", "").replace(r"\boxed", "")
    formula = re.sub(r"\\over(left|right)arrow", r"\\vec", formula)
    matplotlib.mathtext.MathTextParser("path").parse(f"${formula}$")


@pytest.mark.parametrize("stack", [deep_rnn, deep_rnn_residual])
@pytest.mark.parametrize("num_layers", [3, 4, 5])
def test_the_equation_of_layer_l_is_that_of_each_layer_but_the_first(stack, num_layers):
    network, general = stack(num_layers), layer_latex(stack)
    for layer in range(2, num_layers + 1):
        written = general.replace(r"(\ell-1)", f"({layer - 1})").replace(r"(\ell)", f"({layer})")
        if layer == 2:
            written = written.replace(r"\mathbf{U}^{(1)}", r"\mathbf{H}^{(1)}")  # what the first layer hands up
        lines = [line.replace("&=", "=").rstrip(" \\") for line in written.splitlines() if "=" in line]
        names = [name for name in (f"H{layer}", f"U{layer}") if name in network.hidden]
        assert lines == [equation_latex(network, name).replace("&=", "=") for name in names]


def test_the_equation_of_layer_l_is_written_with_l():
    assert layer_latex(deep_rnn) == (
        r"\mathbf{H}^{(\ell)}_{t} = \tanh\left(\mathbf{H}^{(\ell-1)}_{t} \mathbf{W}_{xh}^{(\ell)} + "
        r"\mathbf{H}^{(\ell)}_{t-1} \mathbf{W}_{hh}^{(\ell)} + \mathbf{b}_{h}^{(\ell)}\right)"
    )


def test_a_state_that_is_another_beyond_the_ends_is_written_with_or():
    inside = e.Inside(e.Ref("H", -1), e.Zeros())
    assert term_text(RNN, inside) == "H_{t−1} or 0"


@pytest.mark.parametrize("network", [RNN, GRU, LSTM], ids=lambda network: network.name)
def test_html_reads_as_the_text(network):
    for equation in network.equations:
        html, text = equation_html(network, equation.name), equation_text(network, equation.name)
        assert re.sub(r"<[^>]*>", "", html) == re.sub(r"[_{}]", "", text)


def test_html_has_bold_letters_with_their_indices_and_marks():
    assert equation_html(RNN, "Y", ((1,),)) == (
        "<b>Y</b><sub>t</sub> = <b>H</b><sub>t</sub> <b>W</b><sub>hq</sub> + <mark>⟦<b>b</b><sub>q</sub>⟧</mark>"
    )


def test_html_writes_layers_and_directions_above():
    assert "<b>H</b><sub>t−1</sub><sup>(2)</sup> <b>W</b><sub>hh</sub><sup>(2)</sup>" in equation_html(
        deep_rnn(2), "H2"
    )
    assert "<sup>←</sup><b>H</b><sub>t+1</sub>" in equation_html(BIRNN, "H_b")
