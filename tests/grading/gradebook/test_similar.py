"""Planted copies are named, with what they share; answers that were written independently are not."""

from __future__ import annotations

import ast
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course_utils.filesystem import REPOSITORY
from course_utils.grading.course.folder import open_course
from course_utils.grading.gradebook.similar import Answers, _known, similar_pairs
from tests.toy_course import marked

ESSAYS = {
    "ada": "The reset gate scales each unit of the old state before the matrix mixes them, so with unequal gates "
    "another sum comes out; with equal gates the common factor may be pulled out of the product.",
    "bo": "If all units share one gate value it commutes with the linear map. Otherwise scaling first and scaling "
    "afterwards pick different columns, as (1, 0) shows.",
    "cy": "Only a multiple of the identity commutes with every matrix, and a gate that differs between units is none.",
    "dee": "重置门在矩阵乘法之前作用于旧状态的每个单元，门值不同时混合的结果也不同；"
    "门值全部相同时，这个公因子可以提到乘积外面。",
    "eve": "如果所有单元的门值一样，先乘后乘没有区别。否则先遮住第二个单元，和之后再遮住，得到的是两个不同的向量。",
    "fay": "A diagonal matrix and a full one do not commute, unless the diagonal is constant: that is the whole rule.",
}


@pytest.fixture(scope="module")
def independent():
    """Right answers to one task in thirty styles, each of which somebody could have."""
    path = REPOSITORY / "tests" / "checks" / "answers" / "gru_forward_right.py"
    functions = [node for node in ast.parse(path.read_text(encoding="utf-8")).body if isinstance(node, ast.FunctionDef)]
    texts = {}
    for function in functions:
        if function.decorator_list:
            function.decorator_list = []
            texts[function.name] = ast.unparse(function)
    assert len(texts) > 25
    return texts


@pytest.fixture(scope="module")
def known():
    return _known(open_course(REPOSITORY), "gru")


def named(texts, known, is_code=True):
    return dict(Answers("part", is_code, texts, known[is_code]).matches())


def test_independent_right_answers_are_not_named(independent, known):
    assert named(independent, known) == {}


COPY = """
def input_and_state_joined(xs, start, weights):
    # I did this in the library on Tuesday
    hidden, result = start[0], []
    a, b, c, d, e, f, g, h, i, out, out_b = weights
    update, reset, candidate = (torch.vstack(two) for two in ((a, b), (d, e), (g, h)))
    for step in xs:
        both = torch.hstack([step, hidden])
        keep, forget = (both @ update + c).sigmoid(), (both @ reset + f).sigmoid()
        new = (torch.hstack([step, forget * hidden]) @ candidate + i).tanh()
        hidden = new + keep * (hidden - new)
        result.append(hidden @ out + out_b)  # scores
    return result, (hidden,)
"""


def test_a_copy_with_other_names_another_order_and_other_comments_is_named_with_its_lines(independent, known):
    pairs = named({**independent, "copy": COPY}, known)
    ((pair, match),) = pairs.items()
    assert pair == ("copy", "input_and_state_joined") and match.share > 0.9
    copied, original, count = match.shown[0]
    assert copied in COPY and original in independent["input_and_state_joined"] and copied != original
    assert count == 2 and match.answers == len(independent) + 1


def test_a_copy_of_the_usual_answer_is_not_named(independent, known):
    usual = independent["as_the_equations_say"]
    assert named({**independent, "another": usual.replace("H_tilde", "candidate")}, known) == {}


def test_what_a_third_of_the_class_wrote_is_no_sign(independent, known):
    crowd = {f"s{number}": COPY for number in range(len(independent) // 2)}
    assert named({**independent, **crowd}, known) == {}


def test_independent_texts_are_not_named_and_a_copy_with_changed_words_is(known):
    assert named(ESSAYS, known, is_code=False) == {}
    ada = ESSAYS["ada"].replace("The reset gate", "As we know, the gate").replace("another sum", "a different sum")
    dee = ESSAYS["dee"].replace("旧状态", "隐状态")
    class_ = {**ESSAYS, "zed": ada, "yan": dee} | {f"s{number}": "" for number in range(12)}
    pairs = named(class_, known, is_code=False)
    assert set(pairs) == {("ada", "zed"), ("dee", "yan")}
    first, second, count = pairs["ada", "zed"].shown[0]
    assert first == second and "before the matrix mixes them" in first and count == 2


def write(path: Path, double: str, why: str) -> None:
    cells = [
        marked(new_code_cell(double), "double", solution=True),
        marked(new_markdown_cell(why), "why", points=2, solution=True),
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(new_notebook(cells=cells), path)


def test_pairs_of_a_course_are_read_from_the_graded_notebooks(course):
    for student, why in {**ESSAYS, "zed": ESSAYS["ada"] + " So it is."}.items():
        write(course.autograded / student / "toy" / "toy.ipynb", "def double(x):\n    return x + x", why)
        (course.submitted / student / "toy").mkdir(parents=True)
    (course.submitted / "late" / "toy").mkdir(parents=True)
    pairs, compared, left_out = similar_pairs(course, "toy")
    assert [pair.students for pair in pairs] == [("ada", "zed")] and (compared, left_out) == (7, ["late"])
    (match,) = pairs[0].matches
    assert match.part == "why" and match.share > 0.8
