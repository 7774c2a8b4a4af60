"""Forms that other texts have, called by their names and sources; and things added to, or left out of, whole equations.

Sources: peepholes: Gers and Schmidhuber 2000, "Recurrent nets that time and count". Minimal gated unit: Zhou et al.
2016, arXiv:1603.09420. Layer normalisation: Ba et al. 2016, arXiv:1607.06450. Residual connections: He et al. 2016,
arXiv:1512.03385.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce

from course_utils.equations import expressions as e
from course_utils.equations.mistakes.edit import Change, Edit
from course_utils.equations.network import Network
from course_utils.equations.render import term_text
from course_utils.translation import Sentence, to_say

PEEPHOLES = to_say("peephole connections (Gers and Schmidhuber 2000)")
ONE_GATE = to_say("the minimal gated unit has one gate too (Zhou et al. 2016, arXiv:1603.09420)")
NORMALISED = to_say("layer normalisation (Ba et al. 2016, arXiv:1607.06450)")
RESIDUAL = to_say("residual connections (He et al. 2016, arXiv:1512.03385)")


def all_edits(network: Network) -> Iterator[Edit]:
    """The edits of a network that are variants, additions and missing lines."""
    yield from _lines_missing(network)
    yield from _never_becomes_the_state(network)
    yield from _peepholes(network)
    yield from _one_gate(network)
    for names, where in _groups(network):
        yield from _normalised(network, names, where)
        yield from _rows_mixed(network, names, where)
    for names, _ in _state_groups(network):
        yield from _residual(network, names)
    for equation in network.equations:
        if equation.name not in network.repeated:
            yield from _clamped(network, equation)


def _groups(network: Network) -> Iterator[tuple[tuple[str, ...], str]]:
    """Each equation by itself, and each family of them; of a stack's layers the families only."""
    for equation in network.equations:
        if equation.name == network.output or len(network.layers) < 2:
            yield (equation.name,), term_text(network, e.Ref(equation.name))
    for label, names in network.families.items():
        yield names, label


def _lines_missing(network: Network) -> Iterator[Edit]:
    """H_t = H_{t-1}: the line that computes a state is not there."""
    for names, where in _state_groups(network):
        changes = tuple(Change(name, (), e.Ref(name, _past(network, name))) for name in names)
        sentence = to_say("the line that makes {where} is missing: the state never changes", where=where)
        yield Edit(network, "line missing", sentence, 0, changes)


def _never_becomes_the_state(network: Network) -> Iterator[Edit]:
    """H_new = …; the output reads H_new, and H stays what came in."""
    for names, where in _state_groups(network):
        changes = tuple(
            Change(equation.name, path, e.Ref(node.name, at="initial"))
            for equation in network.equations
            for path, node in e.walk(equation.expression)
            if isinstance(node, e.Ref) and node.name in names and node.shift
        )
        computed = to_say(
            "{where} is computed at each step, but never becomes the state: every step reads what came in"
        )
        states = {name: e.Ref(name, at="initial") for name in names}
        yield Edit(network, "initial state", computed.having(where=where), 1, changes, states=states)


def _state_groups(network: Network) -> Iterator[tuple[tuple[str, ...], str]]:
    names = tuple(network.states)
    if not network.layers:
        for name in names:
            yield (name,), term_text(network, e.Ref(name))
    if network.layers or len(names) > 1:
        yield (
            names,
            to_say("every layer's state")
            if network.layers
            else reduce(_both, (term_text(network, e.Ref(name)) for name in names)),
        )


def _both(one: str, other: str) -> Sentence:
    return to_say("{one} and {other}", one=one, other=other)


def _past(network: Network, name: str) -> int:
    """The shift by which a state's equation reads its own past: 1 for a direction that runs backward."""
    nodes = [node for _, node in e.walk(network.expression(name))]
    return next((node.shift for node in nodes if isinstance(node, e.Ref) and node.name == name), -1)


# The output gate's step of the cell, and whether it is seen through weights -> what is said of all gates.
LOOKING = {
    (0, False): to_say("every gate looks at the cell too, at C_{t−1}, the output gate at C_t: peepholes"),
    (-1, False): to_say("every gate looks at the cell too, at C_{t−1}: peepholes"),
    (0, True): to_say(
        "every gate looks at the cell too, at C_{t−1}, the output gate at C_t, "
        "through the weights of H_{t−1}: peepholes"
    ),
    (-1, True): to_say("every gate looks at the cell too, at C_{t−1}, through the weights of H_{t−1}: peepholes"),
}


