"""The rules of CONTRIBUTING.md hold in the tree; and each of them finds what it is for."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from course_utils.filesystem import REPOSITORY
from tests import style_rules
from tests.style_rules import ARROWS, UNTESTED, circles, modules, place_of, shapeless, too_long, undocumented, untested
from tests.style_rules import relative_imports as by_dots
from tests.style_rules import upward_imports as upwards

RULES = (too_long, by_dots, upwards, circles, untested, undocumented, shapeless)
TABLE = {"low": (), "high": ("low",)}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_tree_keeps_the_rule(rule):
    found = list(rule(REPOSITORY))
    assert not found, "\n".join(found)


def test_the_types_agree():
    run = subprocess.run([sys.executable, "-m", "mypy"], cwd=REPOSITORY, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize("arguments", [["check"], ["format", "--check"]], ids=["ruff check", "ruff format"])
def test_the_code_is_clean(arguments):
    run = subprocess.run(
        [sys.executable, "-m", "ruff", *arguments, "."], cwd=REPOSITORY, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_every_name_in_a_table_is_one_of_the_tree():
    known = set(modules(REPOSITORY))
    assert set(ARROWS) | {name for allowed in ARROWS.values() for name in allowed} | set(UNTESTED) <= known
    assert all((REPOSITORY / place).exists() for place in style_rules.TENSOR_ROOMS)
    assert all(allowed in ARROWS for names in ARROWS.values() for allowed in names)


def test_the_arrows_have_no_circle():
    left = dict(ARROWS)
    while lowest := [name for name, allowed in left.items() if not set(allowed) & left.keys()]:
        for name in lowest:
            del left[name]
    assert left == {}


@pytest.fixture
def plant(tmp_path) -> Callable[..., Path]:
    """`plant(**{"low/a.py": text})`: a tree of clean modules, with these files put into it."""

    def planted(**files: str) -> Path:
        clean = {"course_utils/low/a.py": '"""A."""\n', "course_utils/high/b.py": '"""B."""\n'}
        tests = {"tests/low/test_a.py": "", "tests/high/test_b.py": ""}
        for name, text in (clean | tests | files).items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return tmp_path

    return planted


def arrows_of_the_table(root: Path) -> Iterator[str]:
    return upwards(root, TABLE)


LONG = '"""A."""\n\ndef long():\n    """Too long.\n\n    The docstring does not count."""\n' + "    x = 1\n" * 40
BROKEN = {
    "a long function": (
        too_long,
        {"course_utils/low/a.py": LONG},
        "course_utils/low/a.py:3: long has 41 lines, at most 40: take a part of it out",
    ),
    "a long class": (
        too_long,
        {"course_utils/low/a.py": "class Long:\n" + "    x = 1\n" * 200},
        "course_utils/low/a.py:1: Long has 201 lines, at most 200: take a part of it out",
    ),
    "a long file": (
        too_long,
        {"course_utils/low/a.py": "x = 1\n" * 401},
        "course_utils/low/a.py:1: 401 lines, at most 400: split it by what its parts do",
    ),
    "a long file of tests": (
        too_long,
        {"tests/low/test_a.py": "x = 1\n" * 501},
        "tests/low/test_a.py:1: 501 lines, at most 500: split it by what its parts do",
    ),
    "an upward import": (
        arrows_of_the_table,
        {"course_utils/low/a.py": '"""A."""\nfrom course_utils.high.b import B\n'},
        "course_utils/low/a.py:2: low may not import high.b: move what both need downwards, or what needs it upwards",
    ),
    "an upward import inside a function": (
        arrows_of_the_table,
        {"course_utils/low/a.py": "def f():\n    import course_utils.high.b\n"},
        "course_utils/low/a.py:2: low may not import high.b: move what both need downwards, or what needs it upwards",
    ),
    "an upward import for types": (
        arrows_of_the_table,
        {"course_utils/low/a.py": "if TYPE_CHECKING:\n    from course_utils.high import b\n"},
        "course_utils/low/a.py:2: low may not import high.b: move what both need downwards, or what needs it upwards",
    ),
    "a room without arrows": (
        arrows_of_the_table,
        {"course_utils/new/c.py": ""},
        "course_utils/new/c.py:1: new.c has no place: name its room in ARROWS, and what it may import",
    ),
    "a relative import": (
        by_dots,
        {"course_utils/low/a.py": "from . import c\n"},
        "course_utils/low/a.py:1: a relative import: write it from course_utils on",
    ),
    "a circle": (
        circles,
        {
            "course_utils/low/a.py": "from course_utils.low import c\n",
            "course_utils/low/c.py": "def f():\n    from course_utils.low.a import A\n",
            "course_utils/high/b.py": "from course_utils.low import a\n",
        },
        "course_utils/low/a.py:1: low.a and low.c are in a circle: move what both need into a third module\n"
        "course_utils/low/c.py:2: low.c and low.a are in a circle: move what both need into a third module",
    ),
    "a module without tests": (
        untested,
        {"course_utils/low/c.py": "", "tests/low/test_cd.py": ""},
        "course_utils/low/c.py:1: no tests: write tests/low/test_c.py",
    ),
    "a module without docstring": (
        undocumented,
        {"course_utils/low/a.py": "x = 1\n"},
        "course_utils/low/a.py:1: the module has no docstring: say in a line what it is for",
    ),
    "a function without docstring": (
        undocumented,
        {"course_utils/low/a.py": '"""A."""\n\n\ndef f():\n    pass\n\n\ndef _g():\n    pass\n'},
        "course_utils/low/a.py:4: f has no docstring: say in a line what it is for",
    ),
    "a method without docstring": (
        undocumented,
        {"course_utils/low/a.py": '"""A."""\nclass A:\n    """A."""\n    def f(self):\n        pass\n'},
        "course_utils/low/a.py:4: f has no docstring: say in a line what it is for",
    ),
    "a method that no documented base class has": (
        undocumented,
        {
            "course_utils/low/a.py": '"""A."""\nclass A:\n    """A."""\n    def f(self):\n        """F."""\n'
            'class B(A):\n    """B."""\n    def f(self):\n        pass\n    def g(self):\n        pass\n'
        },
        "course_utils/low/a.py:10: g has no docstring: say in a line what it is for",
    ),
    "a tensor without shape": (
        shapeless,
        {"course_utils/engine/k.py": "Y = X.mm(W)  # (B, H)\nZ = torch.cat(\n    [Y, Y], 1\n)  # side by side\n"},
        "course_utils/engine/k.py:2: a tensor without its shape: end the line in # (B, H)",
    ),
    "a product without shape": (
        shapeless,
        {"course_utils/engine/k.py": "def f(X, W):\n    return X @ W\n"},
        "course_utils/engine/k.py:2: a tensor without its shape: end the line in # (B, H)",
    ),
}


@pytest.mark.parametrize(("rule", "files", "expected"), BROKEN.values(), ids=BROKEN)
def test_a_rule_names_what_breaks_it_and_what_to_do(rule, files, expected, plant):
    assert list(rule(plant())) == []
    assert "\n".join(rule(plant(**files))) == expected


@pytest.mark.parametrize("comment", ["# (T, B, V) -> (T*B, V)", "# each (…, B, H)", "# ()", "# (B,)", "# (2H, T * B)"])
def test_a_shape_may_be_written_in_these_ways(comment, plant):
    assert list(shapeless(plant(**{"course_utils/engine/k.py": f"Y = X.mm(W)  {comment}\n"}))) == []


def test_a_module_may_share_its_tests_among_files_and_its_place_is_the_longest_name(plant):
    assert list(untested(plant(**{"course_utils/low/c.py": "", "tests/low/test_c_sizes.py": ""}))) == []
    assert place_of("equations.mistakes.edit", ARROWS) == "equations.mistakes"
    assert place_of("equations.network", ARROWS) == "equations"
    assert place_of("network", ARROWS) is None
