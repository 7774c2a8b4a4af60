"""Teacher and students on one machine: Unix users where the tests run as root, and else folders of one user.

Unix users exist only in a mount namespace of bubblewrap, which shows the machine with another /etc/passwd: the kernel
checks their permissions as those of any user, and the machine is left as it is.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from course_utils.filesystem import REPOSITORY

FIRST_ID = 23_100
IS_ROOT = os.geteuid() == 0


class People:
    """Their homes in `folder/homes`, an exchange folder, and what is run as one of them."""

    def __init__(self, folder: Path, names: tuple[str, ...], programs: tuple[Path, ...] = ()) -> None:
        self.folder, self.ids = folder, {name: FIRST_ID + i for i, name in enumerate(names)}
        self.exchange = folder / "exchange"
        self.exchange.mkdir()
        self.exchange.chmod(0o777)
        for name in names:
            self.home(name).mkdir(parents=True)
            self.own(name)
            self.home(name).chmod(0o700)
        folder.chmod(0o755)
        self.machine = self._machine((Path(sys.prefix), Path(sys.base_prefix), REPOSITORY, *programs))

    def home(self, name: str) -> Path:
        return self.folder / "homes" / name

    def own(self, name: str) -> None:
        """Give all that lies in a person's home to that person."""
        if IS_ROOT:
            for path in (self.home(name), *self.home(name).rglob("*")):
                os.chown(path, self.ids[name], self.ids[name])

    def run(self, name: str, *words: str, folder: str = ".", settings: str = "") -> subprocess.CompletedProcess:
        """Run a program as in a terminal of this person's, below the home; `settings` is their JUPYTER_CONFIG_PATH."""
        identity = f"--reuid={self.ids[name]}", f"--regid={self.ids[name]}", "--clear-groups"
        words = (*self.machine, "setpriv", *identity, "--", *words) if IS_ROOT else words
        own = {"HOME": str(self.home(name)), "USER": name, "JUPYTERHUB_USER": name, "JUPYTER_CONFIG_PATH": settings}
        return subprocess.run(
            words, cwd=self.home(name) / folder, env=self.environment() | own, capture_output=True, text=True,
            timeout=180,
        )  # fmt: skip

    def environment(self) -> dict[str, str]:
        """What all of them have in common: this checkout of the course, and the exchange."""
        paths = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        keep = {name: os.environ[name] for name in ("LANG", "OMP_NUM_THREADS") if name in os.environ}
        return keep | {"PATH": paths, "PYTHONPATH": str(REPOSITORY), "COURSE_EXCHANGE": str(self.exchange)}

    def _machine(self, needed: tuple[Path, ...]) -> list[str]:
        """The words before a command that show the machine with these users; none where the tests are no root's."""
        if not IS_ROOT:
            return []
        words = ["bwrap", "--dev-bind", "/", "/", "--cap-add", "ALL", "--die-with-parent"]
        for kind in ("passwd", "group"):
            kept = self.folder / kind
            shutil.copy(f"/etc/{kind}", kept)
            with open(kept, "a") as file:
                for name, number in self.ids.items():
                    file.write(
                        f"{name}:x:{number}:{number}::{self.home(name)}:/bin/sh\n"
                        if kind == "passwd"
                        else f"{name}:x:{number}:\n"
                    )
            words += ["--ro-bind", str(kept), f"/etc/{kind}"]
        return words + _opened({path.resolve() for path in needed} | set(needed))


def _opened(needed: set[Path]) -> list[str]:
    """What lies in a folder that only root may enter, such as /root, is shown in an open one in its place."""
    closed: dict[Path, list[Path]] = {}
    for path in sorted(needed):
        for folder in reversed(path.parents):
            if not folder.stat().st_mode & 0o001:
                closed.setdefault(folder, []).append(path)
                break
    words = []
    for folder, paths in closed.items():
        words += ["--perms", "0755", "--tmpfs", str(folder)]
        for path in paths:
            between = [parent for parent in reversed(path.parents) if folder in parent.parents]
            for parent in between:
                words += ["--perms", "0755", "--dir", str(parent)]
            words += ["--ro-bind", str(path), str(path)]
    return words
