"""The domain's services over fakes."""

import pytest

from tests.fakes.passwords import FakeHasher
from tests.fakes.people_info import FakePeopleInfo
from tests.fakes.storage import FakeStorage
from tests.given import a_user
from timetrack.domain.model.caller import Role
from timetrack.domain.model.users import User, UserChange
from timetrack.domain.services.users import Users


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
