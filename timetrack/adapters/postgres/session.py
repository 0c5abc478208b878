"""The session through which stores send their statements."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from timetrack.adapters.postgres.statements import Statement

Row = TypeVar("Row")
Parameters = Mapping[str, object]
Columns = Mapping[str, Any]


class Rows(Protocol):
    """The rows of a result."""

    def first(self) -> Columns | None:
        """Return the first row by the names of its columns, None without any."""

    def all(self, make: Callable[..., Row]) -> Sequence[Row]:
        """Return every row, made by `make` of the columns by their names."""

    def tuples(self, make: Callable[[Sequence[tuple[Any, ...]]], Sequence[Row]]) -> Sequence[Row]:
        """Return every row, made by `make`, which gets some hundred tuples of columns at a time."""


class Sender(Protocol):
    """Sends statements to PostgreSQL: over connections that many share, or over the one of a transaction.

    All wait until PostgreSQL has answered, and raise DatabaseUnavailableError where it does not.
    """

    def execute(self, statement: Statement, parameters: Parameters) -> Rows:
        """Run a statement by itself."""

    def look_up(self, statement: Statement, value: object) -> Columns | None:
        """Return the one row that a statement finds by its only parameter."""

    def write(self, single: Statement, batch: Statement, parameters: Parameters) -> Columns | None:
        """Return the row of a write that is to be done once, by itself or together with others.

        Raises:
            TooManyWaitingError: others of the user that the parameter `user_id` names wait for locks already.
        """


class Session:
    """Statements of the stores.

    Outside a transaction `find` and `write` are batched: what several requests ask for at once is one statement, and
    each gets the answer that it would get alone. The other methods are not; each statement is a transaction of its own.
    """

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    def one(self, statement: Statement, parameters: Parameters, make: Callable[..., Row]) -> Row | None:
        """Return the first row, or None."""
        columns = self._sender.execute(statement, parameters).first()
        return None if columns is None else make(**columns)

    def required(self, statement: Statement, parameters: Parameters, make: Callable[..., Row]) -> Row:
        """Return the first row of a statement that always has one.

        Raises:
            LookupError: it has none, which is a fault of the program.
        """
        columns = self._sender.execute(statement, parameters).first()
        if columns is None:
            raise LookupError("a statement that always returns a row has returned none")
        return make(**columns)

    def find(self, statement: Statement, value: object, make: Callable[..., Row]) -> Row | None:
        """Return the one row that a statement finds by its only parameter, or None; batched."""
        columns = self._sender.look_up(statement, value)
        return None if columns is None else make(**columns)

    def write(
        self, single: Statement, batch: Statement, parameters: Parameters, make: Callable[..., Row]
    ) -> Row | None:
        """Return the row of a write; batched: `batch` does what `single` does for each object in a JSON array.

        A batch has no row for what it left undone, since another transaction holds it.
        """
        columns = self._sender.write(single, batch, parameters)
        return None if columns is None else make(**columns)

    def all(self, statement: Statement, parameters: Parameters, make: Callable[..., Row]) -> Sequence[Row]:
        """Return every row, made by `make`, which gets the columns by name."""
        return self._sender.execute(statement, parameters).all(make)

    def tuples(
        self,
        statement: Statement,
        parameters: Parameters,
        make: Callable[[Sequence[tuple[Any, ...]]], Sequence[Row]],
    ) -> Sequence[Row]:
        """Return every row, made by `make`, which gets some hundred tuples at a time: names would cost too much."""
        return self._sender.execute(statement, parameters).tuples(make)

    def run(self, statement: Statement, parameters: Parameters) -> None:
        """Run a statement for its effect."""
        self._sender.execute(statement, parameters)
