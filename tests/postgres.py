"""The PostgreSQL that tests run on, and databases in it.

`TIMETRACK_TEST_DATABASE_URL` names one that runs already, by a superuser's URL with its password. Otherwise tests
bring their own: from the embedded wheel, or in a container when `TIMETRACK_TEST_POSTGRES=docker`.
"""

import os
import secrets
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import psycopg
from psycopg import Connection
from psycopg.sql import SQL, Identifier

from timetrack.adapters.embedded_postgres import EmbeddedPostgres
from timetrack.adapters.postgres.setup.administration import url_for
from timetrack.adapters.postgres.setup.migrations import Migrations
from timetrack.adapters.postgres.setup.provisioning import Provisioned, grant, provision

# What migrations write about themselves stays when a database is emptied.
_TABLES = """
    SELECT tablename FROM pg_tables
    WHERE schemaname = 'public' AND tablename NOT LIKE '%yoyo%' AND tablename <> 'migration_digests'
"""
_COUNT_ANEW = """
    SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
    FROM pg_sequences WHERE schemaname = 'public'
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """A database, seen by the superuser, by its owner and by the role of the application."""

    name: str
    superuser_url: str
    owner_url: str
    application_url: str
    application_role: str


@contextmanager
def running_postgres() -> Iterator[str]:
    """Yield the superuser's URL of a PostgreSQL that runs for the block."""
    if url := os.environ.get("TIMETRACK_TEST_DATABASE_URL"):
        yield url
    elif os.environ.get("TIMETRACK_TEST_POSTGRES") == "docker":
        yield from _in_container()
    else:
        yield from _embedded()


def is_kept() -> bool:
    """Tell whether the PostgreSQL is there after the tests; ours goes with all that is in it."""
    return "TIMETRACK_TEST_DATABASE_URL" in os.environ


def _in_container() -> Iterator[str]:
    from testcontainers.community.postgres import PostgresContainer  # noqa: PLC0415 - needs a Docker client

    with PostgresContainer("postgres:18-alpine", driver=None) as container:
        yield container.get_connection_url()


def _embedded() -> Iterator[str]:
    # Not pytest's folder, which is closed to the user that runs PostgreSQL for root.
    with (
        tempfile.TemporaryDirectory(prefix="timetrack-") as home,
        EmbeddedPostgres(Path(home), durable=False) as server,
    ):
        yield server.start()
        if server.pid is not None:
            # At once: what it would write to its files before it ends goes with them.
            os.kill(server.pid, signal.SIGQUIT)


class Databases:
    """Makes databases on a server, under names and for roles that no other run of the tests has."""

    def __init__(self, superuser_url: str) -> None:
        self._superuser_url = superuser_url
        self._made: list[Database] = []
        # No connection may be open to it while it is copied, so no test gets it.
        self._template = self.bare()
        Migrations(self._template.owner_url).apply()

    def bare(self) -> Database:
        """Return a database with no table, and with roles of its own."""
        name = f"timetrack_test_{secrets.token_hex(4)}"
        return self._keep(_seen_by_all(name, self._superuser_url, provision(self._superuser_url, name)))

    def migrated(self) -> Database:
        """Return a database with every migration applied."""
        name = f"timetrack_test_{secrets.token_hex(4)}"
        statement = SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}").format(
            Identifier(name), Identifier(self._template.name), Identifier(f"{self._template.name}_owner")
        )
        with psycopg.connect(self._superuser_url, autocommit=True) as connection:
            connection.execute(statement)
        database = self._keep(_moved(self._template, name))
        # Rights on a database itself are not copied with it.
        grant(database.owner_url, database.application_role)
        return database

    def drop_all(self) -> None:
        """Drop every database that was made, and then the roles."""
        with psycopg.connect(self._superuser_url, autocommit=True) as connection:
            for each in self._made:
                connection.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(each.name)))
            for role in {each.application_role for each in self._made}:
                connection.execute(SQL("DROP ROLE {}, {}").format(Identifier(role), Identifier(f"{role}_owner")))

    def _keep(self, database: Database) -> Database:
        self._made.append(database)
        return database


def _seen_by_all(name: str, superuser_url: str, provisioned: Provisioned) -> Database:
    return Database(
        name=name,
        superuser_url=url_for(superuser_url, name),
        owner_url=provisioned.owner_url,
        application_url=provisioned.application_url,
        application_role=provisioned.application_role,
    )


def _moved(database: Database, name: str) -> Database:
    return replace(
        database,
        name=name,
        superuser_url=url_for(database.superuser_url, name),
        owner_url=url_for(database.owner_url, name),
        application_url=url_for(database.application_url, name),
    )


@contextmanager
def emptying(database: Database) -> Iterator[Callable[[], None]]:
    """Yield what brings a database back to the rows that its migrations have put there."""
    with psycopg.connect(database.superuser_url, autocommit=True) as connection:
        # Without triggers: the history's refuses to be emptied.
        connection.execute("SET session_replication_role = replica")
        # A test that left a transaction open is to be found out, not waited for.
        connection.execute("SET lock_timeout = '10s'")
        tables = [Identifier("public", name) for (name,) in connection.execute(_TABLES).fetchall()]
        kept = [(table, rows) for table in tables if (rows := _copy_out(connection, table))]

        def empty() -> None:
            # To truncate would take two hundred times as long: each table and index gets a new file.
            with connection.transaction():
                for table in tables:
                    connection.execute(SQL("DELETE FROM {}").format(table))
                connection.execute(_COUNT_ANEW)
                for table, rows in kept:
                    _copy_in(connection, table, rows)

        yield empty


def _copy_out(connection: Connection, table: Identifier) -> bytes:
    with connection.cursor().copy(SQL("COPY {} TO STDOUT").format(table)) as copy:
        return b"".join(cast("Iterator[bytes]", copy))


def _copy_in(connection: Connection, table: Identifier, rows: bytes) -> None:
    with connection.cursor().copy(SQL("COPY {} FROM STDIN").format(table)) as copy:
        copy.write(rows)
