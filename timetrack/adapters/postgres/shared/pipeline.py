"""One connection in libpq's pipeline mode: statements are sent without waiting for the results of those before."""

import asyncio
import math
import select
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

from psycopg import AsyncConnection, Error, OperationalError, abc
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import FeatureNotSupported, InvalidSqlStatementName, error_from_result
from psycopg.pq import ConnStatus, ExecStatus, Format, TransactionStatus
from psycopg.pq.abc import PGresult

from timetrack.adapters.postgres.pool import PoolLimits, send_integers_as_bigint
from timetrack.adapters.postgres.session import Parameters
from timetrack.adapters.postgres.statements import Statement

_FINE = (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK)
_STALE = (InvalidSqlStatementName, FeatureNotSupported)
"""Errors of a prepared statement that is gone, or whose tables have changed under it."""

_LONG = 1.0
"""Seconds after which a statement without an answer is suspicious."""

Resume = Callable[[PGresult | Error], object]
"""Goes on with a statement's outcome: its result, or its error."""

_Prepared = tuple[bytes, tuple[int, ...]]


class StatementGoneError(OperationalError):
    """A prepared statement is gone, or was never made; nothing has been done."""


class PipelineConnection(AsyncConnection[Any]):
    """A connection that a pool owns, and that its `driver` alone uses."""

    driver: "Pipeline"


@dataclass(slots=True)
class _Waiting:
    """A caller that waits for the results up to the next synchronization point, and the statements prepared for it."""

    resume: Resume
    prepared: list[_Prepared]
    outcome: PGresult | None = None

    def add(self, result: PGresult) -> None:
        """Keep the last result, but the first that is bad: PostgreSQL skips what follows it."""
        if self.outcome is None or self.outcome.status in _FINE:
            self.outcome = result


