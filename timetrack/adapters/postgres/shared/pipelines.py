"""Statements of many requests over few connections, without a thread for each: libpq's pipeline mode.

A thread that waits for PostgreSQL costs more than the statement: the hand-over, the wait for the interpreter's lock, a
system call or two for each. Here the event loop waits for all of them. A request runs as a greenlet: plain code, which
is set aside while its statement is under way and goes on when the result is there.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing, suppress
from typing import Any

from psycopg import Connection, Error
from psycopg.abc import Transformer
from psycopg.pq.abc import PGresult

from timetrack.adapters.postgres.pool import PoolLimits, connect
from timetrack.adapters.postgres.session import Row
from timetrack.adapters.postgres.shared.pipeline import Pipeline

MOST_ROWS = 250
"""A result of more rows is for a thread: while it is turned into objects, the loop serves nobody else."""

_MOST_WAITING = 32
_RECONNECT_SECONDS = 0.5


class UnfitError(Exception):
    """What is asked for needs a thread; nothing has been done that could not be done again."""


class Pipelines:
    """A few connections that an event loop waits for; they connect in the background, once one is needed."""

    def __init__(self, database_url: str, limits: PoolLimits, *, count: int) -> None:
        self._database_url = database_url
        self._limits = limits
        self._missing = count
        self._open: list[Pipeline] = []

    def __len__(self) -> int:
        """Return how many are connected now."""
        return len(self._open)

    def least_busy(self) -> Pipeline:
        """Return a pipeline.

        Raises:
            UnfitError: none is connected now, or all are busy.
        """
        self.connect()
        pipeline = min(self._open, key=len, default=None)
        if pipeline is None or len(pipeline) >= _MOST_WAITING:
            raise UnfitError
        return pipeline

    def connect(self) -> None:
        """Begin to connect what is missing; must be called on the event loop."""
        if self._missing:
            loop = asyncio.get_running_loop()
            for _ in range(self._missing):
                connecting = loop.run_in_executor(None, connect, self._database_url, self._limits)
                connecting.add_done_callback(self._connected)
            self._missing = 0

    def close(self) -> None:
        """Close the connections."""
        for pipeline in list(self._open):
            pipeline.close()

    def _connected(self, connecting: "asyncio.Future[Connection]") -> None:
        with ExitStack() as unless_it_serves:
            unless_it_serves.callback(asyncio.get_running_loop().call_later, _RECONNECT_SECONDS, self._miss)
            with suppress(Error, asyncio.CancelledError):
                connection = unless_it_serves.enter_context(closing(connecting.result()))
                self._open.append(Pipeline(connection, prepares=self._limits.prepared_statements, on_lost=self._lost))
                unless_it_serves.pop_all()

    def _lost(self, pipeline: Pipeline) -> None:
        self._open.remove(pipeline)
        self._miss()

    def _miss(self) -> None:
        self._missing += 1


def rows_of(result: PGresult, transformer: Transformer, make: Callable[..., Row]) -> Sequence[Row]:
    """Return the rows of a result, each made by `make` from its columns by name.

    Raises:
        UnfitError: there are more than the loop has time for.
    """
    rows = tuples_of(result, transformer)
    names = [(result.fname(column) or b"").decode() for column in range(result.nfields)]
    return [make(**dict(zip(names, row, strict=True))) for row in rows]


def tuples_of(result: PGresult, transformer: Transformer) -> Sequence[tuple[Any, ...]]:
    """Return the rows of a result, each as its columns.

    Raises:
        UnfitError: there are more than the loop has time for.
    """
    if result.ntuples > MOST_ROWS:
        raise UnfitError
    transformer.set_pgresult(result)
    return transformer.load_rows(0, result.ntuples, tuple)
