"""The program `timetrack-migrate`."""

import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC

from timetrack.adapters.postgres.setup.applied_migrations import MigrationStatus
from timetrack.adapters.postgres.setup.faults import DataWouldGoError, MigrationEditedError
from timetrack.adapters.postgres.setup.migrations import Migrations
from timetrack.config import ConfigError, MigrateSettings
from timetrack.domain.errors import TimeTrackError
from timetrack.domain.model.users.roles import RoleChange
from timetrack.entrypoints.database import Database, SetupError, migrate, open_database
from timetrack.entrypoints.logs.configuration import configure_logging
from timetrack.entrypoints.migrate.administering import administration, ask_for_credentials

_FAILED, _BAD_SETTINGS, _INTERRUPTED = 1, 2, 128 + signal.SIGINT


def main() -> None:
    """Run the program."""
    # Ended by a supervisor as by Ctrl-C: what was begun is rolled back, and a PostgreSQL of our own is stopped.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(run(sys.argv[1:], os.environ))


def run(argv: Sequence[str], environ: Mapping[str, str]) -> int:
    """Do what the command line says; return the exit status."""
    try:
        settings = MigrateSettings.load(argv, environ)
        configure_logging(settings.log_level, "text")
        with open_database(settings, settings.application_role) as database:
            _COMMANDS[settings.command](database, settings)
    except ConfigError as error:
        return _complain(str(error), _BAD_SETTINGS)
    except (*SetupError, TimeTrackError) as error:
        return _complain(f"timetrack-migrate: {error}", _FAILED)
    except KeyboardInterrupt:
        return _complain("timetrack-migrate: interrupted", _INTERRUPTED)
    return 0


def _apply(database: Database, _settings: MigrateSettings) -> None:
    _tell("applied", migrate(database), otherwise="nothing to apply: the schema is up to date")


def _rollback(database: Database, settings: MigrateSettings) -> None:
    migrations = Migrations(database.owner_url)
    losses = migrations.losses(settings.count)
    if losses and not settings.yes:
        raise DataWouldGoError(losses)
    taken_back = migrations.rollback(settings.count)
    for loss in losses:
        _say(f"deleted {loss}")
    _tell("rolled back", taken_back, otherwise="nothing to roll back: no migration is applied")


def _status(database: Database, _settings: MigrateSettings) -> None:
    status = Migrations(database.owner_url).status()
    width = max((len(each.id) for each in status), default=0)
    for each in status:
        _say(f"{each.id:{width}}  {_state(each)}")
    if edited := [each.id for each in status if each.changed]:
        raise MigrationEditedError(edited)


def _create_admin(database: Database, _settings: MigrateSettings) -> None:
    with administration(database) as administer:
        user = administer.create_admin(*ask_for_credentials())
    _say(f"created the admin with the user id {user.id}")


def _reset_password(database: Database, _settings: MigrateSettings) -> None:
    with administration(database) as administer:
        user = administer.reset_password(*ask_for_credentials())
    inactive = "" if user.active else "; the user is not active, and signs in only when an admin makes them so"
    _say(f"reset the password of the user with the id {user.id}, and ended all tokens{inactive}")


def _role_changes(database: Database, _settings: MigrateSettings) -> None:
    with administration(database) as administer:
        for change in administer.role_changes():
            _say(_told(change))


def _told(change: RoleChange) -> str:
    by = "a program" if change.changed_by is None else f"user {change.changed_by}"
    request = "" if change.request_id is None else f", request {change.request_id}"
    at = f"{change.changed_at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    return f"{at}  user {change.user_id}: {change.old_role} to {change.new_role}, by {by}{request}"


def _state(status: MigrationStatus) -> str:
    if status.applied_at is None:
        return "pending"
    return f"applied {status.applied_at:%Y-%m-%d %H:%M:%S} UTC" + (", edited since" if status.changed else "")


def _tell(what: str, ids: Sequence[str], *, otherwise: str) -> None:
    for line in [f"{what} {each}" for each in ids] or [otherwise]:
        _say(line)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def _complain(message: str, status: int) -> int:
    sys.stderr.write(f"{message}\n")
    return status


_COMMANDS: Mapping[str, Callable[[Database, MigrateSettings], None]] = {
    "apply": _apply,
    "rollback": _rollback,
    "status": _status,
    "create-admin": _create_admin,
    "reset-password": _reset_password,
    "role-changes": _role_changes,
}
