"""The port to people-info, the outside service that knows names and addresses."""

from typing import Protocol

from timetrack.domain.model.users.national_id import NationalId
from timetrack.domain.model.users.person import Person


class PeopleInfo(Protocol):
    """Persons, by their national ID."""

    def find(self, national_id: NationalId) -> Person:
        """Return the person within about a second; never called inside a transaction.

        Raises:
            PersonUnknownError: the ID was never issued.
            PeopleInfoUnavailableError: the service is down, slow, or answers off its contract.
        """
