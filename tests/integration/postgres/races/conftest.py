"""A storage whose connections are all there, so that nobody is late for having to connect, and things to race for."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.given import a_task, a_user
from tests.opened_storage import opened_storage
from timetrack.adapters.postgres.storage import PostgresStorage
from timetrack.domain.model.time.tasks import Task
from timetrack.domain.model.users.users import User

CONNECTIONS = 20


@pytest.fixture
def storage(application_database_url: str) -> Iterator[PostgresStorage]:
    """The storage, with a connection of either kind for each caller of any race."""
    with opened_storage(
        application_database_url, size=CONNECTIONS, pipelines=CONNECTIONS + 1, of_one_user=CONNECTIONS
    ) as opened:
        yield opened


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
