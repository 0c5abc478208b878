"""What the end of a lent connection, a full queue and a part that fails leave behind, and what they cost."""

import asyncio
from collections.abc import Callable, Iterator
from functools import partial
from typing import LiteralString

import psycopg
import pytest
from greenlet import GreenletExit, getcurrent, greenlet
from psycopg import Connection, errors

from tests.given import a_user, caller
from tests.integration.postgres.shared.event_loops import as_greenlet, run_on_event_loop
from tests.opened_storage import opened_storage
from tests.processes import eventually
from tests.sql import number
from timetrack.adapters.postgres.pool import PoolLimits
from timetrack.adapters.postgres.session import Session
from timetrack.adapters.postgres.shared.pipeline import Pipeline
from timetrack.adapters.postgres.statements import Statement
from timetrack.adapters.postgres.storage import PostgresStorage, PostgresStores
from timetrack.domain.errors import DatabaseUnavailableError
from timetrack.waiting import Offload, Resume

INVERSE = Statement.of("SELECT 1 / %(number)s AS value")
ECHO = Statement.of("SELECT %(value)s::text AS value")
SLEEP = Statement.of("SELECT pg_sleep(30)::text AS value")
IN_TRANSACTION: LiteralString = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'timetrack' AND xact_start IS NOT NULL
"""


@pytest.fixture
def storage(application_database_url: str) -> Iterator[PostgresStorage]:
    with opened_storage(application_database_url, size=2, pipelines=2) as opened:
        yield opened


@pytest.fixture
def run(application_database_url: str) -> Callable[..., None]:
    return partial(run_on_event_loop, database_url=application_database_url)


def test_a_part_that_fails_is_undone_alone(storage: PostgresStorage, owner: Connection) -> None:
    user = a_user(storage)
    first = Statement.of("SELECT 41 + 1 AS value")
    with storage.begun() as sender:
        stores = PostgresStores(Session(sender))
        stores.tasks.add("before", user.id)
        with pytest.raises(errors.InFailedSqlTransaction), sender.connection.savepoint():
            stores.tasks.add("undone", user.id)
            with pytest.raises(errors.DivisionByZero):
                sender.execute(INVERSE, {"number": 0})
            sender.execute(first, {})  # it cannot be prepared here, so it has to be prepared anew
        stores.tasks.add("after", user.id)
        assert sender.execute(first, {}).first() == {"value": 42}

    assert owner.execute("SELECT description FROM tasks ORDER BY id").fetchall() == [("before",), ("after",)]


def test_what_fails_first_in_a_part_undoes_that_part_alone(storage: PostgresStorage) -> None:
    with storage.begun() as sender:
        with pytest.raises(errors.DivisionByZero), sender.connection.savepoint():
            sender.execute(INVERSE, {"number": 0})
        assert sender.execute(ECHO, {"value": "goes on"}).first() == {"value": "goes on"}


def test_a_full_queue_refuses_at_once(run: Callable[..., None]) -> None:
    async def scenario(storage: PostgresStorage) -> None:
        holding, leave = asyncio.Event(), asyncio.Event()

        def leave_soon(resume: Resume) -> None:
            asyncio.ensure_future(leave.wait()).add_done_callback(lambda _: resume(None))

        def hold() -> None:
            with storage.transaction(None):
                holding.set()
                storage.lending._loop.wait(leave_soon)  # noqa: SLF001 - as a slow statement would

        held = [as_greenlet(hold)]
        await holding.wait()  # until its connection is made it has a place in the queue
        held += [as_greenlet(hold) for _ in range(8)]
        while storage.lending.statistics().get("requests_waiting", 0) < 8:  # noqa: ASYNC110
            await asyncio.sleep(0)
        async with asyncio.timeout(20):  # of the 60 that a place in the queue would wait
            with pytest.raises(DatabaseUnavailableError):
                await as_greenlet(hold)
        leave.set()
        await asyncio.gather(*held)

    run(scenario, limits=PoolLimits(size=1, least=1, waiting=8, wait=60))


def test_beginning_and_attributing_cost_no_round_trip(
    storage: PostgresStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = a_user(storage)
    sent: list[bytes] = []
    send = Pipeline.send

    def counted(pipeline: Pipeline, statement: Statement, *rest: object) -> None:
        sent.append(statement.text)
        send(pipeline, statement, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(Pipeline, "send", counted)
    with storage.transaction(caller(user)) as stores:
        stores.users.get(user.id)

    assert len(sent) == 2, sent


def test_a_killed_greenlet_leaves_no_transaction(run: Callable[..., None], application_database_url: str) -> None:
    def open_transactions() -> int:
        # As the application itself: PostgreSQL hides from others what its sessions are at.
        with psycopg.connect(application_database_url, autocommit=True, application_name="test") as connection:
            return number(connection, IN_TRANSACTION)

    async def scenario(storage: PostgresStorage) -> None:
        begun: list[greenlet] = []
        await as_greenlet(lambda: a_user(storage))

        def work() -> None:
            begun.append(getcurrent())
            with storage.begun() as sender:
                sender.execute(ECHO, {"value": "begun"})
                begun.append(getcurrent())
                storage.lending._loop.wait(lambda _: None)  # noqa: SLF001 - for ever

        me = greenlet(work)
        me.switch()
        while len(begun) < 2:  # noqa: ASYNC110
            await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert open_transactions() == 1
        me.throw(GreenletExit)
        assert me.dead

        assert await as_greenlet(lambda: storage.session.one(ECHO, {"value": "next"}, lambda value: value)) == "next"
        await asyncio.to_thread(eventually, lambda: open_transactions() == 0, "no transaction")

    # No time-out of PostgreSQL's own may end the transaction instead.
    run(scenario, limits=PoolLimits(size=1, least=1, statement=120))


def test_closing_tells_a_greenlet_and_a_thread(application_database_url: str) -> None:
    async def scenario() -> list[object]:
        offload = Offload("rows", 1)
        storage = PostgresStorage(
            application_database_url, PoolLimits(size=2, least=2, statement=120), offload, pipelines=1
        )

        def wait() -> object:
            with storage.begun() as sender:
                return sender.execute(SLEEP, {})

        async with storage.open():
            waiting = [as_greenlet(wait), asyncio.ensure_future(asyncio.to_thread(wait))]
            while len(storage.lending._lent) < 2:  # noqa: ASYNC110, SLF001
                await asyncio.sleep(0.001)
        outcome = await asyncio.wait_for(asyncio.gather(*waiting, return_exceptions=True), 10)
        offload.close()
        return outcome

    assert [type(each) for each in asyncio.run(scenario())] == [DatabaseUnavailableError] * 2


def test_a_write_goes_as_a_batch_and_what_that_leaves_undone_as_the_single_statement(run: Callable[..., None]) -> None:
    single = Statement.of("SELECT 'single ' || %(value)s::text AS value")
    batch = Statement.of("""
        SELECT place, 'batch ' || value AS value
        FROM json_to_recordset(%(asked)s::json) AS asked (place integer, value text)
        WHERE value <> 'undone'
    """)

    async def scenario(storage: PostgresStorage) -> None:
        def writing(value: str) -> "asyncio.Future[object]":
            return as_greenlet(lambda: storage.session.write(single, batch, {"value": value}, lambda value: value))

        assert await writing("a") == "batch a"
        assert await writing("undone") == "single undone"
        assert await asyncio.gather(*map(writing, ["b", "undone", "c"])) == ["batch b", "single undone", "batch c"]

    run(scenario)
