"""Corrections, deletions and restorations that meet starts, stops and each other on PostgreSQL."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from psycopg import Connection

from tests.given import a_task, a_user, an_entry, caller, start, stop
from tests.integration.postgres.stored_entries import count, overlaps, running
from tests.racing import race
from tests.waiting_callers import race_behind_user_lock, wait_for_waiting
from timetrack.adapters.postgres.storage import PostgresStorage
from timetrack.domain.errors import (
    TaskNotFoundError,
    TimeEntryNotFoundError,
    TimeEntryOverlapError,
    TimerAlreadyRunningError,
    TimerNotRunningError,
    VersionMismatchError,
)
from timetrack.domain.model.lists import PageRequest
from timetrack.domain.model.time.tasks import Task
from timetrack.domain.model.time.time_entries import TimeEntry, TimeEntryByHand, TimeEntryChange
from timetrack.domain.model.users.users import User
from timetrack.domain.model.versions import Precondition
from timetrack.domain.services.tasks import Tasks
from timetrack.domain.services.time_entries import TimeEntries

RUNNERS = 16
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
ALL = PageRequest(limit=100)


@pytest.fixture
def entries(storage: PostgresStorage) -> TimeEntries:
    return TimeEntries(storage)


@pytest.fixture
def versions(entries: TimeEntries, user: User) -> Callable[[TimeEntry], list[int]]:
    def read(entry: TimeEntry) -> list[int]:
        return [each.version for each in entries.history(caller(user), entry.id, ALL).items]

    return read


def test_of_twenty_corrections_of_one_version_one_wins(
    storage: PostgresStorage, entries: TimeEntries, owner: Connection, user: User, task: Task
) -> None:
    entry = an_entry(storage, user, task, NOON, NOON + HOUR)
    current = Precondition(frozenset({entry.version}))

    def correct(number: int) -> TimeEntry:
        return entries.change(caller(user), entry.id, TimeEntryChange(description=f"by {number}"), current)

    finish = race_behind_user_lock(owner, user.id, 20, correct)

    assert [type(refusal) for refusal in finish.lost] == [VersionMismatchError] * 19
    kept = storage.time_entries.get(entry.id)
    assert [won.description for won in finish.won] == [kept.description]


def test_corrections_and_stops_at_once_lose_nothing(  # noqa: PLR0913 - fixtures
    storage: PostgresStorage,
    entries: TimeEntries,
    owner: Connection,
    *,
    user: User,
    task: Task,
    versions: Callable[[TimeEntry], list[int]],
) -> None:
    entry = start(storage, user, task, NOON).entry

    def act(number: int) -> TimeEntry:
        if number % 2:
            return stop(storage, user, task).entry
        return entries.change(caller(user), entry.id, TimeEntryChange(start=NOON - number * HOUR))

    finish = race_behind_user_lock(owner, user.id, RUNNERS, act)

    # Every correction wins, since it says nothing of the end; and one stop.
    assert [type(refusal) for refusal in finish.lost] == [TimerNotRunningError] * (RUNNERS // 2 - 1)
    assert versions(entry) == list(range(1, RUNNERS // 2 + 3))
    kept = storage.time_entries.get(entry.id)
    assert not kept.running
    assert {won.version: won for won in finish.won}[kept.version].start == kept.start


def test_of_corrections_into_one_gap_one_wins_and_the_others_learn_of_it(
    storage: PostgresStorage, entries: TimeEntries, owner: Connection, user: User, task: Task
) -> None:
    crowd = [
        an_entry(storage, user, task, NOON + number * HOUR, NOON + number * HOUR + HOUR) for number in range(RUNNERS)
    ]
    gap = TimeEntryChange(start=NOON - 2 * HOUR, end=NOON - HOUR)

    finish = race_behind_user_lock(
        owner, user.id, RUNNERS, lambda number: entries.change(caller(user), crowd[number].id, gap)
    )

    (won,) = finish.won
    assert {type(refusal) for refusal in finish.lost} == {TimeEntryOverlapError}
    assert {getattr(refusal, "time_entry_ids", None) for refusal in finish.lost} == {(won.id,)}
    assert overlaps(owner) == 0


def test_of_entries_by_hand_for_one_hour_one_wins(
    entries: TimeEntries, owner: Connection, user: User, task: Task
) -> None:
    by_hand = TimeEntryByHand(user_id=user.id, task_id=task.id, start=NOON, end=NOON + HOUR)

    finish = race_behind_user_lock(owner, user.id, RUNNERS, lambda _: entries.create(caller(user), by_hand))

    assert [type(refusal) for refusal in finish.lost] == [TimeEntryOverlapError] * (RUNNERS - 1)
    assert count(owner) == 1


def test_a_deletion_and_a_stop_at_once_leave_nothing_that_runs(
    storage: PostgresStorage, entries: TimeEntries, owner: Connection, user: User, task: Task
) -> None:
    entry = start(storage, user, task).entry

    def act(number: int) -> None:
        if number % 2:
            stop(storage, user, task)
        else:
            entries.delete(caller(user), entry.id)

    finish = race_behind_user_lock(owner, user.id, RUNNERS, act)

    assert {type(refusal) for refusal in finish.lost} == {TimerNotRunningError, TimeEntryNotFoundError}
    # One deletion, and a stop if it came before.
    last = entries.history(caller(user), entry.id, ALL).items[-1]
    assert last.version == 1 + len(finish.won)
    assert (count(owner), last.action) == (0, "deleted")


def test_of_restorations_and_starts_at_once_one_makes_the_timer(
    storage: PostgresStorage, entries: TimeEntries, owner: Connection, user: User, task: Task
) -> None:
    entry = start(storage, user, task).entry
    entries.delete(caller(user), entry.id)

    def act(number: int) -> TimeEntry:
        if number % 2:
            return start(storage, user, task).entry
        return entries.restore(caller(user), entry.id, 1)

    finish = race_behind_user_lock(owner, user.id, RUNNERS, act)

    # Whoever comes first has made the timer; it may then be restored to what it is already.
    made = {won.id for won in finish.won}
    assert len(made) == 1
    assert {type(refusal) for refusal in finish.lost} == {TimerAlreadyRunningError}
    assert (running(owner), overlaps(owner)) == (1, 0)


def test_nothing_runs_on_a_task_that_was_deleted_amid_corrections(
    storage: PostgresStorage, entries: TimeEntries, owner: Connection
) -> None:
    people = [a_user(storage) for _ in range(RUNNERS)]
    doomed, other = a_task(storage, people[0]), a_task(storage, people[0])
    moved = {each.id: an_entry(storage, each, [doomed, other][each.id % 2], NOON, NOON + HOUR) for each in people}

    def act(number: int) -> None:
        person = people[number]
        if number == 0:
            Tasks(storage).delete(caller(person), doomed.id)
        else:
            entries.change(caller(person), moved[person.id].id, TimeEntryChange(task_id=doomed.id, end=None))

    finish = race(RUNNERS, act)

    assert {type(refusal) for refusal in finish.lost} <= {TaskNotFoundError}
    assert running(owner) == 0


def test_a_correction_behind_the_deletion_of_its_task_finds_no_task(
    storage: PostgresStorage, entries: TimeEntries, owner: Connection, another: ThreadPoolExecutor, user: User
) -> None:
    task = a_task(storage, user)
    entry = an_entry(storage, user, task, NOON, NOON + HOUR)

    with storage.transaction(None) as stores:
        stores.tasks.lock_exclusive(task.id)
        corrected = another.submit(entries.change, caller(user), entry.id, TimeEntryChange(end=None))
        wait_for_waiting(owner, 1)
        stores.tasks.delete(task.id)

    with pytest.raises(TaskNotFoundError):
        corrected.result()


def test_a_correction_that_waited_changes_what_is_there_then(  # noqa: PLR0913 - fixtures
    storage: PostgresStorage,
    entries: TimeEntries,
    owner: Connection,
    *,
    another: ThreadPoolExecutor,
    user: User,
    task: Task,
) -> None:
    entry = an_entry(storage, user, task, NOON, NOON + HOUR)

    with storage.transaction(None) as stores:
        stores.users.lock_exclusive(user.id)
        corrected = another.submit(entries.change, caller(user), entry.id, TimeEntryChange(description="second"))
        wait_for_waiting(owner, 1)
        stores.time_entries.save(replace(entry, start=NOON - HOUR, description="first"))

    assert (corrected.result().start, corrected.result().description) == (NOON - HOUR, "second")


def test_an_entry_that_was_moved_meanwhile_is_not_made_to_run_on_a_task_nobody_holds(  # noqa: PLR0913 - fixtures
    storage: PostgresStorage,
    entries: TimeEntries,
    owner: Connection,
    *,
    another: ThreadPoolExecutor,
    user: User,
    task: Task,
) -> None:
    entry = an_entry(storage, user, task, NOON, NOON + HOUR)
    other = a_task(storage, user)

    with storage.transaction(None) as stores:
        stores.tasks.lock_shared(other.id)
        stores.users.lock_exclusive(user.id)
        corrected = another.submit(entries.change, caller(user), entry.id, TimeEntryChange(end=None))
        wait_for_waiting(owner, 1)
        stores.time_entries.save(replace(entry, task_id=other.id))

    with pytest.raises(VersionMismatchError):
        corrected.result()
