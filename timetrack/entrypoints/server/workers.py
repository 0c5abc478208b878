"""The worker processes, each started again when it ends."""

import logging
import os
import select
import signal
import socket
from collections.abc import Callable, Sequence

from timetrack.entrypoints.server.children import output_of, start_python, wait
from timetrack.entrypoints.server.stop_signal import StopSignal
from timetrack.entrypoints.server.worker_job import READY, Job, send

# Connexion imports Starlette's test client, which would rather have another client library.
_QUIET = ("-W", "ignore:Using `httpx` with")

_CRASH_SECONDS = 10.0
_MOST_FAILED_STARTS = 3

_log = logging.getLogger(__name__)


class WorkersFailError(Exception):
    """Workers end before they serve; the message is one line."""


class Worker:
    """One worker process; `ready` once it has said that it serves."""

    def __init__(self) -> None:
        self._in, its_end = socket.socketpair()
        with its_end:
            command = [*_QUIET, "-m", "timetrack.entrypoints.server.worker"]
            self._process = start_python(command, stdin=its_end.fileno())
        self._out = output_of(self._process)
        self.ready = False

    def fileno(self) -> int:
        """Return what can be read when the worker says something, or ends."""
        return self._out.fileno()

    def assign(self, job: Job) -> None:
        """Tell the worker what to do; one that has ended is noticed later."""
        try:
            send(job, self._in)
        except ConnectionError:
            _log.warning("worker ended early", extra={"pid": self._process.pid})

    def listen(self) -> bool:
        """Take in what the worker says; return False when it has ended."""
        said = os.read(self.fileno(), len(READY))
        self.ready = self.ready or said == READY
        return bool(said)

    def tell(self, sig: signal.Signals) -> None:
        """Send a signal; SIGTERM to one that does not say yet that it serves: it ends whatever it does by then."""
        self._process.send_signal(sig if self.ready else signal.SIGTERM)

    def wait(self, seconds: float) -> None:
        """Wait for the end, so long at most, and let go of socket and pipe."""
        with self._in, self._process:
            wait(self._process, seconds)


class Workers:
    """A fixed number of workers, kept running; the first starts alone, as it then serves soonest."""

    def __init__(self, number: int, first: Worker) -> None:
        self._number = number
        self._job: Job | None = None
        self._failed_starts = 0
        self._workers = [first]

    @property
    def ready(self) -> bool:
        """True where at least one worker serves."""
        return any(worker.ready for worker in self._workers)

    def assign(self, job: Job) -> None:
        """Tell all of them what to do, and every one that is started later."""
        self._job = job
        for worker in self._workers:
            worker.assign(job)

    def watch(self, seconds: float, stop: StopSignal) -> None:
        """Wait for a signal, or for a worker to say something; start those again that have ended.

        Once one serves, the rest are started.

        Raises:
            WorkersFailError: they end again and again before they serve.
        """
        by_descriptor = {worker.fileno(): worker for worker in self._workers}
        readable = select.select([*by_descriptor, stop.fileno()], [], [], seconds)[0]
        if stop:
            return
        for descriptor in readable:
            if not by_descriptor[descriptor].listen():
                self._replace(by_descriptor[descriptor])
        while self.ready and len(self._workers) < self._number:
            self._workers.append(self._start())

    def _replace(self, worker: Worker) -> None:
        worker.wait(_CRASH_SECONDS)
        self._failed_starts = 0 if worker.ready else self._failed_starts + 1
        if self._failed_starts >= _MOST_FAILED_STARTS:
            raise WorkersFailError("the workers cannot start; the log above says why")
        _log.warning("worker ended, starting another")
        self._workers[self._workers.index(worker)] = self._start()

    def _start(self) -> Worker:
        worker = Worker()
        if self._job is not None:
            worker.assign(self._job)
        return worker

    def tell(self, sig: signal.Signals) -> None:
        """Send all of them a signal to end: SIGTERM lets them drain first, SIGINT ends that."""
        for worker in self._workers:
            worker.tell(sig)

    def wait(self, seconds_left: Callable[[], float]) -> None:
        """Wait for the end of them all; those that are late are killed."""
        for worker in self._workers:
            worker.wait(seconds_left())


EnsureRunning = Callable[[], None]
"""Starts something again if it has ended."""


def supervise(
    workers: Workers, others: Sequence[EnsureRunning], stop: StopSignal, when_ready: Callable[[], None]
) -> None:
    """Keep everything running until it is to stop.

    Raises:
        WorkersFailError: the workers cannot start.
    """
    told = False
    while not stop:
        workers.watch(0.5, stop)
        if workers.ready and not told:
            told = True
            when_ready()
        for ensure_running in others:
            ensure_running()