def _peepholes(network: Network) -> Iterator[Edit]:
    """Gates that look at the cell: the output gate at C_t, as published, or all of them at C_{t-1}."""
    if "C" not in network.states or "O" not in network.gates:
        return
    for with_weights in (False, True):
        for now in (0, -1):
            changes = tuple(
                Change(gate, (0,), _looking(network, gate, e.Ref("C", now if gate == "O" else -1), with_weights))
                for gate in network.gates
            )
            yield Edit(network, "peephole", LOOKING[now, with_weights], 2, changes, convention=PEEPHOLES)
        looks = _looking(network, "O", e.Ref("C"), with_weights)
        sentence = to_say("O_t looks at C_t too: a peephole")
        if with_weights:
            sentence = to_say("O_t looks at C_t too: a peephole, C_t W_ho")
        yield Edit(network, "peephole", sentence, 3, (Change("O", (0,), looks),), convention=PEEPHOLES)


def _looking(network: Network, gate: str, cell: e.Ref, with_weights: bool) -> e.Expr:
    (argument,) = network.expression(gate).children()
    weight = e.Parameter(f"W_h{gate.lower()}")
    return argument + (cell @ weight if with_weights else cell)


def _one_gate(network: Network) -> Iterator[Edit]:
    """One gate of a GRU in both places; with the reverse blend, the minimal gated unit as published."""
    if network.gates != ("R", "Z"):
        return
    for kept, other in (("Z", "R"), ("R", "Z")):
        changes = [
            Change(equation.name, path, e.Ref(kept))
            for equation in network.equations
            for path, node in e.walk(equation.expression)
            if node == e.Ref(other)
        ]
        sentence = to_say("{gate}_t does the work of both gates: it resets and updates", gate=kept)
        yield Edit(network, "one gate", sentence, 2, tuple(changes), convention=ONE_GATE)
        reverse = [change for change in changes if change.equation != "H"]
        blend = (Change("H", (0, 0), e.OneMinus(e.Ref(kept))), Change("H", (1, 0), e.Ref(kept)))
        also = to_say("{sentence}, and it lets the new in where Z_t keeps the old", sentence=sentence)
        yield Edit(network, "one gate", also, 2, (*reverse, *blend), convention=ONE_GATE)


def _normalised(network: Network, names: tuple[str, ...], where: str) -> Iterator[Edit]:
    """Layer normalisation of an equation's argument, or of its result."""
    inside = [(name, network.expression(name)) for name in names]
    arguments = tuple(
        Change(name, (0,), e.Apply("layer_norm", node.argument)) for name, node in inside if isinstance(node, e.Apply)
    )
    if len(arguments) == len(names):
        sentence = to_say("layer normalisation stands inside {where}", where=where)
        yield Edit(network, "normalisation", sentence, 3, arguments, convention=NORMALISED)
    results = tuple(Change(name, (), e.Apply("layer_norm", node)) for name, node in inside)
    sentence = to_say("{where} is layer-normalised", where=where)
    yield Edit(network, "normalisation", sentence, 3, results, convention=NORMALISED)


def _rows_mixed(network: Network, names: tuple[str, ...], where: str) -> Iterator[Edit]:
    """A mean, or a softmax, over the rows of the minibatch."""
    sentences = {
        "batch_mean": to_say("{where} is averaged over the rows of the minibatch: each row is a text of its own"),
        "batch_softmax": to_say(
            "{where} goes through softmax over the rows of the minibatch: each row is a text of its own"
        ),
    }
    for function, sentence in sentences.items():
        changes = tuple(Change(name, (), e.Apply(function, network.expression(name))) for name in names)
        yield Edit(network, "rows mixed", sentence.having(where=where), 3, changes)


def _residual(network: Network, names: tuple[str, ...]) -> Iterator[Edit]:
    """H_t = … + H_{t-1}; in a stack in every layer."""
    old = [e.Ref(name, _past(network, name)) for name in names]
    changes = tuple(Change(ref.name, (), network.expression(ref.name) + ref) for ref in old)
    what, new = (", ".join(term_text(network, ref) for ref in refs) for refs in (old, map(e.Ref, names)))
    sentence = to_say("{state} is added to the new {new}: a residual connection", state=what, new=new)
    if network.layers:
        sentence = to_say("each layer's old state is added to its new one: a residual connection")
    yield Edit(network, "skip connection", sentence, 3, changes, convention=RESIDUAL)


def _clamped(network: Network, equation: e.Equation) -> Iterator[Edit]:
    """Values cut off at -1 and 1, of equations whose result may lie beyond."""
    if isinstance(equation.expression, e.Sum):
        where = term_text(network, e.Ref(equation.name))
        sentence = to_say("{where} is clamped to −1 … 1, which the equation does not do", where=where)
        if equation.name == network.output:
            sentence = to_say("the scores are clamped to −1 … 1, which the equation does not do")
        change = Change(equation.name, (), e.Apply("clamp", equation.expression))
        yield Edit(network, "clamped", sentence, 3, (change,))
