"""Writes the sample class's submissions: `python examples/refresh.py` puts every answer into the released notebook.

An answer, `answers/STUDENT/ASSIGNMENT.py`, is cut at its `# %% NAME` lines; each piece becomes the source of the released
notebook's cell of that name (its nbgrader grade_id). `# %% NAME as STUDENT` takes another student's piece. A piece called
`broken` truncates the file. The files in `answers/STUDENT/ASSIGNMENT/` are handed in beside the notebook.
"""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat

EXAMPLES = Path(__file__).resolve().parent
RELEASE = EXAMPLES.parent / "release"
MARK = "# %% "


def pieces(answer: Path) -> dict[str, str]:
    """Cell name -> source, in the answer's order; the lines above the first mark are a comment for readers."""
    sources = {}
    for part in ("\n" + answer.read_text(encoding="utf-8")).split("\n" + MARK)[1:]:
        head, _, source = part.partition("\n")
        name, _, other = head.strip().partition(" as ")
        sources[name] = pieces(answer.parents[1] / other / answer.name)[name] if other else source.strip()
    return sources


def handed_in(answer: Path, release: Path = RELEASE) -> str:
    """The text of the notebook file that the student of `answer` hands in.

    Raises SystemExit when the released notebook has no cell for a piece.
    """
    notebook = nbformat.read(release / answer.stem / f"{answer.stem}.ipynb", as_version=4)
    cells = {cell.metadata.get("nbgrader", {}).get("grade_id"): cell for cell in notebook.cells}
    parts = pieces(answer)
    is_broken = parts.pop("broken", None) is not None
    for name, source in parts.items():
        if name not in cells:
            raise SystemExit(f"{answer}: the released notebook has no cell {name!r}")
        cells[name].source = source
    text = nbformat.writes(notebook) + "\n"
    return text[: len(text) // 3] if is_broken else text


def submission(answer: Path) -> Path:
    """The path of an answer's notebook."""
    return EXAMPLES / "submitted" / answer.parent.name / answer.stem / f"{answer.stem}.ipynb"


def others(answer: Path) -> dict[Path, Path]:
    """The files that are handed in beside an answer's notebook: path -> path of the original."""
    return {submission(answer).with_name(path.name): path for path in sorted(answer.with_suffix("").glob("*"))}


def answers() -> list[Path]:
    """The answers of all students, sorted."""
    return sorted((EXAMPLES / "answers").glob("*/*.py"))


def main() -> None:
    """Write all submissions."""
    for answer in answers():
        target = submission(answer)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(handed_in(answer), encoding="utf-8")
        for copy, original in others(answer).items():
            copy.write_bytes(original.read_bytes())
    print(f"wrote {len(answers())} notebooks", file=sys.stderr)


if __name__ == "__main__":
    main()
