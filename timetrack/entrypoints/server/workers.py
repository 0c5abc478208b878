"""The worker processes, each started again when it ends."""

import logging
import os
import select
import signal
from collections.abc import Callable, Sequence

from timetrack.entrypoints.server.children import start_python, wait
from timetrack.entrypoints.server.job import READY, Job, send

# Connexion imports Starlette's test client, which would rather have another client library.
_QUIET = ("-W", "ignore:Using `httpx` with")

_END_SECONDS = 10.0
_MOST_FAILED_STARTS = 3

_log = logging.getLogger(__name__)


class WorkersFailError(Exception):
    """Workers end before they serve; the message is one line."""


class Worker:
    """One worker process; `ready` once it has said that it serves."""

    def __init__(self, listener: int) -> None:
        self._process = start_python([*_QUIET, "-m", "timetrack.entrypoints.server.worker"], keep=[listener])
        assert self._process.stdin is not None  # noqa: S101 - start_python opens the pipes
        assert self._process.stdout is not None  # noqa: S101
        self._in = self._process.stdin
        self._out = self._process.stdout
        self.ready = False

    def fileno(self) -> int:
        """Return what can be read when the worker says something, or ends."""
        return self._out.fileno()

    def employ(self, job: Job) -> None:
        """Tell the worker what to do; one that has ended is noticed later."""
        try:
            send(job, self._in)
        except BrokenPipeError:
            _log.warning("worker ended early", extra={"pid": self._process.pid})

    def listen(self) -> bool:
        """Take in what the worker says; return False when it has ended."""
        said = os.read(self.fileno(), len(READY))
        self.ready = self.ready or said == READY
        return bool(said)

    def tell(self, sig: signal.Signals) -> None:
        """Send a signal; to one that does not serve yet, and so has nothing to finish, the last one."""
        self._process.send_signal(sig if self.ready else signal.SIGKILL)

    def wait(self) -> None:
        """Wait for the end, but not forever, and let go of the pipes."""
        with self._process:
            wait(self._process, _END_SECONDS)


class Workers:
    """So many workers, always."""

    def __init__(self, number: int, listener: int) -> None:
        """Start them; they wait for their job."""
        self._listener = listener
        self._job: Job | None = None
        self._failed_starts = 0
        self._workers = [Worker(listener) for _ in range(number)]

    @property
    def ready(self) -> bool:
        """Whether one of them serves."""
        return any(worker.ready for worker in self._workers)

    def employ(self, job: Job) -> None:
        """Tell all of them what to do, and every one that is started later."""
        self._job = job
        for worker in self._workers:
            worker.employ(job)

    def watch(self, seconds: float) -> None:
        """Wait for one of them to say something, and start those again that have ended.

        Raises:
            WorkersFailError: they end again and again before they serve.
        """
        for worker in select.select(self._workers, [], [], seconds)[0]:
            if not worker.listen():
                self._replace(worker)

    def _replace(self, worker: Worker) -> None:
        worker.wait()
        self._failed_starts = 0 if worker.ready else self._failed_starts + 1
        if self._failed_starts >= _MOST_FAILED_STARTS:
            raise WorkersFailError("the workers cannot start; the log above says why")
        _log.warning("worker ended, starting another")
        new = Worker(self._listener)
        self._workers[self._workers.index(worker)] = new
        if self._job is not None:
            new.employ(self._job)

    def stop(self, sig: signal.Signals) -> None:
        """End them all: SIGTERM lets them drain first."""
        for worker in self._workers:
            worker.tell(sig)
        for worker in self._workers:
            worker.wait()


Keep = Callable[[], None]
"""Makes sure that something still runs."""


def supervise(
    workers: Workers, others: Sequence[Keep], stopped: Callable[[], bool], when_ready: Callable[[], None]
) -> None:
    """Keep everything running until it is to stop.

    Raises:
        WorkersFailError: the workers cannot start.
    """
    told = False
    while not stopped():
        workers.watch(0.5)
        if workers.ready and not told:
            told = True
            when_ready()
        for keep_running in others:
            keep_running()
