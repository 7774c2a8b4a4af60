"""Edits at one node of one equation, and the same mistake made in a whole family of equations (gates, layers)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from course_utils.equations import expressions as e
from course_utils.equations.mistakes.edit import Change, Edit
from course_utils.equations.mistakes.rules import NODE_RULES, ROOT_RULES, Mistake, Place
from course_utils.equations.network import Network
from course_utils.equations.render import term_text
from course_utils.translation import to_say


def mistakes(place: Place, expression: e.Expr) -> Iterator[tuple[e.Path, Mistake]]:
    """Every rule at every node of an equation's right side."""
    for path, node in e.walk(expression):
        under = e.at(expression, path[:-1]) if path else None
        for rule in NODE_RULES:
            for mistake in rule(place, node):
                if not (isinstance(under, e.OneMinus) and isinstance(mistake.new, e.OneMinus)):  # 1 − (1 − Z) is Z
                    yield path, mistake
    if not isinstance(expression, e.Apply):
        for rule in ROOT_RULES:
            for mistake in rule(place, expression):
                yield (), mistake


def single(network: Network) -> Iterator[Edit]:
    """Edits of one equation. In a stack of layers only the first is edited alone: the others are made by a loop."""
    for equation in network.equations:
        if equation.name in network.repeated:
            continue
        where = term_text(network, e.Ref(equation.name))
        shown = _top_symbolic(network) if equation.name == network.output else network
        for path, mistake in mistakes(Place(shown, equation.name), equation.expression):
            yield _edit(network, mistake, where, (_change(equation.name, path, mistake),))
        yield from _blend_exchanged(network, equation)


def in_families(network: Network) -> Iterator[Edit]:
    """The same mistake in all members of a family: "in both gates", "in every layer but the first"."""
    for label, members in network.families.items():
        yield from _in_family(network, label, members)


def _in_family(network: Network, label: str, members: tuple[str, ...]) -> Iterator[Edit]:
    by_mistake: dict[tuple[str, str, e.Path], list[tuple[Change, Mistake]]] = {}
    for name in members:
        place = Place(_symbolic(network, name), name)
        for path, mistake in mistakes(place, network.expression(name)):
            key = (mistake.kind, mistake.sentence, path)
            by_mistake.setdefault(key, []).append((_change(name, path, mistake), mistake))
    for instances in by_mistake.values():
        if len({change.equation for change, _ in instances}) == len(instances) == len(members):
            yield _edit(network, instances[0][1], label, tuple(change for change, _ in instances))


def _top_symbolic(network: Network) -> Network:
    """The network with its top layer written H⁽L⁾, so that stacks of any height say the same of their output."""
    if not network.layers:
        return network
    top = network.layers[-1]
    return replace(network, text={**network.text, top: "H⁽L⁾", top.replace("H", "U"): "U⁽L⁾"})


def _symbolic(network: Network, name: str) -> Network:
    """The network with the names of one member written as its family writes them: `b_·` for `b_r`, `H⁽ℓ⁾` for H2."""
    text = dict(network.text)
    index = network.layers.index(name) + 1 if name in network.layers else 0
    if index:
        for offset, written in ((0, "ℓ"), (-1, "ℓ−1"), (1, "ℓ+1")):
            text |= {f"{letter}{index + offset}": f"{letter}⁽{written}⁾" for letter in "HU"}
            text |= {f"{letter}{index + offset}": f"{letter}⁽{written}⁾" for letter in ("W_xh", "W_hh", "b_h")}
        if index == 2 and network.sums:
            text["H1"] = "U⁽ℓ−1⁾"  # what the first layer hands up is its state
        return replace(network, text=text)
    own = [node.name for _, node in e.walk(network.expression(name)) if isinstance(node, e.Parameter)]
    text |= {parameter: ("b_·" if parameter.startswith("b") else parameter[:3] + "·") for parameter in own}
    text[name] = "·"
    return replace(network, text=text)


def _change(equation: str, path: e.Path, mistake: Mistake) -> Change:
    return Change(equation, path, mistake.new, (*path, *mistake.missing) if mistake.missing else ())


def _edit(network: Network, mistake: Mistake, where: str, changes: tuple[Change, ...]) -> Edit:
    return Edit(
        network,
        mistake.kind,
        mistake.sentence.having(where=where),
        mistake.rank,
        changes,
        convention=mistake.convention,
    )


def _blend_exchanged(network: Network, equation: e.Equation) -> Iterator[Edit]:
    """Z ⊙ A + (1 − Z) ⊙ B -> (1 − Z) ⊙ A + Z ⊙ B."""
    for path, node in e.walk(equation.expression):
        if not isinstance(node, e.OneMinus):
            continue
        twins = [p for p, other in e.walk(equation.expression) if other == node.gate and p != (*path, 0)]
        if len(twins) == 1:
            gate, where = (term_text(network, term) for term in (node.gate, e.Ref(equation.name)))
            yield Edit(
                network,
                "blend exchanged",
                to_say("{gate} and 1 − {gate} are swapped in {where}", gate=gate, where=where),
                1,
                (Change(equation.name, twins[0], node), Change(equation.name, path, node.gate)),
                convention=to_say("the reverse meaning of the update gate, as in Chung et al. 2014 (arXiv:1412.3555)"),
            )
