"""A storage whose connections are all there, so that nobody is late for having to connect, and things to race for."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from psycopg_pool import ConnectionPool

from tests.given import a_task, a_user
from timetrack.adapters.postgres.pool import PoolLimits, open_pool
from timetrack.adapters.postgres.storage import PostgresStorage
from timetrack.domain.model.time.tasks import Task
from timetrack.domain.model.users.users import User

CONNECTIONS = 20


@pytest.fixture
def pool(application_database_url: str) -> Iterator[ConnectionPool]:
    """Connections, one for each caller of any race."""
    with open_pool(application_database_url, PoolLimits(size=CONNECTIONS)) as pool:
        pool.resize(CONNECTIONS, CONNECTIONS)
        pool.wait()
        yield pool


@pytest.fixture
def storage(pool: ConnectionPool) -> PostgresStorage:
    """The storage on those connections."""
    return PostgresStorage(pool)


@pytest.fixture
def another() -> Iterator[ThreadPoolExecutor]:
    """A thread for somebody else."""
    with ThreadPoolExecutor(1) as executor:
        yield executor


@pytest.fixture
def user(storage: PostgresStorage) -> User:
    """A user with one lane."""
    return a_user(storage)


@pytest.fixture
def task(storage: PostgresStorage, user: User) -> Task:
    """A task of the user's."""
    return a_task(storage, user)
