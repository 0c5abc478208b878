"""The port that stores time entries, and the commands that start and stop timers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from timetrack.domain.model.access.caller import Caller
from timetrack.domain.model.idempotency import IdempotencyKey
from timetrack.domain.model.ids import TaskId, TimeEntryId, UserId
from timetrack.domain.model.lists import Page, PageRequest
from timetrack.domain.model.time.lanes import LaneInterval
from timetrack.domain.model.time.time_entries import NewTimeEntry, TimeEntry, TimeEntryFilter
from timetrack.domain.model.time.time_entry_history import TimeEntryVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class StartTimer:
    """Start the caller's timer on a task; `start` None is now, `switch` stops what runs in the lane."""

    caller: Caller
    task_id: TaskId
    start: datetime | None = None
    description: str = ""
    switch: bool = False
    key: IdempotencyKey | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StopTimer:
    """Stop the caller's timer on a task; `end` None is now."""

    caller: Caller
    task_id: TaskId
    end: datetime | None = None
    key: IdempotencyKey | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracked:
    """The time entry after a start or a stop; `replayed` when an earlier request with the same key has done it."""

    entry: TimeEntry
    replayed: bool = False


class TimeEntryStore(Protocol):
    """Time entries.

    Two entries of one user in one lane never overlap, running ones included, and a lane has at most one running
    entry, whatever callers do at once. Instants that a command leaves out are the clock's, read after the user's
    other writes have ended.
    """

    def start(self, command: StartTimer) -> Tracked:
        """Keep a new running entry, in one transaction with its key; of several callers at once, exactly one wins.

        Raises:
            TokenInvalidError: the caller was erased meanwhile.
            TaskNotFoundError: the task does not exist.
            StartInFutureError: `start` lies more than the allowed skew ahead.
            TimerAlreadyRunningError: a timer runs in the lane, and `switch` is not asked for.
            SwitchTooEarlyError: the running timer started later than `start`.
            TimeEntryOverlapError: an ended entry of the lane reaches past `start`.
            IdempotencyKeyReusedError: the key belongs to another request.
            IdempotencyKeyInUseError: the first request with the key is still under way.
            RefusedBefore: the first request with the key was refused by one of the others.
        """

    def stop(self, command: StopTimer) -> Tracked:
        """End the running entry of the user on the task, in one transaction with its key; the first stop wins.

        Raises:
            TaskNotFoundError: the task does not exist.
            TimerNotRunningError: nothing runs on the task.
            EndInFutureError: `end` lies more than the allowed skew ahead.
            EndBeforeStartError: `end` lies before the entry's start.
            IdempotencyKeyReusedError: the key belongs to another request.
            IdempotencyKeyInUseError: the first request with the key is still under way.
            RefusedBefore: the first request with the key was refused by one of the others.
        """

    def now(self) -> datetime:
        """Return the one clock, in whole seconds; behind a user's lock it is behind none of the user's writes."""

    def get(self, time_entry_id: TimeEntryId) -> TimeEntry:
        """Return an entry.

        Raises:
            TimeEntryNotFoundError: there is none of this id.
        """

    def list(self, filters: TimeEntryFilter, page: PageRequest) -> Page[TimeEntry]:
        """Return entries, the latest start first, then the highest id; the key is their `position`.

        An entry of no length counts as overlapping a range that holds its instant.

        Raises:
            CursorMalformedError: the page begins behind a key that is no position.
        """

    def find_running(self, user_id: UserId, lane: int) -> TimeEntryId | None:
        """Return the entry that runs in a lane of the user, if one does."""

    def overlapping(self, interval: LaneInterval, ignoring: TimeEntryId | None = None) -> Sequence[TimeEntryId]:
        """Return at most ten entries that overlap an interval in its lane, by their start, but not `ignoring`."""

    def add(self, entry: NewTimeEntry) -> TimeEntry:
        """Keep a new entry. The transaction has a shared lock on the task and an exclusive one on the user.

        Raises:
            TimeEntryOverlapError, TimerAlreadyRunningError: another entry of the lane is in the way.
        """

    def save(self, entry: TimeEntry) -> TimeEntry:
        """Keep a changed entry as a new version. The transaction has locked the user, and a new task at least shared.

        Raises:
            TimeEntryOverlapError, TimerAlreadyRunningError: another entry of the lane is in the way.
        """

    def delete(self, time_entry_id: TimeEntryId) -> None:
        """Take an entry away, but for its history. The transaction has locked the user."""

    def restore(self, version: TimeEntryVersion) -> TimeEntry:
        """Make an entry what it was, as a new version, also when it was deleted since.

        The transaction has a shared lock on the version's task and an exclusive one on the user.

        Raises:
            TimeEntryOverlapError, TimerAlreadyRunningError: another entry of the lane is in the way.
        """

    def stop_all_of_user(self, user_id: UserId) -> None:
        """End now whatever the user has running; the transaction has locked the user."""

    def stop_all_on_task(self, task_id: TaskId) -> None:
        """End now whatever runs on the task; the transaction has locked the task."""
