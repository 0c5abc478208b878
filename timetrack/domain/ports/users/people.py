"""The outside service that knows a person's name and address."""

from typing import Protocol

from timetrack.domain.model.users.national_id import NationalId
from timetrack.domain.model.users.person import Person


class PeopleInfo(Protocol):
    """Who has which national ID."""

    def find(self, national_id: NationalId) -> Person:
        """Return the person within about a second; never called inside a transaction.

        Raises:
            PersonUnknownError: the ID was never issued.
            PeopleInfoUnavailableError: the service is down, slow, or answers off its contract.
        """
