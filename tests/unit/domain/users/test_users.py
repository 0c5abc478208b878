"""Registering, changing and erasing users."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.passwords import FakeHasher
from tests.fakes.people_info import FakePeopleInfo
from tests.fakes.storage import FakeStorage
from tests.given import a_national_id, a_task, a_token, a_user, caller, start, stop
from tests.report_queries import by_task, durations
from timetrack.domain.errors import (
    CredentialsInvalidError,
    LastAdminError,
    NotAllowedError,
    PersonUnknownError,
    SignInBusyError,
    TimerNotRunningError,
    TooManyRegistrationsError,
    UnknownTimeZoneError,
    UserAlreadyExistsError,
    UserNotFoundError,
    VersionMismatchError,
)
from timetrack.domain.model.access.tokens import TokenLifetime
from timetrack.domain.model.ids import UserId
from timetrack.domain.model.users.national_id import NationalId
from timetrack.domain.model.users.roles import Role
from timetrack.domain.model.users.users import Profile, User, UserChange
from timetrack.domain.model.versions import Precondition
from timetrack.domain.services.authentication import PasswordAuthentication
from timetrack.domain.services.users import Users

STALE = Precondition(frozenset({99}))
PASSWORD = "a password"  # noqa: S105 - an example


def test_who_registers_gets_names_and_address_from_people_info(users: Users, people: FakePeopleInfo) -> None:
    national_id = a_national_id()

    registered = users.register(national_id, PASSWORD)

    person, user = people.find(national_id), registered.user
    assert (user.surname, user.name, user.patronymic, user.address) == (
        *(person.surname, person.name, person.patronymic, person.address),
    )
    assert (user.profile, registered.in_full) == (Profile.COMPLETE, True)


def test_who_registers_while_people_info_is_down_gets_a_pending_profile(users: Users, people: FakePeopleInfo) -> None:
    people.down = True

    assert users.register(a_national_id(), PASSWORD).user.profile is Profile.PENDING


@pytest.mark.parametrize("guess", ["", "None"])
def test_who_registers_without_a_password_has_none_that_can_be_guessed(
    users: Users, storage: FakeStorage, hasher: FakeHasher, guess: str
) -> None:
    registered = users.register(a_national_id(), None)

    authentication = PasswordAuthentication(storage, hasher, TokenLifetime(absolute=3600, idle=3600))
    for password in (guess, str(registered.user.national_id)):
        with pytest.raises(CredentialsInvalidError):
            authentication.sign_in(registered.national_id, password)


@pytest.mark.parametrize("another", ["192.0.2.1", "::ffff:192.0.2.1"])
def test_after_sixty_registrations_an_address_has_to_wait(users: Users, another: str) -> None:
    for _ in range(60):
        users.register(a_national_id(), PASSWORD, address="192.0.2.1")

    with pytest.raises(TooManyRegistrationsError) as refused:
        users.register(a_national_id(), PASSWORD, address=another)

    assert refused.value.retry_after == 10
    assert users.register(a_national_id(), PASSWORD, address="192.0.2.2").in_full


def test_registrations_that_are_refused_count_too(users: Users) -> None:
    for _ in range(60):
        with pytest.raises(PersonUnknownError):
            users.register(NationalId("0400", "000001"), PASSWORD, address="192.0.2.1")

    with pytest.raises(TooManyRegistrationsError):
        users.register(a_national_id(), PASSWORD, address="192.0.2.1")


def test_registrations_and_failed_sign_ins_are_counted_apart(
    users: Users, storage: FakeStorage, hasher: FakeHasher
) -> None:
    signing_in = PasswordAuthentication(storage, hasher, TokenLifetime(absolute=3600, idle=3600))
    for _ in range(59):
        users.register(a_national_id(), PASSWORD, address="192.0.2.1")
    for number in range(99):
        with pytest.raises(CredentialsInvalidError):
            signing_in.sign_in(f"9999 {number:06}", PASSWORD, "192.0.2.1")

    last = users.register(a_national_id(), PASSWORD, address="192.0.2.1").user

    assert signing_in.sign_in(str(last.national_id), PASSWORD, "192.0.2.1").token


def test_room_for_a_registration_comes_back(users: Users, storage: FakeStorage) -> None:
    for _ in range(60):
        users.register(a_national_id(), PASSWORD, address="192.0.2.1")

    storage.clock.advance(timedelta(seconds=10))

    assert users.register(a_national_id(), PASSWORD, address="192.0.2.1").in_full


@pytest.mark.parametrize(("at_once", "address"), [(0, "192.0.2.1"), (1, None)])
def test_registrations_are_not_limited_where_no_limit_is_set_or_no_address_known(
    storage: FakeStorage, people: FakePeopleInfo, hasher: FakeHasher, at_once: int, address: str | None
) -> None:
    unlimited = Users(storage, people, hasher, registrations_per_address=at_once)

    assert len({unlimited.register(a_national_id(), PASSWORD, address=address).user.id for _ in range(70)}) == 70


def test_who_does_not_exist_cannot_register(users: Users, storage: FakeStorage) -> None:
    nobody = NationalId("0400", "000001")

    with pytest.raises(PersonUnknownError):
        users.register(nobody, PASSWORD)

    assert storage.users.credentials(nobody) is None


def test_a_national_id_is_registered_once(users: Users, member: User) -> None:
    with pytest.raises(UserAlreadyExistsError):
        users.register(member.national_id, PASSWORD)


def test_the_password_is_kept_as_a_digest(users: Users, storage: FakeStorage, hasher: FakeHasher) -> None:
    national_id = a_national_id()

    users.register(national_id, PASSWORD)

    credentials = storage.users.credentials(national_id)
    assert credentials is not None
    assert credentials.password_hash != PASSWORD
    assert hasher.matches(PASSWORD, credentials.password_hash)


def test_a_registration_that_finds_no_time_for_the_password_keeps_nobody(
    users: Users, storage: FakeStorage, hasher: FakeHasher
) -> None:
    national_id, hasher.busy = a_national_id(), True

    with pytest.raises(SignInBusyError):
        users.register(national_id, PASSWORD)

    assert storage.users.credentials(national_id) is None


def test_a_member_sees_others_masked_and_without_address_and_themselves_in_full(
    users: Users, admin: User, member: User
) -> None:
    other, own = users.get(caller(member), admin.id), users.get(caller(member), member.id)

    assert (other.national_id, other.address) == (admin.national_id.masked, None)
    assert (own.national_id, own.address) == (str(member.national_id), member.address)


def test_a_manager_sees_everybody_in_full(users: Users, manager: User, member: User) -> None:
    seen = users.get(caller(manager), member.id)

    assert (seen.national_id, seen.address) == (str(member.national_id), member.address)


def test_nobody_finds_who_is_not_there(users: Users, member: User) -> None:
    with pytest.raises(UserNotFoundError):
        users.get(caller(member), UserId(999_999))


def test_a_user_changes_their_own_record(users: Users, member: User) -> None:
    changed = users.change(caller(member), member.id, UserChange(name="Pyotr"))

    assert (changed.user.name, changed.user.version) == ("Pyotr", member.version + 1)


def test_only_an_admin_changes_the_record_of_another(users: Users, admin: User, manager: User, member: User) -> None:
    with pytest.raises(NotAllowedError):
        users.change(caller(manager), member.id, UserChange(name="Pyotr"))

    assert users.change(caller(admin), member.id, UserChange(name="Pyotr")).user.name == "Pyotr"


def test_who_may_change_nobody_does_not_learn_who_is_there(users: Users, member: User) -> None:
    with pytest.raises(NotAllowedError):
        users.change(caller(member), UserId(999_999), UserChange(name="Pyotr"))


def test_a_change_of_who_is_not_there_is_refused(users: Users, admin: User) -> None:
    with pytest.raises(UserNotFoundError):
        users.change(caller(admin), UserId(999_999), UserChange(name="Pyotr"))


def test_nobody_gives_themselves_another_role_but_may_name_the_one_they_have(users: Users, manager: User) -> None:
    for role in (Role.MEMBER, Role.ADMIN):
        with pytest.raises(NotAllowedError):
            users.change(caller(manager), manager.id, UserChange(role=role))

    assert users.change(caller(manager), manager.id, UserChange(role=Role.MANAGER)).user.role is Role.MANAGER


def test_an_admin_changes_roles(users: Users, admin: User, member: User) -> None:
    assert users.change(caller(admin), member.id, UserChange(role=Role.ADMIN)).user.role is Role.ADMIN


def test_the_last_admin_keeps_the_role_and_stays(users: Users, storage: FakeStorage, admin: User) -> None:
    with pytest.raises(LastAdminError):
        users.change(caller(admin), admin.id, UserChange(role=Role.MEMBER))
    with pytest.raises(LastAdminError):
        users.erase(caller(admin), admin.id)

    assert storage.users.get(admin.id) == admin


def test_the_last_admin_may_change_everything_else(users: Users, admin: User) -> None:
    assert users.change(caller(admin), admin.id, UserChange(name="Pyotr", role=Role.ADMIN)).user.name == "Pyotr"


def test_an_admin_who_is_not_the_last_one_may_leave(users: Users, storage: FakeStorage, admin: User) -> None:
    a_user(storage, UserChange(role=Role.ADMIN))

    users.erase(caller(admin), admin.id)

    with pytest.raises(UserNotFoundError):
        storage.users.get(admin.id)


def test_a_stale_version_changes_and_erases_nothing(users: Users, storage: FakeStorage, member: User) -> None:
    with pytest.raises(VersionMismatchError):
        users.change(caller(member), member.id, UserChange(name="Pyotr"), STALE)
    with pytest.raises(VersionMismatchError):
        users.erase(caller(member), member.id, STALE)

    assert storage.users.get(member.id) == member


def test_an_unknown_time_zone_changes_nothing(users: Users, storage: FakeStorage, member: User) -> None:
    with pytest.raises(UnknownTimeZoneError):
        users.change(caller(member), member.id, UserChange(name="Pyotr", time_zone="Mars/Olympus"))

    assert storage.users.get(member.id) == member


def test_only_an_admin_erases_another(users: Users, storage: FakeStorage, admin: User, manager: User) -> None:
    member = a_user(storage)
    with pytest.raises(NotAllowedError):
        users.erase(caller(manager), member.id)

    users.erase(caller(admin), member.id)

    assert storage.users.credentials(member.national_id) is None


def test_an_erased_user_has_no_timer_and_no_token_and_keeps_the_hours(
    users: Users, storage: FakeStorage, member: User
) -> None:
    task, begin = a_task(storage, member), storage.clock.now
    a_token(storage, member, b"digest")
    start(storage, member, task)
    storage.clock.advance(timedelta(minutes=20))

    users.erase(caller(member), member.id)

    storage.clock.advance(timedelta(minutes=20))
    assert durations(by_task(storage, member, begin, storage.clock.now)) == [timedelta(minutes=20)]
    assert storage.tokens.caller(b"digest") is None
    with pytest.raises(TimerNotRunningError):
        stop(storage, member, task)


def test_seeing_oneself_changed_by_an_admin_is_seeing_all(users: Users, admin: User, member: User) -> None:
    changed = users.change(caller(admin), member.id, UserChange(address="2 Side Street"))

    assert changed.user == replace(member, address="2 Side Street", version=2, updated_at=changed.user.updated_at)
    assert changed.in_full
