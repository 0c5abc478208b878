"""A durable PostgreSQL of its own, filled with generated data."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import LiteralString

import psycopg

from timetrack.adapters.embedded_postgres import EmbeddedPostgres
from timetrack.adapters.postgres.setup.migrations import Migrations
from timetrack.adapters.postgres.setup.provisioning import grant, provision
from tools.generate_data import SLOT, Volume, generate

TOKEN_DIGITS = 43

_ENTRIES_IN_THE_MONTH = 24
_SURNAMES = 50

_GIVE_TOKENS: LiteralString = """
    INSERT INTO tokens (user_id, digest, expires_at)
    SELECT id, sha256(convert_to('tt_' || lpad(id::text, %s, '0'), 'UTF8')), clock_timestamp() + interval '1 day'
    FROM users
"""
_SOME_SURNAMES: LiteralString = "SELECT DISTINCT surname FROM users ORDER BY surname LIMIT %s"
_STOP_ALL: LiteralString = """
    UPDATE time_entries SET end_at = greatest(start_at, wall_clock()), version = version + 1 WHERE end_at IS NULL
"""

_USE_TOKENS: LiteralString = "UPDATE tokens SET last_used_at = clock_timestamp()"


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledDatabase:
    """The database under load; users and tasks have the ids from 1 on, and user 7 the token `tt_000...07`."""

    application_url: str = field(repr=False)
    owner_url: str = field(repr=False)
    pid: int
    users: int
    tasks: int
    surnames: tuple[str, ...]
    month: tuple[str, str]

    def settle(self) -> None:
        """Make every run begin alike: no timer runs, and no token's use is news."""
        with psycopg.connect(self.owner_url, autocommit=True) as connection:
            connection.execute(_STOP_ALL)
            connection.execute(_USE_TOKENS)
            connection.execute("VACUUM ANALYZE time_entries, tokens, users")


@contextmanager
def filled_database(folder: Path, *, users: int, tasks: int, entries: int) -> Iterator[FilledDatabase]:
    """Start PostgreSQL in `folder`, generate the data, and stop it in the end."""
    until = datetime.now(UTC)
    with EmbeddedPostgres(folder) as postgres:
        superuser_url = postgres.start()
        provisioned = provision(superuser_url)
        Migrations(provisioned.owner_url).apply()
        grant(provisioned.owner_url, provisioned.application_role)
        with psycopg.connect(provisioned.owner_url, autocommit=True) as connection:
            generate(connection, Volume(users=users, tasks=tasks, entries=entries, until=until))
            connection.execute(_GIVE_TOKENS, [TOKEN_DIGITS])
            surnames = connection.execute(_SOME_SURNAMES, [_SURNAMES]).fetchall()
        assert postgres.pid is not None  # noqa: S101 - it was started here
        yield FilledDatabase(
            application_url=provisioned.application_url,
            owner_url=provisioned.owner_url,
            pid=postgres.pid,
            users=users,
            tasks=tasks,
            surnames=tuple(surname for (surname,) in surnames),
            month=_month(until, entries // users),
        )


def _month(until: datetime, slots: int) -> tuple[str, str]:
    """A range of 30 days in which every user has so many entries; the data may be denser than life is."""
    end = until.replace(microsecond=0) - max(slots - _ENTRIES_IN_THE_MONTH, 0) * SLOT
    return (end - timedelta(days=30)).isoformat(), end.isoformat()
