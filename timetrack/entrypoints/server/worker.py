"""A worker: the process that serves. The parent starts it as `python -m timetrack.entrypoints.server.worker`.

It imports what is slow to import, while the parent starts the database, and then waits for its job.
"""

import gc
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager

from timetrack.entrypoints.http.edge.connection_limit import ConnectionLimit
from timetrack.entrypoints.http.edge.guard import Guard
from timetrack.entrypoints.logs.configuration import configure_logging
from timetrack.entrypoints.server.drain_period import DrainPeriod
from timetrack.entrypoints.server.web import WebServer
from timetrack.entrypoints.server.worker_job import READY, Job, receive

Serving = Callable[..., AbstractContextManager[Guard]]

_PARENT_IS_LATE_SECONDS = 1.0
_GC_THRESHOLDS = (10_000, 10, 10)


def main() -> None:
    """Serve until a signal comes, or the parent is gone."""
    serving = load()
    try:
        with socket.socket(fileno=os.dup(sys.stdin.fileno())) as parent:
            job = receive(parent)
    except EOFError:
        return
    configure_logging(job.options.log_level, job.options.log_format, gathering=True)
    threading.Thread(target=_end_with_parent, name="parent watch", daemon=True).start()
    _serve(job, serving)


def load() -> Serving:
    """Import what is slow to import, and return what makes the application."""
    # Connexion imports httpx, which loads its command line too, and that 3 MiB of packages where they are installed.
    sys.modules["httpx._main"] = None  # type: ignore[assignment]  # to Python it means that there is no such module
    from timetrack.entrypoints.server.application import serving  # noqa: PLC0415 - see above

    return serving


def _serve(job: Job, serving: Serving) -> None:
    # The parent's SIGINT ends the period; this is for a worker that was told to end by somebody else.
    drain_period = DrainPeriod(job.options.drain_seconds + _PARENT_IS_LATE_SECONDS)
    parts = serving(job.options, job.hashing, is_draining=lambda: drain_period.begun)
    with parts as app, job.listener:
        server = WebServer(
            app,
            drain_period,
            trusted_proxies=job.options.trusted_proxies,
            connection_limit=ConnectionLimit(job.options.connections_per_address, job.options.trusted_proxies),
            fast_path=app.fast_path,
            keep_alive=job.options.keep_alive,
            on_ready=_tell_ready,
        )
        signal.signal(signal.SIGHUP, server.handle_exit)
        server.run(sockets=[job.listener])


def _tune_gc() -> None:
    """Raise the thresholds of the cyclic garbage collector, and freeze what is loaded.

    A request leaves hardly any, and each search through all that is loaded kept every request waiting.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GC_THRESHOLDS)


def _tell_ready() -> None:
    _tune_gc()
    sys.stdout.buffer.write(READY)
    sys.stdout.buffer.flush()


def _end_with_parent() -> None:
    """The parent never says more than the job: when the socket ends, the parent has ended, however it did."""
    # The descriptor, not sys.stdin, whose lock this thread would take with it when the process ends.
    while os.read(sys.stdin.fileno(), 1):
        pass
    os.kill(os.getpid(), signal.SIGINT)


if __name__ == "__main__":
    main()
