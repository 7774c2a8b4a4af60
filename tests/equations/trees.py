"""Random expression trees over 2 x 2 matrices, and a reader that turns a written equation back into numbers."""

from __future__ import annotations

import re
from dataclasses import replace

import torch
from hypothesis import strategies as st
from torch import Tensor

from course_utils.equations import GRU, Network
from course_utils.equations import expressions as e
from course_utils.equations.evaluate import ACTIVATIONS, Evaluation
from course_utils.equations.render import equation_latex, equation_text

_LEAVES = st.sampled_from(
    [e.Parameter(name) for name in ("W_xz", "W_hz", "b_z", "W_hh", "b_h")]
    + [e.Ref("X"), e.Ref("X", -1), e.Ref("X", 1), e.Ref("X", at="mirror"), e.Ref("X", at="before last")]
    + [e.Ref("H", -1), e.Ref("H", -2), e.Ref("H", at="initial")]
)


def _nodes(children: st.SearchStrategy[e.Expr]) -> st.SearchStrategy[e.Expr]:
    return st.one_of(
        st.lists(children, min_size=2, max_size=3).map(lambda terms: e.Sum(tuple(terms))),
        st.builds(e.Scale, st.sampled_from((-1.0, 2.0, 0.5)), children),
        children.map(e.OneMinus),
        children.map(e.Transpose),
        st.builds(e.Product, children, children),
        st.builds(e.MatMul, children, children),
        st.builds(e.Apply, st.sampled_from(sorted(ACTIVATIONS)), children),
    )


def trees() -> st.SearchStrategy[e.Expr]:
    """Trees whose every node is a 2 x 2 matrix, so that any of them can be evaluated and told from its neighbours."""
    return st.recursive(_LEAVES, _nodes, max_leaves=6)


def square_run(network: Network, steps: int = 4) -> Evaluation:
    """A run of the network in which every input, state and parameter is a random 2 x 2 matrix."""
    generator = torch.Generator().manual_seed(3)

    def matrix(rows: int = 2) -> Tensor:
        return torch.randn(rows, 2, dtype=torch.float64, generator=generator)

    inputs = [matrix() for _ in range(steps)]
    shapes = network.shapes(vocab_size=2, num_hiddens=2)
    state = {name: matrix() for name in network.states}
    return Evaluation(network, inputs, state, {name: matrix(shape[0]) for name, shape in shapes.items()})


def with_equation(network: Network, name: str, expression: e.Expr) -> Network:
    """The network with another right-hand side for `name`."""
    changed = (e.Equation(q.name, expression) if q.name == name else q for q in network.equations)
    return replace(network, equations=tuple(changed))


def with_tree(tree: e.Expr) -> Network:
    """The GRU with the tree in the place of its reset gate, which trees do not refer to."""
    return with_equation(GRU, "R", tree)


def read_text(network: Network, name: str, run: Evaluation, step: int) -> Tensor:
    """The right-hand side of the equation's text, read as arithmetic by Python."""
    written = equation_text(network, name).split(" = ", 1)[1]
    leaves = _leaves(network, name, lambda leaf: equation_text(leaf, name).split(" = ", 1)[1])
    return _arithmetic(written, leaves, run, step)


def read_latex(network: Network, name: str, run: Evaluation, step: int) -> Tensor:
    """The right-hand side of the equation's LaTeX, read as arithmetic by Python."""
    written = equation_latex(network, name).split(" &= ", 1)[1]
    leaves = _leaves(network, name, lambda leaf: equation_latex(leaf, name).split(" &= ", 1)[1])
    for latex, plain in ((r"\left(", "("), (r"\right)", ")"), (r"\odot", "⊙"), (r"\sigma", "σ"), (r"^\top", "ᵀ")):
        written = written.replace(latex, plain)
    written = re.sub(r"\\mathrm\{(\w+)\}|\\(tanh)", r"\1\2", written)
    return _arithmetic(written, leaves, run, step)


def _leaves(network: Network, name: str, write) -> dict[str, e.Expr]:
    nodes = (node for _, node in e.walk(network.expression(name)))
    return {write(with_equation(network, name, node)): node for node in nodes if not node.children()}


def _arithmetic(written: str, leaves: dict[str, e.Expr], run: Evaluation, step: int) -> Tensor:
    nodes = list(leaves.values())
    longest_first = sorted(leaves, key=len, reverse=True)
    positions = {text: position for position, text in enumerate(leaves)}
    code = written.replace("[", "cat([").replace("]", "])")
    pattern = "|".join(rf"(?<![\d.]){text}(?![\d.])" if text.isdigit() else re.escape(text) for text in longest_first)
    code = re.sub(pattern, lambda match: f"v[{positions[match[0]]}]", code)
    code = code.replace("{", "(").replace("}", ")")  # LaTeX groups what is transposed
    for sign, python in (("⊙", "*"), ("−", "-"), ("σ", "sigmoid"), ("ᵀ", ".T")):
        code = code.replace(sign, python)
    code = re.sub(r"(?<![\w.])([\d.]+) (?=[a-z(\d])", r"\1 * ", code)  # a number in front of a term scales it
    code = re.sub(r"(?<=[\w\])]) (?=[a-z(])", " @ ", code)  # two things side by side are a matrix product
    values = [run.evaluate(node, step) for node in nodes]
    return eval(code, {"__builtins__": {}}, {"v": values, "cat": lambda parts: torch.cat(parts, dim=-1), **ACTIVATIONS})
