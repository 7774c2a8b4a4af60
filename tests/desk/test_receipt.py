"""A receipt says when, what and how good; no hand-in replaces another, and a kill leaves no half one."""

from __future__ import annotations

import hashlib
import json
import zipfile

from course_utils.desk.receipt import Receipt, digest_of, keep, now

CONTENTS = {"b.py": b"2", "a.ipynb": b"{}"}


def receipt(time="2026-12-01T09:00:00+00:00"):
    return Receipt("toy", time, digest_of(CONTENTS), 3.0, 5.0, ("a note",))


def test_the_digest_is_that_of_what_sha256sum_prints():
    lines = [f"{hashlib.sha256(CONTENTS[name]).hexdigest()}  {name}\n" for name in ("a.ipynb", "b.py")]
    assert digest_of(CONTENTS) == hashlib.sha256("".join(lines).encode()).hexdigest()
    assert digest_of({**CONTENTS, "b.py": b"3"}) != digest_of(CONTENTS)


def test_the_receipt_lies_in_the_zip_and_beside_it(tmp_path):
    path = keep(receipt(), CONTENTS, tmp_path)
    assert path == tmp_path / "toy" / "2026-12-01T09-00-00Z.zip"
    with zipfile.ZipFile(path) as archive:
        assert {name: archive.read(name) for name in CONTENTS} == CONTENTS
        inside = json.loads(archive.read("receipt.json"))
    assert inside == json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    assert list(inside) == ["assignment", "time", "digest", "points", "max_points", "warnings", "bonus"]


def test_two_within_one_second_are_both_kept(tmp_path):
    first, second = keep(receipt(), CONTENTS, tmp_path), keep(receipt(), {"a.ipynb": b"new"}, tmp_path)
    assert first != second
    assert sorted(path.name for path in first.parent.iterdir()) == sorted(
        path.name for each in (first, second) for path in (each, each.with_suffix(".json"))
    )


def test_the_time_is_in_utc_and_without_fractions():
    assert now().endswith("+00:00") and "." not in now()
