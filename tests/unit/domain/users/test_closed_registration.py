"""Where registration is closed, only admins register users."""

import pytest

from tests.fakes.passwords import FakeHasher
from tests.fakes.people_info import FakePeopleInfo
from tests.fakes.storage import FakeStorage
from tests.given import a_national_id, a_new_user, a_user, caller, change_user
from timetrack.domain.errors import NotAllowedError, TokenMissingError, UserAlreadyExistsError
from timetrack.domain.model.access.caller import Caller
from timetrack.domain.model.users.national_id import NationalId
from timetrack.domain.model.users.person import Person
from timetrack.domain.model.users.roles import Role
from timetrack.domain.model.users.users import User, UserChange
from timetrack.domain.services.users import Users

PASSWORD = "a password"  # noqa: S105 - an example


@pytest.fixture
def closed(storage: FakeStorage, people: FakePeopleInfo, hasher: FakeHasher) -> Users:
    return Users(storage, people, hasher, registration_open=False)


def test_an_admin_registers_a_member(closed: Users, admin: User) -> None:
    registered = closed.register(a_national_id(), PASSWORD, lambda: caller(admin))

    assert registered.user.role is Role.MEMBER


def test_admins_may_register_as_many_as_they_like(closed: Users, admin: User) -> None:
    registered = [
        closed.register(a_national_id(), PASSWORD, lambda: caller(admin), "192.0.2.1").user.id for _ in range(70)
    ]

    assert len(registered) == 70


@pytest.mark.parametrize("role", ["member", "manager"])
def test_others_may_not(closed: Users, role: str, request: pytest.FixtureRequest) -> None:
    user: User = request.getfixturevalue(role)

    with pytest.raises(NotAllowedError):
        closed.register(a_national_id(), PASSWORD, lambda: caller(user))


def test_a_stranger_may_not_and_is_not_told_who_is_registered(closed: Users, admin: User) -> None:
    with pytest.raises(TokenMissingError):
        closed.register(admin.national_id, PASSWORD)


def test_an_admin_is_told_who_is_registered(closed: Users, admin: User) -> None:
    with pytest.raises(UserAlreadyExistsError):
        closed.register(admin.national_id, PASSWORD, lambda: caller(admin))


def test_the_first_user_ever_registers_alone_and_is_admin(closed: Users) -> None:
    assert closed.register(a_national_id(), PASSWORD).user.role is Role.ADMIN
    with pytest.raises(TokenMissingError):
        closed.register(a_national_id(), PASSWORD)


def test_of_two_first_users_at_once_one_stays_out(storage: FakeStorage, hasher: FakeHasher) -> None:
    class SomebodyRegistersMeanwhile(FakePeopleInfo):
        def find(self, national_id: NationalId) -> Person:
            a_user(storage)
            return super().find(national_id)

    late = Users(storage, SomebodyRegistersMeanwhile(), hasher, registration_open=False)
    national_id = a_national_id()

    with pytest.raises(TokenMissingError):
        late.register(national_id, PASSWORD)

    assert storage.users.credentials(national_id) is None


def test_an_admin_who_is_demoted_while_people_info_is_asked_is_not_told_who_is_registered(
    storage: FakeStorage, hasher: FakeHasher, admin: User
) -> None:
    class DemotedMeanwhile(FakePeopleInfo):
        def find(self, national_id: NationalId) -> Person:
            change_user(storage, admin.id, UserChange(role=Role.MEMBER))
            return super().find(national_id)

    users = Users(storage, DemotedMeanwhile(), hasher, registration_open=False)

    with pytest.raises(NotAllowedError):
        users.register(admin.national_id, PASSWORD, lambda: caller(admin))


def test_who_was_first_too_late_is_not_told_who_is_registered(storage: FakeStorage, hasher: FakeHasher) -> None:
    class RegistersMeanwhile(FakePeopleInfo):
        def find(self, national_id: NationalId) -> Person:
            with storage.transaction(None) as stores:
                stores.users.add(a_new_user(national_id=national_id))
            return super().find(national_id)

    with pytest.raises(TokenMissingError):
        Users(storage, RegistersMeanwhile(), hasher, registration_open=False).register(a_national_id(), PASSWORD)


def test_where_registration_is_open_nobody_is_asked(users: Users, admin: User) -> None:
    def never() -> Caller:
        raise AssertionError("was asked")

    assert users.register(a_national_id(), PASSWORD, never).user.id != admin.id
