"""What many requests start or stop at once is one statement, and each gets the answer that it would get alone."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import partial
from typing import Any, LiteralString

import psycopg
import pytest
from psycopg import Connection, errors
from psycopg.sql import SQL, Identifier

from tests.database_clock import Clock, controlled
from tests.given import a_key, a_task, a_user, delete_task, start, stop
from tests.integration.postgres.shared.event_loops import Scenario, as_greenlet, run_on_event_loop
from tests.processes import eventually
from tests.waiting_callers import wait_for_waiting
from timetrack.adapters.postgres.pool import PoolLimits
from timetrack.adapters.postgres.statements import Statement
from timetrack.adapters.postgres.storage import PostgresStorage, open_storage
from timetrack.domain.errors import (
    DatabaseUnavailableError,
    IdempotencyKeyReusedError,
    StartInFutureError,
    TaskNotFoundError,
    TimeEntryOverlapError,
    TimerAlreadyRunningError,
    TimerNotRunningError,
)
from timetrack.domain.model.time.tasks import Task
from timetrack.domain.model.users.users import User
from timetrack.domain.ports.time.time_entries import Tracked

HOUR = timedelta(hours=1)
TRANSACTIONS: LiteralString = "SELECT count(DISTINCT xmin::text) FROM time_entries"
WHO: LiteralString = "SELECT changed_by, request_id FROM time_entry_history ORDER BY time_entry_id"
END: LiteralString = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND state = 'active' AND wait_event = 'PgSleep' AND query ILIKE '%as place%'
"""

Work = Callable[[PostgresStorage], Tracked]


def value_of(*, value: int) -> int:
    return value


@pytest.fixture
def storage(application_database_url: str) -> Iterator[PostgresStorage]:
    with open_storage(application_database_url, PoolLimits(size=2)) as opened:
        yield opened


