"""A new edition's files take the place of the old ones; what the student changed is kept, and what is gone goes."""

from __future__ import annotations

import json

import pytest

from course_utils.desk.editions import read_edition
from course_utils.desk.install import install
from tests.desk.test_editions import marker, zipped

OLD = {"course": b"1", "course_utils/a.py": b"1", "course_utils/b.py": b"1", "docs/x.md": b"1", "docs/y.md": b"1"}
NEW = {"course": b"2", "course_utils/a.py": b"2", "docs/z.md": b"2"}


@pytest.fixture
def root(tmp_path):
    for name, content in {**OLD, "edition.json": marker(OLD)}.items():
        path = tmp_path / "root" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tmp_path / "root"


@pytest.fixture
def new(tmp_path):
    return read_edition(zipped(tmp_path / "new.zip", {**NEW, "edition.json": marker(NEW)}))


def test_untouched_files_are_replaced_and_those_that_are_gone_are_removed(root, new):
    done = install(root, new)
    assert (done.new, done.replaced, done.beside) == (["docs/z.md"], ["course", "course_utils/a.py"], [])
    assert done.gone == ["course_utils/b.py", "docs/x.md", "docs/y.md"]
    there = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
    assert there == {*NEW, "edition.json"} and (root / "course").stat().st_mode & 0o111
    again = install(root, new)
    assert not (again.new or again.replaced or again.gone or again.beside)


def test_what_the_student_changed_or_added_stays(root, new):
    (root / "course_utils" / "a.py").write_text("mine")
    (root / "course_utils" / "own.py").write_text("own")
    (root / "docs" / "x.md").write_text("mine")
    (root / "docs" / "z.md").write_text("my own z")
    done = install(root, new)
    assert [name for name, _ in done.beside] == ["docs/z.md", "course_utils/a.py"]
    texts = {path.read_text() for path in root.rglob("*") if path.is_file()}
    assert {"mine", "own", "my own z", "2"} <= texts and (root / "docs" / "x.md").read_text() == "mine"


def test_without_the_old_list_what_differs_counts_as_the_student_s(root, new):
    (root / "edition.json").unlink()
    assert [name for name, _ in install(root, new).beside] == ["course", "course_utils/a.py"]
    assert json.loads((root / "edition.json").read_text())["files"].keys() == NEW.keys()
