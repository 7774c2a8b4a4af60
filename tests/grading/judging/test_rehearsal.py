"""No difference between a student's check and the judge costs points unseen.

Each submission is rehearsed in kernels without walls, as on a student's machine that has none, and judged in the
sandbox: the points are the same, or the student was told.
"""

from __future__ import annotations

import http.server
import textwrap
import threading

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from course_utils.grading.judging.judge import judge
from course_utils.grading.judging.rehearsal import Listener, rehearse
from course_utils.grading.judging.surroundings import needs
from course_utils.sandbox.outside.shared import shared_sandbox
from course_utils.sandbox.protocol.limits import Limits
from tests.grading.judged import graded

IMPORTS = "import os\nimport torch\nfrom course_utils import check"
STATE = """def init_gru_state(batch_size, num_hiddens, device):
    return (torch.zeros(batch_size, num_hiddens, device=device),)"""
HALF = STATE.replace(", device=device", "")
CHECK = 'check("gru.state", init_gru_state)'


@pytest.fixture(scope="module")
def unwalled():
    return shared_sandbox(Limits(), "none")


@pytest.fixture(scope="module")
def address():
    """Of a server on this machine, which kernels without walls can reach."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def made(cells):
    given = [new_code_cell(textwrap.dedent(cell)) if isinstance(cell, str) else cell for cell in cells]
    return new_notebook(cells=[new_code_cell(IMPORTS), *given])


def both(sandbox, unwalled, *cells, files=None, folder=None, limits=None):
    """Points of the rehearsal, points of the judge, and what the student is told."""
    cells = cells if any(not isinstance(cell, str) for cell in cells) else (*cells, graded(CHECK))
    sandbox.limits = limits or sandbox.limits
    rehearsed = rehearse(made(cells), unwalled, files or {}, print)
    judged = judge(made(cells), sandbox, files or {})
    told = needs(made(cells).cells, folder, files or {}) if folder else []
    points = [[cell.points for cell in one.cells.values()] for one in (rehearsed, judged)]
    return (*points, told)


SAME = {
    "imports the chapters' own names": (f"from course_utils.equations import GRU, evaluate, reset_after\n{STATE}",),
    "imports a room that stays outside": (f"import course_utils.grading\n{STATE}",),
    "imports what lies deeper": (f"from course_utils.equations.networks import GRU\n{STATE}",),
    "uses the equations above its function": (f"from course_utils.equations import GRU\nprint(GRU.states)\n{STATE}",),
    "answers with the course's evaluate": (
        "from course_utils.equations import GRU, evaluate\ndef gru(*a):\n    return evaluate(GRU, *a)",
        graded('check("gru.forward", gru)'),
    ),
    "asks for a line of input": (f"name = input()\n{STATE}",),
    "defines a check of its own": (f"def check(*anything): pass\n{HALF}",),
    "defines its function below the check": (graded(CHECK), STATE),
    "shows and plots": (
        f"%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]); plt.show()\ndisplay(1)\n{STATE}",
    ),
    "prints far too much": (f"print('x' * 3_000_000)\n{STATE}",),
    "asks the kernel that Jupyter has": (f"get_ipython().kernel.shell\n{STATE}",),
    "leaves in the middle": (f"{STATE}\nos._exit(0)",),
    "ends the notebook": (f"{STATE}\nexit()",),
    "makes errors of warnings, and sets the default dtype": (
        "import warnings; warnings.simplefilter('error')\ntorch.set_default_dtype(torch.float64)",
        STATE,
    ),
    "wants a GPU": (f"x = torch.ones(1, device='cuda')\n{STATE}",),
    "takes builtins away": (f"sum = max = all = isinstance = None\n{STATE}",),
    "counts epochs": (f"assert os.environ['COURSE_GRADING']\n{STATE}",),
    "moves to another folder": (f"os.chdir('/')\n{STATE}",),
    "has two checks in one cell": (STATE, graded(f'check("gru.params", print)\n{CHECK}')),
    "has half of it": (HALF,),
    "spoils a right function": (STATE, "def init_gru_state（a): pass"),
    "is asked by an assertion": (f"{STATE}\nx = 3", graded("assert x == 4, 'x is not 4\\nbut less'")),
    "uses a variable of an earlier cell": ("zeros = torch.zeros", STATE.replace("torch.zeros", "zeros")),
}


@pytest.mark.parametrize("cells", SAME.values(), ids=SAME)
def test_the_points_are_the_judges(sandbox, unwalled, cells):
    rehearsed, judged, _ = both(sandbox, unwalled, *cells)
    assert rehearsed == judged != []


def test_right_wrong_and_partial_answers_are_all_in_the_table(sandbox, unwalled):
    """Or the table above could be of zeros only."""
    earned = [both(sandbox, unwalled, *SAME[name])[1] for name in ("shows and plots", "has half of it")]
    assert earned[0] == [2.0] and 0 < earned[1][0] < 2


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("text = open({outside!r}).read()", "which is outside of the notebook's folder"),
        ("text = open('../data.txt').read()", "which is outside of the notebook's folder"),
        ("import urllib.request\nurllib.request.urlopen({address!r})", "there is no network when it is graded"),
        ("import pytest", "imports pytest, which the course does not install"),
        ("text = open('own.txt').read()", "needs own.txt: hand it in too"),
        ("import helper", "needs helper.py: hand it in too"),
    ],
    ids=["file elsewhere", "file above", "network", "package", "file beside", "module beside"],
)
def test_what_is_here_and_not_there_is_said(sandbox, unwalled, tmp_path, address, cell, says):
    (tmp_path / "data.txt").write_text("data")
    folder, files = tmp_path / "work", {"own.txt": b"mine", "helper.py": b"x = 1"}
    folder.mkdir()
    source = cell.format(outside=str(tmp_path / "data.txt"), address=address)
    rehearsed, judged, told = both(sandbox, unwalled, f"{source}\n{STATE}", folder=folder, files=files)
    assert rehearsed == judged or told
    assert len(told) == 1 and told[0].startswith("cell 2 ") and says in told[0]


def test_without_walls_a_file_elsewhere_is_read_and_so_it_matters_that_it_is_said(sandbox, unwalled, tmp_path):
    (tmp_path / "data.txt").write_text("data")
    cell = f"open({str(tmp_path / 'data.txt')!r})\n{STATE}"
    rehearsed, judged, _ = both(sandbox, unwalled, cell)
    assert (rehearsed, judged) == ([2.0], [0.0])


def test_a_listener_hears_of_cells_in_their_order(sandbox):
    heard = []

    class Hears(Listener):
        def starts(self, cell):
            heard.append(("starts", cell.source.splitlines()[-1]))

        def stopped(self, line):
            heard.append(("stopped", line))

        def judged(self, name, judgement):
            heard.append((name, judgement.points))

    rehearse(made([STATE, "1 / 0", graded(CHECK, "state")]), sandbox, {}, print, Hears())
    assert heard == [
        ("starts", IMPORTS.splitlines()[-1]),
        ("starts", STATE.splitlines()[-1]),
        ("starts", "1 / 0"),
        ("stopped", "cell 3 stopped with ZeroDivisionError: division by zero"),
        ("starts", CHECK),
        ("state", 2.0),
    ]


def test_after_a_cell_that_did_not_end_the_others_have_less_time(sandbox, monkeypatch):
    monkeypatch.setattr("course_utils.grading.judging.rehearsal.PATIENCE", 0.3)
    sandbox.limits = Limits(cell_seconds=1)
    cells = ["while True: pass", "import time; time.sleep(0.8); x = 1", graded("assert x")]
    (cell,) = rehearse(made(cells), sandbox, {}, print).cells.values()
    assert cell.sentence.splitlines()[0] == "cell 3: stopped after 0 seconds"
