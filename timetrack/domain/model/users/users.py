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


class Standing(StrEnum):
    """The standing of whoever owns time: who has left, or was erased, has hours and no running timer."""

    ACTIVE = "active"
    LEFT = "left"
    ERASED = "erased"


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person who may sign in while they are `active`; `version` counts the changes."""

    id: UserId
    national_id: NationalId
    surname: str
    name: str
    patronymic: str | None
    address: str
    profile: Profile
    role: Role
    active: bool
    time_zone: str
    timers: Timers
    version: int
    created_at: datetime
    updated_at: datetime

    @property
    def standing(self) -> Standing:
        """The user's standing, which is never that of an erased one."""
        return Standing.ACTIVE if self.active else Standing.LEFT

    def changed(self, change: "UserChange", person: Person | None = None) -> "User":
        """Return the user with the members that the change gives; another national ID brings what `person` is.

        While nobody knows who that is, the profile is pending.

        Names or an address given by hand complete a pending profile, so that people-info does not overwrite them.

        Raises:
            UnknownTimeZoneError: there is no such zone.
        """
        if change.time_zone is not None:
            require_time_zone(change.time_zone)
        by_hand = (change.surname, change.name, change.patronymic, change.address) != (None,) * 4
        known = self._corrected(change.national_id, person)
        return replace(
            known,
            surname=_given(change.surname, known.surname),
            name=_given(change.name, known.name),
            patronymic=_given(change.patronymic, known.patronymic) or None,
            address=_given(change.address, known.address),
            profile=Profile.COMPLETE if by_hand else known.profile,
            role=_given(change.role, self.role),
            active=_given(change.active, self.active),
            time_zone=_given(change.time_zone, self.time_zone),
            timers=_given(change.timers, self.timers),
        )

    def completed(self, person: Person) -> "User":
        """Return the user with the names and the address that people-info knows."""
        return replace(
            self,
            surname=person.surname,
            name=person.name,
            patronymic=person.patronymic,
            address=person.address,
            profile=Profile.COMPLETE,
        )

    def _corrected(self, national_id: NationalId | None, person: Person | None) -> "User":
        if national_id in (None, self.national_id):
            return self
        corrected = replace(self, national_id=national_id, profile=Profile.PENDING)
        return corrected if person is None else corrected.completed(person)


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
    active: bool | None = None
    national_id: NationalId | None = None

    @property
    def may_demote(self) -> bool:
        """Whether an admin would be none afterwards."""
        return self.role not in (None, Role.ADMIN) or self.active is False


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
    """Substrings that have to occur, in any case; None does not filter.

    `active` keeps either those who may sign in or those who have left; `only` limits the list to one user.
    """

    national_id: str | None = None
    surname: str | None = None
    name: str | None = None
    patronymic: str | None = None
    address: str | None = None
    active: bool | None = None
    only: UserId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """A user and the digest of their password, against which a sign-in is checked."""

    user_id: UserId
    password_hash: str
