"""The judge decides from outside: right answers keep their points, wrong ones are named, a kernel's word is none."""

from __future__ import annotations

import re

import pytest
from nbformat.v4 import new_code_cell

from course_utils.checks import find_task
from course_utils.checks.tasks import Task
from course_utils.grading.judging.judge import ONLY_SECRET, Judgement, without_secrets
from course_utils.sandbox.protocol.limits import Limits
from tests.checks import answers
from tests.grading.judged import REPOSITORY, graded, judged, source_cells

RIGHT, WRONG, HABITS = answers.RIGHT, answers.WRONG[::15], answers.HABITS[::3]
PARTS = ("rnn.step", "lstm.forget_bias", "deep_rnn.residual", "deep_rnn.signal", "birnn.gap")
FURTHER = [known for known in [*answers.WRONG, *answers.HABITS] if known.task in PARTS]

FILES = {
    f"answers/{path.name}": path.read_bytes() for path in (REPOSITORY / "tests" / "checks" / "answers").glob("*.py")
}
ANSWERS = """
    from answers import HABITS, REMARKS, RIGHT, WRONG
    answers = {str(known): known.make() for known in [*RIGHT, *WRONG, *HABITS, *REMARKS]}"""
# Functions that draw without a seed of their own: a sentence about what they drew has another number each time.
DRAWN = ("gru.params-random_bias", "gru.params-numbers_around_a_hundredth", "deep_rnn.params-deep_random_biases_above",
         "deep_rnn.params-deep_upper_weights_unscaled")  # fmt: skip

GRU = source_cells("gru")
IMPORTS = GRU[0].source
SOLUTION = next(cell.source for cell in GRU if cell.metadata.get("nbgrader", {}).get("grade_id") == "gru-forward")
EXCHANGED = SOLUTION.replace("Z * H + (1 - Z) * H_tilde", "(1 - Z) * H + Z * H_tilde")
FORWARD = 'check("gru.forward", gru)'


def judge_known(sandbox, group):
    cells = [graded(f"check({known.task!r}, answers[{str(known)!r}])", str(known)) for known in group]
    sandbox.limits = Limits(submission_seconds=900)
    return judged(sandbox, ANSWERS, *cells, files=FILES)


def expected_sentence(known) -> str:
    return find_task(known.task).examine(known.make()).sentence


# What is right


@pytest.mark.parametrize("assignment", ["rnn", "gru", "lstm", "deep_rnn", "birnn"])
def test_the_solutions_of_an_assignment_earn_all_points(sandbox, assignment):
    cells = judged(sandbox, *source_cells(assignment)).cells
    assert len(cells) >= 4
    assert {name: one.sentence for name, one in cells.items() if one.points < one.max_points} == {}


def test_every_right_answer_that_we_know_earns_all_points(sandbox):
    cells = judge_known(sandbox, RIGHT).cells
    assert {name: one.sentence for name, one in cells.items() if one.points < 2} == {}


def test_a_right_answer_keeps_its_points_whatever_it_prints(sandbox):
    noisy = SOLUTION + "\nimport sys, warnings\nwarnings.warn('old')\nprint('hm', file=sys.stderr)"
    assert judged(sandbox, IMPORTS, noisy, graded(FORWARD, points=5)).points() == [5]


# What is wrong


@pytest.mark.parametrize("group", [WRONG, HABITS, FURTHER], ids=["mistakes", "habits", "further parts"])
def test_a_wrong_answer_is_named_with_the_sentence_that_its_student_has_read(sandbox, group):
    cells = judge_known(sandbox, group).cells
    got = {name: one.sentence for name, one in cells.items() if name not in DRAWN}
    assert got == {str(known): expected_sentence(known) for known in group if str(known) not in DRAWN}
    assert [name for name, one in cells.items() if one.points == one.max_points] == []


def test_a_verdict_has_a_part_of_the_points_for_what_is_right_of_it(sandbox):
    cut = SOLUTION.replace("return outputs, (H,)", "return outputs, (H.detach(),)")
    assert cut != SOLUTION
    found = judged(sandbox, IMPORTS, cut, graded(FORWARD, points=5)).cells["graded"]
    assert 0 < found.points < 5 and "gradient" in found.sentence