@pytest.fixture
def owner(owner_database_url: str) -> Iterator[Connection]:
    with psycopg.connect(owner_database_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def clock(owner_database_url: str) -> Iterator[Clock]:
    with controlled(owner_database_url) as clock:
        yield clock


@pytest.fixture
def users(storage: PostgresStorage) -> list[User]:
    return [a_user(storage) for _ in range(5)]


@pytest.fixture
def task(storage: PostgresStorage, users: list[User]) -> Task:
    return a_task(storage, users[0])


@pytest.fixture
def run(application_database_url: str) -> Callable[..., None]:
    """Run a scenario; see `run_on_event_loop`."""
    return partial(run_on_event_loop, database_url=application_database_url)


@pytest.fixture
def at_once(run: Callable[..., None]) -> Callable[..., list[Any]]:
    """Do works at once; return what came of them, errors included, in their order."""

    def at_once(*works: Work) -> list[Any]:
        outcomes: list[Any] = []

        async def scenario(storage: PostgresStorage) -> None:
            outcomes.extend(await asyncio.gather(*begun(storage, works), return_exceptions=True))

        run(scenario)
        return outcomes

    return at_once


def begun(storage: PostgresStorage, works: Sequence[Work]) -> "list[asyncio.Future[Tracked]]":
    return [as_greenlet(partial(work, storage)) for work in works]


def starting(user: User, task: Task, **how: Any) -> Work:  # noqa: ANN401 - as `start` has them
    return lambda storage: start(storage, user, task, **how)


def stopping(user: User, task: Task, **how: Any) -> Work:  # noqa: ANN401 - as `stop` has them
    return lambda storage: stop(storage, user, task, **how)


def test_what_is_written_and_cannot_be_read_is_not_written_again(
    run: Callable[..., None], owner: Connection, users: list[User]
) -> None:
    batch = Statement.of("""
        WITH asked AS (SELECT * FROM json_to_recordset(%(asked)s::json) AS asked (place integer, created_by bigint)),
        added AS (INSERT INTO tasks (description, created_by) SELECT 'twice?', created_by FROM asked)
        SELECT place, 'infinity'::timestamptz AS value FROM asked
    """)
    single = Statement.of("""
        INSERT INTO tasks (description, created_by) VALUES ('twice?', %(created_by)s) RETURNING id AS value
    """)

    async def scenario(storage: PostgresStorage) -> None:
        write = partial(storage.session.write, single, batch, {"created_by": users[0].id}, value_of)
        for outcome in await asyncio.gather(as_greenlet(write), as_greenlet(write), return_exceptions=True):
            assert isinstance(outcome, errors.DataError)

    run(scenario)

    assert owner.execute("SELECT count(*) FROM tasks").fetchone() == (2,)


def test_starts_at_once_are_one_transaction(
    at_once: Callable[..., list[Any]], owner: Connection, users: list[User], task: Task
) -> None:
    tracked = at_once(*(starting(user, task) for user in users))

    assert [each.entry.user_id for each in tracked] == [user.id for user in users]
    assert owner.execute(TRANSACTIONS).fetchone() == (1,)


def test_stops_at_once_are_one_transaction(
    at_once: Callable[..., list[Any]], storage: PostgresStorage, owner: Connection, users: list[User], task: Task
) -> None:
    for user in users:
        start(storage, user, task)

    tracked = at_once(*(stopping(user, task) for user in users))

    assert [each.entry.running for each in tracked] == [False] * len(users)
    assert owner.execute(TRANSACTIONS).fetchone() == (1,)


def test_stops_do_not_wait_for_a_task(  # noqa: PLR0913, PLR0917 - fixtures
    at_once: Callable[..., list[Any]],
    application_database_url: str,
    storage: PostgresStorage,
    owner: Connection,
    users: list[User],
    task: Task,
) -> None:
    for user in users:
        start(storage, user, task)

    with psycopg.connect(application_database_url) as other:
        other.execute("SELECT FROM tasks WHERE id = %s FOR UPDATE", [task.id])
        at_once(*(stopping(user, task) for user in users))

    assert owner.execute(TRANSACTIONS).fetchone() == (1,)


def test_the_history_tells_them_apart(
    at_once: Callable[..., list[Any]], owner: Connection, users: list[User], task: Task
) -> None:
    at_once(*(starting(user, task, request_id=f"request {user.id}") for user in users))

    assert owner.execute(WHO).fetchall() == [(user.id, f"request {user.id}") for user in users]


def test_each_gets_a_refusal_of_its_own(
    at_once: Callable[..., list[Any]], storage: PostgresStorage, users: list[User], task: Task
) -> None:
    fine, busy, hasty, lost, deleted = users
    gone, deleted_task = a_task(storage, fine), a_task(storage, fine)
    delete_task(storage, deleted_task)
    running = start(storage, busy, task).entry

    started, refused, early, nowhere, late = at_once(
        starting(fine, task),
        starting(busy, task),
        starting(hasty, task, at=running.start + HOUR),
        lambda storage: start(storage, lost, gone_task(gone)),
        starting(deleted, deleted_task),
    )

    assert started.entry.user_id == fine.id
    assert isinstance(refused, TimerAlreadyRunningError)
    assert refused.time_entry_id == running.id
    assert [type(each) for each in (early, nowhere, late)] == [StartInFutureError, TaskNotFoundError, TaskNotFoundError]


def gone_task(task: Task) -> Task:
    """Return a task that has never been."""
    return Task(
        id=type(task.id)(task.id + 1_000_000),
        description="",
        created_by=task.created_by,
        version=1,
        created_at=task.created_at,
        updated_at=task.updated_at,
    )


def test_of_one_users_starts_at_once_one_wins(at_once: Callable[..., list[Any]], users: list[User], task: Task) -> None:
    outcomes = at_once(*[starting(users[0], task)] * 4)

    won = [each for each in outcomes if isinstance(each, Tracked)]
    lost = [each for each in outcomes if isinstance(each, TimerAlreadyRunningError)]
    assert (len(won), len(lost)) == (1, 3)
    assert {each.time_entry_id for each in lost} == {won[0].entry.id}


def test_of_one_timers_stops_at_once_the_first_wins(
    at_once: Callable[..., list[Any]], storage: PostgresStorage, users: list[User], task: Task
) -> None:
    start(storage, users[0], task)

    first, *others = at_once(*[stopping(users[0], task)] * 3)

    assert isinstance(first, Tracked)
    assert [type(each) for each in others] == [TimerNotRunningError] * 2


def test_a_key_that_comes_twice_at_once_has_one_effect_and_one_answer(
    at_once: Callable[..., list[Any]], users: list[User], task: Task
) -> None:
    user, other = users[:2]
    again = partial(starting, user, task, switch=True, key=a_key())

    first, second, stranger = at_once(
        again(), again(), starting(other, task, switch=True, key=a_key(fingerprint=b"another request"))
    )

    assert (first.replayed, second.replayed) == (False, True)
    assert second.entry == first.entry
    assert isinstance(stranger, IdempotencyKeyReusedError)


def test_a_keyed_stop_is_answered_again(
    at_once: Callable[..., list[Any]], storage: PostgresStorage, users: list[User], task: Task
) -> None:
    for user in users[:2]:
        start(storage, user, task)
    stops = [stopping(user, task, key=a_key(f"{user.id}")) for user in users[:2]]

    first, again = at_once(*stops), at_once(*stops)

    assert [each.replayed for each in (*first, *again)] == [False, False, True, True]
    assert [each.entry for each in again] == [each.entry for each in first]


def test_who_has_to_wait_keeps_nobody_else_waiting(
    run: Callable[..., None], owner: Connection, users: list[User], task: Task
) -> None:
    held, *others = users

    async def scenario(storage: PostgresStorage) -> None:
        with owner.transaction():
            owner.execute("SELECT FROM users WHERE id = %s FOR UPDATE", [held.id])
            waiting, *starts = begun(storage, [starting(user, task) for user in users])
            started = await asyncio.gather(*starts)
            await asyncio.to_thread(wait_for_waiting, owner, 1)
            assert not waiting.done()

        assert [each.entry.user_id for each in started] == [user.id for user in others]
        assert (await waiting).entry.user_id == held.id

    run(scenario, pipelines=3)


def test_a_task_that_is_being_deleted_keeps_nobody_else_waiting(
    run: Callable[..., None], storage: PostgresStorage, owner: Connection, users: list[User], task: Task
) -> None:
    leaving = a_task(storage, users[0])

    async def scenario(storage: PostgresStorage) -> None:
        with owner.transaction():
            owner.execute("SELECT FROM tasks WHERE id = %s FOR UPDATE", [leaving.id])
            owner.execute("UPDATE tasks SET deleted_at = wall_clock() WHERE id = %s", [leaving.id])
            refused, started = begun(storage, [starting(users[0], leaving), starting(users[1], task)])
            assert (await started).entry.task_id == task.id
            await asyncio.to_thread(wait_for_waiting, owner, 1)
            assert not refused.done()

        with pytest.raises(TaskNotFoundError):
            await refused

    run(scenario, pipelines=3)


@pytest.mark.parametrize("table", ["tasks", "users"])
@pytest.mark.parametrize("done", [["lock"], ["change"], ["lock", "change"], ["change", "lock"]], ids="-".join)
def test_rows_that_another_transaction_has_are_not_waited_for(  # noqa: PLR0913 - fixtures and a table
    owner: Connection, application_database_url: str, users: list[User], task: Task, *, table: str, done: list[str]
) -> None:
    change = SQL("UPDATE {} SET version = version + 1").format(Identifier(table))
    lock = SQL("SELECT FROM {} FOR UPDATE").format(Identifier(table))

    with psycopg.connect(application_database_url, options="-c lock_timeout=5s") as application, owner.transaction():
        for each in done:
            owner.execute(lock if each == "lock" else change)
        taken = application.execute("SELECT lock_task_and_user_if_free(%s, %s)", [task.id, users[0].id]).fetchone()

    assert taken == (False,)


def test_what_a_constraint_refuses_undoes_nobody_elses(
    at_once: Callable[..., list[Any]], storage: PostgresStorage, clock: Clock, users: list[User], task: Task
) -> None:
    unlucky, *others = users
    start(storage, unlucky, task)
    clock.advance(HOUR)
    stop(storage, unlucky, task)
    # A timer that starts now would lie in the entry that has ended: only the exclusion constraint notices.
    clock.now -= HOUR / 2

    refused, *started = at_once(*(starting(user, task) for user in users))

    assert isinstance(refused, TimeEntryOverlapError)
    assert [each.entry.user_id for each in started] == [user.id for user in others]


def test_when_the_connection_breaks_everybody_is_told(run: Callable[..., None], application_database_url: str) -> None:
    batch = Statement.of("SELECT 1 AS place, pg_sleep(60), %(asked)s AS value")

    async def scenario(storage: PostgresStorage) -> None:
        write = partial(storage.session.write, batch, batch, {}, value_of)
        waiting = [as_greenlet(write) for _ in range(5)]
        with psycopg.connect(application_database_url, autocommit=True) as application:
            await asyncio.to_thread(eventually, lambda: application.execute(END).rowcount == 1, "one batch of them all")
        outcomes = await asyncio.gather(*waiting, return_exceptions=True)

        assert [type(each) for each in outcomes] == [DatabaseUnavailableError] * 5

    run(scenario)


def test_two_that_hold_what_the_other_wants_do_not_wait_for_each_other(
    run: Callable[..., None], storage: PostgresStorage, users: list[User], task: Task
) -> None:
    """Batches of two servers, with the same users in opposite orders, again and again."""

    def rounds(order: Sequence[User]) -> Scenario:
        async def scenario(storage: PostgresStorage) -> None:
            for _ in range(30):
                await asyncio.gather(*begun(storage, [starting(user, task, switch=True) for user in order]))

        return scenario

    async def both() -> None:
        await asyncio.gather(*(asyncio.to_thread(run, rounds(order)) for order in (users, users[::-1])))

    asyncio.run(both())

    assert [storage.time_entries.find_running(user.id, 0) is not None for user in users] == [True] * len(users)
