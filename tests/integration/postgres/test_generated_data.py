"""`make data`: what it leaves behind is what the application might have written."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, LiteralString

import psycopg
import pytest
from psycopg import Connection

from tests.integration.postgres.schema_description import schema_of
from tests.integration.postgres.stored_entries import count, overlaps
from tests.postgres import Database, Databases
from timetrack.adapters.passwords import Argon2Hasher
from tools.generate_data import PASSWORD, Volume, generate

SMALL = Volume(users=7, tasks=3, entries=100, until=datetime(2026, 6, 1, tzinfo=UTC))
ENTRIES: LiteralString = "SELECT user_id, task_id, start_at, end_at FROM time_entries ORDER BY id"


@pytest.fixture
def owner(fresh_database: Database) -> Iterator[Connection]:
    with psycopg.connect(fresh_database.owner_url, autocommit=True) as connection:
        yield connection


def rows(connection: Connection, query: LiteralString) -> Sequence[tuple[Any, ...]]:
    return connection.execute(query).fetchall()


def test_as_much_is_generated_as_was_asked_for(owner: Connection) -> None:
    generate(owner, SMALL)

    numbers = rows(owner, "SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM tasks)")
    latest = rows(owner, "SELECT max(end_at) FROM time_entries")
    assert (numbers, count(owner)) == ([(7, 3)], 100)
    assert latest[0][0] <= SMALL.until


def test_the_same_seed_gives_the_same_entries_and_another_seed_others(databases: Databases) -> None:
    found = []
    for volume in (SMALL, SMALL, replace(SMALL, seed=2)):
        with psycopg.connect(databases.migrated().owner_url, autocommit=True) as connection:
            generate(connection, volume)
            found.append(rows(connection, ENTRIES))

    assert found[0] == found[1] != found[2]


def test_the_schema_is_as_it_was(fresh_database: Database, owner: Connection) -> None:
    before = schema_of(fresh_database.owner_url)

    generate(owner, SMALL)

    assert schema_of(fresh_database.owner_url) == before


def test_more_can_be_generated_beside_what_is_there(owner: Connection) -> None:
    generate(owner, SMALL)

    second = generate(owner, SMALL)
    owner.execute("INSERT INTO tasks (description, created_by) VALUES ('by hand', 1)")

    assert (second.first_user_id, second.first_task_id, second.first_entry_id) == (8, 4, 101)
    assert (count(owner), overlaps(owner)) == (200, 0)


def test_each_entry_has_the_history_that_the_trigger_would_have_written(owner: Connection) -> None:
    generate(owner, SMALL)

    lacking = rows(
        owner,
        """
        SELECT id, version, user_id, task_id, lane, start_at, end_at, description, created_at FROM time_entries
        EXCEPT
        SELECT time_entry_id, version, user_id, task_id, lane, start_at, end_at, description, created_at
        FROM time_entry_history WHERE action = 'created'
        """,
    )
    assert (lacking, rows(owner, "SELECT count(*) FROM time_entry_history")) == ([], [(100,)])


def test_a_generated_user_can_sign_in_and_the_first_is_admin(owner: Connection) -> None:
    generate(owner, SMALL)

    ((password_hash, role),) = rows(owner, "SELECT password_hash, role FROM users WHERE national_id = '7000 000001'")
    assert Argon2Hasher().matches(PASSWORD, password_hash)
    assert role == "admin"


def test_a_run_that_fails_leaves_nothing(owner: Connection) -> None:
    with pytest.raises(OverflowError):
        generate(owner, replace(SMALL, until=datetime(1, 1, 2, tzinfo=UTC)))

    assert rows(owner, "SELECT id FROM users") == []


def test_unchecked_data_has_the_same_indexes_without_the_constraint(
    fresh_database: Database, owner: Connection
) -> None:
    before = set(schema_of(fresh_database.owner_url))

    generate(owner, SMALL, checked=False)

    lost = before - set(schema_of(fresh_database.owner_url))
    assert ("constraint", "time_entries.time_entries_overlap_excl") in {(kind, name) for kind, name, _ in lost}
    assert all("time_entries_overlap_excl" in name for _, name, _ in lost)
