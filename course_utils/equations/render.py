"""Equations as LaTeX, as plain text and as HTML, with a marked term where a check wants to point at one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from html import escape

from course_utils.equations import expressions as e
from course_utils.equations.network import Network
from course_utils.translation import say

_LOOSE, _SUM, _PRODUCT, _TIGHT = range(4)  # how strongly a node binds: below its context's strength it gets brackets


@dataclass(frozen=True)
class _Style:
    """What differs between the ways of writing."""

    times: str
    matmul: str
    minus: str
    mark: tuple[str, str]
    brackets: tuple[str, str]


_LATEX = _Style(r" \odot ", " ", " - ", (r"\boxed{", "}"), (r"\left(", r"\right)"))
_TEXT = _Style(" ⊙ ", " ", " − ", ("⟦", "⟧"), ("(", ")"))
_HTML = replace(_TEXT, mark=("<mark>⟦", "⟧</mark>"))


class _Renderer:
    def __init__(self, network: Network, latex: bool, marks: tuple[e.Path, ...]):
        self.network = network
        self.latex = latex
        self.style = _LATEX if latex else _TEXT
        self.marks = set(marks)

    def equation(self, equation: e.Equation) -> str:
        left = self._ref(e.Ref(equation.name))
        equals = " &= " if self.latex else " = "
        return left + equals + self.node(equation.expression, (), _LOOSE)

    def node(self, node: e.Expr, path: e.Path, context: int) -> str:
        written, strength = self._write(node, path)
        if strength < context:
            written = written.join(self.style.brackets)
        if path in self.marks:
            written = written.join(self.style.mark)
        return written

    def _child(self, node: e.Expr, path: e.Path, number: int, context: int) -> str:
        return self.node(node.children()[number], (*path, number), context)

    def _write(self, node: e.Expr, path: e.Path) -> tuple[str, int]:
        match node:
            case e.Parameter():
                return self._parameter(node.name), _TIGHT
            case e.Ref():
                return self._ref(node), _TIGHT
            case e.Sum():
                return self._sum(node, path), _SUM
            case e.One():
                return "1", _TIGHT
            case e.Zeros():
                return r"\mathbf{0}" if self.latex else "0", _TIGHT
            case e.Scale():
                factor = self.style.minus.strip() if node.factor == -1 else f"{node.factor:g} "
                return factor + self._child(node, path, 0, _PRODUCT), _SUM if node.factor < 0 else _PRODUCT
            case e.OneMinus():
                return "1" + self.style.minus + self._child(node, path, 0, _PRODUCT), _SUM
            case e.Product():
                factors = [self._child(node, path, number, _TIGHT) for number in (0, 1)]
                return self.style.times.join(factors), _PRODUCT
            case e.MatMul():
                factors = [self._child(node, path, number, _TIGHT) for number in (0, 1)]
                return self.style.matmul.join(factors), _PRODUCT
            case e.Transpose():
                matrix = self._child(node, path, 0, _TIGHT)
                return (f"{{{matrix}}}" + r"^\top" if self.latex else matrix + "ᵀ"), _TIGHT
            case e.Apply():
                return self._apply(node, path)
            case e.Concat():
                parts = ", ".join(self._child(node, path, number, _LOOSE) for number in range(len(node.parts)))
                return ("[" + parts + "]"), _TIGHT
            case e.Inside():
                ref, beyond = (self._child(node, path, number, _TIGHT) for number in (0, 1))
                word = say("or")
                return ref + (rf"\;\mathrm{{{word}}}\;" if self.latex else f" {word} ") + beyond, _SUM
        raise TypeError(f"no way of writing {type(node).__name__}")

    def _sum(self, node: e.Sum, path: e.Path) -> str:
        written = self._child(node, path, 0, _SUM)
        for number, term in enumerate(node.terms[1:], start=1):
            if isinstance(term, e.Scale) and term.factor == -1 and (*path, number) not in self.marks:
                written += self.style.minus + self._child(term, (*path, number), 0, _PRODUCT)
            else:
                written += " + " + self._child(node, path, number, _PRODUCT)
        return written

    def _apply(self, node: e.Apply, path: e.Path) -> tuple[str, int]:
        if node.function == "identity":
            return self.node(node.argument, (*path, 0), _LOOSE), _SUM
        names = {"sigmoid": r"\sigma" if self.latex else "σ", "tanh": r"\tanh" if self.latex else "tanh"}
        name = names.get(node.function, rf"\mathrm{{{node.function}}}" if self.latex else node.function)
        return name + self._child(node, path, 0, _LOOSE).join(self.style.brackets), _TIGHT

    def _parameter(self, name: str) -> str:
        letter, _, index = name.partition("_")
        index = self.network.latex.get(name, index) if self.latex else index
        if not self.latex:
            return self.network.text.get(name, name)
        base, _, superscript = index.partition("^")
        raised = f"^{{({superscript})}}" if superscript else ""
        return rf"\mathbf{{{letter}}}_{{{base}}}{raised}"

    def _ref(self, node: e.Ref) -> str:
        if self.latex:
            return self.network.latex.get(node.name, rf"\mathbf{{{node.name}}}") + rf"_{{{self._index(node)}}}"
        index = self._index(node)
        name = self.network.text.get(node.name, node.name)
        return f"{name}_{{{index}}}" if len(index) > 1 else f"{name}_{index}"

    def _index(self, node: e.Ref) -> str:
        minus = "-" if self.latex else "−"
        fixed = {
            "first": "1",
            "last": "T",
            "before last": f"T{minus}1",
            "mirror": f"T+1{minus}t",
            "initial": "0",
        }
        shift = f"+{node.shift}" if node.shift > 0 else f"{minus}{-node.shift}" if node.shift else ""
        return fixed.get(node.at, "t" + shift)


class _HtmlRenderer(_Renderer):
    """Writes the text's names with bold letters, and their indices below the line and above it."""

    def __init__(self, network: Network, marks: tuple[e.Path, ...]):
        super().__init__(network, False, marks)
        self.style = _HTML

    def _parameter(self, name: str) -> str:
        letter, _, index = name.partition("_")
        base, _, superscript = self.network.latex.get(name, index).partition("^")
        return _letter(letter) + _below(base) + _above(f"({superscript})" if superscript else "")

    def _ref(self, node: e.Ref) -> str:
        name = self.network.text.get(node.name, node.name)
        direction = name[0] if name[0] in "→←" else ""
        letter, _, layer = name.removeprefix(direction).partition("⁽")
        index = _below(self._index(node)) + _above(f"({layer[:-1]})" if layer else "")
        return _above(direction) + _letter(letter) + index


