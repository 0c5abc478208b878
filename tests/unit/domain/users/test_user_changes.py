"""What a change makes of a user."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from timetrack.domain.errors import UnknownTimeZoneError
from timetrack.domain.model.ids import UserId
from timetrack.domain.model.time.lanes import Timers
from timetrack.domain.model.users.national_id import NationalId
from timetrack.domain.model.users.roles import Role
from timetrack.domain.model.users.users import Profile, User, UserChange

NOW = datetime(2026, 3, 28, tzinfo=UTC)

USER = User(
    id=UserId(7),
    national_id=NationalId("1234", "567890"),
    surname="Ivanov",
    name="Ivan",
    patronymic="Ivanovich",
    address="1 Main Street",
    profile=Profile.COMPLETE,
    role=Role.MEMBER,
    active=True,
    time_zone="UTC",
    timers=Timers.SINGLE,
    version=3,
    created_at=NOW,
    updated_at=NOW,
)
PENDING = replace(USER, surname="", name="", patronymic=None, address="", profile=Profile.PENDING)


def test_a_change_of_nothing_leaves_everything() -> None:
    assert USER.changed(UserChange()) == USER


@pytest.mark.parametrize(
    ("change", "changed"),
    [
        (UserChange(surname="Petrov"), replace(USER, surname="Petrov")),
        (UserChange(name="Pyotr"), replace(USER, name="Pyotr")),
        (UserChange(patronymic="Petrovich"), replace(USER, patronymic="Petrovich")),
        (UserChange(patronymic=""), replace(USER, patronymic=None)),
        (UserChange(address=""), replace(USER, address="")),
        (UserChange(time_zone="Europe/Berlin"), replace(USER, time_zone="Europe/Berlin")),
        (UserChange(timers=Timers.PARALLEL), replace(USER, timers=Timers.PARALLEL)),
        (UserChange(role=Role.ADMIN), replace(USER, role=Role.ADMIN)),
        (UserChange(active=False), replace(USER, active=False)),
    ],
)
def test_a_change_changes_what_it_names_and_nothing_else(change: UserChange, changed: User) -> None:
    assert USER.changed(change) == changed


@pytest.mark.parametrize(
    "change", [UserChange(surname=""), UserChange(name="Ivan"), UserChange(patronymic=""), UserChange(address="1 Main")]
)
def test_names_or_an_address_by_hand_complete_a_pending_profile(change: UserChange) -> None:
    assert PENDING.changed(change).profile is Profile.COMPLETE


@pytest.mark.parametrize(
    "change", [UserChange(time_zone="Asia/Tokyo"), UserChange(timers=Timers.PARALLEL), UserChange(role=Role.ADMIN)]
)
def test_settings_leave_a_pending_profile_pending(change: UserChange) -> None:
    assert PENDING.changed(change).profile is Profile.PENDING


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "europe/berlin", "../etc/passwd", "UTC+2"])
def test_a_time_zone_that_the_tz_database_does_not_know_is_refused(name: str) -> None:
    with pytest.raises(UnknownTimeZoneError):
        USER.changed(UserChange(time_zone=name))
