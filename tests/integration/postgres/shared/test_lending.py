"""A connection that is lent to one request: its transaction is whole, and nothing of it is left behind."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

import psycopg
import pytest
from psycopg import Connection, errors

from tests.given import a_task, a_user
from tests.integration.postgres.shared.event_loops import as_greenlet, run_on_event_loop
from tests.opened_storage import opened_storage
from tests.sql import number
from timetrack.adapters.postgres.pool import PoolLimits
from timetrack.adapters.postgres.shared.results import Result
from timetrack.adapters.postgres.statements import Statement
from timetrack.adapters.postgres.storage import PostgresStorage
from timetrack.domain.errors import DatabaseUnavailableError
from timetrack.waiting import Offload

WHO = Statement.of("SELECT pg_backend_pid() AS value")
INVERSE = Statement.of("SELECT 1 / %(number)s AS value")


@pytest.fixture
def storage(application_database_url: str) -> Iterator[PostgresStorage]:
    with opened_storage(application_database_url, size=2, pipelines=2) as opened:
        yield opened


@pytest.fixture
def run(application_database_url: str) -> Callable[..., None]:
    return partial(run_on_event_loop, database_url=application_database_url)


def value_of(*, value: int) -> int:
    return value


def instant_of(*, value: datetime) -> datetime:
    return value


def test_a_transaction_commits_at_its_end_and_an_exception_rolls_it_back(
    storage: PostgresStorage, owner: Connection
) -> None:
    user = a_user(storage)
    with storage.transaction(None) as stores:
        stores.tasks.add("kept", user.id)
    with pytest.raises(ZeroDivisionError), storage.transaction(None) as stores:
        stores.tasks.add("lost", user.id)
        raise ZeroDivisionError

    assert number(owner, "SELECT count(*) FROM tasks WHERE description = 'kept'") == 1
    assert number(owner, "SELECT count(*) FROM tasks") == 1


def test_a_transaction_that_has_failed_does_not_seem_to_commit(storage: PostgresStorage) -> None:
    with pytest.raises(DatabaseUnavailableError), storage.begun() as sender, pytest.raises(errors.DivisionByZero):
        sender.execute(INVERSE, {"number": 0})


def test_inside_a_transaction_nothing_goes_over_another_connection(storage: PostgresStorage) -> None:
    """It could wait for a lock of this transaction, which PostgreSQL would not see as a deadlock."""
    user = a_user(storage)
    task = a_task(storage, user)
    with storage.transaction(None):
        for refused in (
            lambda: storage.tasks.get(task.id),
            storage.users.any_ever_registered,
            lambda: storage.transaction(None).__enter__(),
        ):
            with pytest.raises(RuntimeError, match="a transaction is open"):
                refused()

    assert storage.tasks.get(task.id) == task


def test_who_gets_no_connection_in_time_is_told(run: Callable[..., None]) -> None:
    async def scenario(storage: PostgresStorage) -> None:
        held, leave = asyncio.Event(), asyncio.Event()

        def hold() -> None:
            with storage.transaction(None):
                held.set()
                storage.lending._loop.wait(leave_soon)  # noqa: SLF001 - as a slow statement would

        def leave_soon(resume: Callable[[object], object]) -> None:
            asyncio.ensure_future(leave.wait()).add_done_callback(lambda _: resume(None))

        holding = as_greenlet(hold)
        await held.wait()
        with pytest.raises(DatabaseUnavailableError):
            await as_greenlet(lambda: storage.session.one(WHO, {}, value_of))
        leave.set()
        await holding
        assert await as_greenlet(lambda: storage.session.one(WHO, {}, value_of))

    run(scenario, limits=PoolLimits(size=1, wait=0.1))


def test_idle_connections_that_died_cost_no_request(storage: PostgresStorage, application_database_url: str) -> None:
    with psycopg.connect(application_database_url, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"
        )

    assert storage.session.one(WHO, {}, value_of) is not None


def test_what_could_not_be_prepared_in_a_failed_transaction_is_prepared_anew(run: Callable[..., None]) -> None:
    first = Statement.of("SELECT 41 + 1 AS value")

    async def scenario(storage: PostgresStorage) -> None:
        def fail() -> None:
            with storage.begun() as sender:
                with pytest.raises(errors.DivisionByZero):
                    sender.execute(INVERSE, {"number": 0})
                with pytest.raises(errors.InFailedSqlTransaction):
                    sender.execute(first, {})

        def again() -> object:
            with storage.begun() as sender:
                return sender.execute(first, {}).first()

        with pytest.raises(DatabaseUnavailableError):
            await as_greenlet(fail)
        assert await as_greenlet(again) == {"value": 42}

    run(scenario, limits=PoolLimits(size=1, least=1))


def test_many_more_transactions_than_connections_are_all_done_in_turn(run: Callable[..., None]) -> None:
    async def scenario(storage: PostgresStorage) -> None:
        def transact(_: int) -> bool:
            with storage.transaction(None) as stores:
                return stores.users.any_ever_registered()

        done = await asyncio.gather(*(as_greenlet(partial(transact, number)) for number in range(300)))

        assert done == [False] * 300

    run(scenario)


def test_many_rows_are_read_also_when_their_connection_is_gone_by_then(run: Callable[..., None]) -> None:
    rows = Statement.of("SELECT now() AS value FROM generate_series(1, 1000)")

    async def scenario(storage: PostgresStorage) -> None:
        def read() -> int:
            with storage.lending.connection() as connection:
                result = Result(connection.execute(rows, {}), connection.pipeline, Offload("rows", 1), on_loop=True)
                connection.pipeline.close()
            return len({instant.utcoffset() for instant in result.all(instant_of)})

        assert await as_greenlet(read) == 1

    run(scenario)
