"""The promises of TimeEntryStore on entries by hand, corrections and deletions."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.database_clock import Clock
from tests.given import a_task, a_user, an_entry, delete_task, start
from timetrack.domain.errors import TimeEntryNotFoundError, TimeEntryOverlapError, TimerAlreadyRunningError
from timetrack.domain.model.ids import TimeEntryId
from timetrack.domain.model.time.tasks import Task
from timetrack.domain.model.time.time_entries import NewTimeEntry, TimeEntry
from timetrack.domain.model.users.users import User
from timetrack.domain.ports.storage import Storage

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
NOBODY = TimeEntryId(999_999)


def save(storage: Storage, entry: TimeEntry) -> TimeEntry:
    with storage.transaction(None) as stores:
        stores.tasks.lock_shared(entry.task_id)
        stores.users.lock_exclusive(entry.user_id)
        return stores.time_entries.save(entry)


def delete(storage: Storage, entry: TimeEntry) -> None:
    with storage.transaction(None) as stores:
        stores.users.lock_exclusive(entry.user_id)
        stores.time_entries.delete(entry.id)


def test_the_clock_is_that_of_starts_in_whole_seconds(storage: Storage, clock: Clock) -> None:
    second = clock.now
    clock.now = second + timedelta(microseconds=999_999)

    assert storage.time_entries.now() == second


def test_an_entry_is_kept_as_it_was_added(storage: Storage, clock: Clock, user: User, task: Task) -> None:
    begin, end = clock.now - 2 * HOUR, clock.now - HOUR

    added = an_entry(storage, user, task, begin, end, description="by hand")

    assert storage.time_entries.get(added.id) == added
    assert added == TimeEntry(
        id=added.id,
        user_id=user.id,
        task_id=task.id,
        lane=0,
        start=begin,
        end=end,
        description="by hand",
        version=1,
        created_at=clock.now,
        updated_at=clock.now,
        as_of=clock.now,
    )


def test_an_entry_without_an_end_is_a_timer(storage: Storage, clock: Clock, user: User, task: Task) -> None:
    added = an_entry(storage, user, task, clock.now - HOUR, None)

    assert storage.time_entries.find_running(user.id, 0) == added.id


def test_a_running_entry_is_read_as_of_the_clock(storage: Storage, clock: Clock, user: User, task: Task) -> None:
    running = start(storage, user, task).entry
    clock.advance(HOUR)

    assert storage.time_entries.get(running.id).duration == HOUR


def test_a_changed_entry_is_a_new_version(storage: Storage, clock: Clock, user: User, entry: TimeEntry) -> None:
    clock.advance(SECOND)
    other = a_task(storage, user)
    changed = replace(
        entry, task_id=other.id, start=entry.start + SECOND, end=entry.end and entry.end - SECOND, description="else"
    )

    saved = save(storage, changed)

    assert saved == replace(changed, version=2, updated_at=clock.now, as_of=clock.now)
    assert storage.time_entries.get(entry.id) == saved


def test_a_deleted_entry_is_gone_and_makes_room(storage: Storage, user: User, task: Task, entry: TimeEntry) -> None:
    delete(storage, entry)

    with pytest.raises(TimeEntryNotFoundError):
        storage.time_entries.get(entry.id)
    assert an_entry(storage, user, task, entry.start, entry.end).duration == HOUR


def test_nobody_finds_an_entry_that_never_was(storage: Storage) -> None:
    with pytest.raises(TimeEntryNotFoundError):
        storage.time_entries.get(NOBODY)


@pytest.mark.parametrize(
    ("begins", "ends", "is_in_the_way"),
    [
        (-2 * HOUR, -HOUR, False),
        (-HOUR, SECOND, True),
        (SECOND, 2 * SECOND, True),
        (HOUR - SECOND, 2 * HOUR, True),
        (-HOUR, None, True),
        (HOUR, None, False),
        (-HOUR, timedelta(0), False),
        (SECOND, SECOND, False),
    ],
)
def test_what_shares_a_second_of_the_lane_is_in_the_way(  # noqa: PLR0913 - fixtures and a table
    storage: Storage,
    user: User,
    task: Task,
    entry: TimeEntry,
    *,
    begins: timedelta,
    ends: timedelta | None,
    is_in_the_way: bool,
) -> None:
    stretch = new(user, task, entry.start + begins, None if ends is None else entry.start + ends)

    assert list(storage.time_entries.overlapping(stretch)) == ([entry.id] if is_in_the_way else [])
    assert list(storage.time_entries.overlapping(stretch, ignoring=entry.id)) == []


def new(user: User, task: Task, begin: datetime, end: datetime | None, lane: int = 0) -> NewTimeEntry:
    return NewTimeEntry(user_id=user.id, task_id=task.id, lane=lane, start=begin, end=end, description="")


def test_another_lane_and_another_user_are_never_in_the_way(
    storage: Storage, user: User, task: Task, entry: TimeEntry
) -> None:
    other = a_user(storage)

    assert list(storage.time_entries.overlapping(new(user, task, entry.start, None, lane=task.id))) == []
    assert list(storage.time_entries.overlapping(new(other, task, entry.start, None))) == []


def test_ten_of_many_that_are_in_the_way_are_named_by_their_start(
    storage: Storage, clock: Clock, user: User, task: Task
) -> None:
    entries = [
        an_entry(storage, user, task, clock.now - hours * HOUR, clock.now - hours * HOUR + SECOND)
        for hours in range(1, 13)
    ]

    named = storage.time_entries.overlapping(new(user, task, clock.now - 24 * HOUR, None))

    assert list(named) == [each.id for each in reversed(entries)][:10]


def test_an_entry_that_nobody_has_looked_for_is_refused_by_the_store_itself(
    storage: Storage, clock: Clock, user: User, task: Task, entry: TimeEntry
) -> None:
    later = an_entry(storage, user, task, clock.now - HOUR, clock.now)

    with pytest.raises(TimeEntryOverlapError):
        an_entry(storage, user, task, entry.start + SECOND, entry.start + 2 * SECOND)
    with pytest.raises(TimeEntryOverlapError):
        save(storage, replace(later, start=entry.start))
    assert storage.time_entries.get(later.id).version == 1


def test_a_second_timer_in_a_lane_is_refused_by_the_store_itself(
    storage: Storage, clock: Clock, user: User, task: Task, entry: TimeEntry
) -> None:
    start(storage, user, task)

    with pytest.raises((TimerAlreadyRunningError, TimeEntryOverlapError)):
        an_entry(storage, user, task, clock.now, None)
    with pytest.raises((TimerAlreadyRunningError, TimeEntryOverlapError)):
        save(storage, replace(entry, end=None))


def test_a_task_that_is_there_can_be_held_and_a_deleted_one_not(storage: Storage, user: User, task: Task) -> None:
    deleted = a_task(storage, user)
    delete_task(storage, deleted)

    with storage.transaction(None) as stores:
        held = [stores.tasks.lock_shared(each.id) for each in (task, deleted)]

    assert held == [True, False]
