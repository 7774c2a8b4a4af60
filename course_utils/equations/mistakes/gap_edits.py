"""What goes wrong where the scores of a step read the states beside it: the step's own input, and the ends of time."""

from __future__ import annotations

from collections.abc import Iterator

from course_utils.equations import expressions as e
from course_utils.equations.mistakes.edit import Change, Edit
from course_utils.equations.network import Network
from course_utils.equations.render import term_text
from course_utils.translation import Sentence, to_say


def all_edits(network: Network) -> Iterator[Edit]:
    """The edits of a network that joins →H_{t−1} and ←H_{t+1}; none for other networks."""
    for equation in network.equations:
        match equation.expression:
            case e.Concat((e.Ref() as before, e.Ref() as after)) if before.shift and after.shift:
                yield from _of_a_join(network, equation.name, before, after)


def _of_a_join(network: Network, name: str, before: e.Ref, after: e.Ref) -> Iterator[Edit]:
    def joined(kind: str, sentence: Sentence, rank: int, first: e.Expr, second: e.Expr) -> Edit:
        return Edit(network, kind, sentence, rank, (Change(name, (), e.Concat((first, second))),))

    def text(ref: e.Ref) -> str:
        return term_text(network, ref)

    now = e.Ref(before.name), e.Ref(after.name)
    right = {"right": text(before), "other_right": text(after)}
    for rank, pair in enumerate((now, (now[0], after), (before, now[1]))):
        both = {"one": text(pair[0]), "other": text(pair[1])}
        sentence = to_say(
            "the outputs read X_t: they use {one} and {other}, where {right} and {other_right} belong", **both, **right
        )
        if pair == now:
            sentence = to_say(
                "the outputs read X_t: they use {one} and {other}, as in the plain network, "
                "where {right} and {other_right} belong", **both, **right,
            )  # fmt: skip
        yield joined("sees its input", sentence, min(rank, 1), *pair)
    other = e.Ref(before.name, -before.shift), e.Ref(after.name, -after.shift)
    sentence = to_say(
        "the shifts are exchanged: {one} and {other} are joined", one=text(other[0]), other=text(other[1])
    )
    yield joined("another step", sentence, 1, *other)
    yield from _ends(network, name, before, after)


def _ends(network: Network, name: str, before: e.Ref, after: e.Ref) -> Iterator[Edit]:
    """Something else beyond the ends than the states that came in."""
    zeros = e.Inside(before, e.Zeros()), e.Inside(after, e.Zeros())
    first, last = (e.Ref(before.name, at=at) for at in ("first", "last"))
    same = e.Inside(before, first), e.Inside(after, e.Ref(after.name, at="last"))
    around = e.Inside(before, last), e.Inside(after, e.Ref(after.name, at="first"))
    forms: tuple[tuple[Sentence, tuple[e.Expr, e.Expr]], ...] = (
        (to_say("beyond the ends stand zeros, where the states that came in belong"), zeros),
        (
            to_say("before the first step stand zeros, where the forward state that came in belongs"),
            (zeros[0], after),
        ),
        (
            to_say("after the last step stand zeros, where the backward state that came in belongs"),
            (before, zeros[1]),
        ),
        (to_say("at the ends the nearest state is repeated, where the states that came in belong"), same),
        (to_say("the states wrap around at the ends, where the states that came in belong"), around),
        (to_say("at the first step the last forward state is read, as by the index −1"), (around[0], after)),
        (to_say("at the last step the first backward state is read"), (before, around[1])),
        (
            to_say(
                "at the first step the last forward state is read, as by the index −1, "
                "and zeros stand after the last step"
            ),
            (around[0], zeros[1]),
        ),
    )
    for sentence, pair in forms:
        yield Edit(network, "beyond the ends", sentence, 1, (Change(name, (), e.Concat(pair)),))
