"""Rounds of background work."""

from datetime import datetime, timedelta

import pytest

from tests.fakes.people_info import FakePeopleInfo
from tests.fakes.storage import FakeStorage
from tests.given import a_new_user, a_token, a_user, change_user
from timetrack.domain.model.users.national_id import NationalId
from timetrack.domain.model.users.person import Person
from timetrack.domain.model.users.users import Profile, User, UserChange
from timetrack.domain.services.housekeeping import HousekeepingRounds

LATER = timedelta(hours=2)


@pytest.fixture
def rounds(storage: FakeStorage, people: FakePeopleInfo) -> HousekeepingRounds:
    return HousekeepingRounds(storage, people)


@pytest.fixture
def pending(storage: FakeStorage, admin: User) -> User:  # noqa: ARG001 - the admin comes first
    return a_user(storage, person=None)


def test_a_pending_profile_is_filled_in(
    rounds: HousekeepingRounds, storage: FakeStorage, people: FakePeopleInfo, pending: User
) -> None:
    assert rounds.fill_profiles() == 1

    user, person = storage.users.get(pending.id), people.find(pending.national_id)
    assert (user.profile, user.surname, user.address) == (Profile.COMPLETE, person.surname, person.address)


def test_a_profile_waits_while_people_info_is_down_and_is_filled_in_later(
    rounds: HousekeepingRounds, storage: FakeStorage, people: FakePeopleInfo, pending: User
) -> None:
    people.down = True
    while_down = rounds.fill_profiles()
    people.down = False
    storage.clock.advance(LATER)

    assert (while_down, rounds.fill_profiles()) == (0, 1)
    assert storage.users.get(pending.id).profile is Profile.COMPLETE


def test_who_people_info_does_not_know_stays_pending(rounds: HousekeepingRounds, storage: FakeStorage) -> None:
    with storage.transaction(None) as stores:
        unknown = stores.users.add(a_new_user(None, NationalId("0400", "000001")))

    assert rounds.fill_profiles() == 0
    assert storage.users.get(unknown.id).profile is Profile.PENDING


@pytest.mark.usefixtures("pending")
def test_one_server_at_a_time_fills_profiles_in(rounds: HousekeepingRounds, storage: FakeStorage) -> None:
    storage.housekeeping.take_lease("profiles", 60)

    assert rounds.fill_profiles() == 0


def test_names_by_hand_are_not_overwritten(rounds: HousekeepingRounds, storage: FakeStorage, pending: User) -> None:
    change_user(storage, pending.id, UserChange(surname="Petrov"))

    assert rounds.fill_profiles() == 0
    assert storage.users.get(pending.id).surname == "Petrov"


def test_a_round_fills_in_a_few_profiles_and_the_next_one_the_rest_at_once(
    rounds: HousekeepingRounds, storage: FakeStorage
) -> None:
    for _ in range(12):
        a_user(storage, person=None)

    assert [rounds.fill_profiles() for _ in range(2)] == [10, 2]


def test_a_round_that_takes_longer_than_its_lease_keeps_others_out(
    storage: FakeStorage, people: FakePeopleInfo
) -> None:
    others: list[datetime | None] = []

    class SlowPeopleInfo:
        def find(self, national_id: NationalId) -> Person:
            storage.clock.advance(timedelta(seconds=10))
            others.append(storage.housekeeping.take_lease("profiles", 60))
            return people.find(national_id)

    for _ in range(4):
        a_user(storage, person=None)

    assert HousekeepingRounds(storage, SlowPeopleInfo()).fill_profiles() == 4
    assert others == [None] * 4


def test_a_round_that_has_lost_its_lease_ends_and_leaves_it_to_the_other(
    storage: FakeStorage, people: FakePeopleInfo
) -> None:
    class StuckPeopleInfo:
        def find(self, national_id: NationalId) -> Person:
            storage.clock.advance(timedelta(seconds=20))
            storage.housekeeping.take_lease("profiles", 60)
            return people.find(national_id)

    for _ in range(2):
        a_user(storage, person=None)

    assert HousekeepingRounds(storage, StuckPeopleInfo()).fill_profiles() == 1
    assert storage.housekeeping.take_lease("profiles", 60) is None


def test_sweeping_leaves_a_good_token(rounds: HousekeepingRounds, storage: FakeStorage, admin: User) -> None:
    a_token(storage, admin, b"digest")

    rounds.sweep()

    assert storage.tokens.caller(b"digest") is not None


def test_a_round_sweeps_until_no_batch_is_full(rounds: HousekeepingRounds, storage: FakeStorage, admin: User) -> None:
    for number in range(7):
        a_token(storage, admin, bytes([number]), 60)
    storage.clock.advance(LATER)

    rounds.sweep()

    assert not storage.housekeeping.sweep()
