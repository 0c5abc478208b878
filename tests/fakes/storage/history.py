"""Time entries and their history in memory: no entry is written but with its version."""

from tests.fakes.storage.database import Session
from tests.fakes.storage.lanes import check_constraints
from tests.fakes.storage.state import State
from timetrack.domain.errors import TimeEntryNotFoundError, VersionUnknownError
from timetrack.domain.model.access.caller import Caller
from timetrack.domain.model.ids import TimeEntryId, UserId
from timetrack.domain.model.lists import Page, PageRequest
from timetrack.domain.model.time.time_entries import TimeEntry
from timetrack.domain.model.time.time_entry_history import Action, TimeEntryVersion


class FakeHistory:
    """See HistoryStore."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def owner(self, time_entry_id: TimeEntryId) -> UserId:
        """See HistoryStore.owner."""
        with self._session.statement() as state:
            if (time_entry_id, 1) not in state.history:
                raise TimeEntryNotFoundError
            return state.history[time_entry_id, 1].user_id

    def version(self, time_entry_id: TimeEntryId, version: int) -> TimeEntryVersion:
        """See HistoryStore.version."""
        with self._session.statement() as state:
            if (time_entry_id, version) not in state.history:
                raise VersionUnknownError
            return state.history[time_entry_id, version]

    def list(self, time_entry_id: TimeEntryId, page: PageRequest) -> Page[TimeEntryVersion]:
        """See HistoryStore.list."""
        after = page.after[0] if page.after else 0
        with self._session.statement() as state:
            behind = sorted(
                (each for each in versions_of(state, time_entry_id) if each.version > after),
                key=lambda each: each.version,
            )
        return Page.cut(behind[: page.limit + 1], page.limit, lambda each: (each.version,))


def versions_of(state: State, time_entry_id: TimeEntryId) -> list[TimeEntryVersion]:
    """Return every version of an entry."""
    return [each for each in state.history.values() if each.time_entry_id == time_entry_id]


def write(state: State, entry: TimeEntry, action: Action, by: Caller | None) -> TimeEntry:
    """Keep an entry as it is now, as far as the constraints allow."""
    check_constraints(state, entry)
    state.time_entries[entry.id] = entry
    _record(state, entry, entry.version, action, by)
    return entry


def remove(state: State, entry: TimeEntry, by: Caller | None) -> None:
    """Take an entry away."""
    del state.time_entries[entry.id]
    _record(state, entry, entry.version + 1, Action.DELETED, by)


def _record(state: State, entry: TimeEntry, version: int, action: Action, by: Caller | None) -> None:
    assert (entry.id, version) not in state.history, "the history is append-only"
    state.history[entry.id, version] = TimeEntryVersion(
        time_entry_id=entry.id,
        version=version,
        action=action,
        user_id=entry.user_id,
        task_id=entry.task_id,
        lane=entry.lane,
        start=entry.start,
        end=entry.end,
        description=entry.description,
        created_at=entry.created_at,
        changed_at=entry.as_of,
        changed_by=by.user_id if by else None,
        token_id=by.token_id if by else None,
        request_id=by.request_id if by else None,
    )
