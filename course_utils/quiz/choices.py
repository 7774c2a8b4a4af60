"""Groups of radio buttons as one widget, for a mouse, a keyboard and a screen reader; and what stands there without it.

ipywidgets is loaded with this module, so whoever shows buttons imports it only then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import anywidget
import traitlets

from course_utils.quiz.page import display_bundle
from course_utils.translation import say


@dataclass(frozen=True)
class Group:
    """A question with its choices; texts are HTML, but for `names`.

    is_hidden: the head is only read aloud. lead: stands before choices that stand in a row. names: what is read aloud
    for each choice instead of its label. reactions: the state after each choice, where the page itself answers;
    right: then the choices that count as right.
    """

    id: str
    head: str
    labels: Sequence[str]
    is_hidden: bool = False
    lead: str = ""
    names: Sequence[str] = ()
    in_a_row: bool = False
    reactions: Sequence[Mapping[str, object]] = ()
    right: Sequence[int] = ()

    def told(self) -> dict[str, object]:
        """What the page gets."""
        kept = {name: value for name, value in asdict(self).items() if value}
        return {"hidden": kept.pop("is_hidden", False), "row": kept.pop("in_a_row", False), **kept}


@dataclass(frozen=True)
class State:
    """The choice that is marked, or None, and the line below it (HTML) with its tone: good, bad, other, or "".

    is_locked: nothing can be chosen any more.
    """

    choice: int | None = None
    line: str = ""
    tone: str = ""
    is_locked: bool = False

    def told(self) -> dict[str, object]:
        """What the page gets."""
        return {"choice": self.choice, "line": self.line, "tone": self.tone, "locked": self.is_locked}


React = Callable[[str, int], Mapping[str, State]]  # a group's id, a choice -> the states that this changes


class Choices(anywidget.AnyWidget):
    """The groups; `react` is asked at each choice."""

    _esm = Path(__file__).with_name("choices.js")
    _css = Path(__file__).with_name("choices.css")
    groups: traitlets.List[dict] = traitlets.List().tag(sync=True)
    states: traitlets.Dict[str, dict] = traitlets.Dict().tag(sync=True)
    texts: traitlets.Dict[str, str] = traitlets.Dict().tag(sync=True)
    foot = traitlets.Unicode().tag(sync=True)
    instead = traitlets.Unicode().tag(sync=True)  # the class of what goes from the page while the buttons are there

    def __init__(
        self, groups: Sequence[Group], states: Mapping[str, State], react: React | None, texts: Mapping[str, str]
    ) -> None:
        waiting = say("Python has not answered yet. If this line stays, run this cell again.")
        told = {name: state.told() for name, state in states.items()}
        super().__init__(groups=[group.told() for group in groups], states=told, texts={"waiting": waiting, **texts})
        self._react = react
        self.on_msg(self._heard)

    def change(self, states: Mapping[str, State]) -> bool:
        """Show other states of some groups; whether one is another than before."""
        before = self.states
        self.states = before | {name: state.told() for name, state in states.items()}
        return self.states != before

    def _heard(self, _widget: object, content: Any, _buffers: object) -> None:
        name, choice = content.get("group"), content.get("choice")
        group = next((group for group in self.groups if group["id"] == name), None)
        if self._react and group and type(choice) is int and 1 <= choice <= len(group["labels"]):
            self.change(self._react(name, choice))
        self.send({"heard": name})  # also where no state has changed


@dataclass
class Shown:
    """Buttons on the page, and above them what is seen where they are not: on paper, or in a notebook of yesterday."""

    widget: Choices
    _id: str = field(default_factory=lambda: f"course-{uuid4().hex}")

    def show(self, still: Mapping[str, str]) -> None:
        """Show the buttons, and above them `still`, by MIME types, which they hide while they are there."""
        self.widget.instead = self._id
        display_bundle(self._wrapped(still), self._id)
        display_bundle({**self.widget._repr_mimebundle_()[0], "text/html": "", "text/plain": ""})  # type: ignore[index]

    def update(self, still: Mapping[str, str]) -> None:
        """Replace what is seen without the buttons."""
        display_bundle(self._wrapped(still), self._id, is_update=True)

    def _wrapped(self, still: Mapping[str, str]) -> dict[str, str]:
        return {**still, "text/html": f"<div class='{self._id}'>{still['text/html']}</div>"}
