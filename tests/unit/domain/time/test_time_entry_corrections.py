"""Corrections of time entries."""

from datetime import timedelta
from typing import Literal

import pytest

from tests.fakes.storage import FakeStorage
from tests.given import a_task, caller, change_user, delete_task, erase_user, start, stop
from timetrack.domain.errors import (
    EndBeforeStartError,
    EndInFutureError,
    InvalidError,
    NotAllowedError,
    StartInFutureError,
    TaskNotFoundError,
    TimeEntryNotFoundError,
    TimeEntryOverlapError,
    TimerAlreadyRunningError,
    TokenInvalidError,
    UserNotFoundError,
    VersionMismatchError,
)
from timetrack.domain.model.ids import TaskId
from timetrack.domain.model.lists import PageRequest
from timetrack.domain.model.time.lanes import Timers
from timetrack.domain.model.time.tasks import Task
from timetrack.domain.model.time.time_entries import UNCHANGED, TimeEntry, TimeEntryChange, Unchanged
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


def test_only_the_given_members_change(entries: TimeEntries, member: User, entry: TimeEntry) -> None:
    changed = entries.change(caller(member), entry.id, TimeEntryChange(description="corrected"))

    assert (changed.description, changed.version) == ("corrected", 2)
    assert (changed.task_id, changed.start, changed.end) == (entry.task_id, entry.start, entry.end)
    assert entries.get(caller(member), entry.id) == changed


@pytest.mark.parametrize("timers", Timers)
def test_an_entry_that_moves_to_another_task_keeps_to_its_kind_of_lane(
    entries: TimeEntries, storage: FakeStorage, member: User, task: Task, timers: Timers
) -> None:
    change_user(storage, member.id, UserChange(timers=timers))
    running = start(storage, member, task).entry
    other = a_task(storage, member)
    change_user(storage, member.id, UserChange(timers=next(each for each in Timers if each is not timers)))

    moved = entries.change(caller(member), running.id, TimeEntryChange(task_id=other.id))

    assert (moved.task_id, moved.lane) == (other.id, 0 if timers is Timers.SINGLE else other.id)


def test_an_entry_moves_only_to_a_task_that_is_there(
    entries: TimeEntries, storage: FakeStorage, member: User, entry: TimeEntry
) -> None:
    gone = a_task(storage, member)
    delete_task(storage, gone)

    for task_id in (gone.id, NO_TASK):
        with pytest.raises(TaskNotFoundError):
            entries.change(caller(member), entry.id, TimeEntryChange(task_id=task_id))


def test_the_hours_of_a_deleted_task_may_still_be_corrected_but_not_run_on(
    entries: TimeEntries, storage: FakeStorage, member: User, task: Task, entry: TimeEntry
) -> None:
    delete_task(storage, task)

    changed = entries.change(caller(member), entry.id, TimeEntryChange(task_id=task.id, end=entry.start + MINUTE))

    assert changed.duration == MINUTE
    with pytest.raises(TaskNotFoundError):
        entries.change(caller(member), entry.id, TimeEntryChange(end=None))


def test_an_end_of_null_makes_the_entry_run_again(
    entries: TimeEntries, storage: FakeStorage, member: User, task: Task, entry: TimeEntry
) -> None:
    changed = entries.change(caller(member), entry.id, TimeEntryChange(end=None))

    assert changed.running
    assert stop(storage, member, task).entry.id == entry.id


def test_a_running_entry_is_not_in_its_own_way(
    entries: TimeEntries, storage: FakeStorage, member: User, task: Task
) -> None:
    running = start(storage, member, task).entry

    changed = entries.change(caller(member), running.id, TimeEntryChange(start=running.start - HOUR, end=None))

    assert (changed.running, changed.duration) == (True, HOUR)


def test_an_entry_does_not_run_beside_the_timer(
    entries: TimeEntries, storage: FakeStorage, member: User, task: Task, entry: TimeEntry
) -> None:
    running = start(storage, member, task).entry

    with pytest.raises(TimerAlreadyRunningError) as refusal:
        entries.change(caller(member), entry.id, TimeEntryChange(end=None))

    assert refusal.value.time_entry_id == running.id


