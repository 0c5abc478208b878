"""A page of time entries costs what it holds, wherever it lies and however many entries there are."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import LiteralString

import psycopg
import pytest
from psycopg import Connection, Cursor
from psycopg.sql import SQL, Literal

from tests.postgres import Database, Databases
from timetrack.adapters.postgres import statements
from timetrack.adapters.postgres.queries import load

FIRST_DAY = datetime(2020, 1, 1, tzinfo=UTC)
MIDDLE = FIRST_DAY + timedelta(hours=2 * 1000)
FEW_BLOCKS = 15

EXPLAIN: LiteralString = "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) "

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


CASES: list[tuple[str, Mapping[str, object]]] = [
    ("list", {}),
    ("list", {"after_start": MIDDLE, "after_id": 1}),
    ("list", {"after_start": FIRST_DAY + timedelta(days=2), "after_id": 1}),
    ("list", {"start": MIDDLE, "end": MIDDLE + timedelta(days=1)}),
    ("list", {"start": MIDDLE}),
    ("list", {"end": MIDDLE}),
    ("list", {"ended": True}),
    ("list_running", {}),
    ("list_running", {"end": MIDDLE}),
    ("list_running", {"after_start": MIDDLE, "after_id": 1}),
]


def everything_of(asked: Mapping[str, object]) -> dict[str, object]:
    nothing = dict.fromkeys(("task_id", "start", "end", "after_start", "after_id"))
    return {**nothing, "user_id": 7, "limit": 21, "ended": False, **asked}


def blocks_of(explained: Cursor) -> int:
    ((plan,),) = explained.fetchall()
    return int(plan[0]["Plan"]["Shared Hit Blocks"] + plan[0]["Plan"]["Shared Read Blocks"])


@pytest.mark.parametrize(("name", "asked"), CASES)
def test_a_page_reads_little_more_than_it_holds(
    application: Connection, name: str, asked: Mapping[str, object]
) -> None:
    query, parameters = load("time_entries")[name], everything_of(asked)

    # A connection's first time looks up what things are, which is counted as well.
    application.execute(query, parameters)

    assert blocks_of(application.execute(EXPLAIN + query, parameters)) < FEW_BLOCKS


@pytest.mark.parametrize(("name", "asked"), CASES)
def test_so_it_does_by_the_one_plan_of_those_that_need_no_thread(
    application: Connection, name: str, asked: Mapping[str, object]
) -> None:
    statement, parameters = statements.load("time_entries")[name], everything_of(asked)
    execute = SQL("EXECUTE page ({})").format(SQL(", ").join(Literal(parameters[name]) for name in statement.names))
    application.execute("SET plan_cache_mode = force_generic_plan")
    application.execute(b"PREPARE page AS " + statement.text)

    application.execute(execute)

    assert blocks_of(application.execute(SQL(EXPLAIN) + execute)) < FEW_BLOCKS
