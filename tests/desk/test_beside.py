"""What a student has changed is kept beside under a name that says so, once."""

from __future__ import annotations

from datetime import date

from course_utils.desk.beside import is_kept_beside, keep_beside, swap_in

TODAY = date.today().isoformat()


def test_each_version_is_kept_once(tmp_path):
    path = tmp_path / "01_gru.ipynb"
    path.write_text("one")
    first = keep_beside(path)
    assert first.name == f"01_gru (yours, {TODAY}).ipynb" and first.read_text() == "one"
    assert keep_beside(path) == first
    path.write_text("two")
    second = keep_beside(path)
    assert second.name == f"01_gru (yours, {TODAY}, 2).ipynb" and first.read_text() == "one"
    assert is_kept_beside(first) and not is_kept_beside(path)


def test_a_file_that_is_swapped_in_is_as_executable_as_the_old_one(tmp_path):
    path = tmp_path / "folder" / "course"
    swap_in(path, b"1")
    path.chmod(0o755)
    swap_in(path, b"2")
    assert path.read_bytes() == b"2" and path.stat().st_mode & 0o777 == 0o755
