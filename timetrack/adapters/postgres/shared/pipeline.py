"""One connection in libpq's pipeline mode: many statements under way at once, each a transaction of its own."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from greenlet import getcurrent, greenlet
from psycopg import Connection, Error, OperationalError
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import FeatureNotSupported, InvalidSqlStatementName, error_from_result
from psycopg.pq import ExecStatus, Format
from psycopg.pq.abc import PGresult

from timetrack.adapters.postgres.session import Parameters
from timetrack.adapters.postgres.statements import Statement

_FINE = (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK)
_STALE = (InvalidSqlStatementName, FeatureNotSupported)
"""What a prepared statement fails with when it is gone, or when its tables have changed under it."""


Resume = Callable[[PGresult | Error], object]
"""Goes on with a statement's outcome: its rows, or what has gone wrong."""


@dataclass(slots=True)
class _Waiting:
    """A statement under way: who goes on with its outcome, which comes in several results."""

    resume: Resume
    outcome: PGresult | None = None

    def add(self, result: PGresult) -> None:
        """Keep the last result, but the first that is bad: what follows it is skipped."""
        if self.outcome is None or self.outcome.status in _FINE:
            self.outcome = result


class Pipeline:
    """Belongs to the event loop of the thread that makes it; `on_lost` is called once it is of no use any more."""

    def __init__(self, connection: Connection, *, prepares: bool, on_lost: Callable[["Pipeline"], None]) -> None:
        self._connection = connection
        self._prepares = prepares
        self._on_lost = on_lost
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[_Waiting] = deque()
        self._prepared: dict[tuple[bytes, tuple[int, ...]], bytes] = {}
        self._retired = self._closed = False
        self.transformer = Transformer(connection)
        self._libpq = connection.pgconn
        self._libpq.nonblocking = 1
        self._libpq.enter_pipeline_mode()
        self._socket = self._libpq.socket
        self._loop.add_reader(self._socket, self._receive)

    def __len__(self) -> int:
        """Return how many statements are under way."""
        return len(self._waiting)

    def execute(self, statement: Statement, parameters: Parameters) -> PGresult:
        """Send a statement, set the greenlet aside until its result is there, and return it.

        Raises:
            OperationalError: the connection broke; what became of the statement is unknown.
            Error: what PostgreSQL said.
        """
        me, parent = set_aside()
        self.send(statement, parameters, me.switch)
        outcome: PGresult | Error = parent.switch()
        if isinstance(outcome, Error):
            raise outcome
        return outcome

    def send(self, statement: Statement, parameters: Parameters, resume: Resume) -> None:
        """Send a statement; `resume` is called once, with its result or the error that came of it.

        Raises:
            Error: it could not be sent.
        """
        values = [parameters[name] for name in statement.names]
        dumped = self.transformer.dump_sequence(values, [PyFormat.AUTO] * len(values))
        types, formats = self.transformer.types or (), self.transformer.formats
        try:
            if self._prepares:
                self._libpq.send_query_prepared(self._name(statement, types), dumped, formats, Format.BINARY)
            else:
                self._libpq.send_query_params(statement.text, dumped, types, formats, Format.BINARY)
            self._libpq.pipeline_sync()
            self._flush()
        except Error as error:
            # Half a message may be out: nobody can tell any more which result belongs to which statement. The others
            # are told by the loop: from here they would go back to it, and leave this greenlet behind.
            self._retire()
            self._loop.call_soon(self.close, str(error))
            raise
        self._waiting.append(_Waiting(resume))

    def close(self, reason: str = "closed") -> None:
        """Close the connection; what is under way fails."""
        self._retire()
        if not self._closed:
            self._closed = True
            self._unwatch()
            self._connection.close()
        while self._waiting:
            self._waiting.popleft().resume(OperationalError(reason))

    def _unwatch(self) -> None:
        # Before the descriptor is closed: the next connection may get its number.
        if not self._loop.is_closed():
            self._loop.remove_reader(self._socket)
            self._loop.remove_writer(self._socket)

    def _name(self, statement: Statement, types: tuple[int, ...]) -> bytes:
        """Return the name of the statement for parameters of these types; prepare it if need be."""
        name = self._prepared.get((statement.text, types))
        if name is None:
            name = self._prepared[statement.text, types] = b"timetrack_%d" % len(self._prepared)
            self._libpq.send_prepare(name, statement.text, types)
        return name

    def _flush(self) -> None:
        if self._libpq.flush():
            self._loop.add_writer(self._socket, self._flush_rest)

    def _flush_rest(self) -> None:
        try:
            if not self._libpq.flush():
                self._loop.remove_writer(self._socket)
        except Error as error:
            self.close(str(error))

    def _receive(self) -> None:
        """Take in what has come, and let those go on whose results are complete."""
        try:
            self._libpq.consume_input()
            while self._waiting and not self._libpq.is_busy():
                self._take(self._libpq.get_result())
        except Error as error:
            self.close(str(error))

    def _take(self, result: PGresult | None) -> None:
        if result is None:
            # It stands between the results of one message and those of the next.
            return
        if result.status != ExecStatus.PIPELINE_SYNC:
            self._waiting[0].add(result)
            return
        done = self._waiting.popleft()
        done.resume(self._outcome(done.outcome))
        if self._retired and not self._waiting:
            self.close()

    def _outcome(self, result: PGresult | None) -> PGresult | Error:
        if result is None:
            return OperationalError("there was no result")
        if result.status in _FINE:
            return result
        error = error_from_result(result)
        if isinstance(error, _STALE):
            self._retire()
            return OperationalError("a prepared statement is gone")
        return error

    def _retire(self) -> None:
        if not self._retired:
            self._retired = True
            self._on_lost(self)


def set_aside() -> tuple[greenlet, greenlet]:
    """Return the greenlet that runs and the event loop's, to which it switches in order to wait.

    Raises:
        RuntimeError: what runs is no greenlet of an event loop.
    """
    me = getcurrent()
    if me.parent is None:
        raise RuntimeError("only greenlets of the event loop can be set aside")
    return me, me.parent
