"""Creating time entries by hand, correcting, deleting and restoring them.

Every write takes its locks in the order of starts and stops: the task, then the user, then the clock. Behind the
user's lock nobody else writes the user's time, so what is read there still holds when it comes to the write. An erased
user's hours are corrected like others', by whoever may; only run they do not.
"""

from dataclasses import dataclass, replace
from typing import TypeVar

from timetrack.domain.errors import (
    TaskNotFoundError,
    TimeEntryNotFoundError,
    TimeEntryOverlapError,
    TimerAlreadyRunningError,
    UserInactiveError,
    UserNotFoundError,
    VersionMismatchError,
)
from timetrack.domain.model.access.caller import Caller
from timetrack.domain.model.access.permissions import Permission
from timetrack.domain.model.ids import TaskId, TimeEntryId, UserId
from timetrack.domain.model.lists import Page, PageRequest
from timetrack.domain.model.time.lanes import LaneInterval
from timetrack.domain.model.time.local_days import OWN_DAYS, AskedDays
from timetrack.domain.model.time.ranges import ALL_TIME, OpenRange
from timetrack.domain.model.time.time_entries import (
    NewTimeEntry,
    TimeEntry,
    TimeEntryByHand,
    TimeEntryChange,
    TimeEntryFilter,
)
from timetrack.domain.model.time.time_entry_history import TimeEntryVersion
from timetrack.domain.model.users.users import Standing
from timetrack.domain.model.versions import UNCONDITIONAL, Precondition
from timetrack.domain.ports.storage import Storage, Stores
from timetrack.domain.services.callers import caller_now, lock_user
from timetrack.domain.services.erased_text import without_erased_text

Written = TypeVar("Written", NewTimeEntry, TimeEntry, TimeEntryVersion)


@dataclass(frozen=True, slots=True)
class TimeEntries:
    """The operations on time entries; those that the caller may not see are as if missing."""

    storage: Storage

    def get(self, caller: Caller, entry_id: TimeEntryId) -> TimeEntry:
        """Return an entry.

        Raises:
            TimeEntryNotFoundError: there is none of this id that the caller may see.
        """
        entry = _visible(self.storage, caller, entry_id)
        return without_erased_text(self.storage, caller, entry.user_id, [entry])[0]

    def list(
        self,
        caller: Caller,
        filters: TimeEntryFilter,
        page: PageRequest,
        between: OpenRange = ALL_TIME,
        days: AskedDays = OWN_DAYS,
    ) -> Page[TimeEntry]:
        """Return a user's entries, the latest first; dates are of the caller's time zone, or of one named.

        Raises:
            UnknownTimeZoneError: there is no such time zone.
            UserNotFoundError: there has never been such a user, or the caller may not see their time.
            FilterReversedError: the range ends before it starts.
            CursorMalformedError: the page begins nowhere in the list.
        """
        days.require_known_zone()
        if not Permission.SEE_TIME.granted(caller, filters.user_id):
            raise UserNotFoundError
        own = self.storage.users.time_zone(filters.user_id)  # an erased user's entries stay, and nobody else has any
        if between.has_dates and days.time_zone is None and filters.user_id != caller.user_id:
            own = self.storage.users.time_zone(caller.user_id)
        filters = filters.within(between, days.of_user(own))
        filters.require_forward()
        found = self.storage.time_entries.list(filters, page)
        return replace(found, items=without_erased_text(self.storage, caller, filters.user_id, found.items))

    def create(self, caller: Caller, by_hand: TimeEntryByHand) -> TimeEntry:
        """Keep time that no timer has measured; without an end it runs.

        Raises:
            NotAllowedError: the entry would be another user's, and the caller may not.
            TaskNotFoundError, UserNotFoundError: there is none of this id.
            StartInFutureError, EndInFutureError, EndBeforeStartError: the instants are impossible.
            UserInactiveError: it would run, and the user has left.
            TimeEntryOverlapError, TimerAlreadyRunningError: another entry of the lane is in the way.
        """
        Permission.CHANGE_TIME.require(caller, by_hand.user_id)
        with self.storage.transaction(caller) as stores:
            if not stores.tasks.lock_shared(by_hand.task_id):
                raise TaskNotFoundError
            user, now = lock_user(stores, caller, by_hand.user_id)
            Permission.CHANGE_TIME.require(now, by_hand.user_id)
            entry = _written(user.standing, by_hand.entry(user.timers, stores.time_entries.now()))
            _require_no_overlap(stores, entry)
            return stores.time_entries.add(entry)

    def change(
        self,
        caller: Caller,
        entry_id: TimeEntryId,
        change: TimeEntryChange,
        expected: Precondition = UNCONDITIONAL,
    ) -> TimeEntry:
        """Correct an entry.

        Raises:
            TimeEntryNotFoundError: there is none of this id that the caller may see.
            NotAllowedError: the caller may not change it.
            VersionMismatchError: the entry has another version than expected.
            TaskNotFoundError: it would move to a task, or run on one, that is not there.
            UserNotFoundError: it would run, and the user was erased.
            StartInFutureError, EndInFutureError, EndBeforeStartError: the instants are impossible.
            UserInactiveError: it would run, and the user has left.
            TimeEntryOverlapError, TimerAlreadyRunningError: another entry of the lane is in the way.
        """
        with self.storage.transaction(caller) as stores:
            known = _changeable(stores, caller, entry_id)
            target = known.task_id if change.task_id is None else change.task_id
            locked = stores.tasks.lock_shared(target)
            owner = _lock_owner(stores, caller, known.user_id)
            entry = stores.time_entries.get(known.id)
            expected.check(entry.version)
            changed = _written(owner, entry.changed(change))
            if _needs_task(entry, changed):
                _require_task(changed.task_id, target, locked=locked)
            _require_no_overlap(stores, changed, entry.id)
            return stores.time_entries.save(changed)

    def delete(self, caller: Caller, entry_id: TimeEntryId, expected: Precondition = UNCONDITIONAL) -> None:
        """Take an entry from lists and reports; its history stays.

        Raises:
            TimeEntryNotFoundError: there is none of this id that the caller may see.
            NotAllowedError: the caller may not change it.
            VersionMismatchError: the entry has another version than expected.
        """
        with self.storage.transaction(caller) as stores:
            known = _changeable(stores, caller, entry_id)
            _lock_owner(stores, caller, known.user_id)
            entry = stores.time_entries.get(entry_id)
            expected.check(entry.version)
            stores.time_entries.delete(entry_id)

    def require_creation(self, caller: Caller, owner: UserId) -> None:
        """Let only those pass who may keep time for a user.

        Raises:
            NotAllowedError: the caller may not.
        """
        Permission.CHANGE_TIME.require(caller, owner)

    def require_change(self, caller: Caller, entry_id: TimeEntryId) -> None:
        """Let only those pass who may change an entry, or might have changed a deleted one.

        Raises:
            TimeEntryNotFoundError: it is another user's, and the caller may not see it.
            NotAllowedError: the caller may not.
        """
        try:
            owner = self.storage.history.owner(entry_id)
        except TimeEntryNotFoundError:
            return  # there has never been one, and so nothing to hide
        _require_changeable(caller, owner)

    def history(self, caller: Caller, entry_id: TimeEntryId, page: PageRequest) -> Page[TimeEntryVersion]:
        """Return the versions of an entry, also when it was deleted.

        Raises:
            TimeEntryNotFoundError: there has never been one of this id that the caller may see.
        """
        owner = _owner(self.storage, caller, entry_id)
        found = self.storage.history.list(entry_id, page)
        return replace(found, items=without_erased_text(self.storage, caller, owner, found.items))

    def restore(self, caller: Caller, entry_id: TimeEntryId, version: int) -> TimeEntry:
        """Restore a version of an entry, also when it was deleted.

        Raises:
            TimeEntryNotFoundError: there has never been one of this id that the caller may see.
            NotAllowedError: the caller may not change it.
            VersionUnknownError: it has had no such version.
            TaskNotFoundError: its task was deleted.
            UserNotFoundError: it would run, and the user was erased.
            UserInactiveError: it would run, and the user has left.
            TimeEntryOverlapError, TimerAlreadyRunningError: another entry of the lane is in the way.
        """
        with self.storage.transaction(caller) as stores:
            owner = _owner(stores, caller, entry_id)
            _require_changeable(caller, owner)
            wanted = stores.history.version(entry_id, version)
            if not stores.tasks.lock_shared(wanted.task_id):
                raise TaskNotFoundError
            wanted = _written(_lock_owner(stores, caller, owner), wanted)
            _require_no_overlap(stores, wanted, entry_id)
            return stores.time_entries.restore(wanted)


