"""Every test here runs on the fake and on PostgreSQL."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.database_clock import Clock, PostgresClock, controlled
from tests.fakes.clock import FakeClock
from tests.fakes.storage import FakeStorage
from tests.given import a_task, a_user
from tests.opened_storage import opened_storage
from timetrack.adapters.postgres.storage import PostgresStorage
from timetrack.domain.model.time.tasks import Task
from timetrack.domain.model.users.users import User
from timetrack.domain.ports.storage import Storage


@pytest.fixture
def fake_storage() -> FakeStorage:
    return FakeStorage()


@pytest.fixture
def postgres_connections() -> Iterator[ExitStack]:
    """What closes the connections of the storage, at the end or before."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def postgres_storage(application_database_url: str, postgres_connections: ExitStack) -> PostgresStorage:
    return postgres_connections.enter_context(opened_storage(application_database_url, size=8, pipelines=3))


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
        connections: ExitStack = request.getfixturevalue("postgres_connections")
        return connections.close
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
