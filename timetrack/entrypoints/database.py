"""The database of a program: the one it is told, or one of its own."""

import logging
import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from timetrack.adapters.embedded_postgres import EmbeddedPostgres, EmbeddedPostgresError
from timetrack.adapters.postgres.setup.faults import DatabaseSetupError
from timetrack.adapters.postgres.setup.migrations import Migrations
from timetrack.adapters.postgres.setup.provisioning import grant, provision
from timetrack.config import Settings

_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 30.0
_log = logging.getLogger(__name__)

SetupError = (EmbeddedPostgresError, DatabaseSetupError)
"""Faults that keep a program from having its database; each message is one line, without secrets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """A database that answers; `owner_url` is for migrations, `application_url` for all else.

    `application_role` is whom migrations grant what servers need, None where nobody has been named. One that is not
    `ours` was set up by somebody else, who decides when it is migrated.
    """

    owner_url: str = field(repr=False)
    application_url: str = field(repr=False)
    application_role: str | None
    ours: bool
    keep_running: Callable[[], None]


@contextmanager
def open_database(settings: Settings, application_role: str | None = None) -> Iterator[Database]:
    """Open the database of the settings; the embedded one is started, and stopped in the end.

    The role is that of the servers in an outside database; the embedded one has its own.

    Raises:
        one of SetupError: there is none to be had.
    """
    if settings.database_url is not None:
        yield _outside(settings.database_url, application_role)
    else:
        with EmbeddedPostgres(settings.data_dir) as postgres:
            yield _embedded(postgres)


@contextmanager
def open_current_database(settings: Settings) -> Iterator[Database]:
    """Open the database for serving: the embedded one is migrated, an outside one has to be up to date.

    Raises:
        one of SetupError: there is none to be had, or it is not up to date.
    """
    with open_database(settings) as database:
        if database.ours:
            migrate(database)
        else:
            Migrations(database.owner_url).check_current()
        yield database


def migrate(database: Database) -> Sequence[str]:
    """Apply what the database lacks, and give its application role what it needs; return the ids of what was applied.

    Raises:
        one of SetupError: it cannot be done.
    """
    applied = Migrations(database.owner_url).apply()
    if database.application_role is not None:
        grant(database.owner_url, database.application_role)
    return applied


def _outside(url: str, application_role: str | None) -> Database:
    return Database(
        owner_url=url,
        application_url=url,
        application_role=application_role,
        ours=False,
        keep_running=lambda: None,
    )


def _embedded(postgres: EmbeddedPostgres) -> Database:
    provisioned = provision(postgres.start())
    return Database(
        owner_url=provisioned.owner_url,
        application_url=provisioned.application_url,
        application_role=provisioned.application_role,
        ours=True,
        keep_running=Restarter(postgres).keep_running,
    )


class Restarter:
    """Starts PostgreSQL again when it has ended, however often that fails: a full disk may have room again later."""

    def __init__(self, postgres: EmbeddedPostgres, now: Callable[[], float] = time.monotonic) -> None:
        self._postgres = postgres
        self._now = now
        self._pause = _FIRST_PAUSE
        self._next_try = -math.inf

    def keep_running(self) -> None:
        """Start it if it does not run; after a failure not before a pause, which doubles up to half a minute."""
        if self._postgres.pid is not None:
            self._pause = _FIRST_PAUSE
        elif self._now() >= self._next_try:
            self._start()

    def _start(self) -> None:
        try:
            self._postgres.start()
        except EmbeddedPostgresError as error:
            _log.error("database does not start", extra={"reason": str(error), "again_in": self._pause})
            self._next_try = self._now() + self._pause
            self._pause = min(2 * self._pause, _LONGEST_PAUSE)
