"""Plain SQL, for what a test arranges or looks up behind the application's back."""

from collections.abc import Sequence
from typing import LiteralString

import psycopg
from psycopg import Connection
from psycopg.sql import SQL, Composed


def number(connection: Connection, query: LiteralString | SQL | Composed, parameters: Sequence[object] = ()) -> int:
    """Return the number that is the query's one answer."""
    row = connection.execute(query, parameters).fetchone()
    assert row is not None
    answer: int = row[0]
    return answer


def rows_of(database_url: str, query: str) -> Sequence[tuple[object, ...]]:
    """Return the rows of a query, on a connection of its own."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        return connection.execute(query).fetchall()


def run_on(database_url: str, statement: str) -> None:
    """Run a statement for its effect, on a connection of its own."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(statement)
