"""Users who leave: `active: false`."""

import pytest

from tests.fakes.passwords import FakeHasher
from tests.fakes.storage import FakeStorage
from tests.given import a_national_id, a_task, a_token, a_user, caller, change_user, start
from timetrack.domain.errors import (
    CredentialsInvalidError,
    LastAdminError,
    NotAllowedError,
    TooManySignInsError,
    UserAlreadyExistsError,
    UserInactiveError,
)
from timetrack.domain.model.access.tokens import TokenLifetime
from timetrack.domain.model.time.time_entries import TimeEntry, TimeEntryByHand, TimeEntryChange
from timetrack.domain.model.users.roles import Role
from timetrack.domain.model.users.users import User, UserChange
from timetrack.domain.services.authentication import Authentication, DemoAuthentication, PasswordAuthentication
from timetrack.domain.services.time_entries import TimeEntries
from timetrack.domain.services.users import Users

LEAVES, IS_BACK = UserChange(active=False), UserChange(active=True)
PASSWORD = "correct horse"  # noqa: S105 - an example


def test_who_leaves_has_no_timer_and_no_token_and_keeps_the_name_and_the_hours(
    users: Users, storage: FakeStorage, admin: User, member: User, entry: TimeEntry
) -> None:
    a_token(storage, member, b"a token")
    running = start(storage, member, a_task(storage, admin)).entry

    left = users.change(caller(admin), member.id, LEAVES).user

    assert (left.active, left.surname, left.national_id) == (False, "Ivanov", member.national_id)
    assert not storage.time_entries.get(running.id).running
    assert storage.time_entries.get(entry.id).user_id == member.id
    change_user(storage, member.id, IS_BACK)
    assert storage.tokens.caller(b"a token") is None


@pytest.mark.parametrize("demo", [False, True])
def test_who_has_left_signs_in_only_when_they_are_back(*, demo: bool, storage: FakeStorage, users: Users) -> None:
    admin, member = (users.register(a_national_id(), PASSWORD).user for _ in range(2))
    name = str(member.national_id)
    password = name if demo else PASSWORD
    authentication: Authentication = (
        DemoAuthentication(storage, 60)
        if demo
        else PasswordAuthentication(storage, FakeHasher(), TokenLifetime(absolute=60, idle=60))
    )
    token = authentication.sign_in(name, password).token
    assert authentication.authenticate(token).user_id == member.id

    users.change(caller(admin), member.id, LEAVES)
    with pytest.raises(CredentialsInvalidError):
        authentication.sign_in(name, password)
    users.change(caller(admin), member.id, IS_BACK)

    assert authentication.authenticate(authentication.sign_in(name, password).token).user_id == member.id


def test_the_right_password_of_who_has_left_counts_as_a_failure(storage: FakeStorage, users: Users) -> None:
    admin, member = (users.register(a_national_id(), PASSWORD).user for _ in range(2))
    users.change(caller(admin), member.id, LEAVES)
    authentication = PasswordAuthentication(storage, FakeHasher(), TokenLifetime(absolute=60, idle=60))

    for _ in range(10):
        with pytest.raises(CredentialsInvalidError):
            authentication.sign_in(str(member.national_id), PASSWORD)

    with pytest.raises(TooManySignInsError):
        authentication.sign_in(str(member.national_id), PASSWORD)


def test_the_national_id_of_who_has_left_stays_taken(users: Users, admin: User, member: User) -> None:
    users.change(caller(admin), member.id, LEAVES)

    with pytest.raises(UserAlreadyExistsError):
        users.register(member.national_id, PASSWORD)


@pytest.mark.parametrize("role", [Role.MEMBER, Role.MANAGER])
def test_only_an_admin_lets_somebody_leave(users: Users, storage: FakeStorage, admin: User, role: Role) -> None:  # noqa: ARG001 - the admin comes first
    user = a_user(storage, UserChange(role=role))

    with pytest.raises(NotAllowedError):
        users.change(caller(user), user.id, LEAVES)

    assert users.change(caller(user), user.id, IS_BACK).user.active


def test_the_last_active_admin_neither_leaves_nor_is_demoted_nor_erased(
    users: Users, storage: FakeStorage, admin: User
) -> None:
    a_user(storage, UserChange(role=Role.ADMIN, active=False))

    for change in (LEAVES, UserChange(role=Role.MEMBER)):
        with pytest.raises(LastAdminError):
            users.change(caller(admin), admin.id, change)
    with pytest.raises(LastAdminError):
        users.erase(caller(admin), admin.id)


def test_an_admin_who_has_left_may_be_demoted(users: Users, storage: FakeStorage, admin: User) -> None:
    gone = a_user(storage, UserChange(role=Role.ADMIN, active=False))

    assert users.change(caller(admin), gone.id, UserChange(role=Role.MEMBER)).user.role is Role.MEMBER


def test_the_hours_of_who_has_left_may_be_corrected_but_nothing_runs(
    entries: TimeEntries, users: Users, admin: User, member: User, entry: TimeEntry
) -> None:
    entries.change(caller(admin), entry.id, TimeEntryChange(end=None))
    users.change(caller(admin), member.id, LEAVES)
    by_hand = TimeEntryByHand(user_id=member.id, task_id=entry.task_id, start=entry.start, end=None)

    with pytest.raises(UserInactiveError):
        entries.create(caller(admin), by_hand)
    with pytest.raises(UserInactiveError):
        entries.change(caller(admin), entry.id, TimeEntryChange(end=None))
    with pytest.raises(UserInactiveError):
        entries.restore(caller(admin), entry.id, 2)

    assert entries.restore(caller(admin), entry.id, 1).end == entry.end
