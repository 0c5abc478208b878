"""Background work: completes pending profiles and deletes what has expired, one server at a time."""

from dataclasses import dataclass

from timetrack.domain.errors import PeopleInfoUnavailableError, PersonUnknownError, UserNotFoundError
from timetrack.domain.model.users.person import Person
from timetrack.domain.model.users.users import Profile, User
from timetrack.domain.ports.storage import Storage
from timetrack.domain.ports.users.people import PeopleInfo

_AT_A_TIME = 10
_PROFILES_LEASE = 15.0
"""Seconds; longer than one user takes: a round extends its lease before each, so that rounds do not overlap."""

_SWEEPING_LEASE = 60.0
"""Seconds, extended before each further batch, and never given back: all servers together sweep once in so many."""

_MOST_BATCHES = 50
"""In one round."""


@dataclass(frozen=True, slots=True)
class HousekeepingRounds:
    """Background work in short rounds, to be called repeatedly."""

    storage: Storage
    people: PeopleInfo

    def fill_profiles(self) -> int:
        """Ask people-info for users whose names are still missing; return how many profiles it has completed."""
        leases = self.storage.housekeeping
        held_until = leases.take_lease("profiles", _PROFILES_LEASE)
        completed = tried = 0
        while held_until and tried < _AT_A_TIME and (user := self.storage.users.claim_pending()):
            completed += self._fill(user)
            tried += 1
            held_until = leases.extend_lease("profiles", held_until, _PROFILES_LEASE)
        if held_until and tried:  # a round that found nobody keeps it, so that idle servers seldom look
            leases.give_back_lease("profiles", held_until)
        return completed

    def _fill(self, user: User) -> bool:
        try:
            return self._complete(user, self.people.find(user.national_id))
        except (PeopleInfoUnavailableError, PersonUnknownError, UserNotFoundError):
            return False  # the claim has put off the next try; or the user was erased meanwhile

    def _complete(self, user: User, person: Person) -> bool:
        with self.storage.transaction(None) as stores:
            present = stores.users.lock_exclusive(user.id)
            if present.profile is Profile.COMPLETE or present.national_id != user.national_id:
                return False  # somebody has filled it in by hand, or corrected the national ID
            stores.users.save(present.completed(person))
            return True

    def erase_text(self) -> None:
        """Take the text of erased users' time, batch by batch, until none is left or the round has done its share."""
        batches = 0
        while batches < _MOST_BATCHES and self.storage.housekeeping.erase_text():
            batches += 1

    def sweep(self) -> None:
        """Delete what has expired, batch by batch, until nothing is left or the round has done its share."""
        leases = self.storage.housekeeping
        held_until = leases.take_lease("sweeping", _SWEEPING_LEASE)
        batches = 1
        while held_until and leases.sweep() and batches < _MOST_BATCHES:
            batches += 1
            held_until = leases.extend_lease("sweeping", held_until, _SWEEPING_LEASE)
