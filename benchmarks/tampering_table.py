"""The table that `benchmarks/tampering.py` prints: what was tried, and what came of it twice."""

from __future__ import annotations

from itertools import groupby

from tests.grading.tampering_class import Tampering
from tests.grading.tampering_outcome import Outcome, is_honest

BYSTANDER = "~bystander"


def table(chosen: list[Tampering], stock: dict[str, Outcome], judge: dict[str, Outcome]) -> str:
    """What it tries | stock nbgrader | the judge."""
    lines = ["| what it tries | stock nbgrader | the judge |", "|---|---|---|"]
    for kind, members in groupby(chosen, lambda one: one.kind):
        lines.append(f"| **{kind}** | | |")
        for one in members:
            lines.append(f"| {cell(one.description)} | {on_stock(one, stock)} | {came_of(one, judge)} |")
    return "\n".join([*lines, "", summary("Stock nbgrader", chosen, stock), summary("The judge", chosen, judge)])


def cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


def on_stock(one: Tampering, found: dict[str, Outcome]) -> str:
    """What came of it, unless the benchmark's own sandbox is what would stop it."""
    return one.about.get("stock") or came_of(one, found)


def came_of(one: Tampering, found: dict[str, Outcome]) -> str:
    """An outcome in a few words."""
    outcome = found.get(one.student)
    if outcome is None:
        return "not measured"
    said = [f"**gains {outcome.gained:g}**"] if outcome.gained else []
    if outcome.lost:
        said.append(f"**loses {outcome.lost:g}**")
    beside = found.get(f"{one.student}-witness")
    said += ["**changes others' points**"] if beside and (beside.gained or beside.lost) and beside.graded else []
    said += [f"**{words}**" for words in traces(one, found)]
    if stops_the_class(one, found):
        said.append("**the class is not graded**")
    if not outcome.graded:
        said.append("not graded")
    return cell("; ".join(said)) or ("full points" if is_honest(one) else "nothing")


def traces(one: Tampering, found: dict[str, Outcome]) -> list[str]:
    """What it left or leaked, without the places that differ from run to run; what its witness found too."""
    beside = found.get(f"{one.student}-witness")
    all_traces = [*found[one.student].traces, *(beside.traces if beside else [])]
    kinds = dict.fromkeys(_in_short(trace) for trace in all_traces)
    return list(kinds)


def _in_short(trace: str) -> str:
    if trace.split()[0] in ("runs", "leads", "lets", "hides", "puts"):
        return trace
    if trace.startswith("says"):
        return "gets through"
    if trace.startswith("knows"):
        return trace
    if trace.startswith("visited"):
        return "reaches the host"
    return f"leaves a {trace.removeprefix('the witness found ').split()[0]} behind"


def stops_the_class(one: Tampering, found: dict[str, Outcome]) -> bool:
    beside = [found.get(one.student + BYSTANDER), found.get(f"{one.student}-witness")]
    return any(outcome is not None and not outcome.graded for outcome in beside)


def summary(who: str, chosen: list[Tampering], found: dict[str, Outcome]) -> str:
    measured = [one for one in chosen if one.student in found]
    tampering = [one for one in measured if not is_honest(one)]
    honest = [one for one in measured if is_honest(one)]
    gain = sum(found[one.student].gained > 0 for one in tampering)
    leave = sum(bool(traces(one, found)) for one in tampering)
    stop = sum(stops_the_class(one, found) for one in tampering)
    lose = sum(found[one.student].lost > 0 for one in honest)
    return (
        f"{who}: of {len(tampering)} that tamper, {gain} gain points, {leave} leave or leak something, "
        f"{stop} stop the class; of {len(honest)} that are honest, {lose} lose points.\n"
    )
