"""A new edition of a notebook over a student's work: nothing that they wrote is lost, and all that is new is there.

The property is looked for over edits of both sides: what students do with cells (write, add, delete, move, split,
change a check, lose the marks), and what an edition does (correct a text or a check, add, remove and move cells).
"""

from __future__ import annotations

import json
from collections import Counter
from copy import deepcopy

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.desk.merge import merge, same_cells, shared_cells
from course_utils.grading.judging.placing import cell_name, cell_text


def cell(id_, kind, source, name="", **marks):
    made = {"id": id_, "cell_type": kind, "source": source, "metadata": {}}
    if name:
        flags = {"schema_version": 3, "grade": False, "solution": False, "locked": False, "task": False}
        made["metadata"]["nbgrader"] = {"grade_id": name, **flags, **marks}
    return made | ({"outputs": [], "execution_count": None} if kind == "code" else {})


def text(id_, source):
    return cell(id_, "markdown", source)


def code(id_, source):
    return cell(id_, "code", source)


def answer(name, source):
    return cell(name, "code", source, name, solution=True)


def check(name, source):
    return cell(name, "code", source, name, grade=True, locked=True, points=1)


def question(name, source="YOUR ANSWER HERE"):
    return cell(name, "markdown", source, name, grade=True, solution=True, points=1)


def notebook(cells):
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


BASE = [
    text("t1", "# A title"),
    code("c1", "import torch"),
    answer("f", "def f(x):\n    raise NotImplementedError"),
    check("f-check", "check('f', f)"),
    text("t2", "Compare:"),
    code("c2", "f(1)\nf(2)"),
    question("why"),
    question("when"),
    text("t3", "The end."),
]


def edited(cells, **sources):
    """The cells, some with another text, by their ids; None removes one."""
    result = deepcopy(cells)
    for one in result:
        one["source"] = sources.get(one["id"].replace("-", "_"), one["source"])
    return [one for one in result if one["source"] is not None]


def merged(base, yours, new):
    return merge(notebook(base) if base is not None else None, notebook(yours), notebook(new))


def sources(cells):
    return [cell_text(one) for one in cells]


def test_answers_are_kept_under_new_texts_and_checks_and_a_new_question_is_there():
    yours = edited(BASE, f="def f(x):\n    return x", why="Because.")
    new = edited(BASE, t1="# A better title", f_check="check('f', f, 2)")
    new.insert(7, question("how"))
    done = merged(BASE, yours, new)
    assert sources(done.notebook["cells"]) == [
        *("# A better title", "import torch", "def f(x):\n    return x", "check('f', f, 2)", "Compare:", "f(1)\nf(2)"),
        *("Because.", "YOUR ANSWER HERE", "YOUR ANSWER HERE", "The end."),
    ]
    assert (done.kept, done.new, done.beside) == (["f", "why"], ["how"], [])
    assert done.changed == ["“A better title”", "f-check"]


def test_a_cell_of_the_student_s_stays_behind_the_one_that_it_followed_and_loses_no_output():
    yours = edited(BASE, f="def f(x):\n    return x")
    own = code("mine", "print(f(3))") | {"outputs": [{"output_type": "stream", "name": "stdout", "text": "3"}]}
    yours.insert(3, own)
    new = [BASE[0], text("t0", "New."), *BASE[1:]]
    cells = merged(BASE, yours, new).notebook["cells"]
    assert cells[cells.index(next(one for one in cells if one["id"] == "f")) + 1] == own


def test_where_both_changed_a_text_the_student_s_stands_below_the_new_one():
    done = merged(BASE, edited(BASE, c2="f(7)"), edited(BASE, c2="f(1)"))
    at = sources(done.notebook["cells"]).index("f(1)")
    assert sources(done.notebook["cells"])[at + 1] == "f(7)" and done.beside == ["“f(1)”"]
    only_yours = merged(BASE, edited(BASE, c2="f(7)"), edited(BASE, t1="# New"))
    assert "f(7)" in sources(only_yours.notebook["cells"]) and only_yours.beside == []


