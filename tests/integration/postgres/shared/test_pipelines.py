"""Many requests' statements over shared connections: each gets its own outcome, and none holds up the others."""

import asyncio
import os
import socket
from collections.abc import Callable, Iterator
from functools import partial
from typing import LiteralString

import psycopg
import pytest
from psycopg import Connection, errors

from tests.given import a_key, a_task, a_token, a_user, caller, start
from tests.integration.postgres.shared.event_loops import as_greenlet, connected, disconnected, tell
from tests.waiting_callers import wait_for_waiting
from timetrack.adapters.postgres import pool
from timetrack.adapters.postgres.pool import PoolLimits
from timetrack.adapters.postgres.shared import pipelines
from timetrack.adapters.postgres.shared.pipelined import PipelinedStorage, PipelineSession
from timetrack.adapters.postgres.shared.pipelines import MOST_ROWS, UnfitError
from timetrack.adapters.postgres.storage import PostgresStorage, open_storage
from timetrack.domain.errors import DatabaseUnavailableError
from timetrack.domain.ports.time.time_entries import StartTimer

ECHO: LiteralString = "SELECT %(value)s::text AS value"
NUMBER: LiteralString = "SELECT %(number)s AS value, pg_sleep(%(number)s %% 3 / 1000.0)"
INVERSE: LiteralString = "SELECT 1 / %(number)s AS value"
WHO: LiteralString = "SELECT pg_backend_pid() AS value"
SLEEP: LiteralString = "SELECT pg_sleep(60), 1 AS value"
ROWS: LiteralString = "SELECT generate_series(1, %(number)s) AS value"
END: LiteralString = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = %s"


def value_of(*, value: object, **_: object) -> object:
    return value


