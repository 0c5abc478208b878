"""Time entries in PostgreSQL."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from psycopg import errors

from timetrack.adapters.postgres.session import Session
from timetrack.adapters.postgres.statements import load
from timetrack.domain.errors import (
    EndBeforeStartError,
    EndInFutureError,
    IdempotencyKeyInUseError,
    IdempotencyKeyReusedError,
    StartInFutureError,
    SwitchTooEarlyError,
    TaskNotFoundError,
    TimeEntryNotFoundError,
    TimeEntryOverlapError,
    TimerAlreadyRunningError,
    TimerNotRunningError,
    TimeTrackError,
    TokenInvalidError,
)
from timetrack.domain.model.idempotency import IdempotencyKey
from timetrack.domain.model.ids import TaskId, TimeEntryId, UserId
from timetrack.domain.model.lists import Page, PageRequest
from timetrack.domain.model.time.lanes import LaneInterval
from timetrack.domain.model.time.time_entries import NewTimeEntry, TimeEntry, TimeEntryFilter, position, read_position
from timetrack.domain.model.time.time_entry_history import TimeEntryVersion
from timetrack.domain.ports.idempotency import RefusedBefore
from timetrack.domain.ports.time.time_entries import StartTimer, StopTimer, Tracked

_SQL = load("time_entries")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    """A row of the type timer_outcome; of a refusal only the first five columns are filled."""

    outcome: str
    replayed: bool
    request_id: str | None
    in_the_way: Sequence[int] | None
    as_of: datetime
    id: TimeEntryId
    user_id: UserId
    task_id: TaskId
    lane: int
    start_at: datetime
    end_at: datetime | None
    description: str
    version: int
    created_at: datetime
    updated_at: datetime


_REFUSALS: Mapping[str, Callable[[_Outcome], TimeTrackError]] = {
    "user_not_found": lambda _: TokenInvalidError(),
    "task_not_found": lambda _: TaskNotFoundError(),
    "start_in_future": lambda _: StartInFutureError(),
    "end_in_future": lambda _: EndInFutureError(),
    "end_before_start": lambda _: EndBeforeStartError(),
    "switch_too_early": lambda _: SwitchTooEarlyError(),
    "timer_not_running": lambda _: TimerNotRunningError(),
    "timer_already_running": lambda outcome: TimerAlreadyRunningError(*(outcome.in_the_way or ())),
    "time_entry_overlap": lambda outcome: TimeEntryOverlapError(outcome.in_the_way or ()),
    "idempotency_key_in_use": lambda _: IdempotencyKeyInUseError(),
    "idempotency_key_reused": lambda _: IdempotencyKeyReusedError(),
}


class PostgresTimeEntries:
    """See TimeEntryStore."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def start(self, command: StartTimer) -> Tracked:
        """See TimeEntryStore.start."""
        parameters = {
            "start": command.start,
            "description": command.description,
            "switch": command.switch,
        }
        return self._track("start", command, parameters)

    def stop(self, command: StopTimer) -> Tracked:
        """See TimeEntryStore.stop."""
        return self._track("stop", command, {"end": command.end})

    def _track(self, statement: str, command: StartTimer | StopTimer, own: Mapping[str, object]) -> Tracked:
        parameters = {
            **own,
            "user_id": command.caller.user_id,
            "token_id": command.caller.token_id,
            "request_id": command.caller.request_id,
            "task_id": command.task_id,
            **_key(command.key),
        }
        return _tracked(self._decide(f"{statement}_once" if command.key else statement, parameters))

    def _decide(self, statement: str, parameters: Mapping[str, object]) -> _Outcome:
        single, batch = _SQL[statement], _SQL[f"{statement}_batch"]
        with translating_constraint_errors():
            outcome = self._session.write(single, batch, parameters, _Outcome)
        assert outcome is not None  # noqa: S101 - a function that is no set returns one row
        return outcome

    def now(self) -> datetime:
        """See TimeEntryStore.now."""
        return self._session.required(_SQL["now"], {}, _now)

    def get(self, time_entry_id: TimeEntryId) -> TimeEntry:
        """See TimeEntryStore.get."""
        entry = self._session.find(_SQL["get"], time_entry_id, TimeEntry)
        if entry is None:
            raise TimeEntryNotFoundError
        return entry

    def list(self, filters: TimeEntryFilter, page: PageRequest) -> Page[TimeEntry]:
        """See TimeEntryStore.list."""
        after_start, after_id = read_position(page.after) if page.after else (None, None)
        parameters = {
            "user_id": filters.user_id,
            "task_id": filters.task_id,
            "start": filters.start,
            "end": filters.end,
            "after_start": after_start,
            "after_id": after_id,
            "limit": page.limit + 1,
        }
        if filters.running:
            rows = self._session.all(_SQL["list_running"], parameters, TimeEntry)
        else:
            rows = self._session.all(_SQL["list"], {**parameters, "ended": filters.running is False}, TimeEntry)
        return Page.cut(rows, page.limit, position)

    def find_running(self, user_id: UserId, lane: int) -> TimeEntryId | None:
        """See TimeEntryStore.find_running."""
        return self._session.one(_SQL["find_running"], {"user_id": user_id, "lane": lane}, _id)

    def overlapping(self, interval: LaneInterval, ignoring: TimeEntryId | None = None) -> Sequence[TimeEntryId]:
        """See TimeEntryStore.overlapping."""
        return self._session.required(_SQL["overlapping"], {**_interval(interval), "but": ignoring}, _ids)

    def add(self, entry: NewTimeEntry) -> TimeEntry:
        """See TimeEntryStore.add."""
        return self._write("add", _content(entry))

    def save(self, entry: TimeEntry) -> TimeEntry:
        """See TimeEntryStore.save."""
        return self._write("save", {"id": entry.id, **_content(entry)})

    def delete(self, time_entry_id: TimeEntryId) -> None:
        """See TimeEntryStore.delete."""
        self._session.run(_SQL["delete"], {"id": time_entry_id})

    def restore(self, version: TimeEntryVersion) -> TimeEntry:
        """See TimeEntryStore.restore."""
        parameters = {"id": version.time_entry_id, "created_at": version.created_at, **_content(version)}
        self._session.run(_SQL["set_restoring"], {"restoring": "yes"})
        exists = self._session.one(_SQL["exists"], {"id": version.time_entry_id}, _id) is not None
        restored = self._write("save" if exists else "restore_deleted", parameters)
        self._session.run(_SQL["set_restoring"], {"restoring": ""})
        return restored

    def _write(self, statement: str, parameters: Mapping[str, object]) -> TimeEntry:
        with translating_constraint_errors():
            return self._session.required(_SQL[statement], parameters, TimeEntry)

    def stop_all_of_user(self, user_id: UserId) -> None:
        """See TimeEntryStore.stop_all_of_user."""
        self._session.run(_SQL["stop_all_of_user"], {"user_id": user_id})

    def stop_all_on_task(self, task_id: TaskId) -> None:
        """See TimeEntryStore.stop_all_on_task."""
        self._session.run(_SQL["lock_users_timing_task"], {"task_id": task_id})
        self._session.run(_SQL["stop_all_on_task"], {"task_id": task_id})


