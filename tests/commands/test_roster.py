"""`course roster` says how it read the file, and names every line that did not fit."""

from __future__ import annotations

from course_utils.commands.cli import main


def test_it_says_what_was_read_and_what_did_not_fit(course, capsys):
    path = course.root / "list.csv"
    path.write_text("id;name\nada;Ada Lovelace\nada;Ada\n", encoding="utf-8")
    assert main(["roster", str(path), "--course", str(course.root)]) == 1
    said = capsys.readouterr()
    assert "read list.csv as utf-8, separated by semicolons" in said.out and "students: 1, of whom 1 new" in said.out
    assert "line 3: Ada is ada again, as in line 2: left out" in said.out
    assert said.err == "course: lines of list.csv that did not fit, and are named above: 1\n"
    path.write_text("id;name\nada;Ada King\n", encoding="utf-8")
    assert main(["roster", str(path), "--course", str(course.root)]) == 0
    said = capsys.readouterr().out
    assert "1 changed" in said and "changed: ada: last name Lovelace → King" in said