def test_a_changed_check_counts_as_the_edition_has_it_and_the_student_s_is_a_cell_of_no_points():
    done = merged(BASE, edited(BASE, f_check="print(1)\ncheck('f', f)"), BASE)
    first, second = (one for one in done.notebook["cells"] if "check(" in one["source"])
    assert first == BASE[3] and second["source"].startswith("print(1)") and not cell_name(second)
    assert done.beside == ["f-check"]


def test_a_deleted_check_comes_back_and_a_deleted_text_only_when_it_is_another():
    yours = [one for one in BASE if one["id"] not in ("f-check", "t2", "t3")]
    done = merged(BASE, yours, edited(BASE, t3="The true end."))
    assert [one["id"] for one in done.notebook["cells"]] == ["t1", "c1", "f", "f-check", "c2", "why", "when", "t3"]


def test_an_answer_whose_question_is_gone_stays_as_a_cell_of_the_student_s():
    done = merged(BASE, edited(BASE, why="Because."), edited(BASE, why=None))
    (own,) = [one for one in done.notebook["cells"] if one["source"] == "Because."]
    assert not cell_name(own)


def test_an_answer_that_lost_its_marks_is_known_by_its_function():
    lost = code("x9", "def f(x):\n    return x")
    yours = [lost if one["id"] == "f" else one for one in BASE]
    done = merged(BASE, yours, edited(BASE, t1="# New"))
    (found,) = [one for one in done.notebook["cells"] if "def f" in one["source"]]
    assert cell_name(found) == "f" and found["source"].endswith("return x")


def test_a_pasted_picture_belongs_to_the_answer():
    yours = deepcopy(BASE)
    yours[6] |= {"source": "![](attachment:a.png)", "attachments": {"a.png": {"image/png": "AAAA"}}}
    cells = merged(BASE, yours, edited(BASE, t1="# New")).notebook["cells"]
    assert cells[6]["attachments"] == {"a.png": {"image/png": "AAAA"}}


def test_the_student_s_kernel_stays_and_the_edition_s_other_metadata_is_new():
    base, yours, new = (notebook(BASE) for _ in range(3))
    yours = {**yours, "metadata": {"kernelspec": {"name": "mine"}}}
    new = {**new, "metadata": {"kernelspec": {"name": "python3"}, "title": "New"}}
    assert merge(base, yours, new).notebook["metadata"] == {"kernelspec": {"name": "mine"}, "title": "New"}


def test_outputs_and_numbers_are_nothing_that_somebody_wrote():
    ran = deepcopy(BASE)
    ran[1] |= {"execution_count": 4, "metadata": {"trusted": True}}
    assert same_cells(notebook(BASE), notebook(ran)) and shared_cells(notebook(BASE), notebook(ran)) == len(BASE)
    assert not same_cells(notebook(BASE), notebook(edited(BASE, c1="import torch  # mine")))


# The property.

WORDS = st.text("abc \n", min_size=1, max_size=6).map(lambda word: f"wrote {word}")
STUDENT = st.lists(
    st.tuples(
        st.sampled_from(("write", "add", "delete", "move", "split", "unmark", "copy", "empty")),
        st.integers(0, 20),
        st.integers(0, 20),
        WORDS,
    ),
    max_size=6,
)
EDITION = st.lists(
    st.tuples(st.sampled_from(("text", "add", "ask", "remove", "move", "new ids")), st.integers(0, 20), WORDS),
    max_size=6,
)


def by_student(cells, edits):
    cells = deepcopy(cells)
    for number, (kind, at, to, word) in enumerate(edits):
        if kind == "add" or not cells:
            cells.insert(at % (len(cells) + 1), code(f"own{number}", f"{word} {number}"))
            continue
        one = cells[at % len(cells)]
        if kind == "write":
            one["source"] += f"\n{word} {number}"
        elif kind == "empty":
            one["source"] = ""
        elif kind == "delete":
            cells.remove(one)
        elif kind == "move":
            cells.remove(one)
            cells.insert(to % (len(cells) + 1), one)
        elif kind == "unmark":
            one["metadata"] = {}
        elif kind == "copy":  # with its marks, as JupyterLab pastes it
            cells.insert(to % (len(cells) + 1), {**deepcopy(one), "id": f"copy{number}"})
        elif kind == "split":  # the marks are those of both parts
            half = len(one["source"]) // 2
            second = {**deepcopy(one), "id": f"half{number}", "source": one["source"][half:]}
            one["source"] = one["source"][:half]
            cells.insert(cells.index(one) + 1, second)
    return cells


