"""Fill a TimeTrack database with users, tasks and time entries: as many as are asked for, fast, and the same each time.

    python -m tools.generate_data --users 1000 --tasks 100 --entries 1000000

The database is found as `timetrack-migrate` finds it, and is brought up to date; `--database-url` is its owner's.
What is generated comes beside what is there, in one transaction: a run that is interrupted leaves nothing.
"""

import argparse
import os
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import LiteralString

import psycopg
from psycopg import Connection

from timetrack.adapters.passwords import Argon2Hasher
from timetrack.config import MigrateSettings
from timetrack.entrypoints.database import migrate, open_database
from timetrack.entrypoints.peopleinfo.people import person_of
from tools.bulk_load import Row, copy, without_indexes

PASSWORD = "generated data"  # noqa: S105 - told to everybody
"""With it every generated user may sign in."""

FIRST_SERIES = 7000
"""Generated national IDs are `7000 000000`, `7000 000001` and so on, by the user's id."""

SLOT = timedelta(hours=6)
"""Each user has one entry in each slot: entries lie as in life, in the order of time, and cannot overlap."""

_LATEST_START, _SHORTEST, _LONGEST = 9_000, 60, 12_600
_IDS_IN_A_SERIES = 1_000_000

_USERS = ("id", "national_id", "surname", "name", "address", "profile", "role", "password_hash")
_TASKS = ("id", "description", "created_by")
_ENTRIES = ("id", "user_id", "task_id", "lane", "start_at", "end_at", "created_at", "updated_at")

_NEXT_IDS: LiteralString = """
    SELECT (SELECT coalesce(max(id), 0) + 1 FROM users), (SELECT coalesce(max(id), 0) + 1 FROM tasks),
        (SELECT coalesce(max(id), 0) + 1 FROM time_entries)
"""
_FIRST_USER_IS_ADMIN: LiteralString = """
    WITH first AS (UPDATE installation SET first_user_id = %s WHERE first_user_id IS NULL RETURNING first_user_id)
    UPDATE users SET role = 'admin' FROM first WHERE id = first_user_id
"""
_HISTORY: LiteralString = """
    INSERT INTO time_entry_history (
        time_entry_id, version, action, user_id, task_id, lane, start_at, end_at, description, created_at, changed_at
    )
    SELECT id, version, 'created', user_id, task_id, lane, start_at, end_at, description, created_at, created_at
    FROM time_entries WHERE id >= %s
"""
_MOVE_SEQUENCES: LiteralString = """
    SELECT setval(pg_get_serial_sequence('users', 'id'), (SELECT max(id) FROM users)),
        setval(pg_get_serial_sequence('tasks', 'id'), (SELECT max(id) FROM tasks)),
        setval(pg_get_serial_sequence('time_entries', 'id'), (SELECT max(id) FROM time_entries))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """Amounts to generate. Entries are dealt out to the users in turn, slot by slot; the last slot ends at `until`."""

    users: int
    tasks: int
    entries: int
    until: datetime
    seed: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Generated:
    """The first ids of what was generated; the others follow without gaps."""

    first_user_id: int
    first_task_id: int
    first_entry_id: int


def generate(connection: Connection, volume: Volume, *, checked: bool = True) -> Generated:
    """Generate the volume, over a connection of the database's owner in autocommit.

    Unless `checked`, nothing keeps entries from overlapping afterwards (see `without_indexes`); for tests that read.
    """
    with connection.transaction():
        made = Generated(**dict(zip(Generated.__slots__, _next_ids(connection), strict=True)))
        copy(connection, "users", _USERS, _users(made, volume))
        connection.execute(_FIRST_USER_IS_ADMIN, [made.first_user_id])
        copy(connection, "tasks", _TASKS, _tasks(made, volume))
        with without_indexes(connection, "time_entries", checked=checked):
            copy(connection, "time_entries", _ENTRIES, _entries(made, volume))
            connection.execute(_HISTORY, [made.first_entry_id])
        connection.execute(_MOVE_SEQUENCES)
    connection.execute("VACUUM ANALYZE users, tasks, time_entries, time_entry_history")
    return made


def _next_ids(connection: Connection) -> Sequence[int]:
    row = connection.execute(_NEXT_IDS).fetchone()
    assert row is not None  # noqa: S101 - a query without FROM returns one row
    return row


def _users(made: Generated, volume: Volume) -> Iterator[Row]:
    password_hash = Argon2Hasher().hash(PASSWORD)
    for id in range(made.first_user_id, made.first_user_id + volume.users):  # noqa: A001 - that is its name
        series, number = divmod(id, _IDS_IN_A_SERIES)
        series_text, number_text = f"{FIRST_SERIES + series:04}", f"{number:06}"
        person = person_of(series_text, number_text)
        national_id = f"{series_text} {number_text}"
        yield id, national_id, person.surname, person.name, person.address, "complete", "member", password_hash


def _tasks(made: Generated, volume: Volume) -> Iterator[Row]:
    for id in range(made.first_task_id, made.first_task_id + volume.tasks):  # noqa: A001 - that is its name
        yield id, f"Generated task {id}", made.first_user_id


def _entries(made: Generated, volume: Volume) -> Iterator[Row]:
    draw = random.Random(volume.seed)  # noqa: S311 - to be the same each time
    slots = -(-volume.entries // volume.users)
    begin = volume.until.replace(microsecond=0) - slots * SLOT
    for count in range(volume.entries):
        slot, user = divmod(count, volume.users)
        task_id = made.first_task_id + int(draw.random() * volume.tasks)
        start = begin + slot * SLOT + timedelta(seconds=int(draw.random() * _LATEST_START))
        end = start + timedelta(seconds=_SHORTEST + int(draw.random() * (_LONGEST - _SHORTEST)))
        yield made.first_entry_id + count, made.first_user_id + user, task_id, 0, start, end, end, end


def main() -> int:
    """Run the program."""
    options = _options()
    began = time.monotonic()
    database_flags = ["--database-url", options.database_url] if options.database_url else []
    with open_database(MigrateSettings.load([*database_flags, "apply"], os.environ)) as database:
        migrate(database)
        volume = Volume(**{name: value for name, value in vars(options).items() if name != "database_url"})
        with psycopg.connect(database.owner_url, autocommit=True) as connection:
            made = generate(connection, volume)
    print(
        f"{volume.users} users from id {made.first_user_id}, {volume.tasks} tasks from id {made.first_task_id}, "
        f"{volume.entries} time entries from id {made.first_entry_id}, in {time.monotonic() - began:.1f} s.\n"
        f"The users' national IDs begin with {FIRST_SERIES}, and their password is: {PASSWORD}"
    )
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="generate_data", description="Fill a TimeTrack database.")
    parser.add_argument("--database-url", help="the database's URL, of its owner")
    parser.add_argument("--users", type=_positive, default=1000)
    parser.add_argument("--tasks", type=_positive, default=100)
    parser.add_argument("--entries", type=_positive, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1, help="another one gives other data")
    parser.add_argument(
        "--until", type=_instant, default=datetime.now(UTC), help="when the latest entries end, by default now"
    )
    return parser.parse_args()


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


if __name__ == "__main__":
    sys.exit(main())
