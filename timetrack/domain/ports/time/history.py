"""The port that reads the history of time entries."""

from typing import Protocol

from timetrack.domain.model.ids import TimeEntryId, UserId
from timetrack.domain.model.lists import Page, PageRequest
from timetrack.domain.model.time.time_entry_history import TimeEntryVersion


class HistoryStore(Protocol):
    """Every version of every time entry, written together with the entry, and never changed."""

    def owner(self, time_entry_id: TimeEntryId) -> UserId:
        """Return the user of an entry, deleted or not.

        Raises:
            TimeEntryNotFoundError: there has never been one of this id.
        """

    def version(self, time_entry_id: TimeEntryId, version: int) -> TimeEntryVersion:
        """Return a version of an entry.

        Raises:
            VersionUnknownError: it has, or had, no such version.
        """

    def list(self, time_entry_id: TimeEntryId, page: PageRequest) -> Page[TimeEntryVersion]:
        """Return the versions of an entry, deleted or not, by ascending number; the key is `(version,)`."""
