"""Data loss by a rollback, as its file says: tables and columns that it drops."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from psycopg import Connection, sql

_COMMENT = re.compile(r"--[^\n]*")
_DROPPED_TABLES = re.compile(r"\bDROP\s+TABLE\s+(?:IF\s+EXISTS\s+)?([^;]+)", re.IGNORECASE)
_ALTERED_TABLE = re.compile(r"\bALTER\s+TABLE\s+(?:IF\s+EXISTS\s+)?(?:ONLY\s+)?(\w+)([^;]+)", re.IGNORECASE)
_DROPPED_COLUMN = re.compile(r"\bDROP\s+COLUMN\s+(?:IF\s+EXISTS\s+)?(\w+)", re.IGNORECASE)
_NAME = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Loss:
    """A table, or one column of it, and how many rows have something there."""

    table: str
    column: str | None
    rows: int = 0

    def __str__(self) -> str:
        what = f"table {self.table}" if self.column is None else f"column {self.column} of {self.table}"
        return f"{what} ({self.rows} {'row' if self.rows == 1 else 'rows'})"


def dropped_by(rollback: str) -> Iterator[Loss]:
    """Yield the tables and the columns that the text of a rollback drops, in its order; nothing is counted."""
    text = _COMMENT.sub("", rollback)
    for tables in _DROPPED_TABLES.findall(text):
        for table in tables.split(","):
            yield Loss(_NAME.findall(table)[0], None)
    for table, actions in _ALTERED_TABLE.findall(text):
        for column in _DROPPED_COLUMN.findall(actions):
            yield Loss(table, column)


def counted(connection: Connection, loss: Loss) -> Loss:
    """Return the loss with the number of rows as it is now; of a table that a failed run left missing, none."""
    if connection.execute("SELECT to_regclass(%s)", [loss.table]).fetchone() == (None,):
        return loss
    what = sql.SQL("*") if loss.column is None else sql.Identifier(loss.column)
    query = sql.SQL("SELECT count({}) FROM {}").format(what, sql.Identifier(loss.table))
    ((rows,),) = connection.execute(query).fetchall()
    return Loss(loss.table, loss.column, rows)