def test_parameters_that_are_leaves_on_the_cpu_only_lose_a_part_and_read_why(sandbox):
    (known,) = [known for known in answers.HABITS if "requires_grad_() last" in known.expects]
    (judgement,) = judge_known(sandbox, [known]).cells.values()
    assert judgement.sentence == expected_sentence(known)
    assert 0 < judgement.points < judgement.max_points


def test_a_function_that_is_right_on_the_cpu_only_keeps_its_points_and_reads_why(sandbox):
    group = [known for known in answers.REMARKS if "on another device" in known.expects]
    assert len(group) == 2
    judgements = judge_known(sandbox, group).cells
    for known in group:
        judgement = judgements[str(known)]
        assert judgement.points == judgement.max_points
        assert known.expects in judgement.verdicts[0].text()


def test_a_default_device_of_the_students_costs_a_right_answer_nothing(sandbox):
    default = "torch.set_default_device('meta')"
    assert judged(sandbox, IMPORTS, default, SOLUTION, graded(FORWARD, points=5)).points() == [5]


def test_several_checks_in_a_cell_share_its_points(sandbox):
    right = graded(f'{FORWARD}\ncheck("gru.training", wrong)', points=4)
    found = judged(sandbox, IMPORTS, SOLUTION, "wrong = None", right).cells["graded"]
    assert found.points == 2 and "expected the function gru" in found.sentence


def test_a_name_that_is_not_there_is_said(sandbox):
    found = judged(sandbox, IMPORTS, graded(FORWARD)).cells["graded"]
    assert found.points == 0 and "gru is not there" in found.sentence


def test_a_library_cell_is_refused_by_the_road_of_the_dispatcher_too(sandbox):
    cell = """
        import torch
        def gru(inputs, state, params):
            call = getattr(torch, "g" + "ru_cell")
            call(inputs[0], state[0], *[torch.ones(1)] * 2)"""
    assert "torch's own gru_cell" in judged(sandbox, IMPORTS, cell, graded(FORWARD)).sentence("graded")


# What only looks right


def test_a_function_that_knows_the_public_cases_by_heart_is_rejected_and_told_so(sandbox):
    from course_utils.checks.cases import draw_cases
    from course_utils.checks.tasks import PUBLIC_SEED

    sums = [float(case.parameters[0].sum()) for case in draw_cases(find_task("gru.forward").networks, PUBLIC_SEED)]
    by_heart = f"""
        def by_heart(inputs, state, params):
            is_public = any(abs(float(params[0].sum()) - known) < 1e-4 for known in {sums})
            outputs, state = gru(inputs, state, params)
            return (outputs if is_public else [output + 1 for output in outputs]), state"""
    check = graded('check("gru.forward", by_heart)')
    assert find_task("gru.forward").examine(_by_heart(sums)).passed
    found = judged(sandbox, IMPORTS, SOLUTION, by_heart, check).cells["graded"]
    assert (found.points, found.sentence) == (0, ONLY_SECRET)


def _by_heart(sums):
    """The same function, here: it must pass the public check, or the test above would show nothing."""
    right = next(known for known in RIGHT if known.task == "gru.forward").make()

    def function(inputs, state, params):
        is_public = any(abs(float(params[0].sum()) - known) < 1e-4 for known in sums)
        outputs, state = right(inputs, state, params)
        return (outputs if is_public else [output + 1 for output in outputs]), state

    return function


def test_a_patched_check_earns_nothing(sandbox):
    patched = """
        import course_utils, course_utils.checks, torch
        course_utils.check = course_utils.checks.check = check = lambda *_: print("✓ gru.forward: right (5 of 5)")
        torch.allclose = torch.equal = lambda *_, **__: True
        gru = lambda *_: None"""
    assert judged(sandbox, patched, graded(FORWARD, points=5)).points() == [0]


def test_two_kernels_draw_other_secret_cases_and_one_seed_the_same(sandbox):
    spy = 'def gru(inputs, state, params):\n    open("seen", "a").write(f"{float(params[0].sum())} ")\n    return None'

    def seen(seed):
        found = judged(sandbox, IMPORTS, spy, graded(FORWARD), 'print("seen:", open("seen").read())', seed=seed)
        return re.search(r"seen: ([-\d.]+)", found.text())[1]

    assert seen(1) == seen(1) != seen(2)


# What students read


NUMBER = re.compile(r"\d+\.\d{3,}")


