"""Connections for those who set a database up, rather than use it."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict

from timetrack.adapters.postgres.setup.faults import DatabaseRefusedError, DatabaseUnreachableError, DatabaseUrlError

_DEFAULTS = {"connect_timeout": "10", "application_name": "timetrack-migrate"}
_LOCK_KEY = int.from_bytes(b"migrate", "big")
_TRIES_BEFORE_WORDS = 2
_LOCK_POLL_SECONDS = 0.1

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Login:
    """The role that connects."""

    user: str
    password: str = field(repr=False)


def connection_parameters(database_url: str) -> dict[str, Any]:
    """Return what the URL says, as PostgreSQL's client library understands it.

    Raises:
        DatabaseUrlError: it does not.
    """
    try:
        return {**_DEFAULTS, **conninfo_to_dict(database_url)}
    except psycopg.ProgrammingError:
        # Without its cause, which may quote a password.
        raise DatabaseUrlError from None


@contextmanager
def administering(database_url: str) -> Iterator[Connection]:
    """Yield a connection in autocommit.

    Raises:
        DatabaseUrlError, DatabaseUnreachableError: there is none to be had.
        DatabaseRefusedError: what the block asked for was refused, or the connection broke.
    """
    parameters = connection_parameters(database_url)
    with telling_faults(database_url), psycopg.connect(**parameters, autocommit=True) as connection:
        yield connection


@contextmanager
def telling_faults(database_url: str) -> Iterator[None]:
    """Turn the driver's errors into ours; one that has no SQLSTATE comes from connecting or from a broken connection.

    Raises:
        DatabaseUnreachableError, DatabaseRefusedError: the driver raised an error in the block.
    """
    try:
        yield
    except psycopg.Error as error:
        kind = DatabaseRefusedError if error.sqlstate else DatabaseUnreachableError
        raise kind(_place(database_url), reason(error)) from error


def reason(error: psycopg.Error) -> str:
    """Return what the driver or the server says, in one line."""
    # A lost connection fails once more when it is to roll back; what came first says why.
    while isinstance(error.__context__, psycopg.Error):
        error = error.__context__
    return error.diag.message_primary or str(error).partition("\n")[0] or type(error).__name__


def lock_out_other_runs(connection: Connection) -> None:
    """Wait until nobody else sets this database up; the others then wait until the connection is closed.

    It asks again and again, since a statement that waits would hold a snapshot, for whose end a
    CREATE INDEX CONCURRENTLY of the one ahead would wait in turn.
    """
    tries = 0
    while not _lock(connection):
        tries += 1
        # The first time it may be this program's own session before, which the server is about to end.
        if tries == _TRIES_BEFORE_WORDS:
            _log.info("waiting for another migration to end")
        time.sleep(_LOCK_POLL_SECONDS)


def _lock(connection: Connection) -> bool:
    row = connection.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK_KEY]).fetchone()
    return row == (True,)


def url_for(database_url: str, database: str, login: Login | None = None) -> str:
    """Return the URL of another database on the same server, for another login if one is given."""
    parts = urlsplit(database_url)
    user, at, host = parts.netloc.rpartition("@")
    if login:
        user, at = f"{quote(login.user, safe='')}:{quote(login.password, safe='')}", "@"
    return urlunsplit((parts.scheme, f"{user}{at}{host}", f"/{quote(database, safe='')}", parts.query, ""))


def _place(database_url: str) -> str:
    """Return where a URL leads, without its secrets."""
    parameters = connection_parameters(database_url)
    name, host, port = (parameters.get(each, "") for each in ("dbname", "host", "port"))
    at = ":".join(filter(None, [host, port]))
    return f"database {name} at {at}" if name and at else "database"
