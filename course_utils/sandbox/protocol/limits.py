"""The limits of a submission, and its folders."""

from __future__ import annotations

from dataclasses import dataclass

HOME = "/home/student"
WORK = HOME + "/work"
MEBI = 2**20
SECRET_BYTES = 32  # by which a fresh kernel proves that it is ours


@dataclass(frozen=True)
class Limits:
    """What a submission may use at most. Seconds are counted by the judge, outside."""

    cell_seconds: float = 60  # of each cell; a graded one has them whatever the others took
    submission_seconds: float = 300  # of all cells that are not graded together
    memory: int = 4096 * MEBI  # bytes, all its processes together
    processes: int = 64
    written: int = 64 * MEBI  # bytes in files
    output: int = MEBI  # bytes that a cell may print