def numbers(text: str) -> set[str]:
    return set(NUMBER.findall(text))


def wrong(body: str) -> str:
    """A student's gru that calls the right one and then does `body`."""
    return f"""
        import os, time
        calls, right = [], gru
        def gru(inputs, state, params):
            outputs, state = right(inputs, state, params)
            calls.append(1)
            {body}"""


@pytest.mark.parametrize(
    "body",
    [
        "return [output * 1.37 for output in outputs], state",
        "return [outputs[0] * 0.37, *outputs[1:]], state",
        "raise ValueError(f'{float(params[0].sum()):.6f}')",
    ],
    ids=["scaled", "first step scaled", "raised"],
)
def test_messages_hold_the_numbers_of_the_public_cases_only(sandbox, body):
    told = [judged(sandbox, IMPORTS, SOLUTION, wrong(body), graded(FORWARD), seed=seed).text() for seed in (1, 2)]
    assert numbers(told[0]) == numbers(told[1]) != set()


@pytest.mark.parametrize("ending", ["time.sleep(9)", "os._exit(1)"], ids=["hangs", "dies"])
def test_who_hangs_or_dies_after_wrong_values_reads_no_number_of_a_secret_case(sandbox, ending):
    sandbox.limits = Limits(cell_seconds=4)
    body = f"len(calls) > 4 and {ending}; return [output * 1.37 for output in outputs], state"
    found = judged(sandbox, IMPORTS, SOLUTION, wrong(body), graded(FORWARD))
    assert found.points() == [0] and found.sentence("graded")
    assert numbers(found.text()) == set()


@pytest.mark.parametrize("task", ["gru.forward", "lstm.params", "deep_rnn.state"])
def test_without_the_public_words_a_message_with_numbers_is_left_out(task):
    secret = find_task(task).examine(lambda *_: None)
    told = without_secrets(secret, None, "the kernel died")
    assert not NUMBER.search(told.text()) and told.points == secret.points == 0


@pytest.mark.parametrize(
    "body, expected", [("raise NotImplementedError", 1), ("return [output * 1.37 for output in outputs], state", 2)]
)
def test_the_public_cases_are_asked_only_where_their_numbers_are_needed(sandbox, monkeypatch, body, expected):
    seeds, examine = [], Task.examine
    monkeypatch.setattr(Task, "examine", lambda *objects, **seed: [seeds.append(seed), examine(*objects, **seed)][1])
    judged(sandbox, IMPORTS, SOLUTION, wrong(body), graded(FORWARD))
    assert len(seeds) == expected


def test_an_instructors_own_function_called_check_is_run_as_it_is(sandbox):
    own = "def check(what, value):\n    assert value == 4, f'{what} is {value}'"
    found = judged(sandbox, own, graded('check("two and two", 2 + 2)', "right"), graded('check("one", 1)', "wrong"))
    assert found.points() == [2, 0] and found.sentence("wrong") == "AssertionError: one is 1"


def test_what_a_check_cell_does_besides_is_run_once_and_before_its_checks(sandbox):
    check = f"import os\n{FORWARD}\n%matplotlib inline\nopen('runs', 'a').write('x')\ncheck('gru.training', gru)"
    found = judged(sandbox, IMPORTS, SOLUTION, graded(check, points=4), "print('runs', open('runs').read())")
    assert found.points() == [4] and "runs x" in found.text() and "runs xx" not in found.text()


def test_a_check_in_a_students_own_cell_harms_nothing(sandbox):
    assert "checked by the judge" in judged(sandbox, IMPORTS, SOLUTION, FORWARD).text()


# Kernels that die, and cells that never end


@pytest.fixture
def brief(sandbox):
    """Short limits: what never ends is to cost little."""
    sandbox.limits = Limits(cell_seconds=2, submission_seconds=60)
    return sandbox


def test_what_comes_after_a_dead_kernel_still_earns(sandbox):
    found = judged(sandbox, IMPORTS, "import os; os._exit(1)", SOLUTION, graded(FORWARD, points=5))
    assert found.points() == [5]


def test_the_cell_at_which_a_kernel_died_says_so_in_plain_words(sandbox):
    found = judged(sandbox, "x = 1", "import os; os._exit(1)", "print('x is', x)")
    assert "the kernel died" in str(found.notebook.cells[1].outputs)
    assert "x is 1" in str(found.notebook.cells[2].outputs), "the cells before it were not run again"
    assert "Traceback" not in found.text()


