"""Time entries in memory."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from tests.fakes.storage import history, idempotency_keys, lanes, timers
from tests.fakes.storage.database import Session
from tests.fakes.storage.state import MakeError, State, TimerOutcome
from timetrack.domain.errors import TimeEntryNotFoundError
from timetrack.domain.model.idempotency import IdempotencyKey
from timetrack.domain.model.ids import TaskId, TimeEntryId, UserId
from timetrack.domain.model.lists import Page, PageRequest
from timetrack.domain.model.time.lanes import LaneInterval
from timetrack.domain.model.time.time_entries import NewTimeEntry, TimeEntry, TimeEntryFilter, position, read_position
from timetrack.domain.model.time.time_entry_history import Action, TimeEntryVersion
from timetrack.domain.ports.idempotency import RefusedBefore
from timetrack.domain.ports.time.time_entries import StartTimer, StopTimer, Tracked

Decide = Callable[[State], TimeEntry | MakeError]


class FakeTimeEntries:
    """See TimeEntryStore."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def start(self, command: StartTimer) -> Tracked:
        """See TimeEntryStore.start."""
        return self._track(command, partial(timers.start, self._session.database, command=command))

    def stop(self, command: StopTimer) -> Tracked:
        """See TimeEntryStore.stop."""
        return self._track(command, partial(timers.stop, self._session.database, command=command))

    def _track(self, command: StartTimer | StopTimer, decide: Decide) -> Tracked:
        # A refusal is raised behind the statement: it is kept under the key, and so nothing may roll back.
        if command.key is None:
            with self._session.statement() as state:
                outcome = TimerOutcome(result=decide(state), request_id=command.caller.request_id)
            return _tracked(outcome, replayed=False)
        return self._track_once(command.key, command, decide)

    def _track_once(self, key: IdempotencyKey, command: StartTimer | StopTimer, decide: Decide) -> Tracked:
        database = self._session.database
        with database.claim(key), self._session.statement() as state:
            first = idempotency_keys.first_answer(database, state, key)
            assert first is None or isinstance(first, TimerOutcome), "the fingerprint does not tell what was asked"
            outcome = first or TimerOutcome(result=decide(state), request_id=command.caller.request_id)
            if first is None:
                idempotency_keys.keep(database, state, key, outcome)
        return _tracked(outcome, replayed=first is not None)

    def now(self) -> datetime:
        """See TimeEntryStore.now."""
        return self._session.database.now

    def get(self, time_entry_id: TimeEntryId) -> TimeEntry:
        """See TimeEntryStore.get."""
        with self._session.statement() as state:
            if time_entry_id not in state.time_entries:
                raise TimeEntryNotFoundError
            return self._read(state.time_entries[time_entry_id])

    def list(self, filters: TimeEntryFilter, page: PageRequest) -> Page[TimeEntry]:
        """See TimeEntryStore.list."""
        after = read_position(page.after) if page.after else None
        with self._session.statement() as state:
            entries = [self._read(each) for each in state.time_entries.values() if _matches(each, filters)]
        behind = [each for each in entries if after is None or (each.start, each.id) < after]
        behind.sort(key=lambda each: (each.start, each.id), reverse=True)
        return Page.cut(behind[: page.limit + 1], page.limit, position)

    def _read(self, entry: TimeEntry) -> TimeEntry:
        return replace(entry, as_of=self._session.database.now)

    def find_running(self, user_id: UserId, lane: int) -> TimeEntryId | None:
        """See TimeEntryStore.find_running."""
        with self._session.statement() as state:
            running = lanes.find_running(state, user_id, lane)
            return None if running is None else running.id

    def overlapping(self, interval: LaneInterval, ignoring: TimeEntryId | None = None) -> Sequence[TimeEntryId]:
        """See TimeEntryStore.overlapping."""
        with self._session.statement() as state:
            return lanes.overlapping(state, interval, ignoring)

    def add(self, entry: NewTimeEntry) -> TimeEntry:
        """See TimeEntryStore.add."""
        self._session.require_lock(("user", entry.user_id))
        self._session.require_lock(("task, shared", entry.task_id))
        with self._session.statement() as state:
            return history.write(state, self._new(entry), Action.CREATED, self._session.caller)

    def _new(self, entry: NewTimeEntry) -> TimeEntry:
        now = self._session.database.now
        return TimeEntry(
            id=TimeEntryId(next(self._session.database.ids)),
            user_id=entry.user_id,
            task_id=entry.task_id,
            lane=entry.lane,
            start=entry.start,
            end=entry.end,
            description=entry.description,
            version=1,
            created_at=now,
            updated_at=now,
            as_of=now,
        )

    def save(self, entry: TimeEntry) -> TimeEntry:
        """See TimeEntryStore.save."""
        self._session.require_lock(("user", entry.user_id))
        with self._session.statement() as state:
            kept = state.time_entries[entry.id]
            if entry.task_id != kept.task_id:
                self._session.require_lock(("task, shared", entry.task_id))
            changed = replace(entry, version=kept.version, created_at=kept.created_at)
            return history.write(state, self._next(changed), Action.CHANGED, self._session.caller)

    def _next(self, entry: TimeEntry) -> TimeEntry:
        now = self._session.database.now
        return replace(entry, version=entry.version + 1, updated_at=now, as_of=now)

    def delete(self, time_entry_id: TimeEntryId) -> None:
        """See TimeEntryStore.delete."""
        with self._session.statement() as state:
            entry = self._read(state.time_entries[time_entry_id])
            self._session.require_lock(("user", entry.user_id))
            history.remove(state, entry, self._session.caller)

    def restore(self, version: TimeEntryVersion) -> TimeEntry:
        """See TimeEntryStore.restore."""
        self._session.require_lock(("user", version.user_id))
        self._session.require_lock(("task, shared", version.task_id))
        with self._session.statement() as state:
            restored = self._next(self._as_it_was(state, version))
            return history.write(state, restored, Action.RESTORED, self._session.caller)

    def _as_it_was(self, state: State, version: TimeEntryVersion) -> TimeEntry:
        now = self._session.database.now
        return TimeEntry(
            id=version.time_entry_id,
            user_id=version.user_id,
            task_id=version.task_id,
            lane=version.lane,
            start=version.start,
            end=version.end,
            description=version.description,
            version=max(each.version for each in history.versions_of(state, version.time_entry_id)),
            created_at=version.created_at,
            updated_at=now,
            as_of=now,
        )

    def stop_all_of_user(self, user_id: UserId) -> None:
        """See TimeEntryStore.stop_all_of_user."""
        self._session.require_lock(("user", user_id))
        self._stop_all(lambda entry: entry.user_id == user_id)

    def stop_all_on_task(self, task_id: TaskId) -> None:
        """See TimeEntryStore.stop_all_on_task."""
        self._session.require_lock(("task", task_id))
        self._stop_all(lambda entry: entry.task_id == task_id)

    def _stop_all(self, concerned: Callable[[TimeEntry], bool]) -> None:
        now = self._session.database.now
        with self._session.statement() as state:
            for entry in [each for each in state.time_entries.values() if each.running and concerned(each)]:
                timers.end(state, entry, max(entry.start, now), now, self._session.caller)


def _matches(entry: TimeEntry, filters: TimeEntryFilter) -> bool:
    return (
        entry.user_id == filters.user_id
        and filters.task_id in (None, entry.task_id)
        and filters.running in (None, entry.running)
        and _reaches_into(entry, filters.start, filters.end)
    )


def _reaches_into(entry: TimeEntry, start: datetime | None, end: datetime | None) -> bool:
    """Tell whether an entry overlaps a range; one of no length does if its instant lies inside."""
    if start is not None and start == end:
        return False
    began = end is None or entry.start < end
    goes_on = start is None or entry.start >= start or entry.end is None or entry.end > start
    return began and goes_on


def _tracked(outcome: TimerOutcome, *, replayed: bool) -> Tracked:
    if isinstance(outcome.result, TimeEntry):
        return Tracked(entry=outcome.result, replayed=replayed)
    refusal = outcome.result()
    if replayed:
        raise RefusedBefore(refusal, outcome.request_id)
    raise refusal
