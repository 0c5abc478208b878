"""The promises of TimeEntryStore.start, for a user with one lane."""

from datetime import datetime, timedelta

import pytest

from tests.database_clock import Clock
from tests.given import a_key, a_task, a_user, change_user, delete_task, erase_user, start, stop
from tests.racing import race
from timetrack.domain.errors import (
    StartInFutureError,
    SwitchTooEarlyError,
    TaskNotFoundError,
    TimeEntryOverlapError,
    TimerAlreadyRunningError,
    TokenInvalidError,
)
from timetrack.domain.model.idempotency import IdempotencyKey
from timetrack.domain.model.time.tasks import Task
from timetrack.domain.model.time.time_entries import TimeEntry
from timetrack.domain.model.users.users import User, UserChange
from timetrack.domain.ports.storage import Storage

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def stretch(storage: Storage, user: User, task: Task, start_at: datetime, end_at: datetime) -> TimeEntry:
    start(storage, user, task, start_at)
    return stop(storage, user, task, end_at).entry


def test_a_start_without_an_instant_begins_now(storage: Storage, clock: Clock, user: User, task: Task) -> None:
    tracked = start(storage, user, task, description="tests")

    assert not tracked.replayed
    assert tracked.entry == TimeEntry(
        id=tracked.entry.id,
        user_id=user.id,
        task_id=task.id,
        lane=0,
        start=clock.now,
        end=None,
        description="tests",
        version=1,
        created_at=clock.now,
        updated_at=clock.now,
        as_of=clock.now,
    )


def test_now_is_a_whole_second(storage: Storage, clock: Clock, user: User, task: Task) -> None:
    second = clock.now
    clock.now = second + timedelta(microseconds=999_999)

    assert start(storage, user, task).entry.start == second


def test_a_given_start_is_truncated_to_whole_seconds(storage: Storage, clock: Clock, user: User, task: Task) -> None:
    entry = start(storage, user, task, clock.now - HOUR + timedelta(microseconds=999_999)).entry

    assert entry.start == clock.now - HOUR
    assert (entry.created_at, entry.duration) == (clock.now, HOUR)


@pytest.mark.parametrize("ahead", [SECOND, 2 * MINUTE])
def test_a_start_a_little_ahead_of_the_clock_is_now(
    storage: Storage, clock: Clock, user: User, task: Task, ahead: timedelta
) -> None:
    assert start(storage, user, task, clock.now + ahead).entry.start == clock.now


@pytest.mark.parametrize("beyond", [timedelta(microseconds=1), HOUR])
def test_a_start_further_ahead_is_refused(
    storage: Storage, clock: Clock, user: User, task: Task, beyond: timedelta
) -> None:
    with pytest.raises(StartInFutureError):
        start(storage, user, task, clock.now + 2 * MINUTE + beyond)


def test_a_second_start_is_refused_and_names_the_running_entry(storage: Storage, user: User, task: Task) -> None:
    running = start(storage, user, task).entry

    with pytest.raises(TimerAlreadyRunningError) as refusal:
        start(storage, user, a_task(storage, user))

    assert refusal.value.time_entry_id == running.id


def test_of_many_starts_at_once_exactly_one_wins_and_the_others_learn_of_it(
    storage: Storage, user: User, task: Task
) -> None:
    finish = race(6, lambda _: start(storage, user, task).entry)

    assert len(finish.won) == 1
    assert [getattr(refusal, "time_entry_id", None) for refusal in finish.lost] == [finish.won[0].id] * 5


def test_the_timers_of_two_users_have_nothing_to_do_with_each_other(storage: Storage, user: User, task: Task) -> None:
    other = a_user(storage)

    entries = [start(storage, user, task).entry, start(storage, other, task).entry]

    assert [entry.user_id for entry in entries] == [user.id, other.id]


def test_a_start_on_no_task_is_refused(storage: Storage, user: User, task: Task) -> None:
    delete_task(storage, task)

    with pytest.raises(TaskNotFoundError):
        start(storage, user, task)


def test_a_start_by_an_erased_user_is_refused(storage: Storage, user: User, task: Task) -> None:
    erase_user(storage, user)

    with pytest.raises(TokenInvalidError):
        start(storage, user, task)


def test_a_missing_task_is_told_before_an_erased_user(storage: Storage, user: User, task: Task) -> None:
    erase_user(storage, user)
    delete_task(storage, task)

    with pytest.raises(TaskNotFoundError):
        start(storage, user, task)


def test_a_start_in_the_future_is_told_before_a_running_timer(
    storage: Storage, clock: Clock, user: User, task: Task
) -> None:
    start(storage, user, task)

    with pytest.raises(StartInFutureError):
        start(storage, user, task, clock.now + HOUR)


def test_a_running_timer_is_told_before_entries_in_the_way(
    storage: Storage, clock: Clock, user: User, task: Task
) -> None:
    stretch(storage, user, task, clock.now - 3 * HOUR, clock.now - 2 * HOUR)
    start(storage, user, task)

    with pytest.raises(TimerAlreadyRunningError):
        start(storage, user, task, clock.now - 4 * HOUR)


