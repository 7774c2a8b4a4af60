"""A class that tampers: what is in `tampering/` becomes submissions of the `gru` assignment.

`tampering/KIND/NAME.py` is one submission, of the student `KIND-NAME`. Its first line says what it tries. Lines like
`# answers: wrong` may follow (all of them optional):

    answers: NAME          start from the answers of `tampering/answers/NAME.py` or `examples/answers/NAME/gru.py`;
                           without it every function is as released: not written
    points: CELL=2 …       what it must earn; `points: all` for full marks. Unnamed cells must earn nothing (with
                           `answers: wrong`: no more than those answers earn without tampering)
    graded: yes|no|either  whether the student must be graded (`yes`), must not be, with a reason (`no`), or may be both
    witness: yes           an honest witness is graded right after it, and looks for what it left
    training: yes          keep the cells that train; they are not judged and take time, so by default they are gone
    slow: yes              runs into a time limit, or costs much; in the full run only, see test_tampering.py
    stock: WORDS           for the table of benchmarks/tampering.py, where its own sandbox would stop it

Then come pieces, cut at `# %% PLACE`, where PLACE is a cell's grade_id (its source is replaced), `first` or `last`, or
`before CELL` or `after CELL` (a code cell is added; with `markdown` behind it, a text cell).

Above the pieces may stand a function that changes the file that is handed in: `tamper(notebook, folder)` gets the
notebook as JSON and the folder where it is going to stand; it changes the notebook in place, or returns another or the
file's bytes, and may put more into the folder. All use the words of `Surroundings.words`, `@COURSE@` and so on: who
tampers knows the place.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

HERE = Path(__file__).resolve().parent / "tampering"
REPOSITORY = HERE.parents[2]
MARK = "# %% "
PARTS = {
    "gru-params-check": 1.0,
    "gru-state-check": 1.0,
    "gru-forward-check": 5.0,
    "gru-after-check": 3.0,
    "gru-training-check": 2.0,
}
HONEST = "honest"
IMPORTS = "import course_utils"


@dataclass(frozen=True)
class Tampering:
    """One file of `tampering/`: what is handed in, and what must come of it."""

    path: Path
    kind: str
    name: str
    text: str = field(repr=False)

    @property
    def student(self) -> str:
        return f"{self.kind}-{self.name}" if self.kind else self.name

    @cached_property
    def about(self) -> dict[str, str]:
        """The lines `# key: value` of the head."""
        head = self.text.partition("\n" + MARK)[0].splitlines()[1:]
        return dict(re.findall(r"^# (\w+): (.+)$", "\n".join(head), flags=re.MULTILINE))

    @property
    def description(self) -> str:
        return self.text.splitlines()[0].removeprefix("# ").rstrip(".")

    @property
    def expected(self) -> dict[str, float]:
        """Points that it must have, by cell; those not named are none."""
        points = self.about.get("points", "all" if self.kind == HONEST else "")
        if points == "all":
            return dict(PARTS)
        return {cell: float(value) for cell, value in (pair.split("=") for pair in points.split())}

    @property
    def answers(self) -> str:
        return self.about.get("answers", "amina" if self.kind == HONEST else "")

    @property
    def may_be_graded(self) -> bool:
        return self.about.get("graded", "yes") != "no"

    @property
    def must_be_graded(self) -> bool:
        return self.about.get("graded", "yes") == "yes"

    def says(self, key: str) -> bool:
        return self.about.get(key) == "yes"

    def notebook(self, words: dict[str, str]) -> dict:
        """The released notebook with the answers and pieces in it."""
        notebook = released()
        if not self.says("training"):
            notebook["cells"] = [cell for cell in notebook["cells"] if not _only_takes_time(cell)]
        if self.answers:
            _put_in(notebook, pieces(_answers(self.answers)), self.path)
        _put_in(notebook, pieces(fill_in(self.text, words)), self.path)
        return notebook

    def hand_in(self, submitted: Path, words: dict[str, str]) -> None:
        """Write the submission into `submitted/STUDENT/gru/`."""
        words = words | {"@NAME@": self.name, "@STUDENT@": self.student}
        folder = submitted / self.student / "gru"
        folder.mkdir(parents=True)
        handed_in: dict | bytes = self.notebook(words)
        head = fill_in(self.text.partition("\n" + MARK)[0], words)
        if "\ndef tamper(" in head:
            handed_in = _load(self.path, head)(handed_in, folder) or handed_in
        if isinstance(handed_in, dict):
            handed_in = json.dumps(handed_in, ensure_ascii=False).encode("utf-8", "surrogatepass")
        target = folder / "gru.ipynb"
        if not target.exists() and not target.is_symlink():
            target.write_bytes(handed_in)


def all_tamperings() -> list[Tampering]:
    """What is in `tampering/`, in the order of the students' names; the answers and the witness are not."""
    paths = sorted(path for path in HERE.glob("*/*.py") if path.parent.name != "answers")
    return [Tampering(path, path.parent.name, path.stem, path.read_text(encoding="utf-8")) for path in paths]


