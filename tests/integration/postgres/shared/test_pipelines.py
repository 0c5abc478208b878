"""Many requests' statements over shared connections: each gets its own outcome, and none holds up the others."""

import asyncio
import os
import socket
import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import LiteralString

import psycopg
import pytest
from psycopg import Connection, errors

from tests.given import a_task, a_token, a_user, caller, start
from tests.integration.postgres.shared.event_loops import as_greenlet, connected, disconnected, run_on_event_loop
from tests.integration.postgres.shared.tampering_proxy import TamperingProxy
from tests.waiting_callers import wait_for_waiting
from timetrack.adapters.postgres.pool import PoolLimits
from timetrack.adapters.postgres.shared.pipelines import BusyError
from timetrack.adapters.postgres.shared.results import ROWS_AT_ONCE
from timetrack.adapters.postgres.statements import Statement
from timetrack.adapters.postgres.storage import PostgresStorage, open_storage
from timetrack.domain.errors import DatabaseUnavailableError
from timetrack.domain.ports.time.time_entries import StartTimer
from timetrack.waiting import Offload

ECHO = Statement.of("SELECT %(value)s::text AS value", shared=True)
NUMBER = Statement.of("SELECT %(number)s AS value, pg_sleep(%(number)s %% 3 / 1000.0)", shared=True)
INVERSE = Statement.of("SELECT 1 / %(number)s AS value", shared=True)
WHO = Statement.of("SELECT pg_backend_pid() AS value", shared=True)
SLEEP = Statement.of("SELECT pg_sleep(60), 1 AS value", shared=True)
ROWS = Statement.of("SELECT generate_series(1, %(number)s) AS value", shared=True)
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
    """Run a scenario; see `run_on_event_loop`."""
    return partial(run_on_event_loop, database_url=application_database_url)


def asking(storage: PostgresStorage, statement: Statement, **parameters: object) -> "asyncio.Future[object]":
    return as_greenlet(lambda: storage.session.one(statement, parameters, value_of))


def test_each_request_gets_the_outcome_of_its_own_statement(run: Callable[..., None]) -> None:
    async def scenario(storage: PostgresStorage) -> None:
        numbers = range(50)

        assert await asyncio.gather(*(asking(storage, NUMBER, number=each) for each in numbers)) == list(numbers)

    run(scenario, pipelines=3)


def test_an_error_is_that_of_its_own_statement_alone(run: Callable[..., None]) -> None:
    async def scenario(storage: PostgresStorage) -> None:
        one, none, minus = await asyncio.gather(
            *(asking(storage, INVERSE, number=each) for each in (1, 0, -1)), return_exceptions=True
        )

        assert (one, minus) == (1, -1)
        assert isinstance(none, errors.DivisionByZero)

    run(scenario)


def test_a_value_that_cannot_be_sent_does_no_harm_to_the_others(run: Callable[..., None]) -> None:
    async def scenario(storage: PostgresStorage) -> None:
        bad, good = await asyncio.gather(
            *(asking(storage, ECHO, value=each) for each in ("\x00", "good")), return_exceptions=True
        )

        assert isinstance(bad, errors.DataError)
        assert good == "good"

    run(scenario)


def test_a_statement_larger_than_what_the_network_takes_at_once_is_sent_whole(run: Callable[..., None]) -> None:
    async def scenario(storage: PostgresStorage) -> None:
        large = "x" * 30_000_000
        length = Statement.of("SELECT length(%(value)s) AS value", shared=True)

        first, second = await asyncio.gather(asking(storage, length, value=large), asking(storage, ECHO, value="then"))

        assert (first, second) == (len(large), "then")

    run(scenario)


def test_without_prepared_statements_it_is_the_same(run: Callable[..., None]) -> None:
    async def scenario(storage: PostgresStorage) -> None:
        assert await asking(storage, ECHO, value="100%") == "100%"
        prepared = Statement.of("SELECT count(*) AS value FROM pg_prepared_statements", shared=True)
        assert await asking(storage, prepared) == 0

    run(scenario, limits=PoolLimits(prepared_statements=False))


