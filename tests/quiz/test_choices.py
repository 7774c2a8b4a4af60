"""What the page gets of groups and states; the page itself is driven in test_choices_in_lab.py."""

from __future__ import annotations

import re
from pathlib import Path

from course_utils.quiz import choices
from course_utils.quiz.choices import Choices, Group, State

GROUP = Group("q1", "<b>Which?</b>", ["1", "2"])
SCRIPT = Path(choices.__file__).with_name("choices.js")


def test_a_group_is_told_without_what_it_does_not_have():
    assert GROUP.told() == {"hidden": False, "row": False, "id": "q1", "head": "<b>Which?</b>", "labels": ["1", "2"]}


def test_a_choice_of_the_page_is_asked_about_and_its_states_are_shown():
    def react(name, choice):
        return {name: State(choice, "kept", "good")}

    widget = Choices([GROUP], {"q1": State()}, react, {})
    widget._heard(widget, {"group": "q1", "choice": 2}, [])
    assert widget.states["q1"] == {"choice": 2, "line": "kept", "tone": "good", "locked": False}
    widget._heard(widget, {"group": "q9", "choice": 2}, [])
    assert list(widget.states) == ["q1"]


def test_change_says_whether_something_is_another_than_before():
    widget = Choices([GROUP], {"q1": State()}, None, {})
    assert not widget.change({"q1": State()})
    assert widget.change({"q1": State(1)})


def test_the_script_has_no_words_of_its_own():
    code = re.sub(r"//.*", "", SCRIPT.read_text(encoding="utf-8"))
    texts = re.findall(r'"([^"]*)"|`([^`]*)`', code)
    sentences = [
        text for pair in texts for text in pair if re.search(r"[A-Z][a-z]+ [a-z]+|[a-z]{3,} [a-z]{3,} [a-z]{3,}", text)
    ]
    assert sentences == []


def test_the_script_and_the_styles_load_nothing():
    for path in (SCRIPT, SCRIPT.with_suffix(".css")):
        assert not re.search(r"https?:|import |fetch\(|@import|url\(", path.read_text(encoding="utf-8"))
