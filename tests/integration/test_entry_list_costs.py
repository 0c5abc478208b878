"""A page of time entries costs what it holds, wherever it lies and however many entries there are."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import LiteralString

import psycopg
import pytest
from psycopg import Connection

from tests.postgres import Database, Databases
from timetrack.adapters.postgres.queries import load

FIRST_DAY = datetime(2020, 1, 1, tzinfo=UTC)
MIDDLE = FIRST_DAY + timedelta(hours=2 * 1000)
FEW_BLOCKS = 15

USERS: LiteralString = """
    INSERT INTO users (national_id, profile, role, password_hash)
    SELECT '1234 ' || lpad(number::text, 6, '0'), 'complete', 'member', '' FROM generate_series(1, 20) AS number
"""
ENTRIES: LiteralString = """
    INSERT INTO time_entries (user_id, task_id, lane, start_at, end_at)
    SELECT user_id, 1, 0, %(first)s + number * interval '2 hours', %(first)s + (number + 0.9) * interval '2 hours'
    FROM generate_series(1, 20) AS user_id, generate_series(1, 2000) AS number
"""


@pytest.fixture(scope="module")
def crowded(databases: Databases) -> Database:
    """A database in which each of 20 users has 2000 entries."""
    database = databases.migrated()
    with psycopg.connect(database.superuser_url, autocommit=True) as connection:
        # Without triggers: neither the history nor the constraints' own checks are the subject.
        connection.execute("SET session_replication_role = replica")
        connection.execute(USERS)
        connection.execute("INSERT INTO tasks (description, created_by) VALUES ('work', 1)")
        connection.execute(ENTRIES, {"first": FIRST_DAY})
        connection.execute("VACUUM ANALYZE")
    return database


@pytest.fixture
def application(crowded: Database) -> Iterator[Connection]:
    with psycopg.connect(crowded.application_url, autocommit=True) as connection:
        yield connection


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"after_start": MIDDLE, "after_id": 1},
        {"after_start": FIRST_DAY + timedelta(days=2), "after_id": 1},
        {"start": MIDDLE, "end": MIDDLE + timedelta(days=1)},
        {"start": MIDDLE},
        {"end": MIDDLE},
        {"running": True},
    ],
)
def test_a_page_reads_little_more_than_it_holds(application: Connection, asked: Mapping[str, object]) -> None:
    nothing = dict.fromkeys(("task_id", "running", "start", "end", "after_start", "after_id"))
    parameters = {**nothing, "user_id": 7, "limit": 21, **asked}
    query: LiteralString = "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) "

    # A connection's first time looks up what things are, which is counted as well.
    application.execute(load("time_entries")["list"], parameters)
    ((plan,),) = application.execute(query + load("time_entries")["list"], parameters).fetchall()

    blocks = plan[0]["Plan"]["Shared Hit Blocks"] + plan[0]["Plan"]["Shared Read Blocks"]
    assert blocks < FEW_BLOCKS, plan
