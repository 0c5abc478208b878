"""The data directory: made once, complete or not at all, and never deleted."""

import os
import secrets
import shutil
import subprocess
import time
from pathlib import Path

from timetrack.adapters.embedded_postgres.data_folder import DataFolder
from timetrack.adapters.embedded_postgres.errors import EmbeddedPostgresError
from timetrack.adapters.embedded_postgres.lock import Lock
from timetrack.adapters.embedded_postgres.log import Log
from timetrack.adapters.embedded_postgres.process import end, spawn

_FIRST_WITH_BUILTIN_LOCALES = 17


def require_usable_data(data: Path, major: str) -> None:
    """Check that the data directory, where there is one, suits programs of that major version; changes nothing.

    Raises:
        EmbeddedPostgresError: it is another version's, or no data directory at all.
    """
    if not data.exists():
        return
    try:
        found = (data / "PG_VERSION").read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        raise EmbeddedPostgresError(f"{data} is not a PostgreSQL data directory: it has no PG_VERSION") from None
    if found != major:
        raise EmbeddedPostgresError(
            f"{data} was written by PostgreSQL {found}, but the programs here are PostgreSQL {major}: "
            "use programs of that version, or dump the data there and restore them here"
        )


def create_data(  # noqa: PLR0913 - each is a thing of its own, and all are named
    data_folder: DataFolder, binaries: Path, major: str, *, durable: bool, lock: Lock, log: Log, deadline: float
) -> None:
    """Make the data directory with a superuser `postgres` and a new random password; the lock must be held.

    Raises:
        EmbeddedPostgresError: initdb failed, or was not done at the deadline.
    """
    shutil.rmtree(data_folder.unfinished_data, ignore_errors=True)  # left by an initdb that was cut short
    data_folder.write_private(data_folder.password_file, secrets.token_urlsafe(24))
    command = _initdb(data_folder, binaries, major, durable=durable)
    process = spawn(command, account=data_folder.account, lock=lock, log=log)
    try:
        status = process.wait(max(0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        raise EmbeddedPostgresError(f"initdb did not finish {data_folder.data} in time") from None
    finally:
        end(process)
    if status != 0:
        raise EmbeddedPostgresError(f"initdb could not make {data_folder.data}: {log.last_error()}")
    data_folder.unfinished_data.rename(data_folder.data)
    _sync_folder(data_folder.path)


def _initdb(data_folder: DataFolder, binaries: Path, major: str, *, durable: bool) -> list[str]:
    return [
        str(binaries / "initdb"),
        f"--pgdata={data_folder.unfinished_data}",
        "--username=postgres",
        "--encoding=UTF8",
        "--auth=scram-sha-256",
        f"--pwfile={data_folder.password_file}",
        *_locale(int(major)),
        *([] if durable else ["--no-sync"]),
    ]


def _locale(major: int) -> list[str]:
    """Characters of all languages have upper and lower case; sorting is by code point and the same everywhere."""
    if major >= _FIRST_WITH_BUILTIN_LOCALES:
        return ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return ["--locale=C.UTF-8"] if _system_has_c_utf8() else ["--locale=C"]


def _system_has_c_utf8() -> bool:
    command = shutil.which("locale")
    if not command:
        return False
    reply = subprocess.run([command, "-a"], capture_output=True, text=True, check=False)
    return "c.utf8" in reply.stdout.lower().replace("utf-8", "utf8").split()


def _sync_folder(folder: Path) -> None:
    file = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
