"""The clock that time entries go by, which a test can stop and set: the fake's, and PostgreSQL's `wall_clock()`."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import LiteralString, Protocol, cast

import psycopg
from psycopg import Connection

from tests.fakes.clock import MORNING

_DEFINITION = "SELECT pg_get_functiondef('wall_clock()'::regprocedure)"
_REPLACE: LiteralString = """
    CREATE TABLE controlled_clock (instant timestamptz NOT NULL);
    GRANT SELECT ON controlled_clock TO PUBLIC;
    CREATE OR REPLACE FUNCTION wall_clock() RETURNS timestamptz LANGUAGE sql VOLATILE
        AS $$ SELECT date_trunc('second', instant) FROM public.controlled_clock $$;
"""


class Clock(Protocol):
    """A clock that stands still; `now` may be set, back too."""

    now: datetime

    def advance(self, by: timedelta) -> None:
        """Let time pass for everything, also for what expires."""


class PostgresClock:
    """The database's `wall_clock()`, reading a table; see Clock."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @property
    def now(self) -> datetime:
        """See Clock."""
        row = self._connection.execute("SELECT instant FROM controlled_clock").fetchone()
        assert row is not None
        return cast("datetime", row[0])

    @now.setter
    def now(self, now: datetime) -> None:
        self._connection.execute("UPDATE controlled_clock SET instant = %s", [now])

    def advance(self, by: timedelta) -> None:
        """See Clock.advance. What expires goes by the real clock, and so is aged instead."""
        self.now += by
        self._connection.execute(
            "UPDATE tokens SET expires_at = expires_at - %(by)s, last_used_at = last_used_at - %(by)s", {"by": by}
        )
        self._connection.execute("UPDATE failed_sign_ins SET forgiven_at = forgiven_at - %s", [by])
        self._connection.execute("UPDATE idempotency_keys SET created_at = created_at - %s", [by])
        self._connection.execute("UPDATE leases SET held_until = held_until - %s", [by])
        self._connection.execute("UPDATE users SET profile_next_try_at = profile_next_try_at - %s", [by])


@contextmanager
def controlled(owner_database_url: str) -> Iterator[PostgresClock]:
    """Replace the database's clock by one that stands still, and put it back in the end."""
    with psycopg.connect(owner_database_url, autocommit=True) as connection:
        row = connection.execute(_DEFINITION).fetchone()
        assert row is not None
        connection.execute(_REPLACE)
        connection.execute("INSERT INTO controlled_clock VALUES (%s)", [MORNING])
        try:
            yield PostgresClock(connection)
        finally:
            connection.execute(cast("LiteralString", row[0]))
            connection.execute("DROP TABLE controlled_clock")
