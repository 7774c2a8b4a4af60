"""Running a class: in this process, on a local cluster of dask.distributed, or on one that is there already."""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from functools import cache
from itertools import islice
from multiprocessing import forkserver, resource_sharer, resource_tracker
from typing import Any

import psutil

from course_utils.errors import CourseError
from course_utils.grading.class_run.worker import grade_submission, prepare_worker
from course_utils.grading.gradebook.digests import package_digest
from course_utils.grading.gradebook.feedback import feedback_page
from course_utils.grading.messages import GradebookScores, GradedSubmission, GradingSettings, Submission
from course_utils.sandbox.outside.kernel import why_no_sandbox
from course_utils.sandbox.outside.parent import Parent, can_fork
from course_utils.sandbox.outside.shared import shared_sandbox, taken_early
from course_utils.text import one_line
from course_utils.translation import say, to_say

# Local workers are forked from a process that has imported torch, and has run nothing; started alone elsewhere.
START = "forkserver" if can_fork() else "spawn"
PRELOADED = ["course_utils.grading.class_run.preloaded"]
LOOK_SECONDS, GONE_SECONDS = 2, 20  # between two looks at whether there are workers; without any until the run ends
GOES_ON = to_say("{fault}; what was graded stays, and the same command goes on from here")
SET_ASIDE = to_say("set aside: the worker that graded it died twice")


class WorkerFault(CourseError):
    """A machine's fault, which is no submission's: a worker cannot judge, or none is left."""


@contextlib.contextmanager
def stoppable() -> Iterator[Callable[[], None]]:
    """A function that raises KeyboardInterrupt when Ctrl-C was pressed before and nothing came of it.

    Python swallows what is raised while an object is deleted, and here futures are deleted all the time.
    """
    if threading.current_thread() is not threading.main_thread():
        yield lambda: None
        return
    pressed = threading.Event()

    def remember(number: int, frame: Any) -> None:
        pressed.set()
        raise KeyboardInterrupt

    def stop_if_asked() -> None:
        if pressed.is_set():
            raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, remember)
    try:
        yield stop_if_asked
    finally:
        signal.signal(signal.SIGINT, before)


@contextlib.contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """Hold Ctrl-C back, for this process and those that it starts meanwhile; nothing on Windows, which cannot."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class Inline:
    """One worker: this process."""

    def __init__(self, settings: GradingSettings) -> None:
        self.settings = settings
        prepare_worker()

    def __enter__(self) -> Inline:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing to close: the sandbox stays for the next class, and ends with the process."""

    def graded(self, submissions: Iterable[Submission]) -> Iterator[list[GradedSubmission]]:
        """Each result as it comes."""
        for submission in submissions:
            yield [grade_submission(submission, self.settings)]

    def pages(self, wanted: list[tuple[str, str, GradebookScores]]) -> list[str]:
        """Feedback pages of `(notebook, its JSON, scores)`."""
        return [feedback_page(*page, self.settings.config) for page in wanted]


