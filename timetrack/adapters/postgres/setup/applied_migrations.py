"""Which migrations a database has had, compared with the files in the folder."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, LiteralString

from psycopg import Connection

from timetrack.adapters.postgres.queries import load
from timetrack.adapters.postgres.setup.faults import DatabaseTooNewError

_SQL = load("migrations")


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationStatus:
    """A migration: when it was applied, if it was, and whether its file was edited since."""

    id: str
    applied_at: datetime | None
    changed: bool


def read_status(connection: Connection, folder: Path) -> Sequence[MigrationStatus]:
    """Return the status of every migration of the folder, in their order; changes nothing.

    Raises:
        DatabaseTooNewError: the database has had others.
    """
    files = migration_files(folder)
    applied_at = _read(connection, "_yoyo_migration", _SQL["applied"])
    if unknown := sorted(applied_at.keys() - files.keys()):
        raise DatabaseTooNewError(unknown)
    digests = _read(connection, "migration_digests", _SQL["digests"])
    return [_status(name, file, applied_at.get(name), digests.get(name)) for name, file in files.items()]


def migration_files(folder: Path) -> Mapping[str, Path]:
    """Return the files of a folder's migrations by id, in their order."""
    files = (file for file in sorted(folder.glob("*.sql")) if not file.name.endswith(".rollback.sql"))
    return {file.stem: file for file in files}


def digest(file: Path) -> str:
    """Return what tells whether a file was edited; another system's line ends make no difference."""
    return hashlib.sha256(file.read_text(encoding="utf-8").encode()).hexdigest()


def _read(connection: Connection, table: str, query: LiteralString) -> dict[str, Any]:
    """Return a table's rows, each an id and a value; a table that is yet to be made has none."""
    if connection.execute(_SQL["exists"], {"table": table}).fetchone() == (False,):
        return {}
    return dict(connection.execute(query).fetchall())


def _status(name: str, file: Path, applied_at: datetime | None, kept: str | None) -> MigrationStatus:
    # A migration that another tool of yoyo's applied has no digest, and nobody can tell.
    changed = applied_at is not None and kept is not None and kept != digest(file)
    return MigrationStatus(id=name, applied_at=applied_at and applied_at.replace(tzinfo=UTC), changed=changed)
