"""Sweeping in PostgreSQL, where it goes in batches."""

from collections.abc import Iterator
from typing import LiteralString

import psycopg
import pytest
from psycopg import Connection
from psycopg.sql import SQL, Identifier

from tests.given import a_user
from tests.opened_storage import opened_storage
from tests.postgres import Database
from tests.sql import number
from timetrack.adapters.postgres.storage import PostgresStorage

KEYS: LiteralString = """
    INSERT INTO idempotency_keys (owner, key, fingerprint, reply_status, created_at)
    SELECT 'owner', number::text, '', 200, clock_timestamp() - make_interval(hours => %s)
    FROM generate_series(1, %s) AS number
"""
TOKENS: LiteralString = """
    INSERT INTO tokens (user_id, digest, expires_at)
    SELECT users.id, int8send(number), clock_timestamp() - make_interval(hours => %s)
    FROM users, generate_series(1, %s) AS number
"""
FAILED_SIGN_INS: LiteralString = """
    INSERT INTO failed_sign_ins (subject, forgiven_at)
    SELECT int8send(number), clock_timestamp() - make_interval(hours => %s)
    FROM generate_series(1, %s) AS number
"""
# Without these PostgreSQL has but nested loops to join with, and runs the inner side again for each row of the outer.
LEFT_OUT = ("hashjoin", "mergejoin", "hashagg", "material", "sort")


@pytest.fixture(params=["the plan of choice", "a nested loop"])
def swept_database(fresh_database: Database, request: pytest.FixtureRequest) -> Database:
    if request.param == "a nested loop":
        with psycopg.connect(fresh_database.owner_url, autocommit=True) as connection:
            for each in LEFT_OUT:
                name = Identifier(fresh_database.name)
                connection.execute(SQL("ALTER DATABASE {} SET {} = off").format(name, Identifier(f"enable_{each}")))
    return fresh_database


@pytest.fixture
def storage(swept_database: Database) -> Iterator[PostgresStorage]:
    with opened_storage(swept_database.application_url, size=1, pipelines=1) as opened:
        yield opened


@pytest.fixture
def owner(swept_database: Database) -> Iterator[Connection]:
    with psycopg.connect(swept_database.owner_url, autocommit=True) as connection:
        yield connection


@pytest.mark.parametrize(
    ("table", "expired"),
    [("idempotency_keys", KEYS), ("tokens", TOKENS), ("failed_sign_ins", FAILED_SIGN_INS)],
    ids=["keys", "tokens", "failed sign-ins"],
)
def test_what_has_expired_is_swept_batch_by_batch_until_nothing_is_left(
    storage: PostgresStorage, owner: Connection, table: str, expired: LiteralString
) -> None:
    a_user(storage)
    owner.execute(expired, [25, 1500])

    assert [(storage.housekeeping.sweep(), left(owner, table)) for _ in range(2)] == [(True, 500), (False, 0)]


def test_keys_of_the_last_24_hours_stay(storage: PostgresStorage, owner: Connection) -> None:
    owner.execute(KEYS, [23, 10])

    assert not storage.housekeeping.sweep()
    assert left(owner, "idempotency_keys") == 10


def left(owner: Connection, table: str) -> int:
    return number(owner, SQL("SELECT count(*) FROM {}").format(Identifier(table)))