def _letter(letter: str) -> str:
    return f"<b>{escape(letter)}</b>"


def _below(index: str) -> str:
    return f"<sub>{escape(index)}</sub>"


def _above(index: str) -> str:
    return f"<sup>{escape(index)}</sup>" if index else ""


def equation_latex(network: Network, name: str, marks: tuple[e.Path, ...] = ()) -> str:
    """One equation as LaTeX, `&=` between its sides; the nodes at `marks` are boxed."""
    return _Renderer(network, True, marks).equation(e.Equation(name, network.expression(name)))


def equation_text(network: Network, name: str, marks: tuple[e.Path, ...] = ()) -> str:
    """One equation as plain text; the nodes at `marks` stand in ⟦ ⟧."""
    return _Renderer(network, False, marks).equation(e.Equation(name, network.expression(name)))


def equation_html(network: Network, name: str, marks: tuple[e.Path, ...] = ()) -> str:
    """One equation as HTML of the plainest kind; the nodes at `marks` are `mark` elements, in ⟦ ⟧ as well.

    It needs no script, no drawing and no font, takes the page's colours, and passes JupyterLab's filter for notebooks
    that are not trusted, which drops `svg` and `math`.
    """
    return _HtmlRenderer(network, marks).equation(e.Equation(name, network.expression(name)))


def term_text(network: Network, term: e.Expr) -> str:
    """Any part of an equation as plain text."""
    return _Renderer(network, False, ()).node(term, (), _LOOSE)


def network_latex(network: Network) -> str:
    """All equations of a network as one aligned LaTeX display."""
    lines = [equation_latex(network, equation.name) for equation in network.equations]
    return _aligned(lines)


def _aligned(lines: list[str]) -> str:
    return "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"


def layer_latex(stack: Callable[[int], Network]) -> str:
    """The equations of layer ℓ of a stack, for every layer but the first, as LaTeX: one line, or an aligned display.

    stack: gives the network of a number of layers, as `deep_rnn` does. What the layer below hands up has the index ℓ−1.
    """
    network, layer = stack(3), 3
    latex = dict(network.latex)
    for number, written in ((layer, r"\ell"), (layer - 1, r"\ell-1")):
        for name in (f"{letter}{number}" for letter in ("H", "U")):
            latex[name] = rf"\mathbf{{{name[0]}}}^{{({written})}}"
        latex |= {f"{name}{number}": rf"{name[2:]}^{written}" for name in ("W_xh", "W_hh", "b_h")}
    symbolic = replace(network, latex=latex)
    lines = [equation_latex(symbolic, name) for name in network.hidden if name.endswith(str(layer))]
    return lines[0].replace("&=", "=") if len(lines) == 1 else _aligned(lines)


def network_text(network: Network) -> str:
    """All equations of a network as plain text, one per line."""
    return "\n".join(equation_text(network, equation.name) for equation in network.equations)
