"""Connections that are lent to one request at a time: for a transaction, and for what would hold up others."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any

from psycopg import OperationalError
from psycopg.pq.abc import PGresult

from timetrack.adapters.postgres.pool import PoolLimits, lending_pool
from timetrack.adapters.postgres.session import Parameters
from timetrack.adapters.postgres.shared.pipeline import Pipeline, PipelineConnection, driven_by_pipeline
from timetrack.adapters.postgres.shared.probe import Probe
from timetrack.adapters.postgres.statements import Statement
from timetrack.waiting import LoopGoneError, Resume, ServingLoop

_BEGIN = Statement.of("BEGIN")
_COMMIT = Statement.of("COMMIT")
_ROLLBACK = Statement.of("ROLLBACK")
_SAVEPOINT = Statement.of("SAVEPOINT part")
_RELEASE = Statement.of("RELEASE SAVEPOINT part")
_ROLLBACK_TO = Statement.of("ROLLBACK TO SAVEPOINT part")

_lent: ContextVar[bool] = ContextVar("lent", default=False)
has_borrowed = _lent.get
"""Tells whether this request has borrowed a connection, as inside a transaction."""


class Lending:
    """Lends connections of a pool, to greenlets and threads; each that waits has a place in the pool's queue."""

    def __init__(self, loop: ServingLoop, database_url: str, limits: PoolLimits, probe: Probe) -> None:
        self._loop = loop
        self._probe = probe
        driven = driven_by_pipeline(limits, probe.suspect)
        self._pool = lending_pool(database_url, limits, PipelineConnection, driven)
        self._lent: set[Pipeline] = set()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._waiting: set[asyncio.Task[PipelineConnection]] = set()

    async def open(self) -> None:
        """Begin to connect, on the running loop."""
        await self._pool.open()

    async def close(self) -> None:
        """Close all connections; what is under way fails, and so does who waits for one."""
        for pipeline in list(self._lent):
            pipeline.close()
        await self._pool.close()

    def refuse_waiting(self) -> None:
        """Refuse those who wait for a connection."""
        for task in list(self._waiting):
            task.cancel()

    def statistics(self) -> Mapping[str, int]:
        """Return what the pool counts, under psycopg_pool's names."""
        return self._pool.get_stats()

    @contextmanager
    def connection(self) -> Iterator["LentConnection"]:
        """Borrow a connection.

        Raises:
            OperationalError: none can be made now, none is to be had in time, or too many wait.
            RuntimeError: this request has borrowed one already; many that wait for a second one would wait for ever.
        """
        refuse_while_lent()
        pipeline: Pipeline = self._loop.wait(self._take)
        borrowed = _lent.set(True)
        try:
            yield LentConnection(self._loop, pipeline)
        finally:
            _lent.reset(borrowed)
            with suppress(LoopGoneError):
                self._loop.run(lambda: self._give_back(pipeline))

    def _take(self, resume: Resume) -> None:
        task = asyncio.get_running_loop().create_task(self._taken())
        self._waiting.add(task)
        task.add_done_callback(lambda done: self._resume(done, resume))

    async def _taken(self) -> PipelineConnection:
        """Return an open connection, and give back those that died while they were idle, which the pool replaces.

        The pool has a check of its own, which costs a round trip each time, and waits, longer each time, between one
        dead connection and the next: after a restart of the server the pool would be of no use for seconds.
        """
        while True:
            if self._probe.refuses and (self._probe.hangs or not self._pool.get_stats()["pool_available"]):
                raise OperationalError("no connection can be made now")
            connection = await self._pool.getconn()
            if connection.driver.is_idle:
                return connection
            connection.driver.close()
            await self._pool.putconn(connection)

    def _resume(self, task: "asyncio.Task[PipelineConnection]", resume: Resume) -> None:
        self._waiting.discard(task)
        if task.cancelled():
            resume(OperationalError("no connection can be made, or all are closed"))
        elif error := task.exception():
            resume(error)
        else:
            pipeline = task.result().driver
            pipeline.attach()
            self._lent.add(pipeline)
            resume(pipeline)

    def _give_back(self, pipeline: Pipeline) -> None:
        """Give a connection back to the pool; one in the middle of something is closed, which undoes it."""
        self._lent.discard(pipeline)
        if pipeline.is_idle:
            pipeline.detach()
        else:
            pipeline.close()
        task = asyncio.get_running_loop().create_task(self._pool.putconn(pipeline.connection))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class LentConnection:
    """A connection for one request; see Sender."""

    def __init__(self, loop: ServingLoop, pipeline: Pipeline) -> None:
        self._loop = loop
        self.pipeline = pipeline

    def execute(self, statement: Statement, parameters: Parameters) -> PGresult:
        """Send a statement, and wait for its result.

        Raises:
            OperationalError: the connection broke; what became of the statement is unknown.
            Error: PostgreSQL refused it.
        """
        result: PGresult = self._loop.wait(lambda resume: self.pipeline.send(statement, parameters, resume))
        return result

    def post(self, statement: Statement, parameters: Parameters) -> None:
        """Send a statement together with the next one, which fails if it does."""
        self._loop.run(lambda: self.pipeline.post(statement, parameters))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make a transaction of the block: its end commits, an exception rolls back."""
        self.post(_BEGIN, {})
        try:
            yield
        except Exception:
            with suppress(OperationalError, LoopGoneError):
                self.execute(_ROLLBACK, {})
            raise
        if self.execute(_COMMIT, {}).command_status == b"ROLLBACK":
            raise OperationalError("the transaction had failed")

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Make a part of a transaction of the block, which an exception undoes alone; not nested."""
        self.post(_SAVEPOINT, {})
        try:
            yield
        except Exception:
            self.post(_ROLLBACK_TO, {})
            raise
        finally:
            self.post(_RELEASE, {})


def refuse_while_lent() -> None:
    """Make sure that this request has not borrowed a connection, as inside a transaction.

    Raises:
        RuntimeError: it has; what it does is to go over that one.
    """
    if has_borrowed():
        raise RuntimeError("a transaction is open: use its stores")
