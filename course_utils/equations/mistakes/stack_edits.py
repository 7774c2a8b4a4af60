"""What goes wrong between the layers of a stack: one variable for all, states of another layer, a layer left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from course_utils.equations import expressions as e
from course_utils.equations.mistakes.edit import ALL_BUT_THE_STATE, Change, Edit
from course_utils.equations.network import Network
from course_utils.translation import to_say

Replace = Callable[[int, e.Ref], e.Expr | None]


def all_edits(network: Network) -> Iterator[Edit]:
    """The edits of a stack of two layers and more; none for other networks."""
    if len(network.layers) > 1:
        yield from _states(network)
        if network.sums:
            yield from _residual(network)
        else:
            yield from _inputs(network)
            yield from _scores(network)
        yield from _starts_and_ends(network)


def _layers_changed(network: Network, new: Replace) -> tuple[Change, ...]:
    """In every layer's equation, `new(layer, ref)` instead of a reference, where it gives something."""
    return tuple(
        Change(name, path, changed)
        for layer, name in enumerate(network.layers)
        for path, node in e.walk(network.expression(name))
        if isinstance(node, e.Ref) and (changed := new(layer, node)) is not None
    )


def _states(network: Network) -> Iterator[Edit]:
    """The state of the step before, read from another layer or lost."""
    names = network.layers
    first, top = names[0], names[-1]

    def one_variable(layer: int, ref: e.Ref) -> e.Expr | None:
        if ref.shift == 0:
            return None
        return e.Ref(names[layer - 1]) if layer else e.Ref(top, -1)

    sentence = to_say(
        "one variable holds the state of all layers: each goes on from the one below, not from its own past"
    )
    changes = _layers_changed(network, one_variable)
    yield Edit(network, "layers", sentence, 2, changes, initial={top: e.Ref(first, at="initial")})
    sentence = to_say(
        "one variable holds the state of all layers: each goes on from the one below, not from its own past, "
        "beginning with the top layer's"
    )
    yield Edit(network, "layers", sentence, 2, changes)
    changes = _layers_changed(network, lambda layer, ref: e.Ref(first, -1) if ref.shift and layer else None)
    sentence = to_say("each layer reads the first layer's past state where its own belongs")
    yield Edit(network, "sequence exchanged", sentence, 3, changes)
    changes = _layers_changed(network, lambda _, ref: e.Zeros() if ref.shift else None)
    yield Edit(network, "state reset", to_say("the states are set back to zero at every step"), 1, changes)


def _inputs(network: Network) -> Iterator[Edit]:
    """What a layer hands to the one above."""
    before: dict[str, e.Expr] = {}
    for name in network.layers:
        (argument,) = network.expression(name).children()
        before[name] = e.transform(argument, lambda node: before.get(node.name, node) if _is_now(node) else node)
    unbent = _layers_changed(network, lambda _, ref: before.get(ref.name) if _is_now(ref) else None)
    sentence = to_say("each layer reads the one below before its activation")
    yield Edit(network, "activation missing", sentence, 2, unbent)
    added = tuple(
        Change(name, (), e.Sum((network.expression(name), e.Ref(below))))
        for below, name in zip(network.layers, network.layers[1:], strict=False)
    )
    sentence = to_say("each layer's state is the sum of its input and its output")
    yield Edit(network, "skip connection", sentence, 3, added)


def _residual(network: Network) -> Iterator[Edit]:
    """What goes wrong with residual connections: where the sum is made, and what it becomes."""
    below = dict(zip(network.layers[1:], (network.layers[0], *network.sums), strict=False))  # layer -> what it reads
    upper = [(name, name.replace("H", "U"), e.Ref(read)) for name, read in below.items()]
    alone = tuple(Change(handed, (), e.Ref(name)) for name, handed, _ in upper)
    sentence = to_say("there is no residual connection: each layer hands up its state alone, H⁽ℓ⁾")
    yield Edit(network, "residual connection", sentence, 0, alone)
    as_state = tuple(Change(name, (), e.Sum((read, network.expression(name)))) for name, _, read in upper)
    sentence = to_say(
        "the sum becomes the layer's state: to the next step goes H⁽ℓ⁾ alone, without what came from below"
    )
    yield Edit(network, "residual connection", sentence, 1, (*as_state, *alone))
    inside = tuple(Change(name, (0,), _with_term(network.expression(name), read)) for name, _, read in upper)
    sentence = to_say("what comes from below is added inside the tanh: it should be added to the state")
    yield Edit(network, "residual connection", sentence, 1, (*inside, *alone))
    returned = {name: e.Ref(handed, at="last") for name, handed, _ in upper}
    problem = to_say("the sums U⁽ℓ⁾ are handed on to the next call where the states H⁽ℓ⁾ belong")
    sentence = ALL_BUT_THE_STATE.having(problem=problem)
    yield Edit(network, "final state", sentence, 1, states=returned)
    top = network.layers[-1]
    path = next(path for path, node in e.walk(network.expression(network.output)) if isinstance(node, e.Ref))
    left_out = (Change(network.output, path, e.Ref(below[top])),)
    sentence = to_say("one layer too few is computed: the top one is left out")
    yield Edit(network, "layers", sentence, 1, left_out, states={top: e.Ref(top, at="initial")})
    if len(upper) > 1:
        yield from _short_connections(network, upper)


