"""`course update` brings a new edition by git, zip or folder; what the student has is kept, also through a kill."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import zipfile
from pathlib import Path

import pytest

from course_utils.commands.cli import main
from course_utils.desk.copies import hand_out
from course_utils.handout import publish
from course_utils.handout.contents import Edition
from tests.desk.test_merge import BASE, code, edited, notebook, question, text

CHAPTER = [text("t", "# Chapter"), code("c", "1 + 1"), text("x", "Exercise:"), code("e", "...")]
NEW_CHAPTER = edited(CHAPTER, t="# Chapter, corrected")


def written(cells) -> bytes:
    return json.dumps(notebook(cells), sort_keys=True).encode()


def files(toy=BASE, chapter=CHAPTER, **more: bytes) -> dict[str, bytes]:
    return {
        "course": b"#!/usr/bin/env python3\n",
        ".gitignore": b"/work/\n/handed_in/\n",
        "course_utils/a.py": b"A = 1\n",
        "notebooks/01.ipynb": written(chapter),
        "notebooks/02.ipynb": written(CHAPTER),
        "release/toy/toy.ipynb": written(toy),
        "release/toy/data.txt": b"1",
        **{name.replace("__", "/"): content for name, content in more.items()},
    }


NEW_TOY = [*edited(BASE, t1="# A corrected title", f_check="check('f', f, 2)"), question("how")]
NEW = files(NEW_TOY, NEW_CHAPTER) | {"course_utils/a.py": b"A = 2\n", "course_utils/b.py": b"B = 1\n"}
NEW |= {"release/toy/data.txt": b"2", "release/next/next.ipynb": written(BASE)}


@pytest.fixture
def published(tmp_path, monkeypatch):
    """Hands out an edition of these files, of a given day, to a repository or a zip."""

    def publish_(contents, name="edition", day=1):
        newest = 1_800_000_000.0 + 86400 * day
        monkeypatch.setattr(publish, "collect", lambda *_: Edition(contents, "1.0", newest))
        publish.hand_out(None, tmp_path / name, ())
        return tmp_path / name

    return publish_


@pytest.fixture
def student(published, tmp_path):
    """A clone of the first edition, with the copies in work/."""
    published(files())
    root = tmp_path / "student"
    subprocess.run(["git", "clone", "-q", tmp_path / "edition", root], check=True)
    hand_out(root)
    return root


def write(path: Path, cells) -> None:
    path.write_bytes(written(cells))


def cells_of(path: Path) -> list[str]:
    return ["".join(cell["source"]) for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]]


def half_done(root: Path) -> None:
    """What a student has done: answers, a chapter that was run, an exercise, a tracked file changed."""
    write(
        root / "work" / "toy" / "toy.ipynb",
        [*edited(BASE, f="def f(x):\n    return x", why="Because."), code("o", "own")],
    )
    ran = json.loads((root / "work" / "chapters" / "01.ipynb").read_text(encoding="utf-8"))
    ran["cells"][1] |= {"execution_count": 3, "outputs": []}
    (root / "work" / "chapters" / "01.ipynb").write_text(json.dumps(ran), encoding="utf-8")
    write(root / "work" / "chapters" / "02.ipynb", edited(CHAPTER, e="my exercise"))
    write(root / "notebooks" / "01.ipynb", edited(CHAPTER, c="my 2 + 2"))
    (root / "course_utils" / "a.py").write_text("A = 'mine'\n", encoding="utf-8")
    (root / "work" / "toy" / "data.txt").write_text("mine", encoding="utf-8")


WRITTEN = ("def f(x):\\n    return x", "Because.", '"own"', "my exercise", "my 2 + 2", "A = 'mine'", "mine")


def require_nothing_lost(root: Path) -> None:
    """Every text of the student's is in a file that is not hidden, or that a kill has left."""
    paths = [path for path in root.rglob("*") if path.is_file() and ".git" not in path.parts]
    everything = "\n".join(
        path.read_text(encoding="utf-8", errors="replace") for path in paths if ".base" not in path.parts
    )
    assert [word for word in WRITTEN if word not in everything] == []


def update(root: Path, *arguments) -> int:
    return main(["update", *map(str, arguments), "--course", str(root)])


def require_updated(root: Path, toy=NEW_TOY) -> None:
    assert (root / "course_utils" / "a.py").read_text() == "A = 2\n" and (root / "course_utils" / "b.py").exists()
    assert (root / "notebooks" / "01.ipynb").read_bytes() == NEW["notebooks/01.ipynb"]
    got = cells_of(root / "work" / "toy" / "toy.ipynb")
    assert got[0] == "# A corrected title" and "def f(x):\n    return x" in got and "check('f', f, 2)" in got
    assert "own" in got and len(got) == len(toy) + 1
    assert cells_of(root / "work" / "chapters" / "01.ipynb") == [cell["source"] for cell in NEW_CHAPTER]
    assert cells_of(root / "work" / "chapters" / "02.ipynb")[-1] == "my exercise"
    assert (root / "work" / "toy" / "data.txt").read_text() == "2"
    assert (root / "work" / "next" / "next.ipynb").exists()
    require_nothing_lost(root)


