"""What goes wrong where the scores of a step read the states beside it: the step's own input, and the ends of time."""

from __future__ import annotations

from collections.abc import Iterator

from course_utils.equations import expressions as e
from course_utils.equations.mistakes.edit import Change, Edit
from course_utils.equations.network import Network
from course_utils.equations.render import term_text


def all_edits(network: Network) -> Iterator[Edit]:
    """The edits of a network that joins →H_{t−1} and ←H_{t+1}; none for other networks."""
    for equation in network.equations:
        match equation.expression:
            case e.Concat((e.Ref() as before, e.Ref() as after)) if before.shift and after.shift:
                yield from _of_a_join(network, equation.name, before, after)


def _of_a_join(network: Network, name: str, before: e.Ref, after: e.Ref) -> Iterator[Edit]:
    def joined(kind: str, sentence: str, rank: int, first: e.Expr, second: e.Expr) -> Edit:
        return Edit(network, kind, sentence, rank, (Change(name, (), e.Concat((first, second))),))

    def text(ref: e.Ref) -> str:
        return term_text(network, ref)

    now = e.Ref(before.name), e.Ref(after.name)
    right = f"where {text(before)} and {text(after)} belong"
    for rank, pair in enumerate((now, (now[0], after), (before, now[1]))):
        both = f"{text(pair[0])} and {text(pair[1])}"
        how = ", as in the plain network" if pair == now else ""
        sentence = f"the outputs read X_t: they use {both}{how}, {right}"
        yield joined("sees its input", sentence, min(rank, 1), *pair)
    other = e.Ref(before.name, -before.shift), e.Ref(after.name, -after.shift)
    sentence = f"the shifts are exchanged: {text(other[0])} and {text(other[1])} are joined"
    yield joined("another step", sentence, 1, *other)
    yield from _ends(network, name, before, after)


def _ends(network: Network, name: str, before: e.Ref, after: e.Ref) -> Iterator[Edit]:
    """Something else beyond the ends than the states that came in."""
    belongs = "the states that came in belong"
    zeros = e.Inside(before, e.Zeros()), e.Inside(after, e.Zeros())
    first, last = (e.Ref(before.name, at=at) for at in ("first", "last"))
    same = e.Inside(before, first), e.Inside(after, e.Ref(after.name, at="last"))
    around = e.Inside(before, last), e.Inside(after, e.Ref(after.name, at="first"))
    forms: tuple[tuple[str, tuple[e.Expr, e.Expr]], ...] = (
        (f"beyond the ends stand zeros, where {belongs}", zeros),
        ("before the first step stand zeros, where the forward state that came in belongs", (zeros[0], after)),
        ("after the last step stand zeros, where the backward state that came in belongs", (before, zeros[1])),
        (f"at the ends the nearest state is repeated, where {belongs}", same),
        (f"the states wrap around at the ends, where {belongs}", around),
        ("at the first step the last forward state is read, as by the index −1", (around[0], after)),
        ("at the last step the first backward state is read", (before, around[1])),
        (
            "at the first step the last forward state is read, as by the index −1, and zeros stand after the last step",
            (around[0], zeros[1]),
        ),
    )
    for sentence, pair in forms:
        yield Edit(network, "beyond the ends", sentence, 1, (Change(name, (), e.Concat(pair)),))