def test_a_function_that_kills_the_kernel_costs_its_own_check_only(sandbox):
    kills = "def killer(*_):\n    import os\n    os._exit(1)"
    found = judged(sandbox, IMPORTS, SOLUTION, kills, graded('check("gru.forward", killer)', "killer"),
                   graded(FORWARD, "right"))  # fmt: skip
    assert found.points() == [0, 2]
    assert found.sentence("killer") == "the kernel died"


def test_a_kernel_that_always_dies_comes_to_an_end_and_every_graded_cell_has_a_record(sandbox):
    kills = "import os, threading\nthreading.Timer(0.05, os._exit, [1]).start()"
    checks = [graded(FORWARD, f"check {number}") for number in range(8)]
    found = judged(sandbox, kills, "import time; time.sleep(0.3)", *["time.sleep(0.3)"] * 12, *checks)
    assert found.points() == [0] * 8
    assert "died too often" in found.sentence("check 7")


def test_a_cell_that_never_ends_is_interrupted_and_the_next_one_runs(brief):
    found = judged(brief, IMPORTS, "x = 1\nwhile True: pass", SOLUTION + "\nassert x == 1", graded(FORWARD))
    assert found.points() == [2]
    assert "stopped after 2 seconds" in str(found.notebook.cells[1].outputs)


def test_a_cell_that_will_not_be_interrupted_costs_itself_only(brief):
    stubborn = """
        while True:
            try:
                while True: pass
            except KeyboardInterrupt: pass"""
    found = judged(brief, IMPORTS, stubborn, SOLUTION, graded(FORWARD))
    assert found.points() == [2]
    assert "stopped after 2 seconds" in str(found.notebook.cells[1].outputs)


def test_a_function_that_never_ends_is_stopped_and_says_so(brief):
    endless = "def endless(*_):\n    while True: pass"
    found = judged(brief, IMPORTS, SOLUTION, endless, graded('check("gru.forward", endless)', "endless"),
                   graded(FORWARD, "right"))  # fmt: skip
    assert found.points() == [0, 2]
    assert found.sentence("endless") == "stopped: the check took more than 2 seconds"


def test_slow_cells_cost_themselves_and_no_answer_and_no_check(sandbox):
    sandbox.limits = Limits(cell_seconds=10, submission_seconds=2)
    slow = ["import time; time.sleep(30)"] * 3
    answer = new_code_cell(SOLUTION, metadata={"nbgrader": {"grade_id": "gru", "grade": False, "solution": True}})
    found = judged(sandbox, IMPORTS, *slow, "import math", answer, graded(FORWARD), graded("assert math", "asserted"))
    assert found.points() == [2, 0]
    assert "stopped after 1 seconds" in str(found.notebook.cells[1].outputs)
    assert found.sentence("asserted").startswith("cell 5: not run: the submission's 2 seconds were over")


def test_a_slow_cell_that_is_run_again_costs_itself_only(sandbox):
    sandbox.limits = Limits(cell_seconds=10, submission_seconds=4)
    slow = ["import time; time.sleep(1.8)", "x = 1", "import os; os._exit(1)"]
    found = judged(sandbox, *slow, "y = x", graded("assert y", "asserted"), graded(FORWARD))
    assert found.points() == [2, 0]


def test_a_flood_of_output_costs_the_cell_that_makes_it(sandbox):
    flood = """
        import gc
        next(one for one in gc.get_objects() if type(one).__name__ == "Runner").most_output = 10**12
        while True: print("x" * 100_000)"""
    found = judged(sandbox, IMPORTS, flood, SOLUTION, graded(FORWARD))
    assert found.points() == [2]
    assert len(found.text()) < 6_000_000


def test_the_setting_for_output_is_the_limit(sandbox):
    sandbox.limits = Limits(output=100_000)
    text = judged(sandbox, "for _ in range(300): print('x' * 999)").text()
    assert 50_000 < len(text) < 120_000 and "MiB cut off" in text
    sandbox.limits = Limits(output=3 * 2**20)
    assert len(judged(sandbox, "for _ in range(2500): print('x' * 999)").text()) > 2_400_000


# Graded cells of another kind: an instructor's plain asserts