def test_a_statement_is_prepared_once_for_each_kind_of_parameters(run: Callable[..., None]) -> None:
    async def scenario(storage: PostgresStorage) -> None:
        for value in ("a", "b", None):
            await asking(storage, ECHO, value=value)
        prepared = Statement.of(
            "SELECT count(*) AS value FROM pg_prepared_statements WHERE statement LIKE '%%::text%%'", shared=True
        )
        assert await asking(storage, prepared) == 2

    run(scenario)


def test_statements_are_planned_once_and_instants_come_in_utc(run: Callable[..., None]) -> None:
    setting = Statement.of("SELECT current_setting(%(name)s) AS value", shared=True)

    async def scenario(storage: PostgresStorage) -> None:
        names = ("plan_cache_mode", "jit", "TimeZone")
        values = [await asking(storage, setting, name=name) for name in names]
        assert values == ["force_generic_plan", "off", "UTC"]

    run(scenario)


def test_a_lost_connection_fails_what_is_under_way_and_is_replaced(
    run: Callable[..., None], end: Callable[[object], None]
) -> None:
    async def scenario(storage: PostgresStorage) -> None:
        backend = await asking(storage, WHO)
        under_way = [asking(storage, SLEEP), asking(storage, ECHO, value="behind")]
        end(backend)

        failures = await asyncio.gather(*under_way, return_exceptions=True)

        assert [type(each) for each in failures] == [DatabaseUnavailableError] * 2
        await connected(storage.pipelines)
        assert await asking(storage, WHO) != backend

    run(scenario)


def test_when_a_statement_cannot_be_sent_everybody_is_told(
    run: Callable[..., None],
) -> None:
    async def scenario(storage: PostgresStorage) -> None:
        under_way = [asking(storage, SLEEP), asking(storage, ECHO, value="behind")]
        descriptor = os.dup(storage.pipelines.least_busy()._socket)  # noqa: SLF001 - as if the network had failed
        with socket.socket(fileno=descriptor) as connection:
            connection.shutdown(socket.SHUT_RDWR)

        # The loop does not run in between, so that it is a sending that notices; libpq lets a first one pass.
        sending = [asking(storage, ECHO, value="noticing") for _ in range(3)]

        *failures, last = await asyncio.gather(*under_way, *sending, return_exceptions=True)
        assert [type(each) for each in failures] == [DatabaseUnavailableError] * 4
        # What comes behind gets a connection of its own.
        assert last == "noticing"

    run(scenario)


def test_a_server_whose_messages_make_no_sense_costs_one_connection(application_database_url: str) -> None:
    """The loop has to give up by itself: libpq says for ever that there is no result."""

    async def scenario() -> None:
        proxy = TamperingProxy(application_database_url)
        async with proxy.serving():
            storage = PostgresStorage(proxy.database_url, PoolLimits(), Offload("rows", 1), pipelines=1)
            async with storage.open():
                await connected(storage.pipelines)
                assert await asking(storage, ECHO, value="sense") == "sense"
                proxy.reply = b"C\0\0\0\1 no such length"
                failures = await asyncio.gather(
                    *(asking(storage, ECHO, value="nonsense") for _ in range(3)), return_exceptions=True
                )
                proxy.reply = None
                await connected(storage.pipelines)
                again = await asking(storage, ECHO, value="again")

        assert [type(each) for each in failures] == [DatabaseUnavailableError] * 3
        assert again == "again"

    asyncio.run(asyncio.wait_for(scenario(), 30))


def test_a_connection_lost_while_idle_is_not_used_again(
    run: Callable[..., None], end: Callable[[object], None]
) -> None:
    async def scenario(storage: PostgresStorage) -> None:
        end(await asking(storage, WHO))
        await disconnected(storage.pipelines)
        await connected(storage.pipelines)

        assert await asking(storage, ECHO, value="again") == "again"

    run(scenario)


def test_prepared_statements_that_are_gone_cost_one_connection(run: Callable[..., None]) -> None:
    async def scenario(storage: PostgresStorage) -> None:
        await asking(storage, ECHO, value="prepared")
        forget = Statement.of("DEALLOCATE ALL", shared=True)
        await as_greenlet(lambda: storage.session.run(forget, {}))

        # It goes over one that is lent.
        assert await asking(storage, ECHO, value="gone") == "gone"
        await connected(storage.pipelines)
        assert await asking(storage, ECHO, value="again") == "again"

    run(scenario)