def test_a_switch_ends_the_running_entry_where_the_new_one_begins(
    storage: Storage, clock: Clock, user: User, task: Task
) -> None:
    start(storage, user, task)
    other = a_task(storage, user)
    clock.advance(HOUR)

    entry = start(storage, user, other, switch=True).entry

    assert (entry.task_id, entry.start, entry.running) == (other.id, clock.now, True)
    with pytest.raises(TimerAlreadyRunningError):
        start(storage, user, task)
    clock.advance(HOUR)
    assert stop(storage, user, other).entry.duration == HOUR


def test_an_entry_that_a_switch_has_ended_keeps_its_time_up_to_there(
    storage: Storage, clock: Clock, user: User, task: Task
) -> None:
    first = start(storage, user, task).entry
    other = a_task(storage, user)
    clock.advance(HOUR)

    start(storage, user, other, first.start + 20 * MINUTE, switch=True)

    stop(storage, user, other, first.start + 20 * MINUTE)
    with pytest.raises(TimeEntryOverlapError) as refusal:
        start(storage, user, task, first.start + 20 * MINUTE - SECOND)
    assert refusal.value.time_entry_ids == (first.id,)
    assert start(storage, user, task, first.start + 20 * MINUTE).entry.running


def test_a_switch_to_the_same_task_begins_a_new_entry(storage: Storage, user: User, task: Task) -> None:
    first = start(storage, user, task).entry

    second = start(storage, user, task, switch=True).entry

    assert second.id != first.id


def test_a_switch_with_nothing_to_end_is_a_start(storage: Storage, user: User, task: Task) -> None:
    assert start(storage, user, task, switch=True).entry.running


def test_a_switch_before_the_running_entry_began_is_refused(
    storage: Storage, clock: Clock, user: User, task: Task
) -> None:
    start(storage, user, task)

    with pytest.raises(SwitchTooEarlyError):
        start(storage, user, a_task(storage, user), clock.now - SECOND, switch=True)


def test_a_refused_switch_leaves_the_timer_running(storage: Storage, clock: Clock, user: User, task: Task) -> None:
    running = start(storage, user, task).entry

    with pytest.raises(SwitchTooEarlyError):
        start(storage, user, task, clock.now - HOUR, switch=True)

    assert stop(storage, user, task).entry.id == running.id


def test_a_start_where_an_ended_entry_ends_is_no_overlap(
    storage: Storage, clock: Clock, user: User, task: Task
) -> None:
    ended = stretch(storage, user, task, clock.now - 2 * HOUR, clock.now - HOUR)

    assert start(storage, user, task, ended.end).entry.start == ended.end


def test_a_start_inside_an_ended_entry_is_refused(storage: Storage, clock: Clock, user: User, task: Task) -> None:
    ended = stretch(storage, user, task, clock.now - 2 * HOUR, clock.now - HOUR)

    with pytest.raises(TimeEntryOverlapError) as refusal:
        start(storage, user, task, clock.now - HOUR - SECOND)

    assert refusal.value.time_entry_ids == (ended.id,)


def test_a_start_before_ended_entries_names_the_first_ten(
    storage: Storage, clock: Clock, user: User, task: Task
) -> None:
    begin = clock.now - 24 * HOUR
    ended = [stretch(storage, user, task, begin + n * HOUR, begin + (n + 1) * HOUR) for n in range(11)]

    with pytest.raises(TimeEntryOverlapError) as refusal:
        start(storage, user, task, begin)

    assert refusal.value.time_entry_ids == tuple(entry.id for entry in ended[:10])


def test_an_entry_of_no_length_is_in_nobodys_way(storage: Storage, clock: Clock, user: User, task: Task) -> None:
    stretch(storage, user, task, clock.now, clock.now)

    assert start(storage, user, task, clock.now - HOUR).entry.start == clock.now - HOUR


def test_a_switch_before_the_running_entry_is_told_before_entries_in_the_way(
    storage: Storage, clock: Clock, user: User, task: Task
) -> None:
    stretch(storage, user, task, clock.now - 2 * HOUR, clock.now - HOUR)
    start(storage, user, task)

    with pytest.raises(SwitchTooEarlyError):
        start(storage, user, task, clock.now - 90 * MINUTE, switch=True)


def test_a_switch_while_the_clock_is_set_back_begins_where_the_running_entry_began(
    storage: Storage, clock: Clock, user: User, task: Task
) -> None:
    running = start(storage, user, task).entry
    clock.now -= HOUR

    assert start(storage, user, a_task(storage, user), switch=True).entry.start == running.start


def test_a_start_while_the_clock_is_set_back_behind_an_ended_entry_is_refused(
    storage: Storage, clock: Clock, user: User, task: Task
) -> None:
    stretch(storage, user, task, clock.now - HOUR, clock.now)
    clock.now -= MINUTE

    with pytest.raises(TimeEntryOverlapError):
        start(storage, user, task)


@pytest.mark.parametrize("key", [None, a_key()])
def test_who_has_left_starts_nothing(storage: Storage, user: User, task: Task, key: IdempotencyKey | None) -> None:
    change_user(storage, user.id, UserChange(active=False))

    with pytest.raises(TokenInvalidError):
        start(storage, user, task, key=key)

    assert storage.time_entries.find_running(user.id, 0) is None
