"""Sweeping in PostgreSQL, where it goes in batches."""

from collections.abc import Iterator
from typing import LiteralString

import psycopg
import pytest
from psycopg import Connection

from timetrack.adapters.postgres.pool import PoolLimits, open_pool
from timetrack.adapters.postgres.storage import PostgresStorage

KEYS: LiteralString = """
    INSERT INTO idempotency_keys (owner, key, fingerprint, reply_status, created_at)
    SELECT 'owner', number::text, '', 200, clock_timestamp() - make_interval(hours => %s)
    FROM generate_series(1, %s) AS number
"""


@pytest.fixture
def storage(application_database_url: str) -> Iterator[PostgresStorage]:
    with open_pool(application_database_url, PoolLimits(size=1)) as pool:
        pool.wait()
        yield PostgresStorage(pool)


@pytest.fixture
def owner(owner_database_url: str) -> Iterator[Connection]:
    with psycopg.connect(owner_database_url, autocommit=True) as connection:
        yield connection


def test_expired_keys_are_swept_batch_by_batch_until_none_is_left(storage: PostgresStorage, owner: Connection) -> None:
    owner.execute(KEYS, [25, 1500])

    assert [storage.housekeeping.sweep() for _ in range(2)] == [True, False]
    assert owner.execute("SELECT count(*) FROM idempotency_keys").fetchone() == (0,)


def test_keys_of_the_last_24_hours_stay(storage: PostgresStorage, owner: Connection) -> None:
    owner.execute(KEYS, [23, 10])

    assert not storage.housekeeping.sweep()
    assert owner.execute("SELECT count(*) FROM idempotency_keys").fetchone() == (10,)