@contextmanager
def translating_constraint_errors() -> Iterator[None]:
    """Turn a violated constraint into our refusal.

    This is the backstop: behind the user's lock it was made sure that nothing is in the way. What remains is a timer
    that starts while the clock is set back behind an ended entry.
    """
    try:
        yield
    except errors.IntegrityError as error:
        match error.diag.constraint_name:
            case "time_entries_overlap_excl":
                raise TimeEntryOverlapError(()) from error
            case "time_entries_running_key":
                raise TimerAlreadyRunningError from error
        raise


def _interval(interval: LaneInterval) -> dict[str, object]:
    return {"user_id": interval.user_id, "lane": interval.lane, "start": interval.start, "end": interval.end}


def _content(entry: TimeEntry | NewTimeEntry | TimeEntryVersion) -> dict[str, object]:
    return {**_interval(entry), "task_id": entry.task_id, "description": entry.description}


def _now(*, now: datetime) -> datetime:
    return now


def _id(*, id: int) -> TimeEntryId:
    return TimeEntryId(id)


def _ids(*, ids: Sequence[TimeEntryId]) -> Sequence[TimeEntryId]:
    return ids


def _key(key: IdempotencyKey | None) -> dict[str, object]:
    return {} if key is None else {"owner": key.owner, "key": key.key, "fingerprint": key.fingerprint}


def _tracked(outcome: _Outcome) -> Tracked:
    if outcome.outcome in ("started", "stopped"):
        return Tracked(entry=_entry(outcome), replayed=outcome.replayed)
    refusal = _REFUSALS[outcome.outcome](outcome)
    if outcome.replayed:
        raise RefusedBefore(refusal, outcome.request_id)
    raise refusal


def _entry(outcome: _Outcome) -> TimeEntry:
    return TimeEntry(
        id=outcome.id,
        user_id=outcome.user_id,
        task_id=outcome.task_id,
        lane=outcome.lane,
        start=outcome.start_at,
        end=outcome.end_at,
        description=outcome.description,
        version=outcome.version,
        created_at=outcome.created_at,
        updated_at=outcome.updated_at,
        as_of=outcome.as_of,
    )
