"""A PostgreSQL server of the tests' own, for gradebooks that are no file."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def postgresql(needs, tmp_path_factory):
    """The address of a server of our own, on a socket in a temporary folder."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not programs:
        needs("initdb")
    folder = tmp_path_factory.mktemp("pg", numbered=True)
    data, as_owner = folder / "data", []
    if os.getuid() == 0:
        as_owner = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        for place in (
            folder,
            *folder.parents[: len(folder.relative_to("/tmp").parts) if folder.is_relative_to("/tmp") else 0],
        ):
            place.chmod(place.stat().st_mode | 0o011)
        shutil.chown(folder, "postgres", "postgres")
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "cwd": "/"}
    subprocess.run([*as_owner, programs[-1] / "initdb", "-D", data, "-A", "trust", "-U", "grader", "-N"], **quiet)
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
    control = [*as_owner, programs[-1] / "pg_ctl", "-D", data, "-w", "-l", folder / "log"]
    subprocess.run([*control, "-o", options, "start"], **quiet)
    yield f"postgresql+psycopg2://grader@/postgres?host={folder}"
    subprocess.run([*control, "-m", "immediate", "stop"], **quiet)
