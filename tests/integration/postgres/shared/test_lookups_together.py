"""What many requests look up at once goes out in one statement, and each gets what it would get alone."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import LiteralString

import psycopg
import pytest
from psycopg import errors

from tests.integration.postgres.shared.event_loops import as_greenlet, run_on_event_loop
from timetrack.adapters.postgres.shared.batches import MOST_IN_A_BATCH
from timetrack.adapters.postgres.statements import Statement, load, lookup_batch
from timetrack.adapters.postgres.storage import PostgresStorage

USER: LiteralString = """
    INSERT INTO users (national_id, profile, role, password_hash) VALUES ('1234 567890', 'complete', 'member', '')
"""
TASKS: LiteralString = """
    INSERT INTO tasks (description, created_by)
    SELECT 'task ' || number, (SELECT max(id) FROM users) FROM generate_series(1, 1000) AS number
"""
NUMBERED = Statement.of("SELECT %(number)s::bigint * 2 AS value WHERE %(number)s::bigint > 0")


def value_of(*, value: int) -> int:
    return value


@pytest.fixture
def run(application_database_url: str) -> Callable[..., None]:
    """Run a scenario; see `run_on_event_loop`."""
    return partial(run_on_event_loop, database_url=application_database_url)


def test_lookups_get_what_they_would_get_alone(run: Callable[..., None]) -> None:
    async def scenario(storage: PostgresStorage) -> None:
        def found(number: int) -> "asyncio.Future[int | None]":
            return as_greenlet(lambda: storage.session.find(NUMBERED, number, value_of))

        numbers = [3, -1, 3, *range(1, 2 * MOST_IN_A_BATCH)]

        assert await asyncio.gather(*map(found, numbers)) == [2 * each if each > 0 else None for each in numbers]

    run(scenario)


def test_what_cannot_be_sent_or_read_is_told_to_who_asked(run: Callable[..., None]) -> None:
    text = Statement.of("SELECT %(text)s::text AS value")

    def unreadable(*, value: str) -> int:
        return int(value)

    async def scenario(storage: PostgresStorage) -> None:
        unsendable = as_greenlet(lambda: storage.session.find(text, "\0", value_of))
        not_made = [as_greenlet(lambda: storage.session.find(text, "no number", unreadable)) for _ in "ab"]

        with pytest.raises(errors.DataError):
            await unsendable
        for each in not_made:
            with pytest.raises(ValueError, match="no number"):
                await each

    run(scenario)


def test_lookups_of_which_one_fails_are_each_answered_apart(run: Callable[..., None]) -> None:
    inverse = Statement.of("SELECT 6 / %(number)s::bigint AS value")

    async def scenario(storage: PostgresStorage) -> None:
        asked = [as_greenlet(partial(storage.session.find, inverse, number, value_of)) for number in (1, 0, 2)]
        one, none, two = await asyncio.gather(*asked, return_exceptions=True)

        assert (one, two) == (6, 3)
        assert isinstance(none, errors.DivisionByZero)

    run(scenario)


def test_lookups_at_once_are_one_statement(run: Callable[..., None]) -> None:
    async def scenario(storage: PostgresStorage) -> None:
        asked = [
            as_greenlet(partial(storage.session.find, NUMBERED, number, value_of)) for number in range(MOST_IN_A_BATCH)
        ]
        while not storage.pipelines.least_busy().under_way:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0)

        assert storage.pipelines.least_busy().under_way == 1
        await asyncio.gather(*asked)

    run(scenario)


def test_each_lookup_is_by_the_index_even_in_a_small_table(owner_database_url: str) -> None:
    statement = lookup_batch(load("tasks")["get"])
    with psycopg.connect(owner_database_url, autocommit=True) as owner:
        owner.execute(USER)
        owner.execute(TASKS)
        owner.execute("VACUUM ANALYZE tasks")
        owner.execute("SET plan_cache_mode = force_generic_plan")
        owner.execute(b"PREPARE together (bigint[]) AS " + statement.text)

        plan = owner.execute("EXPLAIN EXECUTE together ('{1,2,3}')").fetchall()

    assert "Index Scan using tasks_pkey" in str(plan)
