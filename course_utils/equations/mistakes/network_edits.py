"""Edits of a network as a whole: unpacking, shared weights, the incoming state, the state that is handed on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import permutations

from course_utils.equations import expressions as e
from course_utils.equations.mistakes.edit import ALL_BUT_THE_STATE, Change, Edit
from course_utils.equations.mistakes.rules import OTHER_INPUTS, Place, other_input, other_reference
from course_utils.equations.network import Network
from course_utils.equations.render import term_text
from course_utils.translation import to_say


def all_edits(network: Network) -> Iterator[Edit]:
    """Every edit that concerns more than a single place."""
    yield from _unpacking(network)
    yield from _shared_weights(network)
    yield from _everywhere(network)
    yield from _incoming_state(network)
    yield from _final_state(network)
    yield from _turned(network)


def _turned(network: Network) -> Iterator[Edit]:
    """A direction that runs the other way round, and hands on the state of its own last step."""
    for name, final in network.states.items():
        for path, node in e.walk(network.expression(name)):
            if len(network.states) > 1 and not network.layers and isinstance(node, e.Ref) and node.name == name:
                other = e.Ref(name, -node.shift)
                mistake = other_reference(Place(network, name), node, other)
                turned = {name: _other_end(final)}
                wrong = mistake.sentence.having(where=term_text(network, e.Ref(name)))
                sentence = to_say("{mistake}, and its last state is handed on", mistake=wrong)
                yield Edit(network, mistake.kind, sentence, 1, (Change(name, path, other),), states=turned)


def _other_end(final: e.Ref) -> e.Ref:
    return e.Ref(final.name, at="first" if final.at == "last" else "last")


def parameter_groups(network: Network) -> list[tuple[str, ...]]:
    """Input weight, hidden weight and bias of each gate, layer or direction, as they stand in the parameter list."""
    names = list(network.parameters)[:-2]
    return [tuple(names[start : start + 3]) for start in range(0, len(names), 3)]


def _shape(network: Network, group: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    return tuple(network.parameters[name] for name in group)


def _written(group: tuple[str, ...]) -> str:
    return "(" + ", ".join(group) + ")"


def _renamed(network: Network, names: dict[str, str]) -> tuple[Change, ...]:
    """The changes that write `names[p]` wherever a parameter p stood."""
    return _substituted(
        network,
        lambda node: e.Parameter(names[node.name]) if isinstance(node, e.Parameter) and node.name in names else node,
    )


def _substituted(network: Network, new: Callable[[e.Expr], e.Expr]) -> tuple[Change, ...]:
    return tuple(
        Change(equation.name, path, new(node))
        for equation in network.equations
        for path, node in e.walk(equation.expression)
        if new(node) != node
    )


def _unpacking(network: Network) -> Iterator[Edit]:
    groups = parameter_groups(network)
    for order in permutations(groups):
        moved = [(group, other) for group, other in zip(groups, order, strict=True) if group != other]
        if not moved or any(_shape(network, group) != _shape(network, other) for group, other in moved):
            continue
        names = {old: new for group, other in moved for old, new in zip(group, other, strict=True)}
        if len(moved) == 2:
            first, second = (_written(group) for group, _ in moved)
            exchanged = to_say("{first} and {second} are exchanged, where they are unpacked or where they are used")
            sentence = exchanged.having(first=first, second=second)
        else:
            written = " ".join(map(_written, order))
            sentence = to_say("the parameters are unpacked in another order: {order}", order=written)
        is_library = tuple(name[0].removeprefix("W_x") for name in order) == network.library_order
        yield Edit(
            network,
            "unpacking order",
            sentence,
            2 if len(moved) == 2 else 4,
            _renamed(network, names),
            convention=to_say("torch stores the gates of nn.{name} in this order", name=network.name.upper())
            if is_library
            else "",
        )


def _shared_weights(network: Network) -> Iterator[Edit]:
    groups = parameter_groups(network)
    for used in groups:
        for left_out in groups:
            if used != left_out and not network.layers and not network.gates:
                names = dict(zip(left_out, used, strict=True))
                sentence = to_say("{used} are used for {other} too", used=_written(used), other=_written(left_out))
                yield Edit(network, "shared weights", sentence, 3, _renamed(network, names))
    if len(network.layers) > 1:
        yield from _shared_layers(network, groups)


def _shared_layers(network: Network, groups: list[tuple[str, ...]]) -> Iterator[Edit]:
    first, second, *_ = groups
    hidden = {name: other for group in groups[1:] for name, other in zip(group[1:], first[1:], strict=True)}
    share = to_say("all layers share the hidden weights of the first, {weight} and {bias}")
    sentence = share.having(weight=first[1], bias=first[2])
    yield Edit(network, "shared weights", sentence, 2, _renamed(network, hidden))
    recurrent = {group[1]: first[1] for group in groups[1:]}
    yield Edit(
        network, "shared weights", to_say("all layers share {weight}", weight=first[1]), 2, _renamed(network, recurrent)
    )
    if len(groups) > 2:
        upper = {name: other for group in groups[2:] for name, other in zip(group, second, strict=True)}
        sentence = to_say("all layers above the first share the second one's weights")
        yield Edit(network, "shared weights", sentence, 2, _renamed(network, upper))


def _everywhere(network: Network) -> Iterator[Edit]:
    """One state or the input read from elsewhere in every equation that reads it."""
    nodes = [node for equation in network.equations for _, node in e.walk(equation.expression)]
    refs = [node for node in dict.fromkeys(nodes) if isinstance(node, e.Ref)]
    place = Place(network, "")
    for ref in refs:
        others: list[e.Expr] = []
        if ref.name == "X":
            others = list(OTHER_INPUTS)
        elif ref.name in network.states and ref.shift:
            others = [
                e.Ref(ref.name, 2 * ref.shift),
                e.Ref(ref.name, 0),
                e.Ref(ref.name, at="initial"),
                e.Zeros(),
            ]
            others += [e.Ref(name, ref.shift) for name in network.states if name != ref.name]
        if nodes.count(ref) > 1 or (ref.name != "X" and not network.layers):
            for other in others:
                yield _reference_edit(network, place, ref, other)


def _reference_edit(network: Network, place: Place, ref: e.Ref, other: e.Expr) -> Edit:
    changes = _substituted(network, lambda node: other if node == ref else node)
    where = to_say("the network") if ref.name == "X" else to_say("each equation")
    if isinstance(other, e.Zeros):
        sentence = to_say("the state {state} is set back to zero at every step", state=term_text(network, ref))
        return Edit(network, "state reset", sentence, 1 if len(changes) > 1 else 2, changes)
    assert isinstance(other, e.Ref)
    mistake = other_input(place, other) if ref.name == "X" else other_reference(place, ref, other)
    return Edit(network, mistake.kind, mistake.sentence.having(where=where), mistake.rank, changes)


def _incoming_state(network: Network) -> Iterator[Edit]:
    names = list(network.states)
    sentence = to_say("the state that comes in is ignored: every call starts from zeros")
    yield Edit(network, "state ignored", sentence, 1, initial={name: e.Zeros() for name in names})
    if len(names) == 1:
        return
    for name in [] if network.layers else names:
        incoming = term_text(network, e.Ref(name, at="initial"))
        sentence = to_say("the incoming {state} is ignored: it starts from zeros", state=incoming)
        yield Edit(network, "state ignored", sentence, 2, initial={name: e.Zeros()})
    turned: dict[str, e.Expr] = {
        name: e.Ref(other, at="initial") for name, other in zip(names, reversed(names), strict=True) if name != other
    }
    sentence = to_say("the incoming states are unpacked in the wrong order")
    also = to_say("the incoming states are unpacked in the wrong order, and handed on in it")
    returned = dict(zip(names, reversed(network.states.values()), strict=True))
    yield Edit(network, "state order", sentence, 2, initial=turned)
    yield Edit(network, "state order", also, 2, initial=turned, states=returned)
    if not network.layers:
        for name, other in permutations(names, 2):
            yield from _other_start(network, name, other)


def _other_start(network: Network, name: str, other: str) -> Iterator[Edit]:
    for at, sentence in (
        ("initial", to_say("{state} starts from the incoming state of the other, {start}")),
        ("last", to_say("{state} starts from the final state of the other, {start}")),
        ("first", to_say("{state} starts from the first state of the other, {start}")),
    ):
        ref = e.Ref(other, at=at)
        state, start = (term_text(network, node) for node in (e.Ref(name), ref))
        yield Edit(network, "start", sentence.having(state=state, start=start), 3, initial={name: ref})


def _final_state(network: Network) -> Iterator[Edit]:
    names = list(network.states)
    if len(names) > 1:
        returned = dict(zip(names, reversed(network.states.values()), strict=True))
        order = ", ".join(term_text(network, ref) for ref in returned.values())
        sentence = to_say("the states are returned in the wrong order: ({order})", order=order)
        yield Edit(
            network,
            "state order",
            to_say("the states are returned in reversed order") if network.layers else sentence,
            1,
            states=returned,
        )
        incoming = {name: e.Ref(name, at="initial") for name in names}
        sentence = ALL_BUT_THE_STATE.having(problem=to_say("the states that came in are handed on"))
        yield Edit(network, "final state", sentence, 1, states=incoming)
        ends = {name: _other_end(final) for name, final in network.states.items()}
        sentence = to_say("the states handed on are taken from the wrong end of time")
        yield Edit(network, "final state", sentence, 1, states=ends)
    if not network.layers:
        for name, final in network.states.items():
            yield from _other_final(network, name, final)


def _other_final(network: Network, name: str, final: e.Ref) -> Iterator[Edit]:
    right = term_text(network, final)
    others = [e.Ref(name, at=at) for at in ("initial", "first", "last", "before last")]
    others += [e.Ref(other, at=at) for other in network.hidden if other != name for at in ("first", "last")]
    for other in others:
        if other == final:
            continue
        written = term_text(network, other)
        problem = to_say("the state handed on is {written} where {right} belongs", written=written, right=right)
        if other.at == "initial":
            came_in = to_say("the state handed on is the one that came in, {written}, not {right}")
            problem = came_in.having(written=written, right=right)
        sentence = ALL_BUT_THE_STATE.having(problem=problem)
        yield Edit(network, "final state", sentence, 1 if other.at == "initial" else 2, states={name: other})
