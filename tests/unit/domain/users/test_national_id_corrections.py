"""Corrections of a national ID, of which people-info is asked as at a registration."""

from dataclasses import replace

import pytest

from tests.fakes.people_info import FakePeopleInfo
from tests.fakes.storage import FakeStorage
from tests.given import a_national_id, caller, change_user, erase_user
from timetrack.domain.errors import NotAllowedError, PersonUnknownError, TokenInvalidError, UserAlreadyExistsError
from timetrack.domain.model.users.national_id import NationalId
from timetrack.domain.model.users.person import Person
from timetrack.domain.model.users.users import Profile, User, UserChange
from timetrack.domain.services.housekeeping import HousekeepingRounds
from timetrack.domain.services.users import Users


def test_an_admin_corrects_it_and_the_names_are_those_that_people_info_knows(
    users: Users, people: FakePeopleInfo, admin: User, member: User
) -> None:
    right = a_national_id()

    changed = users.change(caller(admin), member.id, UserChange(national_id=right)).user

    assert (changed.id, changed.national_id, changed.profile) == (member.id, right, Profile.COMPLETE)
    assert _person(changed) == people.find(right)


def test_names_of_the_same_request_win(users: Users, people: FakePeopleInfo, admin: User, member: User) -> None:
    right = a_national_id()

    changed = users.change(caller(admin), member.id, UserChange(national_id=right, surname="Petrova")).user

    assert _person(changed) == replace(people.find(right), surname="Petrova")


def test_while_people_info_is_down_the_profile_is_pending_and_filled_in_later(
    users: Users, storage: FakeStorage, people: FakePeopleInfo, admin: User, member: User
) -> None:
    right, people.down = a_national_id(), True

    changed = users.change(caller(admin), member.id, UserChange(national_id=right)).user
    people.down = False
    completed = HousekeepingRounds(storage, people).fill_profiles()

    assert (changed.profile, changed.surname, completed) == (Profile.PENDING, member.surname, 1)
    assert _person(storage.users.get(member.id)) == people.find(right)


def test_an_id_of_nobody_or_of_somebody_else_changes_nothing(
    users: Users, storage: FakeStorage, admin: User, member: User
) -> None:
    with pytest.raises(PersonUnknownError):
        users.change(caller(admin), member.id, UserChange(national_id=NationalId("0400", "000001")))
    with pytest.raises(UserAlreadyExistsError):
        users.change(caller(admin), member.id, UserChange(national_id=admin.national_id))

    assert storage.users.get(member.id) == member


def test_nobody_else_corrects_their_own_or_learns_of_an_id_by_trying(
    users: Users, admin: User, manager: User, member: User
) -> None:
    for user in (manager, member):
        for other in (a_national_id(), admin.national_id, NationalId("0400", "000001")):
            with pytest.raises(NotAllowedError):
                users.change(caller(user), user.id, UserChange(national_id=other))


def test_anybody_may_name_the_one_they_have_and_nobody_is_asked(
    users: Users, people: FakePeopleInfo, member: User
) -> None:
    people.down = True

    changed = users.change(caller(member), member.id, UserChange(national_id=member.national_id)).user

    assert (changed.national_id, changed.profile) == (member.national_id, Profile.COMPLETE)


def test_a_caller_who_was_erased_is_told_that_their_token_has_ended(
    users: Users, storage: FakeStorage, member: User
) -> None:
    erase_user(storage, member)

    for change in (UserChange(surname="Petrov"), UserChange(national_id=a_national_id())):
        with pytest.raises(TokenInvalidError):
            users.change(caller(member), member.id, change)


def test_an_answer_about_the_id_of_before_is_not_taken(storage: FakeStorage, admin: User, member: User) -> None:  # noqa: ARG001 - the admin comes first
    change_user(storage, member.id, UserChange(national_id=a_national_id()))
    asked = _AskedOnce(storage, member)

    completed = HousekeepingRounds(storage, asked).fill_profiles()

    assert (completed, storage.users.get(member.id).surname) == (0, member.surname)


class _AskedOnce(FakePeopleInfo):
    """Knows everybody, and is so slow that the first answer comes after another correction; then it is down."""

    def __init__(self, storage: FakeStorage, user: User) -> None:
        super().__init__()
        self._storage, self._user = storage, user

    def find(self, national_id: NationalId) -> Person:
        """See PeopleInfo.find."""
        person = super().find(national_id)
        change_user(self._storage, self._user.id, UserChange(national_id=a_national_id()))
        self.down = True
        return person


def _person(user: User) -> Person:
    return Person(surname=user.surname, name=user.name, patronymic=user.patronymic, address=user.address)
