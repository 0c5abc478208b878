"""While PostgreSQL is away or hangs, requests are refused at once, and soon served again afterwards.

Every limit of the pool's is longer than a test may take: who is answered at all was not left waiting.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import LiteralString

import psycopg
import pytest

from tests.given import a_task, a_user, caller
from tests.integration.postgres.shared.event_loops import as_greenlet, connected
from tests.integration.postgres.shared.silent_proxy import SilentProxy
from tests.opened_storage import opened_storage
from tests.postgres import Database
from timetrack.adapters.postgres.pool import PoolLimits
from timetrack.adapters.postgres.setup.applied_migrations import migration_files
from timetrack.adapters.postgres.storage import PostgresStorage
from timetrack.domain.errors import DatabaseUnavailableError, Obstacle
from timetrack.domain.model.users.users import User
from timetrack.resources import resource
from timetrack.waiting import Offload

PATIENCE = 30
RENAME: LiteralString = "UPDATE _yoyo_migration SET migration_id = %s WHERE migration_id = %s"
NO_ROOM: LiteralString = """
    CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql
        AS $$ BEGIN RAISE disk_full; END $$;
    CREATE TRIGGER no_room BEFORE INSERT ON tasks FOR EACH ROW EXECUTE FUNCTION no_room();
"""
LAST_MIGRATION = max(migration_files(resource("migrations")))
ENDLESS = PoolLimits(size=2, least=2, wait=10 * PATIENCE, statement=10 * PATIENCE)
HASTY = PoolLimits(size=2, least=2, wait=10 * PATIENCE, statement=1)


@pytest.fixture
def user(application_database_url: str) -> User:
    with opened_storage(application_database_url) as storage:
        return a_user(storage)


@asynccontextmanager
async def storage_behind(proxy: SilentProxy, limits: PoolLimits) -> AsyncIterator[PostgresStorage]:
    offload = Offload("rows", 1)
    async with asyncio.timeout(PATIENCE), proxy.serving():
        storage = PostgresStorage(proxy.database_url, limits, offload, pipelines=2)
        async with storage.open():
            await connected(storage.lookups)
            await connected(storage.pipelines)
            yield storage
    offload.close()


def look_up(storage: PostgresStorage, user: User) -> None:
    assert storage.users.get(user.id) == user


def lock(storage: PostgresStorage, user: User) -> None:
    with storage.transaction(caller(user)) as stores:
        stores.users.lock_exclusive(user.id)


async def refused(storage: PostgresStorage, user: User) -> None:
    """Ask for one after the other; all are refused."""
    for work in (look_up, lock) * 10:
        with pytest.raises(DatabaseUnavailableError):
            await as_greenlet(partial(work, storage, user))


async def served(storage: PostgresStorage, user: User, work: Callable[[PostgresStorage, User], None]) -> None:
    """Ask again and again until it is done."""
    while True:
        try:
            return await as_greenlet(partial(work, storage, user))
        except DatabaseUnavailableError:
            await asyncio.sleep(0.01)


async def obstacle(storage: PostgresStorage) -> Obstacle | None:
    return await as_greenlet(storage.obstacle)


async def until_it_hangs(storage: PostgresStorage) -> None:
    for _ in range(2):
        assert await obstacle(storage) is Obstacle.NO_CONNECTION


def test_without_a_connection_all_are_refused_at_once_and_served_again_when_there_is_one(
    application_database_url: str, user: User
) -> None:
    async def scenario() -> None:
        proxy = SilentProxy(application_database_url)
        async with storage_behind(proxy, ENDLESS) as storage:
            await as_greenlet(partial(lock, storage, user))
            proxy.go_away()
            await refused(storage, user)
            assert await obstacle(storage) is Obstacle.NO_CONNECTION

            await proxy.come_back()
            await served(storage, user, look_up)
            await served(storage, user, lock)
            assert await obstacle(storage) is None

    asyncio.run(scenario())


def test_when_the_database_hangs_all_are_refused_at_once_and_served_again_when_it_goes_on(
    application_database_url: str, user: User
) -> None:
    async def scenario() -> None:
        proxy = SilentProxy(application_database_url)
        async with storage_behind(proxy, ENDLESS) as storage:
            await as_greenlet(partial(lock, storage, user))
            proxy.hang()
            await until_it_hangs(storage)
            await refused(storage, user)

            proxy.go_on()
            await served(storage, user, look_up)
            await served(storage, user, lock)
            assert await obstacle(storage) is None

    asyncio.run(scenario())


def test_a_statement_that_gets_no_answer_makes_the_others_be_refused(application_database_url: str, user: User) -> None:
    async def scenario() -> None:
        proxy = SilentProxy(application_database_url)
        async with storage_behind(proxy, ENDLESS) as storage:
            proxy.hang()
            waiting = as_greenlet(partial(look_up, storage, user))
            # Nobody asks whether the database serves.
            while True:
                asked = as_greenlet(partial(look_up, storage, user))
                await asyncio.wait([asked], timeout=0.1)
                if asked.done():
                    break
            assert isinstance(asked.exception(), DatabaseUnavailableError)
            assert not waiting.done()

            proxy.go_on()
            await waiting

    asyncio.run(scenario())


@pytest.mark.parametrize("work", [look_up, lock])
def test_a_statement_has_a_deadline_though_the_database_hangs(
    application_database_url: str, user: User, work: Callable[[PostgresStorage, User], None]
) -> None:
    async def scenario() -> None:
        proxy = SilentProxy(application_database_url)
        async with storage_behind(proxy, HASTY) as storage:
            await as_greenlet(partial(lock, storage, user))
            proxy.hang()
            with pytest.raises(DatabaseUnavailableError):
                await as_greenlet(partial(work, storage, user))

    asyncio.run(scenario())


def test_a_database_without_our_tables_is_not_ready(bare_database: Database) -> None:
    with opened_storage(bare_database.application_url) as storage:
        assert storage.obstacle() is Obstacle.SCHEMA_MISSING


def test_a_database_that_lacks_a_migration_is_not_ready_until_it_has_it(fresh_database: Database) -> None:
    with (
        opened_storage(fresh_database.application_url) as storage,
        psycopg.connect(fresh_database.owner_url, autocommit=True) as owner,
    ):
        assert storage.obstacle() is None
        owner.execute(RENAME, ["9999_of_a_later_version", LAST_MIGRATION])
        assert storage.obstacle() is Obstacle.SCHEMA_MISSING
        owner.execute(RENAME, [LAST_MIGRATION, "9999_of_a_later_version"])
        assert storage.obstacle() is None


def test_a_database_without_room_says_so(fresh_database: Database, caplog: pytest.LogCaptureFixture) -> None:
    with (
        opened_storage(fresh_database.application_url) as storage,
        psycopg.connect(fresh_database.owner_url, autocommit=True) as owner,
    ):
        user = a_user(storage)
        owner.execute(NO_ROOM)
        with pytest.raises(DatabaseUnavailableError):
            a_task(storage, user)

        assert storage.obstacle() is Obstacle.DATABASE_FULL
    assert [each.sqlstate for each in caplog.records if hasattr(each, "sqlstate")] == ["53100"]
