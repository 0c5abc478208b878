"""Users: people who may sign in."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from timetrack.domain.model.ids import UserId
from timetrack.domain.model.time.lanes import Timers
from timetrack.domain.model.time.time_zones import require_time_zone
from timetrack.domain.model.users.national_id import NationalId
from timetrack.domain.model.users.person import Person
from timetrack.domain.model.users.roles import Role

Value = TypeVar("Value")


class Profile(StrEnum):
    """The state of a user's names and address: known, or still to be asked of people-info."""

    COMPLETE = "complete"
    PENDING = "pending"


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person who may sign in; `version` counts the changes."""

    id: UserId
    national_id: NationalId
    surname: str
    name: str
    patronymic: str | None
    address: str
    profile: Profile
    role: Role
    time_zone: str
    timers: Timers
    version: int
    created_at: datetime
    updated_at: datetime

    def changed(self, change: "UserChange") -> "User":
        """Return the user with the members that the change gives.

        Names or an address given by hand complete a pending profile, so that people-info does not overwrite them.

        Raises:
            UnknownTimeZoneError: there is no such zone.
        """
        if change.time_zone is not None:
            require_time_zone(change.time_zone)
        by_hand = (change.surname, change.name, change.patronymic, change.address) != (None,) * 4
        return replace(
            self,
            surname=_given(change.surname, self.surname),
            name=_given(change.name, self.name),
            patronymic=_given(change.patronymic, self.patronymic) or None,
            address=_given(change.address, self.address),
            profile=Profile.COMPLETE if by_hand else self.profile,
            role=_given(change.role, self.role),
            time_zone=_given(change.time_zone, self.time_zone),
            timers=_given(change.timers, self.timers),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class UserChange:
    """New values for some members of a user; None leaves a member as it is, an empty patronymic takes it away."""

    surname: str | None = None
    name: str | None = None
    patronymic: str | None = None
    address: str | None = None
    time_zone: str | None = None
    timers: Timers | None = None
    role: Role | None = None


def _given(new: Value | None, old: Value) -> Value:
    return old if new is None else new


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUser:
    """A user to be registered; `person` is None while people-info does not answer."""

    national_id: NationalId
    password_hash: str
    person: Person | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UserFilter:
    """Substrings that have to occur, in any case; None does not filter. `only` limits the list to one user."""

    national_id: str | None = None
    surname: str | None = None
    name: str | None = None
    patronymic: str | None = None
    address: str | None = None
    only: UserId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """A user and the digest of their password, against which a sign-in is checked."""

    user_id: UserId
    password_hash: str
