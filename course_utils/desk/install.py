"""Puts a new edition's files in the place of the old ones; a file that the student has changed is kept beside."""

from __future__ import annotations

import hashlib
import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from course_utils.desk.beside import keep_beside, swap_in
from course_utils.desk.editions import NewEdition, earlier_versions, marker_of
from course_utils.desk.merge import same_cells
from course_utils.filesystem import EDITION, put_in_place, stage_folder
from course_utils.grading.course.notebook_file import NotebookFileError, parse_notebook

PACKAGE = "course_utils"  # swapped as a whole: half of a new one would not run


@dataclass
class Installed:
    """What became of the edition's files. beside: (file, what the student's version of it is called now)."""

    new: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    beside: list[tuple[str, str]] = field(default_factory=list)


def install(root: Path, edition: NewEdition) -> Installed:
    """Bring the files, edition.json last: after a kill the same call goes on. Raises OSError."""
    digests = marker_of(root).get("files")
    installer = _Installer(root, edition, digests if isinstance(digests, dict) else {})
    for name in sorted(edition.files.keys() - {EDITION}):
        if not name.startswith(f"{PACKAGE}/"):
            installer.bring(name)
    installer.bring_package()
    installer.remove()
    if marker_of(root) != edition.marker:
        swap_in(root / EDITION, edition.files[EDITION])
    return installer.done


class _Installer:
    def __init__(self, root: Path, edition: NewEdition, digests: dict[str, str]) -> None:
        self.root, self.edition, self.digests, self.done = root, edition, digests, Installed()

    def bring(self, name: str) -> None:
        """One file, unless it is there."""
        path, content = self.root / name, self.edition.files[name]
        if self._note(name):
            swap_in(path, content)
            if name == "course":
                path.chmod(0o755)

    def bring_package(self) -> None:
        """The package, with whatever the student has put into its folder."""
        folder = self.root / PACKAGE
        if not folder.exists() and (old := folder.with_name(f".{PACKAGE}.old")).exists():
            os.replace(old, folder)  # a kill came between the two moves of the swap
        changed = [name for name in self.edition.files if name.startswith(f"{PACKAGE}/") and self._note(name)]
        if not changed:
            return
        staged = stage_folder(folder, folder) if folder.exists() else folder.with_name(f".{PACKAGE}.new")
        for cache in list(staged.rglob("__pycache__")):
            shutil.rmtree(cache)
        for name in changed:
            path = staged / name.removeprefix(f"{PACKAGE}/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(self.edition.files[name])
        put_in_place(staged, folder)

    def remove(self) -> None:
        """The files of the old edition that the new one does not have, as far as the student has not changed them."""
        for name in sorted(self.digests.keys() - self.edition.files.keys()):
            path = self.root / name
            if path.is_file() and not self._is_touched(name):
                path.unlink()
                self.done.gone.append(name)

    def _note(self, name: str) -> bool:
        """Whether the file is to be written; where the student has changed it, it is kept beside first."""
        path = self.root / name
        if not path.is_file():
            self.done.new.append(name)
            return True
        if path.read_bytes() == self.edition.files[name]:
            return False
        if self._is_touched(name):
            self.done.beside.append((name, keep_beside(path).name))
        self.done.replaced.append(name)
        return True

    def _is_touched(self, name: str) -> bool:
        """Whether the student wrote something in the file. To run a notebook is not to write."""
        content = (self.root / name).read_bytes()
        if hashlib.sha256(content).hexdigest() == self.digests.get(name):
            return False
        known = (*earlier_versions(self.root, name), self.edition.files.get(name, b""))
        if content in known:
            return False
        return not (name.endswith(".ipynb") and any(_has_same_cells(content, version) for version in known))


def _has_same_cells(content: bytes, version: bytes) -> bool:
    try:
        return same_cells(parse_notebook("", content), parse_notebook("", version))
    except NotebookFileError:
        return False