def test_what_is_in_the_way_is_named(
    entries: TimeEntries, storage: FakeStorage, member: User, task: Task, entry: TimeEntry
) -> None:
    running = start(storage, member, task).entry

    with pytest.raises(TimeEntryOverlapError) as refusal:
        entries.change(caller(member), running.id, TimeEntryChange(start=entry.start))

    assert refusal.value.time_entry_ids == (entry.id,)
    assert entries.get(caller(member), running.id).version == 1


@pytest.mark.parametrize(
    ("start", "end", "refusal"),
    [
        (HOUR, UNCHANGED, StartInFutureError),
        (None, HOUR, EndInFutureError),
        (timedelta(0), UNCHANGED, EndBeforeStartError),
        (None, -4 * HOUR, EndBeforeStartError),
    ],
)
def test_impossible_instants_are_refused(  # noqa: PLR0913 - fixtures and a table
    entries: TimeEntries,
    storage: FakeStorage,
    member: User,
    entry: TimeEntry,
    *,
    start: timedelta | None,
    end: timedelta | Literal[Unchanged.UNCHANGED],
    refusal: type[InvalidError],
) -> None:
    now = storage.clock.now
    change = TimeEntryChange(
        start=None if start is None else now + start, end=UNCHANGED if end is UNCHANGED else now + end
    )

    with pytest.raises(refusal):
        entries.change(caller(member), entry.id, change)


def test_a_correction_after_the_clock_was_set_back_leaves_what_it_does_not_name(
    entries: TimeEntries, storage: FakeStorage, member: User, entry: TimeEntry
) -> None:
    storage.clock.now = entry.start - HOUR

    changed = entries.change(caller(member), entry.id, TimeEntryChange(description="corrected"))

    assert (changed.start, changed.end) == (entry.start, entry.end)


def test_a_stale_version_changes_and_deletes_nothing(entries: TimeEntries, member: User, entry: TimeEntry) -> None:
    with pytest.raises(VersionMismatchError):
        entries.change(caller(member), entry.id, TimeEntryChange(description="lost"), STALE)
    with pytest.raises(VersionMismatchError):
        entries.delete(caller(member), entry.id, STALE)

    assert entries.get(caller(member), entry.id) == entry


def test_an_admin_corrects_deletes_and_restores_the_hours_of_an_erased_user(
    entries: TimeEntries, storage: FakeStorage, admin: User, member: User, entry: TimeEntry
) -> None:
    erase_user(storage, member)

    changed = entries.change(caller(admin), entry.id, TimeEntryChange(end=entry.start + MINUTE))
    assert (changed.user_id, changed.end) == (member.id, entry.start + MINUTE)
    entries.delete(caller(admin), entry.id)
    with pytest.raises(TimeEntryNotFoundError):
        entries.get(caller(admin), entry.id)
    assert entries.restore(caller(admin), entry.id, changed.version).end == changed.end


def test_the_hours_of_an_erased_user_never_run_again(
    entries: TimeEntries, storage: FakeStorage, admin: User, member: User, task: Task
) -> None:
    running = start(storage, member, task).entry
    stopped = stop(storage, member, task).entry
    erase_user(storage, member)

    with pytest.raises(UserNotFoundError):
        entries.change(caller(admin), running.id, TimeEntryChange(end=None))
    with pytest.raises(UserNotFoundError):
        entries.restore(caller(admin), running.id, running.version)
    assert entries.get(caller(admin), running.id).end == stopped.end


def test_only_those_who_may_correct_others_time_correct_that_of_an_erased_user(
    entries: TimeEntries, storage: FakeStorage, manager: User, member: User, entry: TimeEntry
) -> None:
    erase_user(storage, member)

    with pytest.raises(NotAllowedError):
        entries.delete(caller(manager), entry.id)
    with pytest.raises(TokenInvalidError):
        entries.delete(caller(member), entry.id)

    assert entries.get(caller(manager), entry.id) == entry
