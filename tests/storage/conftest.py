"""Every test here runs on the fake and on PostgreSQL."""

from collections.abc import Callable, Iterator

import pytest
from psycopg_pool import ConnectionPool

from tests.database_clock import Clock, PostgresClock, controlled
from tests.fakes.clock import FakeClock
from tests.fakes.storage import FakeStorage
from tests.given import a_task, a_user
from timetrack.adapters.postgres.pool import PoolLimits, open_pool
from timetrack.adapters.postgres.storage import PostgresStorage
from timetrack.domain.model.time.tasks import Task
from timetrack.domain.model.users.users import User
from timetrack.domain.ports.storage import Storage


@pytest.fixture
def fake_storage() -> FakeStorage:
    return FakeStorage()


@pytest.fixture
def postgres_pool(application_database_url: str) -> Iterator[ConnectionPool]:
    with open_pool(application_database_url, PoolLimits(size=8)) as pool:
        # One that is closed while it still connects leaves the connection to the garbage collector, which warns.
        pool.wait()
        yield pool


@pytest.fixture
def postgres_storage(postgres_pool: ConnectionPool) -> PostgresStorage:
    return PostgresStorage(postgres_pool)


@pytest.fixture
def postgres_clock(owner_database_url: str) -> Iterator[PostgresClock]:
    with controlled(owner_database_url) as clock:
        yield clock


@pytest.fixture(params=["fake", "postgres"])
def engine(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def storage(engine: str, request: pytest.FixtureRequest) -> Storage:
    kept: Storage = request.getfixturevalue(f"{engine}_storage")
    return kept


@pytest.fixture
def fake_clock(fake_storage: FakeStorage) -> FakeClock:
    return fake_storage.clock


@pytest.fixture
def clock(engine: str, request: pytest.FixtureRequest) -> Clock:
    standing: Clock = request.getfixturevalue(f"{engine}_clock")
    return standing


@pytest.fixture
def cut_off(engine: str, request: pytest.FixtureRequest) -> Callable[[], None]:
    """Return what takes the database away."""
    if engine == "postgres":
        pool: ConnectionPool = request.getfixturevalue("postgres_pool")
        return pool.close
    fake: FakeStorage = request.getfixturevalue("fake_storage")
    return fake.database.shut_down


@pytest.fixture
def user(storage: Storage) -> User:
    """A user with one lane."""
    return a_user(storage)


@pytest.fixture
def task(storage: Storage, user: User) -> Task:
    """A task of the user's."""
    return a_task(storage, user)
