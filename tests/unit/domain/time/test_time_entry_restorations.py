"""Deleting time entries, and bringing them back."""

from datetime import timedelta

import pytest

from tests.fakes.storage import FakeStorage
from tests.given import caller, delete_task, start, stop
from timetrack.domain.errors import (
    TaskNotFoundError,
    TimeEntryNotFoundError,
    TimeEntryOverlapError,
    TimerAlreadyRunningError,
    VersionUnknownError,
)
from timetrack.domain.model.ids import TaskId, TimeEntryId
from timetrack.domain.model.lists import PageRequest
from timetrack.domain.model.time.lanes import Timers
from timetrack.domain.model.time.tasks import Task
from timetrack.domain.model.time.time_entries import TimeEntry, TimeEntryChange
from timetrack.domain.model.time.time_entry_history import Action
from timetrack.domain.model.users.users import User, UserChange
from timetrack.domain.model.versions import Precondition
from timetrack.domain.services.time_entries import TimeEntries

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
ALL = PageRequest(limit=100)
STALE = Precondition(frozenset({99}))
PARALLEL = UserChange(timers=Timers.PARALLEL)
NO_TASK = TaskId(999_999)


def actions(entries: TimeEntries, user: User, entry: TimeEntry) -> list[Action]:
    return [version.action for version in entries.history(caller(user), entry.id, ALL).items]


def test_a_deleted_entry_is_gone_but_for_its_history(entries: TimeEntries, member: User, entry: TimeEntry) -> None:
    entries.delete(caller(member), entry.id)

    with pytest.raises(TimeEntryNotFoundError):
        entries.get(caller(member), entry.id)
    with pytest.raises(TimeEntryNotFoundError):
        entries.delete(caller(member), entry.id)
    assert actions(entries, member, entry) == [Action.CREATED, Action.DELETED]


def test_a_deleted_entry_comes_back(entries: TimeEntries, member: User, entry: TimeEntry) -> None:
    entries.delete(caller(member), entry.id)

    restored = entries.restore(caller(member), entry.id, 1)

    assert (restored.id, restored.version, restored.start, restored.end) == (entry.id, 3, entry.start, entry.end)
    assert actions(entries, member, entry) == [Action.CREATED, Action.DELETED, Action.RESTORED]


def test_a_correction_is_undone(entries: TimeEntries, member: User, entry: TimeEntry) -> None:
    entries.change(caller(member), entry.id, TimeEntryChange(end=entry.start + MINUTE))

    assert entries.restore(caller(member), entry.id, 1).end == entry.end


def test_a_restored_timer_runs_again(entries: TimeEntries, storage: FakeStorage, member: User, task: Task) -> None:
    running = start(storage, member, task).entry
    stop(storage, member, task)

    assert entries.restore(caller(member), running.id, 1).running


def test_what_is_in_the_way_of_a_restoration_is_named(
    entries: TimeEntries, storage: FakeStorage, member: User, task: Task, entry: TimeEntry
) -> None:
    running = start(storage, member, task).entry
    stop(storage, member, task)
    later = start(storage, member, task).entry
    entries.delete(caller(member), entry.id)
    entries.change(caller(member), later.id, TimeEntryChange(start=entry.start - HOUR, end=entry.start + SECOND))
    timer = start(storage, member, task).entry

    with pytest.raises(TimeEntryOverlapError) as overlap:
        entries.restore(caller(member), entry.id, 1)
    with pytest.raises(TimerAlreadyRunningError) as second:
        entries.restore(caller(member), running.id, 1)

    assert overlap.value.time_entry_ids == (later.id,)
    assert second.value.time_entry_id == timer.id


def test_a_version_that_never_was_is_not_restored(entries: TimeEntries, member: User, entry: TimeEntry) -> None:
    with pytest.raises(VersionUnknownError):
        entries.restore(caller(member), entry.id, 2)
    with pytest.raises(TimeEntryNotFoundError):
        entries.restore(caller(member), TimeEntryId(999_999), 1)


def test_a_version_on_a_deleted_task_is_not_restored(
    entries: TimeEntries, storage: FakeStorage, member: User, task: Task, entry: TimeEntry
) -> None:
    entries.delete(caller(member), entry.id)
    delete_task(storage, task)

    with pytest.raises(TaskNotFoundError):
        entries.restore(caller(member), entry.id, 1)