def test_a_statement_that_waits_holds_up_only_what_is_behind_it(
    run: Callable[..., None], owner: Connection, storage: PostgresStorage
) -> None:
    user = a_user(storage)
    task = a_task(storage, user)
    command = StartTimer(caller=caller(user), task_id=task.id, start=None, description="", switch=False, key=None)

    async def scenario(opened: PostgresStorage) -> None:
        with owner.transaction():
            owner.execute("SELECT FROM users WHERE id = %s FOR UPDATE", [user.id])
            waiting = as_greenlet(lambda: opened.time_entries.start(command))
            await asyncio.to_thread(wait_for_waiting, owner, 1)
            for number in range(20):
                assert await asking(opened, INVERSE, number=number + 1) is not None
            assert not waiting.done()

        assert (await waiting).entry.task_id == task.id

    run(scenario, pipelines=3)


def test_many_rows_are_read_in_pieces_on_a_thread(run: Callable[..., None]) -> None:
    number = 3 * ROWS_AT_ONCE + 1

    def where(*, value: int) -> tuple[int, str]:
        return value, threading.current_thread().name

    async def scenario(storage: PostgresStorage) -> None:
        few = await as_greenlet(lambda: storage.session.all(ROWS, {"number": ROWS_AT_ONCE}, where))
        many = await as_greenlet(lambda: storage.session.all(ROWS, {"number": number}, where))

        assert [value for value, _ in many] == list(range(1, number + 1))
        assert {thread for _, thread in few} == {threading.current_thread().name}
        assert threading.current_thread().name not in {thread for _, thread in many}

    run(scenario)


def test_more_requests_than_can_wait_behind_each_other_get_connections_lent(run: Callable[..., None]) -> None:
    async def scenario(storage: PostgresStorage) -> None:
        numbers = range(40)

        asked = [asking(storage, NUMBER, number=each) for each in numbers]

        with pytest.raises(BusyError):
            storage.pipelines.least_busy()
        assert await asyncio.gather(*asked) == list(numbers)

    run(scenario)


def test_who_waits_when_the_connections_are_closed_is_told(run: Callable[..., None]) -> None:
    async def scenario(storage: PostgresStorage) -> None:
        waiting = asking(storage, SLEEP)
        storage.pipelines.close()

        with pytest.raises(DatabaseUnavailableError):
            await waiting

    run(scenario)


def test_the_event_loop_itself_is_refused_before_anything_is_sent(run: Callable[..., None]) -> None:
    async def scenario(storage: PostgresStorage) -> None:
        with pytest.raises(RuntimeError, match="greenlets"):
            storage.session.one(ECHO, {"value": ""}, value_of)
        assert await asking(storage, ECHO, value="still there") == "still there"

    run(scenario)


def test_threads_and_greenlets_of_other_loops_wait_as_well(run: Callable[..., None]) -> None:
    async def scenario(storage: PostgresStorage) -> None:
        def ask(value: str) -> object:
            return storage.session.one(ECHO, {"value": value}, value_of)

        async def elsewhere() -> object:
            return await as_greenlet(lambda: ask("another loop"))

        assert await asyncio.to_thread(ask, "a thread") == "a thread"
        assert await asyncio.to_thread(lambda: asyncio.run(elsewhere())) == "another loop"

    run(scenario)


def test_rows_are_read_alike_over_shared_and_lent_connections(run: Callable[..., None]) -> None:
    async def scenario(storage: PostgresStorage) -> None:
        def work() -> None:
            user = a_user(storage)
            task = a_task(storage, user, "ü%s")
            a_token(storage, user)
            entry = start(storage, user, task).entry
            with storage.transaction(None) as stores:
                lent = (stores.tasks.get(task.id), stores.users.get(user.id), stores.tokens.caller(b"digest"))
                again = stores.time_entries.get(entry.id)
            assert (storage.tasks.get(task.id), storage.users.get(user.id), storage.tokens.caller(b"digest")) == lent
            assert (again.start, again.end, again.description) == (entry.start, entry.end, entry.description)

        await as_greenlet(work)

    run(scenario)


@pytest.fixture
def storage(application_database_url: str) -> Iterator[PostgresStorage]:
    with open_storage(application_database_url, PoolLimits(size=2)) as opened:
        yield opened
