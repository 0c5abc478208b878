"""Counts over the time entries in a database."""

from typing import LiteralString

from psycopg import Connection

from tests.sql import number

_RUNNING: LiteralString = "SELECT count(*) FROM time_entries WHERE end_at IS NULL"
_ALL: LiteralString = "SELECT count(*) FROM time_entries"
_OVERLAPS: LiteralString = """
    SELECT count(*) FROM time_entries AS one
    JOIN time_entries AS other USING (user_id, lane)
    WHERE one.id < other.id
        AND tstzrange(one.start_at, one.end_at) && tstzrange(other.start_at, other.end_at)
"""


def running(connection: Connection) -> int:
    """Return how many entries run."""
    return number(connection, _RUNNING)


def count(connection: Connection) -> int:
    """Return how many entries there are."""
    return number(connection, _ALL)


def overlaps(connection: Connection) -> int:
    """Return how many pairs overlap in a lane of a user."""
    return number(connection, _OVERLAPS)
