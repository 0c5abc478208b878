"""Faults that keep a program from working with a database; every message is one line and holds no password."""

from collections.abc import Iterable, Sequence


class DatabaseSetupError(Exception):
    """The database cannot be used as it is."""


class DatabaseUrlError(DatabaseSetupError):
    """PostgreSQL's client library cannot read the URL."""

    def __init__(self) -> None:
        # What the library says may quote a part of the URL, and so of a password.
        super().__init__("the database URL is not one that PostgreSQL understands")


class DatabaseUnreachableError(DatabaseSetupError):
    """No connection can be made."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"cannot connect to the {place}: {reason}")


class DatabaseRefusedError(DatabaseSetupError):
    """The database refused a statement, or the connection broke."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"the {place} refused: {reason}")


class DatabaseTooNewError(DatabaseSetupError):
    """The database has migrations that this program does not know."""

    def __init__(self, ids: Sequence[str]) -> None:
        super().__init__(f"the database is newer than this program, which does not know {', '.join(ids)}")
        self.ids = tuple(ids)


class MigrationsPendingError(DatabaseSetupError):
    """The database lacks migrations that this program needs."""

    def __init__(self, ids: Sequence[str]) -> None:
        super().__init__(f"the database lacks {', '.join(ids)}: run timetrack-migrate apply")
        self.ids = tuple(ids)


class MigrationEditedError(DatabaseSetupError):
    """Files of migrations were edited after they had been applied."""

    def __init__(self, ids: Sequence[str]) -> None:
        super().__init__(f"edited after it was applied: {', '.join(ids)}; undo the edit, and write a new migration")
        self.ids = tuple(ids)


class MigrationFailedError(DatabaseSetupError):
    """A migration, or its rollback, could not be run."""

    def __init__(self, migration_id: str, reason: str) -> None:
        super().__init__(f"{migration_id} failed: {reason}")
        self.migration_id = migration_id


class MigrationNotReversibleError(DatabaseSetupError):
    """A migration has no rollback."""

    def __init__(self, migration_id: str) -> None:
        super().__init__(f"{migration_id} cannot be rolled back: it has no .rollback.sql")
        self.migration_id = migration_id


class DataWouldGoError(DatabaseSetupError):
    """A rollback would delete data, and nobody has said yes to that."""

    def __init__(self, losses: Iterable[object]) -> None:
        super().__init__(f"this would delete {', '.join(map(str, losses))}; nothing was changed: add --yes to do it")


class UnrestrictedRoleError(DatabaseSetupError):
    """The role cannot be restricted, since it has the rights of the database's owner."""

    def __init__(self, role: str) -> None:
        super().__init__(f"the role {role} has the rights of the database's owner: the application needs a role apart")
        self.role = role
