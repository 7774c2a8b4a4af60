"""Every tampering submission still finds what it attacks: tried where no sandbox stands in its way."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.grading.tampering_class import REPOSITORY, all_tamperings
from tests.grading.tampering_targets import missing, targets

NAMED = {f"{one.kind}/{one.name}": targets(one.text) for one in all_tamperings()}
ATTACKS = {name: found for name, found in NAMED.items() if found}
# The checks that each attack on our package makes pass, which its answers alone do not.
WORKS = {
    "checks/patches_builtins": {"gru-params-check", "gru-state-check", "gru-forward-check", "gru-training-check"},
    "checks/patches_compare": {"gru-forward-check", "gru-after-check"},
    "checks/patches_examine": {"gru-state-check", "gru-forward-check", "gru-training-check", "gru-after-check"},
    "checks/patches_verdict": {"gru-params-check", "gru-state-check", "gru-forward-check", "gru-training-check"},
    "checks/replaces_package": {"gru-params-check", "gru-state-check", "gru-forward-check", "gru-training-check"},
    "checks/traces_the_check": {"gru-params-check", "gru-state-check", "gru-forward-check", "gru-training-check"},
    "library/reference_equations": {"gru-forward-check", "gru-after-check"},
    "reading/frames": {"gru-forward-check"},
    "reading/objects": {"gru-forward-check"},
}


@pytest.fixture(scope="module")
def passed() -> dict[str, list[str]]:
    """Submission -> the checks that pass where there is no sandbox; `answers/wrong` tampers with nothing."""
    command = [sys.executable, "-m", "tests.grading.tampering_targets", "answers/wrong", *WORKS]
    run = subprocess.run(command, capture_output=True, text=True, cwd=REPOSITORY, env=os.environ | {"COURSE_LANG": ""})
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


@pytest.mark.parametrize("name", sorted(ATTACKS))
def test_what_an_attack_names_exists_outside_the_sandbox(name):
    assert missing(ATTACKS[name]) == set()


def test_wrong_answers_alone_pass_no_check(passed):
    assert passed["answers/wrong"] == []


@pytest.mark.parametrize("name", sorted(WORKS))
def test_an_attack_on_our_package_works_where_there_is_no_sandbox(passed, name):
    assert set(passed[name]) >= WORKS[name]


def test_no_attack_on_our_package_is_forgotten():
    """The others name the package in words only: they look for its folder, or raise an exception of its name."""
    others = {
        "errors/error_named_like_a_verdict", "folder/shadows_the_package", "honest/restarts_and_reruns",
        "processes/kills_its_parent", "reading/memory", "writing/packages",
    }  # fmt: skip
    assert set(ATTACKS) == set(WORKS) | others


@pytest.mark.parametrize(
    "line",
    [
        "import course_utils.checks.no_module",
        "from course_utils.equations import NO_NETWORK",
        "from course_utils.no_room.evaluate import evaluate",
        "from course_utils.checks import tasks\ntasks.Task.no_method = 1",
        "import course_utils\ncheck = course_utils.no_name",
        "import sys\nsys.modules.get('course_utils.equations.no_module')",
        "open('@REPOSITORY@/course_utils/no_room/stolen.py')",
    ],
)
def test_a_wrong_name_is_noticed(line):
    assert [name for name in missing(targets(f"# Looks for a name.\n# %% first\n{line}")) if "no_" in name.lower()]


def test_the_words_that_a_search_for_the_solution_looks_for_are_in_it():
    solution = (REPOSITORY / "source" / "gru" / "gru.ipynb").read_text(encoding="utf-8")
    search = next(one.text for one in all_tamperings() if one.name == "files_in_reach")
    assert 'NEEDLE = b"(R * H)" + b" @ W_hh"' in search
    assert "(R * H) @ W_hh" in solution