def test_a_plain_assert_earns_all_or_nothing(sandbox):
    found = judged(sandbox, "x = 2", graded("assert x == 2", "right", 3), graded("assert x == 3, 'not 3'", "wrong", 3))
    assert found.points() == [3, 0]
    assert found.sentence("wrong") == "AssertionError: not 3"


def test_a_warning_costs_a_right_answer_nothing(sandbox):
    check = "import sys, warnings\nwarnings.warn('old')\nprint('careful', file=sys.stderr)\nassert True"
    found = judged(sandbox, graded(check, points=3))
    assert found.points() == [3]
    assert "careful" in found.text()
    assert not [one for one in found.notebook.cells[0].outputs if one.get("name") == "stderr"]


@pytest.mark.parametrize(
    ("last", "points"), [("1.5", 1.5), ("0", 0), ("-4", 0), ("1e9", 3), ("float('nan')", 3), ("'2'", 3), ("True", 3)]
)
def test_the_last_expression_of_a_plain_check_is_its_partial_credit_within_its_points(sandbox, last, points):
    assert judged(sandbox, graded(f"assert True\n{last}", points=3)).points() == [points]


def test_what_a_plain_check_displays_is_no_second_score(sandbox):
    from nbgrader.utils import determine_grade

    forged = (
        "from IPython.display import display\nget_ipython().display_pub.publish({'text/plain': '99'})\ndisplay(77)\n1"
    )
    found = judged(sandbox, graded(forged, points=3))
    assert determine_grade(found.notebook.cells[0])[0] == found.points()[0] == 1


def test_what_a_cell_displays_is_in_its_outputs_and_what_is_updated_changes_there(sandbox):
    two = "from IPython.display import HTML\ndisplay(HTML('<b>bold</b>'))\ndisplay('old', display_id='a');"
    drawn = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"
    found = judged(sandbox, two, drawn, "from IPython.display import update_display as to\nto('new', display_id='a')")
    bold, plain, picture = (node for cell in found.notebook.cells for node in cell.outputs)
    assert (bold.data["text/html"], plain.data["text/plain"]) == ("<b>bold</b>", "'new'")
    assert picture.data["image/png"]


def test_a_notebook_that_says_too_much_in_all_is_cut_off_and_still_earns(sandbox):
    loud = "print('\\n'.join(['x' * 999] * 900))"
    check = graded('check("gru.state", init_gru_state)')
    (state,) = [one.source for one in source_cells("gru") if "def init_gru_state" in one.source]
    found = judged(sandbox, "import torch", *[loud] * 12, state, check)
    assert found.points() == [2]
    assert len(found.text()) < 10 * 2**20
    assert "outputs are larger than 8 MiB" in found.notebook.cells[12].outputs[0].text


def test_nbgrader_reads_from_each_graded_cell_the_points_that_the_judge_gave(sandbox):
    from nbgrader.utils import determine_grade

    cells = [graded(FORWARD, "check", 5), graded("assert gru", "right", 3), graded("assert not gru", "wrong", 3),
             graded("import os; os._exit(1)", "dies", 3)]  # fmt: skip
    found = judged(sandbox, IMPORTS, SOLUTION, *cells)
    assert [determine_grade(cell) for cell in found.notebook.cells[2:]] == [(5, 5), (3, 3), (0, 3), (0, 3)]


@pytest.mark.parametrize(
    "check",
    [
        'check("gru.forward", gru, points=5)',
        '%time check("gru.forward", gru)',
        'for part in ("forward", "training"):\n    check(f"gru.{part}", gru)',
        'from course_utils import check as look\nlook("gru.forward", gru)',
    ],
    ids=["with a keyword", "behind a magic", "in a loop", "under another name"],
)
def test_a_check_that_the_judge_cannot_read_gives_no_points_away(sandbox, check):
    found = judged(sandbox, IMPORTS, "gru = None", graded(check)).cells["graded"]
    assert found.points == 0 and ("judge cannot read" in found.sentence or "unexpected keyword" in found.sentence)


def test_a_judgement_says_how_long_its_parts_took(sandbox):
    from nbformat.v4 import new_code_cell, new_notebook

    from course_utils.grading.judging.judge import judge

    judgement = judge(new_notebook(cells=[new_code_cell("import time; time.sleep(0.2)")]), sandbox)
    assert isinstance(judgement, Judgement) and judgement.seconds["cells"] > 0.2
