"""The promises of HistoryStore, and of TimeEntryStore.restore."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.database_clock import Clock
from tests.given import a_task, a_user, an_entry, caller, delete_task, start, stop
from timetrack.domain.errors import (
    TimeEntryNotFoundError,
    TimeEntryOverlapError,
    TimerAlreadyRunningError,
    VersionUnknownError,
)
from timetrack.domain.model.access.caller import Caller
from timetrack.domain.model.ids import TimeEntryId
from timetrack.domain.model.lists import PageRequest
from timetrack.domain.model.time.tasks import Task
from timetrack.domain.model.time.time_entries import TimeEntry
from timetrack.domain.model.time.time_entry_history import Action, TimeEntryVersion
from timetrack.domain.model.users.users import User
from timetrack.domain.ports.storage import Storage

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
ALL = PageRequest(limit=100)


def actions(storage: Storage, entry_id: TimeEntryId) -> list[tuple[int, Action]]:
    return [(each.version, each.action) for each in storage.history.list(entry_id, ALL).items]


def save(storage: Storage, entry: TimeEntry, by: Caller | None = None) -> TimeEntry:
    with storage.transaction(by) as stores:
        stores.tasks.lock_shared(entry.task_id)
        stores.users.lock_exclusive(entry.user_id)
        return stores.time_entries.save(entry)


def delete(storage: Storage, entry: TimeEntry, by: Caller | None = None) -> None:
    with storage.transaction(by) as stores:
        stores.users.lock_exclusive(entry.user_id)
        stores.time_entries.delete(entry.id)


def restore(storage: Storage, entry: TimeEntry, version: int, by: Caller | None = None) -> TimeEntry:
    with storage.transaction(by) as stores:
        wanted = stores.history.version(entry.id, version)
        stores.tasks.lock_shared(wanted.task_id)
        stores.users.lock_exclusive(wanted.user_id)
        return stores.time_entries.restore(wanted)


def test_a_version_tells_what_the_entry_was_who_made_it_so_and_when(
    storage: Storage, clock: Clock, user: User, task: Task
) -> None:
    editor = replace(caller(a_user(storage)), request_id="edited")
    entry = an_entry(storage, user, task, clock.now - HOUR, clock.now, by=caller(user, "by hand"))
    clock.advance(HOUR)

    save(storage, replace(entry, description="corrected"), by=editor)

    first = TimeEntryVersion(
        time_entry_id=entry.id,
        version=1,
        action=Action.CREATED,
        user_id=user.id,
        task_id=task.id,
        lane=0,
        start=entry.start,
        end=entry.end,
        description="",
        created_at=entry.created_at,
        changed_at=entry.created_at,
        changed_by=user.id,
        token_id=None,
        request_id="by hand",
    )
    assert storage.history.list(entry.id, ALL).items == [
        first,
        replace(
            first,
            version=2,
            action=Action.CHANGED,
            description="corrected",
            changed_at=clock.now,
            changed_by=editor.user_id,
            request_id="edited",
        ),
    ]
    assert storage.history.version(entry.id, 1) == first


def test_starts_stops_and_what_nobody_asked_for_are_in_the_history(
    storage: Storage, clock: Clock, user: User, task: Task
) -> None:
    entry = start(storage, user, task, request_id="started").entry
    clock.advance(HOUR)
    other = start(storage, user, a_task(storage, user), switch=True, request_id="switched").entry
    with storage.transaction(None) as stores:
        stores.users.lock_exclusive(user.id)
        stores.time_entries.stop_all_of_user(user.id)

    versions = [*storage.history.list(entry.id, ALL).items, *storage.history.list(other.id, ALL).items]

    assert [(each.version, each.action, each.changed_by, each.request_id) for each in versions] == [
        (1, Action.CREATED, user.id, "started"),
        (2, Action.CHANGED, user.id, "switched"),
        (1, Action.CREATED, user.id, "switched"),
        (2, Action.CHANGED, None, None),
    ]


def test_the_history_of_a_deleted_entry_stays_and_ends_with_the_deletion(
    storage: Storage, clock: Clock, user: User, task: Task
) -> None:
    entry = an_entry(storage, user, task, clock.now - HOUR, clock.now)

    delete(storage, entry, by=caller(user, "deleted"))

    created, deleted = storage.history.list(entry.id, ALL).items
    assert storage.history.owner(entry.id) == user.id
    assert deleted == replace(
        created, version=2, action=Action.DELETED, changed_by=user.id, request_id="deleted", changed_at=clock.now
    )


def test_there_is_no_history_of_what_never_was(storage: Storage, clock: Clock, user: User, task: Task) -> None:
    entry = an_entry(storage, user, task, clock.now - HOUR, clock.now)

    with pytest.raises(TimeEntryNotFoundError):
        storage.history.owner(TimeEntryId(999_999))
    with pytest.raises(VersionUnknownError):
        storage.history.version(entry.id, 2)
    assert storage.history.list(TimeEntryId(999_999), ALL).items == []


def test_a_change_that_is_rolled_back_leaves_no_version(storage: Storage, clock: Clock, user: User, task: Task) -> None:
    entry = an_entry(storage, user, task, clock.now - HOUR, clock.now)

    def fails() -> None:
        with storage.transaction(None) as stores:
            stores.users.lock_exclusive(user.id)
            stores.time_entries.delete(entry.id)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()

    assert actions(storage, entry.id) == [(1, Action.CREATED)]


def test_pages_of_a_history_follow_each_other(storage: Storage, clock: Clock, user: User, task: Task) -> None:
    entry = an_entry(storage, user, task, clock.now - HOUR, clock.now)
    for _ in range(4):
        save(storage, entry)

    first = storage.history.list(entry.id, PageRequest(limit=3))
    second = storage.history.list(entry.id, PageRequest(limit=3, after=first.next_after))

    assert [[each.version for each in page.items] for page in (first, second)] == [[1, 2, 3], [4, 5]]
    assert (first.next_after, second.next_after) == ((3,), None)


def test_a_restored_version_is_a_new_one_with_the_old_content(
    storage: Storage, clock: Clock, user: User, task: Task
) -> None:
    entry = an_entry(storage, user, task, clock.now - HOUR, clock.now, description="first")
    other = a_task(storage, user)
    save(storage, replace(entry, task_id=other.id, end=entry.start + SECOND, description="second"))
    clock.advance(HOUR)

    restored = restore(storage, entry, 1)

    assert restored == replace(entry, version=3, updated_at=clock.now, as_of=clock.now)
    assert storage.time_entries.get(entry.id) == restored
    assert actions(storage, entry.id) == [(1, Action.CREATED), (2, Action.CHANGED), (3, Action.RESTORED)]


def test_a_deleted_entry_comes_back_as_it_was_under_its_id(
    storage: Storage, clock: Clock, user: User, task: Task
) -> None:
    entry = an_entry(storage, user, task, clock.now - HOUR, clock.now, description="first")
    clock.advance(HOUR)
    delete(storage, entry)

    restored = restore(storage, entry, 1)

    assert restored == replace(entry, version=3, updated_at=clock.now, as_of=clock.now)
    assert storage.time_entries.get(entry.id) == restored
    assert actions(storage, entry.id) == [(1, Action.CREATED), (2, Action.DELETED), (3, Action.RESTORED)]


def test_what_is_written_after_a_restoration_is_not_called_restored(
    storage: Storage, clock: Clock, user: User, task: Task
) -> None:
    entry = an_entry(storage, user, task, clock.now - HOUR, clock.now)

    with storage.transaction(None) as stores:
        stores.tasks.lock_shared(task.id)
        stores.users.lock_exclusive(user.id)
        restored = stores.time_entries.restore(stores.history.version(entry.id, 1))
        stores.time_entries.save(restored)

    assert actions(storage, entry.id)[1:] == [(2, Action.RESTORED), (3, Action.CHANGED)]


def test_a_restored_timer_runs_again(storage: Storage, user: User, task: Task) -> None:
    entry = start(storage, user, task).entry
    stop(storage, user, task)

    restore(storage, entry, 1)

    assert storage.time_entries.find_running(user.id, 0) == entry.id


def test_a_version_that_would_overlap_is_refused_by_the_store_itself(
    storage: Storage, clock: Clock, user: User, task: Task
) -> None:
    deleted = an_entry(storage, user, task, clock.now - HOUR, clock.now)
    delete(storage, deleted)
    stopped = start(storage, user, task, clock.now - HOUR).entry
    stop(storage, user, task)
    start(storage, user, task)

    with pytest.raises(TimeEntryOverlapError):
        restore(storage, deleted, 1)
    with pytest.raises((TimerAlreadyRunningError, TimeEntryOverlapError)):
        restore(storage, stopped, 1)
    assert actions(storage, deleted.id) == [(1, Action.CREATED), (2, Action.DELETED)]


def test_the_history_outlives_its_task(storage: Storage, clock: Clock, user: User, task: Task) -> None:
    entry = an_entry(storage, user, task, clock.now - HOUR, clock.now)

    delete_task(storage, task)

    assert storage.history.version(entry.id, 1).task_id == task.id
