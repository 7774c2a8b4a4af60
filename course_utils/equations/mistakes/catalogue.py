"""All plausible mistakes in a network's equations, as edits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from course_utils.equations import expressions as e
from course_utils.equations.evaluate import is_program
from course_utils.equations.mistakes import network_edits, node_edits, stack_edits
from course_utils.equations.mistakes.edit import Edit
from course_utils.equations.network import Network
from course_utils.equations.render import term_text


@cache
def edits(network: Network) -> tuple[Edit, ...]:
    """All edits of a network that a program could compute, each once, the likeliest mistakes first."""
    found = [*network_edits.all_edits(network), *stack_edits.all_edits(network)]
    found += [*node_edits.single(network), *node_edits.in_families(network)]
    distinct: dict[tuple[object, ...], Edit] = {}
    for edit in sorted(found, key=lambda edit: edit.rank):
        changed = edit.network
        what = (changed.equations, tuple(changed.initial.items()), tuple(changed.states.items()))
        if network.layers:
            what += edit.key  # what is one in a stack of two layers may be two in a stack of three
        if what not in distinct and is_program(changed):
            distinct[what] = edit
    return tuple(_told_apart(list(distinct.values())))


def _told_apart(found: list[Edit]) -> Iterator[Edit]:
    """The edits; where two have one sentence, it says in which term each of them stands."""
    sentences = Counter(edit.sentence for edit in found)
    for edit in found:
        if sentences[edit.sentence] == 1 or not edit.changes[0].path:
            yield edit
            continue
        change = edit.changes[0]
        term = e.at(edit.base.expression(change.equation), change.path[:-1])
        yield replace(edit, sentence=f"{edit.sentence}, in the term {term_text(edit.base, term)}")


@cache
def edits_by_key(network: Network) -> dict[tuple[str, str], Edit]:
    """The edits of a network by what identifies the same mistake in another one."""
    return {edit.key: edit for edit in edits(network)}


def reset_after(network: Network) -> Network:
    """The network with its reset gate after the matrix product: R ⊙ (H W) for (R ⊙ H) W, as in nn.GRU."""
    return next(edit.network for edit in edits(network) if edit.kind == "product order")