class Pipeline:
    """Sends statements over one connection, and resumes who waits for them, in order.

    It belongs to the event loop on which it is made, and is used there only, between `attach` and `detach`. It retires,
    and takes no more statements, when it has lost the connection or a prepared statement.
    """

    def __init__(
        self,
        connection: PipelineConnection,
        *,
        prepares: bool,
        longest: float = math.inf,
        suspect: Callable[[], object] | None = None,
    ) -> None:
        """Close it when a statement has had no answer for so many seconds: PostgreSQL's own limits hang with it.

        `suspect` is called when one takes long, and when the connection is lost.
        """
        send_integers_as_bigint(connection)
        self.connection = connection
        self.closed = asyncio.Event()
        self.under_way = 0
        """How many wait for results."""
        self._prepares = prepares
        self._longest = longest
        self._suspect = suspect or _nothing
        self._timer: asyncio.TimerHandle | None = None
        self._progress = 0.0
        self._on_retired: Callable[[], object] = _nothing
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[_Waiting] = deque()
        self._prepared: dict[_Prepared, bytes] = {}
        self._numbers = count()
        self._preparing: list[_Prepared] = []
        self._retired = self._attached = False
        self._transformer = Transformer(connection)
        self._libpq = connection.pgconn
        self._libpq.nonblocking = 1
        self._libpq.enter_pipeline_mode()
        self._socket = self._libpq.socket

    @property
    def is_idle(self) -> bool:
        """True where the next one can use it: connected, outside a transaction, nothing under way, nothing to read.

        An idle connection has nothing to say: bytes to read are the server's farewell. Only the kernel is asked.
        """
        return (
            not self._retired
            and not self._waiting
            and self._libpq.transaction_status == TransactionStatus.IDLE
            and not select.select([self._socket], [], [], 0)[0]
        )

    def attach(self, on_retired: Callable[[], object] | None = None) -> None:
        """Have the event loop watch the connection; `on_retired` is called once it takes no more statements."""
        self._on_retired = on_retired or _nothing
        self._attached = True
        self._loop.add_reader(self._socket, self._receive)

    def detach(self) -> None:
        """Watch it no longer, so that its pool may close it: the next connection may get its descriptor."""
        self._on_retired = _nothing
        if self._attached and not self._loop.is_closed():
            self._loop.remove_reader(self._socket)
            self._loop.remove_writer(self._socket)
        self._attached = False

    def reader(self, *, own: bool) -> abc.Transformer:
        """Return what reads results: the pipeline's, for use on the loop without a pause, or the caller's own.

        That one knows the types alone: when it reads, the connection may be another request's, or closed.
        """
        return Transformer(self.connection.adapters) if own else self._transformer

    def post(self, statement: Statement, parameters: Parameters) -> None:
        """Send a statement together with the next one, which fails if it does; its result nobody gets.

        Raises:
            Error: it could not be sent.
        """
        if self._retired:
            raise OperationalError("the connection takes no more statements")
        values = [*map(parameters.__getitem__, statement.names)]
        dumped = self._transformer.dump_sequence(values, [PyFormat.AUTO] * len(values))
        types, formats = self._transformer.types or (), self._transformer.formats
        try:
            if self._prepares:
                name = self._prepared.get((statement.text, types)) or self._prepare(statement.text, types)
                self._libpq.send_query_prepared(name, dumped, formats, Format.BINARY)
            else:
                self._libpq.send_query_params(statement.text, dumped, types, formats, Format.BINARY)
        except Error as error:
            self._give_up(error)
            raise

    def send(self, statement: Statement, parameters: Parameters, resume: Resume) -> None:
        """Send a statement; `resume` is called once, by the event loop, with its result or its error.

        Raises:
            Error: it could not be sent.
        """
        self.post(statement, parameters)
        try:
            self._libpq.pipeline_sync()
            if self._libpq.flush():
                self._loop.add_writer(self._socket, self._flush_rest)
        except Error as error:
            self._give_up(error)
            raise
        if not self._waiting:
            self._progress = self._loop.time()
        self._waiting.append(_Waiting(resume, self._preparing))
        self.under_way += 1
        if self._timer is None:
            self._timer = self._loop.call_later(_LONG, self._look_after_the_first)
        if self._preparing:
            self._preparing = []

    def close(self, reason: str = "closed") -> None:
        """Close the connection; what is under way fails."""
        self._retire()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if not self.closed.is_set():
            self.closed.set()
            self.detach()
            self._libpq.finish()
        while self._waiting:
            self.under_way -= 1
            self._waiting.popleft().resume(OperationalError(reason))

    def retire(self) -> None:
        """Take no more statements, and close once those under way are done."""
        self._retire()
        if not self._waiting:
            self.close()

    def _give_up(self, error: Error) -> None:
        # Half a message may be out: nobody can tell any more which result belongs to which statement.
        self._retire()
        self._loop.call_soon(self.close, str(error))

    def _prepare(self, text: bytes, types: tuple[int, ...]) -> bytes:
        """Prepare a statement for parameters of these types; return its name."""
        name = self._prepared[text, types] = b"timetrack_%d" % next(self._numbers)
        self._preparing.append((text, types))
        self._libpq.send_prepare(name, text, types)
        return name

    def _flush_rest(self) -> None:
        try:
            if not self._libpq.flush():
                self._loop.remove_writer(self._socket)
        except Error as error:
            self.close(str(error))

    def _look_after_the_first(self) -> None:
        """Look whether the first of those that wait has waited for long; one look a second serves all of them."""
        self._timer = None
        if not self._waiting:
            return
        waited = self._loop.time() - self._progress
        if waited >= _LONG:
            self._suspect()
        if waited >= self._longest:
            self.close("there was no answer in time")
        else:
            self._timer = self._loop.call_later(_LONG, self._look_after_the_first)

    def _receive(self) -> None:
        """Take in what has come, and resume those whose results are complete."""
        try:
            self._libpq.consume_input()
            while self._waiting and not self._libpq.is_busy():
                result = self._libpq.get_result()
                if result is None:
                    self._refuse_if_lost()
                elif result.status == ExecStatus.PIPELINE_SYNC:
                    self._end_first()
                else:
                    self._waiting[0].add(result)
        except Error as error:
            self._suspect()
            self.close(str(error))

    def _refuse_if_lost(self) -> None:
        # No result stands between those of one message and the next, or for all that will never come.
        if self._libpq.status == ConnStatus.BAD:
            raise OperationalError("the connection is lost")

    def _end_first(self) -> None:
        done = self._waiting.popleft()
        self.under_way -= 1
        self._progress = self._loop.time()
        done.resume(self._outcome(done))
        if self._retired and not self._waiting:
            self.close()

    def _outcome(self, done: _Waiting) -> PGresult | Error:
        result = done.outcome
        if result is None:
            return OperationalError("there was no result")
        if result.status in _FINE:
            return result
        # It may be the preparing that has failed, or have been skipped: next time they are prepared anew.
        for key in done.prepared:
            self._prepared.pop(key, None)
        error = error_from_result(result)
        if isinstance(error, _STALE):
            self._retire()
            return StatementGoneError("a prepared statement is gone")
        return error

    def _retire(self) -> None:
        if not self._retired:
            self._retired = True
            self._on_retired()


def driven_by_pipeline(
    limits: PoolLimits, suspect: Callable[[], object]
) -> Callable[[PipelineConnection], Awaitable[None]]:
    """Return what a pool does with each new connection: it gets a pipeline, which drives it from now on."""

    async def configure(connection: PipelineConnection) -> None:
        connection.driver = Pipeline(
            connection, prepares=limits.prepared_statements, longest=limits.statement + _LONG, suspect=suspect
        )

    return configure


def _nothing() -> None:
    """Nobody has to know."""
