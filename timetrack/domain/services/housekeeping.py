"""Background work: completes pending profiles and deletes what has expired, one server at a time."""

from dataclasses import dataclass, replace

from timetrack.domain.errors import PeopleInfoUnavailableError, PersonUnknownError, UserNotFoundError
from timetrack.domain.model.users.person import Person
from timetrack.domain.model.users.users import Profile, User
from timetrack.domain.ports.storage import Storage
from timetrack.domain.ports.users.people import PeopleInfo

_AT_A_TIME = 10
_PROFILES_LEASE = 15.0
"""Seconds; longer than asking people-info for as many users as one round takes, so that rounds do not overlap."""

_SWEEPING_LEASE = 60.0
_MOST_BATCHES = 50
"""In one round, which is to end well within its lease."""


@dataclass(frozen=True, slots=True)
class HousekeepingRounds:
    """Background work in short rounds, to be called repeatedly."""

    storage: Storage
    people: PeopleInfo

    def fill_profiles(self) -> int:
        """Ask people-info for users whose names are still missing; return how many profiles it has completed."""
        if not self.storage.housekeeping.take_lease("profiles", _PROFILES_LEASE):
            return 0
        completed = 0
        for _ in range(_AT_A_TIME):
            user = self.storage.users.claim_pending()
            if user is None:
                break
            completed += self._fill(user)
        return completed

    def _fill(self, user: User) -> bool:
        try:
            return self._complete(user, self.people.find(user.national_id))
        except (PeopleInfoUnavailableError, PersonUnknownError, UserNotFoundError):
            return False  # the claim has put off the next try; or the user was erased meanwhile

    def _complete(self, user: User, person: Person) -> bool:
        with self.storage.transaction(None) as stores:
            present = stores.users.lock_exclusive(user.id)
            if present.profile is Profile.COMPLETE:
                return False  # somebody has filled it in by hand
            stores.users.save(_completed(present, person))
            return True

    def sweep(self) -> None:
        """Delete what has expired, batch by batch, until nothing is left or the round has done its share."""
        if self.storage.housekeeping.take_lease("sweeping", _SWEEPING_LEASE):
            batches = 1
            while self.storage.housekeeping.sweep() and batches < _MOST_BATCHES:
                batches += 1


def _completed(user: User, person: Person) -> User:
    return replace(
        user,
        surname=person.surname,
        name=person.name,
        patronymic=person.patronymic,
        address=person.address,
        profile=Profile.COMPLETE,
    )