def _with_term(expression: e.Expr, term: e.Expr) -> e.Expr:
    """The argument of an activation, with a further term."""
    (argument,) = expression.children()
    return term + argument


def _short_connections(network: Network, upper: list[tuple[str, str, e.Ref]]) -> Iterator[Edit]:
    """The layer below alone where the sum of all below belongs; in two layers there is no difference."""
    states = {handed: e.Ref(name) for name, handed, _ in upper}

    def state_alone(node: e.Expr) -> e.Expr:
        return states.get(node.name, node) if isinstance(node, e.Ref) else node

    read = tuple(Change(name, (), e.transform(network.expression(name), state_alone)) for name, _, _ in upper[1:])
    sentence = to_say("the layers read H⁽ℓ−1⁾, not the sum U⁽ℓ−1⁾: it is made for the scores only")
    yield Edit(network, "residual connection", sentence, 2, read)
    added = tuple(
        Change(handed, (), e.transform(network.expression(handed), state_alone)) for _, handed, _ in upper[1:]
    )
    sentence = to_say("to H⁽ℓ⁾ the state H⁽ℓ−1⁾ is added, not the layer's whole input U⁽ℓ−1⁾")
    yield Edit(network, "residual connection", sentence, 2, added)


def _is_now(node: e.Expr) -> bool:
    return isinstance(node, e.Ref) and node.shift == 0


def _scores(network: Network) -> Iterator[Edit]:
    """Scores from other layers than the top one."""
    *lower, top = network.layers
    output = network.expression(network.output)
    path = next(path for path, node in e.walk(output) if node == e.Ref(top))
    change = Change(network.output, path, _total(network.layers))
    sentence = to_say("the scores are made from the sum of all layers' states")
    yield Edit(network, "sum of layers", sentence, 3, (change,))
    names = network.layers

    def summed(layer: int, ref: e.Ref) -> e.Expr | None:
        return _total(names[:layer]) if layer > 1 and _is_now(ref) else None

    passed_up = _layers_changed(network, summed)
    sentence = to_say("each layer hands up its input added to its output: a skip connection")
    yield Edit(network, "skip connection", sentence, 4, (*passed_up, change))
    left_out = (Change(network.output, path, e.Ref(lower[-1])),)
    sentence = to_say("one layer too few is computed: the top one is left out")
    yield Edit(network, "layers", sentence, 1, left_out, states={top: e.Ref(top, at="initial")})


def _total(names: tuple[str, ...]) -> e.Expr:
    return e.Sum(tuple(e.Ref(name) for name in names))


def _starts_and_ends(network: Network) -> Iterator[Edit]:
    """A layer that starts where another did or ended, and one layer's state handed on for all."""
    first, top = network.layers[0], network.layers[-1]
    from_first: dict[str, e.Expr] = {name: e.Ref(first, at="initial") for name in network.layers[1:]}
    sentence = to_say("every layer starts from the first layer's incoming state")
    yield Edit(network, "start", sentence, 2, initial=from_first)
    for name, sentence in (
        (top, to_say("the top layer's state is handed on for every layer")),
        (first, to_say("the first layer's state is handed on for every layer")),
    ):
        states = dict.fromkeys(network.layers, network.states[name])
        yield Edit(network, "final state", sentence, 2, states=states)
    initial: dict[str, e.Expr] = {
        name: e.Ref(below, at="last") for below, name in zip(network.layers, network.layers[1:], strict=False)
    }
    sentence = to_say("each layer starts from the final state of the one below")
    yield Edit(network, "start", sentence, 2, initial=initial)
