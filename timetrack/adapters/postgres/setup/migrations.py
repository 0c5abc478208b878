"""Bringing a database's schema up to date, and back, by yoyo.

What yoyo leaves open is closed here: several programs that migrate at once wait for each other, even where one was
killed; a migration, its mark and its digest are one transaction, which waits for no lock so long that requests would
stand; edited files and newer databases are refused.
"""

import glob
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from yoyo import read_migrations
from yoyo.backends.core.postgresql import PostgresqlPsycopgBackend
from yoyo.connections import DatabaseURI
from yoyo.migrations import default_migration_table

from timetrack.adapters.postgres.queries import load
from timetrack.adapters.postgres.setup.administration import (
    administering,
    connection_parameters,
    lock_out_other_runs,
    reason,
    telling_faults,
)
from timetrack.adapters.postgres.setup.applied_migrations import MigrationStatus, digest, read_status
from timetrack.adapters.postgres.setup.faults import (
    MigrationEditedError,
    MigrationFailedError,
    MigrationNotReversibleError,
    MigrationsPendingError,
)
from timetrack.adapters.postgres.setup.lock_waits import IN_THE_WAY, LOCK_WAITS, LockWaits
from timetrack.adapters.postgres.setup.losses import Loss, counted, dropped_by
from timetrack.resources import resource

YoyoBackend = Any
YoyoMigration = Any
YoyoMigrations = Any
"""yoyo has no types."""

_SQL = load("migrations")
_MAKE_DIGESTS = """
    CREATE TABLE IF NOT EXISTS migration_digests (
        migration_id text NOT NULL,
        digest text NOT NULL,
        CONSTRAINT migration_digests_pkey PRIMARY KEY (migration_id)
    )
"""

_log = logging.getLogger(__name__)


