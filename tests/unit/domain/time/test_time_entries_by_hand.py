"""Time entries by hand, and their lists."""

from datetime import timedelta

import pytest

from tests.fakes.storage import FakeStorage
from tests.given import a_user, caller, change_user, delete_task, erase_user, start, stop
from timetrack.domain.errors import (
    FilterReversedError,
    TaskNotFoundError,
    TimeEntryOverlapError,
    TimerAlreadyRunningError,
    UserNotFoundError,
)
from timetrack.domain.model.ids import TaskId, UserId
from timetrack.domain.model.lists import PageRequest
from timetrack.domain.model.time.lanes import Timers
from timetrack.domain.model.time.tasks import Task
from timetrack.domain.model.time.time_entries import TimeEntry, TimeEntryByHand, TimeEntryFilter
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


def test_an_entry_lies_in_the_lane_of_the_users_setting(
    entries: TimeEntries, storage: FakeStorage, member: User, task: Task, entry: TimeEntry
) -> None:
    change_user(storage, member.id, PARALLEL)

    parallel = entries.create(
        caller(member), TimeEntryByHand(user_id=member.id, task_id=task.id, start=entry.start, end=entry.end)
    )

    assert (entry.lane, parallel.lane) == (0, task.id)


def test_an_entry_without_an_end_is_the_timer(
    entries: TimeEntries, storage: FakeStorage, member: User, task: Task
) -> None:
    begin = storage.clock.now - HOUR

    running = entries.create(caller(member), TimeEntryByHand(user_id=member.id, task_id=task.id, start=begin))

    assert (running.running, running.duration) == (True, HOUR)
    assert stop(storage, member, task).entry.id == running.id


def test_a_second_timer_is_refused_and_the_first_one_named(
    entries: TimeEntries, storage: FakeStorage, member: User, task: Task
) -> None:
    running = start(storage, member, task).entry

    with pytest.raises(TimerAlreadyRunningError) as refusal:
        entries.create(
            caller(member), TimeEntryByHand(user_id=member.id, task_id=task.id, start=storage.clock.now - HOUR)
        )

    assert refusal.value.time_entry_id == running.id


def test_what_is_in_the_way_is_named(entries: TimeEntries, member: User, task: Task, entry: TimeEntry) -> None:
    with pytest.raises(TimeEntryOverlapError) as refusal:
        entries.create(
            caller(member),
            TimeEntryByHand(user_id=member.id, task_id=task.id, start=entry.start - HOUR, end=entry.start + SECOND),
        )

    assert refusal.value.time_entry_ids == (entry.id,)


def test_a_task_has_to_be_there(entries: TimeEntries, storage: FakeStorage, member: User, task: Task) -> None:
    delete_task(storage, task)

    for task_id in (task.id, NO_TASK):
        with pytest.raises(TaskNotFoundError):
            entries.create(
                caller(member),
                TimeEntryByHand(user_id=member.id, task_id=task_id, start=storage.clock.now - HOUR),
            )


def test_instants_a_little_ahead_are_now(entries: TimeEntries, storage: FakeStorage, member: User, task: Task) -> None:
    now = storage.clock.now

    created = entries.create(
        caller(member),
        TimeEntryByHand(user_id=member.id, task_id=task.id, start=now + MINUTE, end=now + 2 * MINUTE),
    )

    assert (created.start, created.end) == (now, now)


def test_a_list_holds_one_users_entries(
    entries: TimeEntries, storage: FakeStorage, member: User, task: Task, entry: TimeEntry
) -> None:
    start(storage, a_user(storage), task)

    page = entries.list(caller(member), TimeEntryFilter(user_id=member.id), ALL)

    assert page.items == [entry]


def test_the_entries_of_an_erased_user_stay(
    entries: TimeEntries, storage: FakeStorage, member: User, manager: User, entry: TimeEntry
) -> None:
    erase_user(storage, member)

    assert entries.list(caller(manager), TimeEntryFilter(user_id=member.id), ALL).items == [entry]


def test_a_user_who_never_was_has_no_list(entries: TimeEntries, manager: User) -> None:
    with pytest.raises(UserNotFoundError):
        entries.list(caller(manager), TimeEntryFilter(user_id=UserId(999_999)), ALL)


def test_a_range_that_ends_before_it_starts_is_refused(entries: TimeEntries, entry: TimeEntry, member: User) -> None:
    with pytest.raises(FilterReversedError):
        entries.list(
            caller(member), TimeEntryFilter(user_id=member.id, start=entry.start, end=entry.start - SECOND), ALL
        )
