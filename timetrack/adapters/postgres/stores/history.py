"""The history of time entries in PostgreSQL; the trigger of migration 0002 writes it."""

from typing import Any

from timetrack.adapters.postgres.session import Session
from timetrack.adapters.postgres.statements import load
from timetrack.domain.errors import TimeEntryNotFoundError, VersionUnknownError
from timetrack.domain.model.ids import TimeEntryId, UserId
from timetrack.domain.model.lists import Page, PageRequest
from timetrack.domain.model.time.time_entry_history import Action, TimeEntryVersion

_SQL = load("history")


class PostgresHistory:
    """See HistoryStore."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def owner(self, time_entry_id: TimeEntryId) -> UserId:
        """See HistoryStore.owner."""
        owner = self._session.one(_SQL["owner"], {"id": time_entry_id}, _user_id)
        if owner is None:
            raise TimeEntryNotFoundError
        return owner

    def version(self, time_entry_id: TimeEntryId, version: int) -> TimeEntryVersion:
        """See HistoryStore.version."""
        found = self._session.one(_SQL["version"], {"id": time_entry_id, "version": version}, _version)
        if found is None:
            raise VersionUnknownError
        return found

    def list(self, time_entry_id: TimeEntryId, page: PageRequest) -> Page[TimeEntryVersion]:
        """See HistoryStore.list."""
        parameters = {"id": time_entry_id, "after": page.after[0] if page.after else 0, "limit": page.limit + 1}
        versions = self._session.all(_SQL["list"], parameters, _version)
        return Page.cut(versions, page.limit, lambda each: (each.version,))


def _user_id(*, user_id: UserId) -> UserId:
    return user_id


def _version(*, action: str, **rest: Any) -> TimeEntryVersion:  # noqa: ANN401 - a row's columns
    return TimeEntryVersion(action=Action(action), **rest)