def _visible(stores: Stores, caller: Caller, entry_id: TimeEntryId) -> TimeEntry:
    entry = stores.time_entries.get(entry_id)
    _require_visible(caller, entry.user_id)
    return entry


def _changeable(stores: Stores, caller: Caller, entry_id: TimeEntryId) -> TimeEntry:
    entry = stores.time_entries.get(entry_id)
    _require_changeable(caller, entry.user_id)
    return entry


def _owner(stores: Stores, caller: Caller, entry_id: TimeEntryId) -> UserId:
    owner = stores.history.owner(entry_id)
    _require_visible(caller, owner)
    return owner


def _require_visible(caller: Caller, owner: UserId) -> None:
    if not Permission.SEE_TIME.granted(caller, owner):
        raise TimeEntryNotFoundError


def _require_changeable(caller: Caller, owner: UserId) -> None:
    _require_visible(caller, owner)
    Permission.CHANGE_TIME.require(caller, owner)


def _lock_owner(stores: Stores, caller: Caller, owner: UserId) -> Standing:
    """Lock whose hours these are; return whether they are still there.

    Behind this lock the entry is read again, and the clock that is read with it is ahead of all writes.
    """
    standing = stores.users.lock_owner(owner)
    _require_changeable(caller_now(stores, caller), owner)
    return standing


def _written(standing: Standing, entry: Written) -> Written:
    """Return what may be written of a user's time: where they are gone it does not run, or even has no text."""
    if standing is Standing.ERASED and entry.end is None:
        raise UserNotFoundError
    if standing is Standing.LEFT and entry.end is None:
        raise UserInactiveError
    return replace(entry, description="") if standing is Standing.ERASED else entry


def _needs_task(entry: TimeEntry, changed: TimeEntry) -> bool:
    """Return whether the change needs a task that exists; the hours of a deleted one may still be corrected."""
    return changed.task_id != entry.task_id or (changed.running and not entry.running)


def _require_task(task_id: TaskId, target: TaskId, *, locked: bool) -> None:
    if task_id != target:
        # It was moved while this change, which is to make it run, was waiting: too late to lock another task.
        raise VersionMismatchError
    if not locked:
        raise TaskNotFoundError


def _require_no_overlap(stores: Stores, interval: LaneInterval, ignoring: TimeEntryId | None = None) -> None:
    if interval.end is None:
        running = stores.time_entries.find_running(interval.user_id, interval.lane)
        if running not in (None, ignoring):
            raise TimerAlreadyRunningError(running)
    others = stores.time_entries.overlapping(interval, ignoring)
    if others:
        raise TimeEntryOverlapError(others)