def witness(kind: str, name: str) -> Tampering:
    """An honest student who looks for what the one before has left."""
    path = HERE / "witness.py"
    return Tampering(path, kind, name, path.read_text(encoding="utf-8"))


def released() -> dict:
    """The notebook that students get, as JSON."""
    return json.loads((REPOSITORY / "release" / "gru" / "gru.ipynb").read_text(encoding="utf-8"))


def cell_named(notebook: dict, name: str) -> dict:
    """The cell with this grade_id."""
    return notebook["cells"][_place(notebook, name)]


def about(notebook: dict, name: str) -> dict:
    """nbgrader's marks of the cell with this grade_id."""
    return cell_named(notebook, name)["metadata"]["nbgrader"]


def code(source: str, **metadata: object) -> dict:
    """A new code cell."""
    cell = {"cell_type": "code", "id": _id(source), "metadata": metadata, "source": source}
    return cell | {"execution_count": None, "outputs": []}


def text(source: str, **metadata: object) -> dict:
    """A new markdown cell."""
    return {"cell_type": "markdown", "id": _id(source), "metadata": metadata, "source": source}


def _id(source: str) -> str:
    return hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def graded(name: str, points: float) -> dict:
    """nbgrader's marks of a check."""
    marks = {"grade": True, "grade_id": name, "locked": True, "points": points}
    return {"nbgrader": marks | {"schema_version": 3, "solution": False, "task": False}}


def fill_in(source: str, words: dict[str, str]) -> str:
    for word, value in words.items():
        source = source.replace(word, value)
    return source


def pieces(source: str) -> list[tuple[str, str]]:
    """(place, source) in the file's order."""
    parts = (part.partition("\n") for part in ("\n" + source).split("\n" + MARK)[1:])
    return [(place.strip(), body.strip()) for place, _, body in parts]


@cache
def _answers(name: str) -> str:
    own = HERE / "answers" / f"{name}.py"
    path = own if own.exists() else REPOSITORY / "examples" / "answers" / name / "gru.py"
    return path.read_text(encoding="utf-8")


def _only_takes_time(cell: dict) -> bool:
    """Trains, or shows what was trained: code that is neither an answer, nor a check, nor the imports."""
    source = "".join(cell["source"])
    return cell["cell_type"] == "code" and "nbgrader" not in cell["metadata"] and IMPORTS not in source


def _put_in(notebook: dict, parts: list[tuple[str, str]], path: Path) -> None:
    for place, source in parts:
        words = place.split()
        new = text(source) if words[-1] == "markdown" else code(source)
        try:
            if words[0] == "first":
                notebook["cells"].insert(0, new)
            elif words[0] == "last":
                notebook["cells"].append(new)
            elif words[0] in ("before", "after"):
                notebook["cells"].insert(_place(notebook, words[1]) + (words[0] == "after"), new)
            else:
                notebook["cells"][_place(notebook, place)]["source"] = source
        except StopIteration:
            raise ValueError(f"{path}: the released notebook has no cell {place!r}") from None


def _place(notebook: dict, name: str) -> int:
    marks = (cell["metadata"].get("nbgrader", {}) for cell in notebook["cells"])
    return next(index for index, mark in enumerate(marks) if mark.get("grade_id") == name)


def _load(path: Path, source: str):
    namespace = {"__name__": path.stem, "__file__": str(path)}
    exec(compile(source, str(path), "exec"), namespace)
    return namespace["tamper"]
