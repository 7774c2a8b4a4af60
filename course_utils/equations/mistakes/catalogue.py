"""All plausible mistakes in a network's equations, as edits; a new network gets its edits for free."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from course_utils.equations import expressions as e
from course_utils.equations.evaluate import is_program
from course_utils.equations.mistakes import gap_edits, network_edits, node_edits, stack_edits, variants
from course_utils.equations.mistakes.edit import Edit
from course_utils.equations.network import Network
from course_utils.equations.render import term_text
from course_utils.translation import to_say


@cache
def edits(network: Network) -> tuple[Edit, ...]:
    """All edits of a network that a program could compute, each once, the likeliest mistakes first."""
    candidates = [*network_edits.all_edits(network), *stack_edits.all_edits(network)]
    candidates += [*gap_edits.all_edits(network), *variants.all_edits(network)]
    candidates += [*node_edits.single(network), *node_edits.in_families(network)]
    distinct: dict[tuple[object, ...], Edit] = {}
    for edit in sorted(candidates, key=lambda edit: edit.rank):
        changed = edit.network
        content: tuple[object, ...] = (
            changed.equations,
            tuple(changed.initial.items()),
            tuple(changed.states.items()),
        )
        if network.layers:
            content += edit.key  # what is one in a stack of two layers may be two in a stack of three
        if content not in distinct and is_program(changed):
            distinct[content] = edit
    return tuple(_with_distinct_sentences(list(distinct.values())))


def _with_distinct_sentences(edits: list[Edit]) -> Iterator[Edit]:
    """The edits; where two have one sentence, it says in which term each of them stands."""
    sentences = Counter(edit.sentence for edit in edits)
    for edit in edits:
        if sentences[edit.sentence] == 1 or not edit.changes[0].path:
            yield edit
            continue
        change = edit.changes[0]
        term = e.at(edit.base.expression(change.equation), change.path[:-1])
        where = to_say("{sentence}, in the term {term}", sentence=edit.sentence, term=term_text(edit.base, term))
        yield replace(edit, sentence=where)


@cache
def edits_by_key(network: Network) -> dict[tuple[str, str], Edit]:
    """The edits of a network, each by the key that identifies the same mistake in another network."""
    return {edit.key: edit for edit in edits(network)}


def reset_after(network: Network) -> Network:
    """The network with its reset gate after the matrix product: R ⊙ (H W) for (R ⊙ H) W, as in nn.GRU."""
    return next(edit.network for edit in edits(network) if edit.kind == "product order")
