"""Loading many rows into a database: by COPY, and with indexes that are built once instead of row by row."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, islice
from typing import LiteralString

from psycopg import Connection
from psycopg.sql import SQL, Identifier

Row = tuple[object, ...]

_ROWS_AT_ONCE = 5000

# A primary key stays: other tables' foreign keys rest on it.
_CONSTRAINTS = """
    SELECT conname, contype::text, pg_get_constraintdef(oid),
        format(
            'COMMENT ON CONSTRAINT %%I ON %%s IS %%L',
            conname, conrelid::regclass, obj_description(oid, 'pg_constraint')
        )
    FROM pg_constraint
    WHERE conrelid = %s::regclass AND contype IN ('f', 'x')
    ORDER BY contype, conname
"""
_INDEXES = """
    SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid),
        format('COMMENT ON INDEX %%s IS %%L', indexrelid::regclass, obj_description(indexrelid, 'pg_class'))
    FROM pg_index
    WHERE indrelid = %s::regclass AND NOT indisprimary
        AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype <> 'x')
    ORDER BY 1
"""
_EXCLUSION = "x"


def copy(connection: Connection, table: str, columns: Iterable[str], rows: Iterable[Row]) -> None:
    """Append rows, whose values must be free of tabs, line breaks and backslashes."""
    into = SQL("COPY {} ({}) FROM STDIN").format(Identifier(table), SQL(", ").join(map(Identifier, columns)))
    rest = iter(rows)
    with connection.cursor().copy(into) as stream:
        while batch := list(islice(rest, _ROWS_AT_ONCE)):
            # One large write is several times as fast as the driver's write_row.
            stream.write("".join(chain.from_iterable((("\t".join(map(str, row))), "\n") for row in batch)))


@contextmanager
def without_indexes(connection: Connection, table: str, *, checked: bool) -> Iterator[None]:
    """Take a table's triggers, foreign keys and indexes away for the block, and bring them back as they were.

    Unless `checked`, an exclusion constraint comes back as the index behind it alone: to check every row against its
    neighbours takes longer than everything else.
    """
    constraints = connection.execute(_CONSTRAINTS, [table]).fetchall()
    indexes = connection.execute(_INDEXES, [table]).fetchall()
    excluding = {name for name, kind, *_ in constraints if kind == _EXCLUSION}
    alter = SQL("ALTER TABLE {} ").format(Identifier(table))
    connection.execute(alter + SQL("DISABLE TRIGGER USER"))
    for name, *_ in constraints:
        connection.execute(alter + SQL("DROP CONSTRAINT {}").format(Identifier(name)))
    for name in (name for name, *_ in indexes if name not in excluding):
        connection.execute(SQL("DROP INDEX {}").format(Identifier(name)))
    yield
    for name, definition, comment in indexes:
        if not (checked and name in excluding):
            connection.execute(_trusted(definition))
            connection.execute(_trusted(comment))
    for name, kind, definition, comment in constraints:
        if checked or kind != _EXCLUSION:
            connection.execute(alter + SQL("ADD CONSTRAINT {} ").format(Identifier(name)) + _trusted(definition))
            connection.execute(_trusted(comment))
    connection.execute(alter + SQL("ENABLE TRIGGER USER"))


def _trusted(definition: LiteralString) -> SQL:
    """PostgreSQL's own words."""
    return SQL(definition)