class Migrations:
    """The migrations of a folder, for one database.

    What a method cannot do, it says in one line, by a DatabaseSetupError. Of a migration that fails, nothing is kept,
    unless its file says `-- transactional: false`.
    """

    def __init__(self, database_url: str, folder: Path | None = None, lock_waits: LockWaits = LOCK_WAITS) -> None:
        self._database_url = database_url
        self._folder = folder or resource("migrations")
        self._lock_waits = lock_waits

    def status(self) -> Sequence[MigrationStatus]:
        """Return every migration's status, in their order; changes nothing.

        Raises:
            DatabaseTooNewError: the database has had migrations that the folder lacks.
        """
        with administering(self._database_url) as connection:
            return read_status(connection, self._folder)

    def check_current(self) -> None:
        """Check that the database has had exactly the folder's migrations.

        Raises:
            MigrationsPendingError, DatabaseTooNewError: it has had fewer, or others.
        """
        if pending := [each.id for each in self.status() if each.applied_at is None]:
            raise MigrationsPendingError(pending)

    def apply(self) -> Sequence[str]:
        """Apply what the database lacks; return the ids, in the order of applying.

        Raises:
            DatabaseTooNewError, MigrationEditedError: nothing was changed.
            MigrationFailedError: those before it stay applied.
        """
        with self._backend() as backend:
            status = read_status(backend.connection, self._folder)
            if edited := [each.id for each in status if each.changed]:
                raise MigrationEditedError(edited)
            if all(each.applied_at for each in status):
                return []
            _prepare(backend)
            migrations = list(backend.to_apply(self._read()))
            for migration in migrations:
                self._apply(backend, migration)
            return [migration.id for migration in migrations]

    def rollback(self, count: int = 1) -> Sequence[str]:
        """Take back the last `count` migrations that the database has had; return the ids, in the order of taking back.

        Raises:
            DatabaseTooNewError, MigrationNotReversibleError: nothing was changed.
            MigrationFailedError: those taken back before it stay so.
        """
        with self._backend() as backend:
            if not any(each.applied_at for each in read_status(backend.connection, self._folder)):
                return []
            _prepare(backend)
            migrations = list(backend.to_rollback(self._read()))[:count]
            for migration in migrations:
                _require_rollback(migration)
            for migration in migrations:
                self._roll_back(backend, migration)
            return [migration.id for migration in migrations]

    def losses(self, count: int = 1) -> Sequence[Loss]:
        """Return what data taking back the last `count` migrations would delete, with rows; changes nothing.

        Raises:
            DatabaseTooNewError: the database has had migrations that the folder lacks.
        """
        with administering(self._database_url) as connection:
            applied = [each.id for each in read_status(connection, self._folder) if each.applied_at]
            dropped = [loss for each in applied[::-1][:count] for loss in dropped_by(self._rollback_of(each))]
            return [loss for each in dropped if (loss := counted(connection, each)).rows]

    def _rollback_of(self, migration_id: str) -> str:
        file = self._folder / f"{migration_id}.rollback.sql"
        return file.read_text() if file.exists() else ""

    def _apply(self, backend: YoyoBackend, migration: YoyoMigration) -> None:
        def do() -> None:
            migration.process_steps(backend, "apply")
            # Its log is left out: to fill it, yoyo asks for names of the host and of the user, which not every
            # container has and for which a resolver may take seconds.
            backend.mark_one(migration, log=False)
            parameters = {"migration_id": migration.id, "digest": digest(Path(migration.path))}
            backend.connection.execute(_SQL["keep_digest"], parameters)

        self._run(backend, migration, do)
        _log.info("migration applied", extra={"migration": migration.id})

    def _roll_back(self, backend: YoyoBackend, migration: YoyoMigration) -> None:
        def do() -> None:
            migration.process_steps(backend, "rollback")
            backend.unmark_one(migration, log=False)

        self._run(backend, migration, do)
        _log.info("migration rolled back", extra={"migration": migration.id})

    def _run(self, backend: YoyoBackend, migration: YoyoMigration, do: Callable[[], None]) -> None:
        def in_one_transaction() -> None:
            with backend.transaction():
                self._lock_waits.limit(backend.connection)
                do()

        try:
            if migration.use_transactions:
                self._lock_waits.patiently(migration.id, in_one_transaction)
            else:
                # Such as CREATE INDEX CONCURRENTLY: it waits for old transactions, but in nobody's way; and half of
                # it done, it could not be done again.
                do()
        except IN_THE_WAY as error:
            why = f"{reason(error)}: others hold what it locks, at each of {self._lock_waits.tries} tries"
            raise MigrationFailedError(migration.id, why) from error
        except psycopg.Error as error:
            raise MigrationFailedError(migration.id, reason(error)) from error

    def _read(self) -> YoyoMigrations:
        # yoyo takes the folder for a pattern.
        return read_migrations(glob.escape(str(self._folder)))

    @contextmanager
    def _backend(self) -> Iterator[YoyoBackend]:
        """Yield yoyo's connection, with the database to itself: the lock ends with this very connection."""
        # Given apart, since yoyo's own parser of URLs knows less than PostgreSQL's.
        uri = DatabaseURI("", None, None, None, None, None, args=connection_parameters(self._database_url))
        with (
            telling_faults(self._database_url),
            PostgresqlPsycopgBackend(uri, default_migration_table) as backend,
        ):
            lock_out_other_runs(backend.connection)
            yield backend


def _prepare(backend: YoyoBackend) -> None:
    # First, since it says at once, unlike yoyo, when the role may not create anything.
    backend.connection.execute(_MAKE_DIGESTS)
    backend.init_database()
    # With the advisory lock held, a row of yoyo's own lock is one that a killed program has left.
    backend.break_lock()


def _require_rollback(migration: YoyoMigration) -> None:
    # Without the file, yoyo would do nothing and yet take the mark away.
    if not Path(migration.path).with_suffix(".rollback.sql").exists():
        raise MigrationNotReversibleError(migration.id)
