"""Whoever locks a user's rows stops that user alone: all others start, stop and correct meanwhile."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import LiteralString

import pytest
from psycopg import Connection

from tests.given import a_task, a_token, a_user, caller, start, stop
from tests.integration.postgres.shared.event_loops import as_greenlet, run_on_event_loop
from tests.opened_storage import opened_storage
from tests.processes import eventually
from tests.waiting_callers import wait_for_waiting
from timetrack.adapters.postgres.pool import PoolLimits
from timetrack.adapters.postgres.storage import PostgresStorage
from timetrack.domain.errors import (
    TaskNotFoundError,
    TimerAlreadyRunningError,
    TimerNotRunningError,
    TooManyWaitingError,
)
from timetrack.domain.model.ids import TaskId
from timetrack.domain.model.lists import Page, PageRequest
from timetrack.domain.model.time.tasks import Task
from timetrack.domain.model.time.time_entries import TimeEntry, TimeEntryFilter
from timetrack.domain.model.users.users import User
from timetrack.domain.ports.time.time_entries import StartTimer, Tracked

STOPS = 12
LOCK_USER: LiteralString = "SELECT FROM users WHERE id = %s FOR UPDATE"
LOCK_ENTRY: LiteralString = "SELECT FROM time_entries WHERE user_id = %s FOR UPDATE"
LIMITS = PoolLimits(size=4, least=4, statement=20)
"""Whoever waits for a lock waits longer than all others together need."""


@pytest.fixture
def storage(application_database_url: str) -> Iterator[PostgresStorage]:
    with opened_storage(application_database_url) as opened:
        yield opened


@pytest.fixture
def users(storage: PostgresStorage) -> list[User]:
    return [a_user(storage) for _ in range(6)]


@pytest.fixture
def task(storage: PostgresStorage, users: list[User]) -> Task:
    return a_task(storage, users[0])


@pytest.fixture
def run(application_database_url: str) -> Callable[..., None]:
    """Run a scenario; see `run_on_event_loop`."""
    return partial(run_on_event_loop, database_url=application_database_url, pipelines=3, limits=LIMITS)


async def work_as_ever(storage: PostgresStorage, users: list[User], task: Task) -> None:
    """Start and stop, one after the other, at once, and in transactions."""
    for _ in range(3):
        await asyncio.gather(*(as_greenlet(partial(start, storage, user, task)) for user in users))
        for user in users:
            await as_greenlet(partial(stop, storage, user, task))
    for user in users:
        await as_greenlet(partial(start_in_transaction, storage, user, task))


def start_in_transaction(storage: PostgresStorage, user: User, task: Task, *, switch: bool = False) -> None:
    with storage.transaction(caller(user)) as stores:
        stores.time_entries.start(StartTimer(caller=caller(user), task_id=task.id, switch=switch))


@pytest.mark.parametrize("lock", [LOCK_USER, LOCK_ENTRY], ids=["the user", "the entry"])
@pytest.mark.parametrize("turns", [0, 1], ids=["in one batch", "each by itself"])
def test_stops_behind_a_locked_row_keep_nobody_else_waiting(  # noqa: PLR0913 - fixtures and two tables
    run: Callable[..., None], owner: Connection, users: list[User], task: Task, *, lock: LiteralString, turns: int
) -> None:
    held, *others = users

    async def scenario(storage: PostgresStorage) -> None:
        await as_greenlet(partial(start, storage, held, task))
        with owner.transaction():
            owner.execute(lock, [held.id])
            stops = []
            for _ in range(STOPS):
                stops.append(as_greenlet(partial(stop, storage, held, task)))
                await let_the_loop_turn(turns)
            await work_as_ever(storage, others, task)
            for refused in islice(asyncio.as_completed(stops), STOPS - 2):
                with pytest.raises(TooManyWaitingError):
                    await refused
            await asyncio.to_thread(wait_for_waiting, owner, 2)

        outcomes = await asyncio.gather(*stops, return_exceptions=True)
        assert Counter(type(each) for each in outcomes) == {
            Tracked: 1,
            TimerNotRunningError: 1,
            TooManyWaitingError: 10,
        }

    run(scenario)


async def let_the_loop_turn(times: int) -> None:
    for _ in range(times):
        await asyncio.sleep(0)


def test_corrections_behind_a_locked_row_take_two_connections(
    run: Callable[..., None], owner: Connection, users: list[User], task: Task
) -> None:
    held, *others = users

    async def scenario(storage: PostgresStorage) -> None:
        with owner.transaction():
            owner.execute(LOCK_USER, [held.id])
            corrections = [as_greenlet(partial(start_in_transaction, storage, held, task)) for _ in range(STOPS)]
            await work_as_ever(storage, others, task)
            for refused in islice(asyncio.as_completed(corrections), STOPS - 2):
                with pytest.raises(TooManyWaitingError):
                    await refused

        outcomes = await asyncio.gather(*corrections, return_exceptions=True)
        assert Counter(type(each) for each in outcomes) == {
            type(None): 1,
            TimerAlreadyRunningError: 1,
            TooManyWaitingError: 10,
        }

    run(scenario)


def test_who_stands_in_line_while_nobody_waits_for_a_lock_gets_a_turn(
    run: Callable[..., None], users: list[User], task: Task
) -> None:
    async def scenario(storage: PostgresStorage) -> None:
        switches = [
            as_greenlet(partial(start_in_transaction, storage, users[0], task, switch=True)) for _ in range(STOPS)
        ]

        assert await asyncio.gather(*switches) == [None] * STOPS

    run(scenario)


def test_statements_behind_a_locked_table_keep_no_other_waiting(
    run: Callable[..., None], owner: Connection, users: list[User], task: Task
) -> None:
    async def scenario(storage: PostgresStorage) -> None:
        def lent() -> int:
            return storage.lending.statistics().get("requests_num", 0)

        before = lent()
        with owner.transaction():
            owner.execute("LOCK TABLE time_entries IN ACCESS EXCLUSIVE MODE")
            lists = [as_greenlet(partial(entries_of, storage, users[0])) for _ in range(2)]
            starts = [as_greenlet(partial(start, storage, user, task)) for user in users[:2]]
            await asyncio.to_thread(eventually, lambda: lent() == before + 4, "all have left the shared connections")
            for user in users:
                assert await as_greenlet(partial(storage.users.get, user.id)) == user
            assert not any(each.done() for each in lists)
            assert not any(each.done() for each in starts)

        await asyncio.gather(*lists, *starts)

    run(scenario)


def entries_of(storage: PostgresStorage, user: User) -> Page[TimeEntry]:
    return storage.time_entries.list(TimeEntryFilter(user_id=user.id), PageRequest(limit=10))


def test_the_use_of_a_token_is_noted_without_waiting_for_its_row(
    storage: PostgresStorage, owner: Connection, users: list[User]
) -> None:
    a_token(storage, users[0], b"digest")
    owner.execute("UPDATE tokens SET last_used_at = last_used_at - interval '61 seconds'")

    with owner.transaction():
        owner.execute("SELECT FROM tokens FOR UPDATE")
        before = storage.lending.statistics()["requests_num"]
        found = storage.tokens.caller(b"digest")
        after = storage.lending.statistics()["requests_num"]

    assert found is not None
    assert after == before


def test_starts_on_what_is_missing_need_no_connection_of_their_own(run: Callable[..., None], users: list[User]) -> None:
    async def scenario(storage: PostgresStorage) -> None:
        before = storage.lending.statistics().get("requests_num", 0)
        command = StartTimer(caller=caller(users[0]), task_id=TaskId(10**9))
        starts = [as_greenlet(partial(storage.time_entries.start, command)) for _ in range(STOPS)]

        outcomes = await asyncio.gather(*starts, return_exceptions=True)

        assert [type(each) for each in outcomes] == [TaskNotFoundError] * STOPS
        assert storage.lending.statistics().get("requests_num", 0) == before

    run(scenario)