def by_edition(cells, edits):
    cells = deepcopy(cells)
    for number, (kind, at, word) in enumerate(edits):
        one = cells[at % len(cells)] if cells else None
        if kind == "add" or one is None:
            cells.insert(at % (len(cells) + 1), text(f"new{number}", f"edition {word} {number}"))
        elif kind == "ask":
            cells.insert(at % (len(cells) + 1), question(f"asked{number}"))
        elif kind == "text":
            one["source"] = f"edition {word} {number}"
        elif kind == "remove":
            cells.remove(one)
        elif kind == "move":
            cells.remove(one)
            cells.insert(len(cells) // 2, one)
        elif kind == "new ids":
            for place, each in enumerate(cells):
                each["id"] = f"fresh-{number}-{place}"
    return cells


def last_named(cells):
    return {cell_name(one): one for one in cells if cell_name(one)}


def require_nothing_lost(base, yours, done):
    """What the student wrote: each text that is none of the edition that they once got, as often as they have it."""
    there = Counter(sources(done))
    given_out = set(sources(base))
    for source, count in Counter(sources(yours)).items():
        if source.strip() and source not in given_out:
            assert there[source] >= count, source


def require_the_edition(base, yours, new, done):
    names = [cell_name(one) for one in done if cell_name(one)]
    assert names == [cell_name(one) for one in new if cell_name(one)]
    ours, old, theirs = last_named(new), last_named(base), last_named(yours)
    for name, one in last_named(done).items():
        if not ours[name]["metadata"]["nbgrader"]["solution"]:
            assert one["source"] == ours[name]["source"]
        elif name in theirs and theirs[name]["source"] != old.get(name, {}).get("source"):
            assert one["source"] == theirs[name]["source"]
        assert one["metadata"] == ours[name]["metadata"] and one["cell_type"] == ours[name]["cell_type"]
    for source in set(sources(new)) - set(sources(base)) - {one["source"] for one in ours.values()}:
        assert source in sources(done)  # every new text


@settings(max_examples=150, deadline=None)
@given(STUDENT, EDITION)
def test_nothing_is_lost_and_all_that_is_new_is_there(student, edition):
    yours, new = by_student(BASE, student), by_edition(BASE, edition)
    done = merged(BASE, yours, new).notebook
    require_nothing_lost(BASE, yours, done["cells"])
    require_the_edition(BASE, yours, new, done["cells"])
    nbformat.validate(nbformat.from_dict(json.loads(json.dumps(done))))
    assert len({one["id"] for one in done["cells"]}) == len(done["cells"])
    again = merged(BASE, done["cells"], new).notebook["cells"]  # a kill, before it was noted what was brought in
    require_nothing_lost(BASE, yours, again)
    require_the_edition(BASE, yours, new, again)
    assert merge(notebook(new), done, notebook(new)).notebook["cells"] == done["cells"]


@settings(max_examples=60, deadline=None)
@given(STUDENT, EDITION)
def test_without_what_was_handed_out_nothing_is_lost_either(student, edition):
    yours, new = by_student(BASE, student), by_edition(BASE, edition)
    done = merged(None, yours, new).notebook["cells"]
    require_nothing_lost([], yours, [*done, *(one for one in new if cell_name(one))])
    names = [cell_name(one) for one in done if cell_name(one)]
    assert names == [cell_name(one) for one in new if cell_name(one)]


def test_the_property_notices_a_lost_cell():
    yours = by_student(BASE, [("add", 2, 0, "wrote a")])
    with pytest.raises(AssertionError):
        require_nothing_lost(BASE, yours, BASE)