def test_by_git_everything_is_new_and_what_the_student_has_is_kept_and_said(student, published, capsys):
    half_done(student)
    published(NEW, day=8)
    assert update(student) == 0
    require_updated(student)
    today = next(student.glob("notebooks/01 (yours, *).ipynb")).stem[-11:-1]
    assert capsys.readouterr().out.splitlines() == [
        "edition 1.0 of 2027-01-23: 4 files replaced, 2 new, 0 removed",
        f"  notebooks/01.ipynb: you had changed it; yours is kept as 01 (yours, {today}).ipynb",
        f"  course_utils/a.py: you had changed it; yours is kept as a (yours, {today}).py",
        "your copies in work/:",
        "  chapters/01.ipynb: replaced: you had run it and written nothing in it",
        f"  toy/data.txt: replaced; what you had is kept as data (yours, {today}).txt",
        "  toy/toy.ipynb: merged, cell by cell",
        "      your answers are kept: f, why",
        "      new: how",
        "      corrected: “A title”, f-check".replace("A title", "A corrected title"),
        "  next/: new: your copy is there",
        "In JupyterLab, reload what is open: File ▸ Reload Notebook from Disk.",
    ]
    status = subprocess.run(["git", "-C", student, "status", "--porcelain"], capture_output=True, text=True, check=True)
    assert all("(yours, " in line for line in status.stdout.splitlines())
    assert update(student) == 0
    assert capsys.readouterr().out.splitlines() == [
        "you have the newest edition: 1.0 of 2027-01-23",
        "your copies in work/ are as they were",
    ]


@pytest.mark.parametrize("name", ["edition.zip", "another folder"])
def test_by_a_zip_or_a_folder_it_is_the_same(student, published, name):
    shutil.rmtree(student / ".git")  # unpacked, and not cloned
    half_done(student)
    assert update(student, published(NEW, name, day=8)) == 0
    require_updated(student)


def test_a_student_s_own_commits_stay_in_the_history(student, published):
    half_done(student)
    mine = ["git", "-C", student, "-c", "user.name=Ada", "-c", "user.email=a@localhost", "commit", "-qam", "My own"]
    subprocess.run(mine, check=True)
    published(NEW, day=8)
    assert update(student) == 0
    require_updated(student)
    log = subprocess.run(
        ["git", "-C", student, "log", "--format=%s"], capture_output=True, text=True, check=True
    ).stdout
    assert "My own" in log and "Hand out version 1.0 again" in log
    clean = ["git", "-C", student, "status", "--porcelain"]
    assert subprocess.run(clean, capture_output=True, check=True).stdout == b""


def test_killed_at_any_moment_nothing_is_lost_and_the_same_command_goes_on(student, published, tmp_path):
    half_done(student)
    shutil.rmtree(student / ".git")
    (student / "course_utils" / "own.py").write_text("mine", encoding="utf-8")
    newer, moment = published(NEW, "newer.zip", day=8), 0
    while moment < 60:
        root = Path(shutil.copytree(student, tmp_path / f"killed {moment}"))
        was_killed = killed(moment, root, newer)
        require_nothing_lost(root)
        assert update(root, newer) == 0
        require_updated(root)
        assert (root / "course_utils" / "own.py").read_text() == "mine"
        if not was_killed:
            break
        moment += 1
    assert 20 < moment < 60


def killed(moment: int, root: Path, newer: Path) -> bool:
    """Whether an update was killed just before it moved something for the n-th time."""
    process = os.fork()
    if process == 0:
        calls, replace = iter(range(1000)), os.replace

        def move(*paths):
            if next(calls) == moment:
                os.kill(os.getpid(), signal.SIGKILL)
            replace(*paths)

        os.replace = move
        os._exit(update(root, newer))
    return os.waitpid(process, 0)[1] == signal.SIGKILL


def test_an_older_edition_a_broken_zip_and_what_is_none_are_refused(student, published, tmp_path, capsys):
    newer = published(NEW, "newer.zip", day=8)
    older = published(files(), "older.zip", day=0)
    with zipfile.ZipFile(newer) as archive, zipfile.ZipFile(tmp_path / "broken.zip", "w") as broken:
        for name in archive.namelist():
            broken.writestr(name, archive.read(name) if "b.py" not in name else b"other")
    (tmp_path / "no.zip").write_bytes(b"nothing")
    before = (student / "edition.json").read_bytes()
    for source, reason in (
        (older, "older than the one that is here"),
        (tmp_path / "broken.zip", "is not whole: course_utils/b.py is missing or damaged"),
        (tmp_path / "no.zip", "is no student edition: "),
    ):
        assert update(student, source) == 2
        assert reason in capsys.readouterr().err
    assert (student / "edition.json").read_bytes() == before


def test_a_copy_of_which_nothing_was_recorded_is_merged_by_what_git_knows(student, published):
    half_done(student)
    shutil.rmtree(student / "work" / ".base")
    (student / "work" / ".handed_out.json").unlink()
    published(NEW, day=8)
    assert update(student) == 0
    require_updated(student)


def test_without_git_and_a_file_it_says_how_an_edition_comes(student, capsys):
    shutil.rmtree(student / ".git")
    assert update(student) == 0
    assert capsys.readouterr().out.startswith("this folder was not cloned with git. A new edition comes as a file")
