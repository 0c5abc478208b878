"""The domain's services over fakes."""

from datetime import timedelta

import pytest

from tests.fakes.passwords import FakeHasher
from tests.fakes.people_info import FakePeopleInfo
from tests.fakes.storage import FakeStorage
from tests.given import a_task, a_user, caller
from timetrack.domain.model.time.tasks import Task
from timetrack.domain.model.time.time_entries import TimeEntry, TimeEntryByHand
from timetrack.domain.model.users.roles import Role
from timetrack.domain.model.users.users import User, UserChange
from timetrack.domain.services.time_entries import TimeEntries
from timetrack.domain.services.users import Users

HOUR = timedelta(hours=1)


@pytest.fixture
def storage() -> FakeStorage:
    return FakeStorage()


@pytest.fixture
def hasher() -> FakeHasher:
    return FakeHasher()


@pytest.fixture
def people() -> FakePeopleInfo:
    return FakePeopleInfo()


@pytest.fixture
def users(storage: FakeStorage, people: FakePeopleInfo, hasher: FakeHasher) -> Users:
    return Users(storage, people, hasher)


@pytest.fixture
def admin(storage: FakeStorage) -> User:
    return a_user(storage)


@pytest.fixture
def manager(storage: FakeStorage, admin: User) -> User:  # noqa: ARG001 - the admin comes first
    return a_user(storage, UserChange(role=Role.MANAGER))


@pytest.fixture
def member(storage: FakeStorage, admin: User) -> User:  # noqa: ARG001 - the admin comes first
    return a_user(storage)


@pytest.fixture
def entries(storage: FakeStorage) -> TimeEntries:
    return TimeEntries(storage)


@pytest.fixture
def task(storage: FakeStorage, member: User) -> Task:
    return a_task(storage, member)


@pytest.fixture
def entry(entries: TimeEntries, storage: FakeStorage, member: User, task: Task) -> TimeEntry:
    """From three hours ago to two hours ago."""
    now = storage.clock.now
    by_hand = TimeEntryByHand(user_id=member.id, task_id=task.id, start=now - 3 * HOUR, end=now - 2 * HOUR)
    return entries.create(caller(member), by_hand)
