"""Sending statements: over one connection inside a transaction, over the pool's outside of one."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, LiteralString, Protocol, TypeVar

from psycopg import Connection, Cursor, OperationalError, Transaction
from psycopg.rows import kwargs_row
from psycopg_pool import ConnectionPool

from timetrack.adapters.postgres.pool import borrow
from timetrack.adapters.postgres.statements import looked_up_alone
from timetrack.domain.errors import DatabaseUnavailableError

Row = TypeVar("Row")
Parameters = Mapping[str, object]


class Session(Protocol):
    """What a store sends its statements through; rows are made by `make`, which gets the columns by name."""

    def one(self, query: LiteralString, parameters: Parameters, make: Callable[..., Row]) -> Row | None:
        """Return the first row, or None."""

    def find(self, query: LiteralString, value: object, make: Callable[..., Row]) -> Row | None:
        """Return the one row that a query finds by its only parameter; it may be asked together with others."""

    def write(
        self, alone: LiteralString, together: LiteralString, parameters: Parameters, make: Callable[..., Row]
    ) -> Row | None:
        """Return the first row of a statement that may also be run for many, whose parameters it gets as JSON."""

    def all(self, query: LiteralString, parameters: Parameters, make: Callable[..., Row]) -> Sequence[Row]:
        """Return every row."""

    def tuples(self, query: LiteralString, parameters: Parameters) -> Sequence[tuple[Any, ...]]:
        """Return every row as its columns, for results of so many rows that it takes long to make more of each."""

    def run(self, query: LiteralString, parameters: Parameters) -> None:
        """Run a statement for its effect."""


class ConnectionSession:
    """Statements over one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def one(self, query: LiteralString, parameters: Parameters, make: Callable[..., Row]) -> Row | None:
        """See Session.one."""
        return self._cursor(make).execute(query, parameters).fetchone()

    def find(self, query: LiteralString, value: object, make: Callable[..., Row]) -> Row | None:
        """See Session.find."""
        return self.one(query, looked_up_alone(query, value), make)

    def write(
        self, alone: LiteralString, together: LiteralString, parameters: Parameters, make: Callable[..., Row]
    ) -> Row | None:
        """See Session.write."""
        del together
        return self.one(alone, parameters, make)

    def all(self, query: LiteralString, parameters: Parameters, make: Callable[..., Row]) -> Sequence[Row]:
        """See Session.all."""
        return self._cursor(make).execute(query, parameters).fetchall()

    def tuples(self, query: LiteralString, parameters: Parameters) -> Sequence[tuple[Any, ...]]:
        """See Session.tuples."""
        return self._connection.execute(query, parameters).fetchall()

    def run(self, query: LiteralString, parameters: Parameters) -> None:
        """See Session.run."""
        self._connection.execute(query, parameters)

    def savepoint(self) -> AbstractContextManager[Transaction]:
        """Open a part of the transaction that an exception undoes alone."""
        return self._connection.transaction()

    def _cursor(self, make: Callable[..., Row]) -> Cursor[Row]:
        return self._connection.cursor(row_factory=kwargs_row(make))


class PoolSession:
    """Statements over any free connection, each a transaction of its own."""

    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = pool

    def one(self, query: LiteralString, parameters: Parameters, make: Callable[..., Row]) -> Row | None:
        """See Session.one."""
        with connection(self._pool) as free:
            return ConnectionSession(free).one(query, parameters, make)

    def find(self, query: LiteralString, value: object, make: Callable[..., Row]) -> Row | None:
        """See Session.find."""
        with connection(self._pool) as free:
            return ConnectionSession(free).find(query, value, make)

    def write(
        self, alone: LiteralString, together: LiteralString, parameters: Parameters, make: Callable[..., Row]
    ) -> Row | None:
        """See Session.write."""
        del together
        return self.one(alone, parameters, make)

    def all(self, query: LiteralString, parameters: Parameters, make: Callable[..., Row]) -> Sequence[Row]:
        """See Session.all."""
        with connection(self._pool) as free:
            return ConnectionSession(free).all(query, parameters, make)

    def tuples(self, query: LiteralString, parameters: Parameters) -> Sequence[tuple[Any, ...]]:
        """See Session.tuples."""
        with connection(self._pool) as free:
            return ConnectionSession(free).tuples(query, parameters)

    def run(self, query: LiteralString, parameters: Parameters) -> None:
        """See Session.run."""
        with connection(self._pool) as free:
            ConnectionSession(free).run(query, parameters)


@contextmanager
def connection(pool: ConnectionPool) -> Iterator[Connection]:
    """Borrow a connection.

    Raises:
        DatabaseUnavailableError: none is to be had in time, or it fails in a way that may pass.
    """
    try:
        with borrow(pool) as borrowed:
            yield borrowed
    except OperationalError as error:
        # The pool's refusals are of this class too, and so are time-outs and deadlocks: all of them may pass.
        raise DatabaseUnavailableError from error