@pytest.fixture
def owner(owner_database_url: str) -> Iterator[Connection]:
    with psycopg.connect(owner_database_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def end(application_database_url: str) -> Iterator[Callable[[object], None]]:
    """End a session of the application's, as an administrator would."""
    with psycopg.connect(application_database_url, autocommit=True) as connection:

        def end(backend: object) -> None:
            connection.execute(END, [backend])

        yield end


@pytest.fixture
def run(application_database_url: str) -> Callable[..., None]:
    """Run a story; see `tell`."""
    return partial(tell, database_url=application_database_url)


def asking(session: PipelineSession, query: LiteralString, **parameters: object) -> "asyncio.Future[object]":
    return as_greenlet(lambda: session.one(query, parameters, value_of))


def test_each_request_gets_the_outcome_of_its_own_statement(run: Callable[..., None]) -> None:
    async def story(session: PipelineSession) -> None:
        numbers = range(50)

        assert await asyncio.gather(*(asking(session, NUMBER, number=each) for each in numbers)) == list(numbers)

    run(story, count=2)


def test_an_error_is_that_of_its_own_statement_alone(run: Callable[..., None]) -> None:
    async def story(session: PipelineSession) -> None:
        one, none, minus = await asyncio.gather(
            *(asking(session, INVERSE, number=each) for each in (1, 0, -1)), return_exceptions=True
        )

        assert (one, minus) == (1, -1)
        assert isinstance(none, errors.DivisionByZero)

    run(story)


def test_a_value_that_cannot_be_sent_does_no_harm_to_the_others(run: Callable[..., None]) -> None:
    async def story(session: PipelineSession) -> None:
        bad, good = await asyncio.gather(
            *(asking(session, ECHO, value=each) for each in ("\x00", "good")), return_exceptions=True
        )

        assert isinstance(bad, errors.DataError)
        assert good == "good"

    run(story)


def test_a_statement_larger_than_what_the_network_takes_at_once_is_sent_whole(run: Callable[..., None]) -> None:
    async def story(session: PipelineSession) -> None:
        large = "x" * 30_000_000
        length: LiteralString = "SELECT length(%(value)s) AS value"

        first, second = await asyncio.gather(asking(session, length, value=large), asking(session, ECHO, value="then"))

        assert (first, second) == (len(large), "then")

    run(story)


def test_without_prepared_statements_it_is_the_same(run: Callable[..., None]) -> None:
    async def story(session: PipelineSession) -> None:
        assert await asking(session, ECHO, value="100%") == "100%"
        prepared: LiteralString = "SELECT count(*) AS value FROM pg_prepared_statements"
        assert await asking(session, prepared) == 0

    run(story, limits=PoolLimits(prepared_statements=False))


def test_a_statement_is_prepared_once_for_each_kind_of_parameters(run: Callable[..., None]) -> None:
    async def story(session: PipelineSession) -> None:
        for value in ("a", "b", None):
            await asking(session, ECHO, value=value)
        prepared: LiteralString = (
            "SELECT count(*) AS value FROM pg_prepared_statements WHERE statement LIKE '%%::text%%'"
        )
        assert await asking(session, prepared) == 2

    run(story)


def test_statements_are_planned_once_and_instants_come_in_utc(run: Callable[..., None]) -> None:
    setting: LiteralString = "SELECT current_setting(%(name)s) AS value"

    async def story(session: PipelineSession) -> None:
        names = ("plan_cache_mode", "jit", "TimeZone")
        values = [await asking(session, setting, name=name) for name in names]
        assert values == ["force_generic_plan", "off", "UTC"]

    run(story)


def test_a_lost_connection_fails_what_is_under_way_and_is_replaced(
    run: Callable[..., None], end: Callable[[object], None]
) -> None:
    async def story(session: PipelineSession) -> None:
        backend = await asking(session, WHO)
        under_way = [asking(session, SLEEP), asking(session, ECHO, value="behind")]
        end(backend)

        failures = await asyncio.gather(*under_way, return_exceptions=True)

        assert [type(each) for each in failures] == [DatabaseUnavailableError] * 2
        with pytest.raises(UnfitError):
            await asking(session, WHO)
        await connected(session.pipelines)
        assert await asking(session, WHO) != backend

    run(story)


def test_a_connection_that_breaks_before_it_serves_is_replaced(
    run: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Connection] = []

    def connect(url: str, limits: PoolLimits) -> Connection:
        connection = pool.connect(url, limits)
        made.append(connection)
        if len(made) == 1:
            connection.pgconn.finish()
        return connection

    monkeypatch.setattr(pipelines, "connect", connect)

    async def story(session: PipelineSession) -> None:
        assert await asking(session, ECHO, value="served") == "served"

    run(story)
    assert len(made) == 2


def test_when_a_statement_cannot_be_sent_everybody_is_told(
    run: Callable[..., None],
) -> None:
    async def story(session: PipelineSession) -> None:
        under_way = [asking(session, SLEEP), asking(session, ECHO, value="behind")]
        descriptor = os.dup(session.pipelines.least_busy()._socket)  # noqa: SLF001 - as if the network had failed
        with socket.socket(fileno=descriptor) as connection:
            connection.shutdown(socket.SHUT_RDWR)

        # The loop does not run in between, so that it is a sending that notices; libpq lets a first one pass.
        sending = [asking(session, ECHO, value="noticing") for _ in range(3)]

        *failures, last = await asyncio.gather(*under_way, *sending, return_exceptions=True)
        assert [type(each) for each in failures] == [DatabaseUnavailableError] * 4
        assert type(last) in (DatabaseUnavailableError, UnfitError)

    run(story)


def test_a_connection_lost_while_idle_is_not_used_again(
    run: Callable[..., None], end: Callable[[object], None]
) -> None:
    async def story(session: PipelineSession) -> None:
        end(await asking(session, WHO))
        await disconnected(session.pipelines)
        await connected(session.pipelines)

        assert await asking(session, ECHO, value="again") == "again"

    run(story)


def test_prepared_statements_that_are_gone_cost_one_connection(run: Callable[..., None]) -> None:
    async def story(session: PipelineSession) -> None:
        await asking(session, ECHO, value="prepared")
        forget: LiteralString = "DEALLOCATE ALL"
        await as_greenlet(lambda: session.run(forget, {}))

        with pytest.raises(DatabaseUnavailableError):
            await asking(session, ECHO, value="gone")
        await connected(session.pipelines)
        assert await asking(session, ECHO, value="again") == "again"

    run(story)


def test_a_statement_that_waits_holds_up_only_what_is_behind_it(
    run: Callable[..., None], owner: Connection, storage: PostgresStorage
) -> None:
    user = a_user(storage)
    task = a_task(storage, user)
    command = StartTimer(caller=caller(user), task_id=task.id, start=None, description="", switch=False, key=None)

    async def story(session: PipelineSession) -> None:
        pipelined = PipelinedStorage(session)
        with owner.transaction():
            owner.execute("SELECT FROM users WHERE id = %s FOR UPDATE", [user.id])
            waiting = as_greenlet(lambda: pipelined.time_entries.start(command))
            await asyncio.to_thread(wait_for_waiting, owner, 1)
            for number in range(20):
                assert await asking(session, INVERSE, number=number + 1) is not None
            assert not waiting.done()

        assert (await waiting).entry.task_id == task.id

    run(story, count=2)


def test_more_rows_than_the_loop_has_time_for_need_a_thread(run: Callable[..., None]) -> None:
    async def story(session: PipelineSession) -> None:
        def rows(number: int) -> "asyncio.Future[object]":
            return as_greenlet(lambda: len(session.all(ROWS, {"number": number}, value_of)))

        assert await rows(MOST_ROWS) == MOST_ROWS
        with pytest.raises(UnfitError):
            await rows(MOST_ROWS + 1)

    run(story)


def test_more_requests_than_can_wait_need_threads(run: Callable[..., None]) -> None:
    async def story(session: PipelineSession) -> None:
        asked = await asyncio.gather(
            *(asking(session, ECHO, value=str(each)) for each in range(40)), return_exceptions=True
        )

        assert [each for each in asked if not isinstance(each, UnfitError)] == [str(each) for each in range(32)]

    run(story)


def test_who_waits_when_the_connections_are_closed_is_told(run: Callable[..., None]) -> None:
    async def story(session: PipelineSession) -> None:
        waiting = asking(session, SLEEP)
        session.pipelines.close()

        with pytest.raises(DatabaseUnavailableError):
            await waiting

    run(story)


def test_code_that_no_loop_has_started_is_refused_before_anything_is_sent(run: Callable[..., None]) -> None:
    async def story(session: PipelineSession) -> None:
        with pytest.raises(RuntimeError, match="greenlets"):
            session.one(ECHO, {"value": ""}, value_of)
        assert await asking(session, ECHO, value="still there") == "still there"

    run(story)


def test_transactions_need_a_thread(run: Callable[..., None]) -> None:
    async def story(session: PipelineSession) -> None:
        storage = PipelinedStorage(session)
        for needs_thread in (lambda: storage.transaction(None), lambda: storage.once(a_key()), storage.ready):
            with pytest.raises(UnfitError):
                needs_thread()

    run(story)


def test_rows_are_read_as_over_the_pool(run: Callable[..., None], storage: PostgresStorage) -> None:
    user = a_user(storage)
    task = a_task(storage, user, "ü%s")
    a_token(storage, user)
    entry = start(storage, user, task).entry

    async def story(session: PipelineSession) -> None:
        pipelined = PipelinedStorage(session)
        assert await as_greenlet(lambda: pipelined.tasks.get(task.id)) == task
        assert await as_greenlet(lambda: pipelined.users.get(user.id)) == storage.users.get(user.id)
        assert await as_greenlet(lambda: pipelined.tokens.caller(b"digest")) == storage.tokens.caller(b"digest")
        read = await as_greenlet(lambda: pipelined.time_entries.get(entry.id))
        assert (read.start, read.end, read.description) == (entry.start, entry.end, entry.description)

    run(story)


@pytest.fixture
def storage(application_database_url: str) -> Iterator[PostgresStorage]:
    with open_storage(application_database_url, PoolLimits(size=2)) as opened:
        yield opened