class Cluster:
    """Workers of dask.distributed: `workers` local processes, or those of the scheduler at `address`.

    Raises CourseError when no scheduler answers at the address, and WorkerFault when its workers have no sandbox, or
    another version of the course than this process.
    """

    def __init__(self, settings: GradingSettings, workers: int, address: str | None = None) -> None:
        self.settings, self.workers, self.address = settings, workers, address
        self.version = package_digest() if address else ""  # local workers are forks of this process
        self._alone_since: float | None = None  # when it was first found that there is no worker

    def __enter__(self) -> Cluster:
        import dask
        from distributed import Client

        settings = {
            "distributed.scheduler.allowed-failures": 1,  # two deaths: it is the submission
            "distributed.scheduler.worker-saturation": 1.0,  # a worker's death concerns what it does, no more
            "distributed.logging.distributed": "critical",
            "distributed.admin.tick.limit": "1h",  # importing torch takes a while
            "distributed.admin.large-graph-warning-threshold": "1GiB",  # a submission's files may be large
            "distributed.worker.profile.enabled": False,  # it would look at each worker a hundred times a second
            "distributed.worker.multiprocessing-method": START,
        }
        with contextlib.ExitStack() as stack:
            stack.enter_context(dask.config.set(settings))
            parents = stack.enter_context(self._warming())
            address = self.address or stack.enter_context(self._local_cluster()).scheduler_address
            try:
                self.client = stack.enter_context(Client(address, set_as_default=False, timeout=20))
                self.client.wait_for_workers(1, timeout=GONE_SECONDS)
            except (OSError, ValueError, asyncio.TimeoutError) as error:
                raise CourseError(
                    say("no dask scheduler with workers answers at {address}: {error}", address=address, error=error)
                ) from error
            self._require_same_version()
            self._hand_out(parents)
            self._exit = stack.pop_all()
        return self

    def _require_same_version(self) -> None:
        if not self.address:
            return
        found = self.client.run(_faults, self.version, self.settings.sandbox, on_error="return")
        for worker, fault in sorted(found.items()):
            if isinstance(fault, Exception):  # it has no such function, or no such package
                fault = say(
                    "does not have this course ({reason}): install there the one that is here, and start the worker "
                    "again",
                    reason=one_line(fault),
                )
            if fault:
                raise WorkerFault(say("the worker at {worker} {fault}", worker=worker, fault=fault))

    @contextlib.contextmanager
    def _warming(self) -> Iterator[list[Parent]]:
        """A parent for each local worker, that warms up while dask starts.

        Without walls, a submission that kills the processes above it must meet the worker, and not this process.
        """
        kind = "" if self.address else self.settings.sandbox
        is_local = kind == "bubblewrap"
        parents = [taken_early(kind) or Parent.start(kind) for _ in range(self.workers)] if is_local else []
        try:
            yield parents
        finally:
            for parent in parents:
                parent.end()

    def _hand_out(self, parents: list[Parent]) -> None:
        """Give each worker one. A worker without one, as after a death, starts its own."""
        addresses = self.client.scheduler_info(n_workers=-1)["workers"]
        self._handed_out = []  # dask forgets a future that nobody waits for
        for parent, address in zip(parents, addresses, strict=False):
            control = resource_sharer.DupFd(parent.control.fileno())
            parent.control.close()
            arguments = (control, parent.process.pid, self.settings)
            self._handed_out.append(self.client.submit(_adopt, *arguments, workers=[address], priority=100, pure=False))

    def _local_cluster(self) -> Any:
        """Made while Ctrl-C is held back: what starts here inherits that, and only this process is stopped by it."""
        from distributed import LocalCluster

        os.environ.setdefault("OMP_NUM_THREADS", "1")
        if START == "forkserver":
            resource_tracker.ensure_running()  # or its start, in the middle of what follows, would let Ctrl-C through
        with _interrupts_held_back():
            if START == "forkserver":
                multiprocessing.set_forkserver_preload(PRELOADED)
                forkserver.ensure_running()  # before dask gives it another list
            return LocalCluster(
                n_workers=self.workers,
                threads_per_worker=1,
                memory_limit=0,
                dashboard_address="127.0.0.1:0",
                silence_logs=50,
            )

    def __exit__(self, *error: Any) -> None:
        self._exit.__exit__(*error)

    def graded(self, submissions: Iterable[Submission]) -> Iterator[list[GradedSubmission]]:
        """Results as they come, several at a time; a submission whose worker died twice is tried once more, alone.

        Few submissions are under way at a time, so that a class of thousands is never in memory.
        """
        waiting, again = iter(submissions), []
        futures = {self._submit(submission): submission for submission in islice(waiting, 4 * self._size())}
        while futures:
            done = self._done(futures)
            results = [self._result(future, futures.pop(future)) for future in done]
            for submission in islice(waiting, len(done)):
                futures[self._submit(submission)] = submission
            again += [result for result in results if isinstance(result, Submission)]
            yield [result for result in results if isinstance(result, GradedSubmission)]
        for submission in again:
            future = self._submit(submission)
            self._done({future: submission})
            result = self._result(future, submission)
            yield [
                result if isinstance(result, GradedSubmission) else GradedSubmission(submission.student, say(SET_ASIDE))
            ]

    def _done(self, futures: Iterable[Any], all_of_them: bool = False) -> list[Any]:
        """Those that have ended, at least one. Raises WorkerFault when nobody is left to end them."""
        from distributed import wait

        which = "ALL_COMPLETED" if all_of_them else "FIRST_COMPLETED"
        while True:
            try:
                with self.client.as_current():
                    done = list(wait(list(futures), timeout=LOOK_SECONDS, return_when=which).done)
                self._alone_since = None
                return done
            except (TimeoutError, asyncio.TimeoutError):
                self._require_workers()
            except CancelledError as error:
                raise self._scheduler_is_gone() from error

    def _require_workers(self) -> None:
        try:
            workers = self.client.nthreads()
        except (OSError, RuntimeError, TimeoutError, asyncio.TimeoutError) as error:
            raise self._scheduler_is_gone() from error
        now = time.monotonic()
        self._alone_since = None if workers else self._alone_since or now
        if self._alone_since and now - self._alone_since > GONE_SECONDS:
            raise _that_goes_on(say("no worker is left, and none came back in {seconds} seconds", seconds=GONE_SECONDS))

    def _scheduler_is_gone(self) -> WorkerFault:
        if not self.address:
            return _that_goes_on(say("the scheduler is gone"))
        return _that_goes_on(say("the scheduler at {address} is gone", address=self.address))

    def pages(self, wanted: list[tuple[str, str, GradebookScores]]) -> list[str]:
        """Feedback pages of `(notebook, its JSON, scores)`, before other work."""
        config = self.settings.config
        futures = [self.client.submit(feedback_page, *page, config, pure=False, priority=10) for page in wanted]
        try:
            if futures:
                self._done(futures, all_of_them=True)
            return self.client.gather(futures)
        except Exception:  # a submission may have killed that worker meanwhile, or all of them are gone
            return [feedback_page(*page, config) for page in wanted]

    def _size(self) -> int:
        """How many submissions the workers can judge at a time."""
        return max(1, sum(self.client.nthreads().values()))

    def _submit(self, submission: Submission) -> Any:
        return self.client.submit(_in_worker, submission, self.settings, self.version, pure=False)

    def _result(self, future: Any, submission: Submission) -> GradedSubmission | Submission:
        from distributed.scheduler import KilledWorker

        try:
            return future.result()
        except KilledWorker:
            return submission
        except CourseError:
            raise
        except (Exception, CancelledError) as error:  # whatever a submission does, `grade_submission` catches
            if isinstance(error, CancelledError) or self.client.status != "running":
                raise self._scheduler_is_gone() from error
            fault = say("a worker failed, and no submission did: {reason}", reason=one_line(error))
            raise _that_goes_on(fault) from error


def _that_goes_on(fault: str) -> WorkerFault:
    return WorkerFault(say(GOES_ON, fault=fault))


def _adopt(control: resource_sharer.DupFd, process: int, settings: GradingSettings) -> None:
    parent = Parent(psutil.Process(process), socket.socket(fileno=control.detach()))
    shared_sandbox(settings.limits, settings.sandbox, parent)


def _in_worker(submission: Submission, settings: GradingSettings, version: str) -> GradedSubmission:
    if version and version != _version():  # a worker that came later
        raise WorkerFault(
            say(
                "a worker has another version of the course: install there the one that is here, and start the "
                "worker again"
            )
        )
    prepare_worker()
    return grade_submission(submission, settings)


@cache
def _version() -> str:
    return package_digest()


def _faults(version: str, sandbox: str) -> str:
    """Run in a worker: why it cannot judge as this process would; "" when it can."""
    if version != _version():
        other = to_say(
            "has another version of the course: install there the one that is here, and start the worker again"
        )
        return say(other)
    reason = why_no_sandbox() if sandbox == "bubblewrap" else ""
    return say("has no sandbox: {reason}", reason=reason) if reason else ""


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
